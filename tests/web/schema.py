"""Whether an answer is cXML that the platform takes: held against tests/data/cxml-schema.json, apart from the programs."""

import json
import os
import re
import xml.etree.ElementTree as ElementTree

from harness import SOURCE

with open(os.path.join(SOURCE, "tests/data/cxml-schema.json")) as _file:
    SCHEMA = json.load(_file)

URL = re.compile(r"https?://[^\s\"<>]+$")
TYPES = {
    "string": lambda v: True,
    "url": URL.match,
    "wss": lambda v: re.match(r"wss://\S+$", v),
    "e164": lambda v: re.match(r"\+[1-9]\d{1,14}$", v),
    "sip": lambda v: re.match(r"sips?:\S+$", v),
    "dtmf": lambda v: re.match(r"[0-9*#wW]*$", v),
    "integer": lambda v: re.match(r"\d+$", v),
    "integer|auto": lambda v: re.match(r"(\d+|auto)$", v),
    "decimal": lambda v: re.match(r"\d+(\.\d+)?$", v),
    "boolean": lambda v: v in ("true", "false"),
}


def _check_attribute(element, name, value, rule):
    if rule["type"] == "enum":
        assert value in rule["values"], "<%s %s>: %r" % (element, name, value)
    elif rule["type"] == "enum-list":
        assert all(v in rule["values"] for v in value.split()), "<%s %s>: %r" % (element, name, value)
    else:
        assert TYPES[rule["type"]](value), "<%s %s>: %r is no %s" % (element, name, value, rule["type"])
    if rule["type"].startswith("integer") and value != "auto":
        assert int(value) >= rule.get("min", 0), "<%s %s>: %s" % (element, name, value)
        assert int(value) <= rule.get("max", 1 << 40), "<%s %s>: %s" % (element, name, value)


def _check(element, context):
    rule = SCHEMA[element.tag]
    assert context in rule["context"], "<%s> in %s" % (element.tag, context)
    for name, value in element.attrib.items():
        assert name in rule["attributes"], "<%s %s>" % (element.tag, name)
        _check_attribute(element.tag, name, value, rule["attributes"][name])
    text = (element.text or "").strip()
    kind = rule["text"]
    if kind == "none":
        assert not text, "<%s> holds text: %r" % (element.tag, text)
    elif kind == "required":
        assert text or len(element), "<%s> is empty" % element.tag
    elif kind in TYPES and (text or not len(element)) and "digits" not in element.attrib:
        assert TYPES[kind](text), "<%s>: %r is no %s" % (element.tag, text, kind)
    assert len(text) <= rule.get("max_text", 1 << 30), "<%s> is too long" % element.tag
    for child in element:
        allowed = rule["children"] == ["*"] and "parents" not in SCHEMA[child.tag] or child.tag in rule["children"]
        assert allowed, "<%s> in <%s>" % (child.tag, element.tag)
        _check(child, context)
    if element.tag in ("Gather", "Record", "Dial"):
        assert "action" in element.attrib, "<%s> without action" % element.tag


def valid(answer, context="voice"):
    """The parsed document of a 200 answer; fails when the platform would not take it."""
    assert answer.status == 200, repr(answer)
    assert answer.headers["Content-Type"].split(";")[0] in ("text/xml", "application/xml"), answer.headers
    length = answer.headers["Content-Length"] # newer Apaches replace that of a CGI program
    assert length is None or int(length) == len(answer.body), answer.headers
    assert len(answer.body) <= 64 * 1024
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "Response"
    _check(root, context)
    return root
