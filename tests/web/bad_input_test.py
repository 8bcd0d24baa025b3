#!/usr/bin/python3
"""Nothing that is sent can crash, hang, leak or be carried out."""

import contextlib
import os
import socket
import subprocess
import time

import fastcgi
from harness import *
from schema import valid

ECHO = SAMPLE + """
[line echo]
numbers = +15559870003
voice = echo
sms = echoes
[announce echo]
prompt = You are {{{{From}}}} and say {{{{SpeechResult}}}}.
[texts echoes]
replies_per_hour = 10000
otherwise = You sent {{{{Body}}}} from {{{{From}}}}
"""

NASTY = {
    "markup": "</Say><Dial>+19005550000</Dial><Say>&amp;&#0;<!--",
    "quotes": "\"'><x a=\"b\"]]>",
    "template": "{{AccountSid}} {{From}} {{",
    "control": "\x00\x01\x08\x0b\x1b[31m\x7f\r\n\ufffe\uffff",
    "not UTF-8": b"\xff\xfe\xc0\xaf\xed\xa0\x80 abc",
    "10,000 characters": "Ab1 \u00fc\U0001f600" * 1667,
    "format": "%s%n%x %d {0} $(reboot) `reboot` ;rm -rf /",
}


def direct(house, target, body=None, **variables):
    """Past any web server, straight into the program's socket."""
    body = sample("voice-inbound") if body is None else body
    known = {"REQUEST_METHOD": "POST", "REQUEST_URI": target, "CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)),
             "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + target[len("/hooks"):], decode(body))}
    return fastcgi.ask(house.path("sockets/voice.sock"), dict(known, **variables), body)


def kept_alive(house, *children):
    for child in children:
        expect(child.poll() is None, "a program ended:", house.log("voice"), house.log("sms"), house.log("status"))


@promise("hostile text in every field gets a valid cXML answer that holds it as plain text")
def hostile_texts():
    with House(ECHO) as house:
        children = [house.start("voice"), house.start("sms")]
        port = house.nginx()
        for what, text in NASTY.items():
            for field in ("From", "SpeechResult", "Digits", "CallerName", "CallSid", "CallStatus"):
                pairs = pairs_of("voice-inbound", To="+15559870003", **{field: text})
                root = valid(house.ask(port, "voice.fcgi/echo", pairs))
                expect_equal([e.tag for e in root], ["Say"] * (len(root) - 1) + ["Hangup"], what, field)
            for field in ("SpeechResult", "Digits", "Confidence"):
                root = valid(house.ask(port, "voice.fcgi/front-desk/main-menu/chosen?try=1",
                                       pairs_of("gather-empty", **{field: text})))
                expect_equal([e.tag for e in root], ["Gather"], what, field)
            for field in ("Body", "From", "MessageSid"):
                root = valid(house.ask(port, "sms.fcgi/echo", pairs_of("sms-hello", **{field: text})), "messaging")
                expect_equal([e.tag for e in root], ["Message"], what, field)
        said = valid(house.ask(port, "voice.fcgi/echo", pairs_of("voice-inbound", From="{{AccountSid}}")))
        expect_in("{{AccountSid}}", said.find("Say").text)
        kept_alive(house, *children)
        expect_equal(house.integrity(), "ok")


@promise("malformed escapes, NUL bytes and repeats count as signed bytes; forbidden names are refused after the signature was verified")
def odd_bodies():
    with House(ECHO) as house:
        child = house.start("voice")
        port = house.nginx()
        for body in (b"CallSid=%&To=%2B15559870003&x=%zz%4", b"CallSid=a%00b&To=%2B15559870003", b"&&&To=%2B15559870003&&",
                     b"CallSid=one&CallSid=two&CallSid=three&To=%2B15559870003", b"x=\xc0\xff&To=%2B15559870003",
                     b"To=%2B15559870003&" + b"&".join(b"n%d=v" % i for i in range(900))):
            valid(house.ask(port, "voice.fcgi", body))
        for body in (b"=x&To=%2B15559870003", b"\xff\xfe=\xc0&To=%2B15559870003", b"a%00b=c"):
            expect_equal(house.ask(port, "voice.fcgi", body).status, 400)
            expect_equal(house.ask(port, "voice.fcgi", body, signature=sign("x")).status, 401)
        kept_alive(house, child)


@promise("a body, a value or a number of parameters beyond its limit gets 413; other content types get 415")
def too_large():
    with House() as house:
        child = house.start("voice")
        port = house.nginx(house.snippet("nginx.conf").replace("client_max_body_size 1m", "client_max_body_size 8m"))
        expect_equal(house.ask(port, "voice.fcgi", b"a=" + b"x" * (2 << 20)).status, 413)
        expect_equal(house.ask(port, "voice.fcgi", b"&".join(b"n%d=v" % i for i in range(5000))).status, 413)
        expect_equal(house.ask(port, "voice.fcgi", b"a=" + b"x" * 65537).status, 413)
        expect_equal(house.ask(port, "voice.fcgi", b"a=" + b"x" * 60000).status, 200)
        for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml"):
            expect_equal(house.ask(port, "voice.fcgi", b"x", content_type=kind).status, 415, kind)
        expect_equal(house.ask(port, "voice.fcgi", sample("voice-inbound")).status, 200)
        kept_alive(house, child)


@promise("a connection stays open after a refused request, and serves the next one")
def kept_after_refusal():
    with House() as house:
        house.start("voice")
        body = sample("voice-inbound")
        good = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/voice.fcgi", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)),
                "HTTP_HOST": "pbx.example.com", "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/voice.fcgi", decode(body))}
        large = b"a=" + b"x" * (3 << 20)
        with fastcgi.connect(house.path("sockets/voice.sock")) as one:
            for changes, sent, status in (({"CONTENT_TYPE": "text/plain"}, body, 415), ({}, body, 200),
                                          ({"CONTENT_LENGTH": str(len(large))}, large, 413), ({}, body, 200),
                                          ({"REQUEST_METHOD": "PUT"}, body, 405), ({}, body, 200),
                                          ({"CONTENT_LENGTH": "many"}, body * 30, 400), ({}, body, 200),
                                          ({"HTTP_X_SIGNALWIRE_SIGNATURE": "forged"}, body, 401), ({}, body, 200)):
                one.sendall(fastcgi.begin(keep=True) + fastcgi.params(dict(good, **changes)) + fastcgi.stdin(sent))
                answer = fastcgi.read_answer(one)
                expect(answer is not None and answer[0] == status, changes, answer)


@promise("the configuration sets the limits of size and number")
def configured_limits():
    with House(settings="max_body = 2k\nmax_parameters = 30\nmax_value = 300") as house:
        house.start("voice")
        port = house.nginx()
        expect_equal(house.ask(port, "voice.fcgi", sample("voice-inbound")).status, 200)
        expect_equal(house.ask(port, "voice.fcgi", b"a=" + b"x" * 301).status, 413)
        expect_equal(house.ask(port, "voice.fcgi", b"&".join(b"a" for _ in range(31))).status, 413)
        expect_equal(house.ask(port, "voice.fcgi", b"a=" + b"x" * 2047).status, 413)


@promise("a wrong or huge CONTENT_LENGTH is refused, in FastCGI and in CGI; CGI refuses a missing one too")
def content_length():
    body = sample("voice-inbound")
    good = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/voice.fcgi", "CONTENT_TYPE": FORM,
            "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/voice.fcgi", decode(body))}
    cases = {str(len(body)): 200, str(len(body) + 1): 400, str(len(body) - 1): 401, "-2": 400, "abc": 400, "1e3": 400,
             "18446744073709551617": 413, "99999999": 413, "0": 401, None: (200, 401), "": (200, 401), "-1": (200, 401)}
    with House() as house:
        child = house.start("voice")
        for length, wanted in cases.items():
            variables = dict(good) if length is None else dict(good, CONTENT_LENGTH=length)
            answer = fastcgi.ask(house.path("sockets/voice.sock"), variables, body)
            by_fastcgi, by_cgi = wanted if isinstance(wanted, tuple) else (wanted, wanted)
            expect_equal(answer and answer[0], by_fastcgi, "FastCGI", length)
            ran = subprocess.run([house.path("programs/voice.fcgi")], input=body, capture_output=True,
                                 env=dict(variables, HOOKSWITCH_CONFIG=house.config, PATH=os.environ["PATH"],
                                          ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", ""),
                                          LSAN_OPTIONS=os.environ.get("LSAN_OPTIONS", "")))
            expect_equal((ran.returncode, int(ran.stdout.split(b"Status: ")[1][:3])), (0, by_cgi), "CGI", length)
        kept_alive(house, child)


@promise("addresses that lead nowhere, climb, double their slashes or have 8 kB end the call politely")
def addresses():
    with House() as house:
        child = house.start("voice")
        port = house.nginx(house.snippet("nginx.conf").replace("client_max_body_size",
                                                                "large_client_header_buffers 4 128k; client_max_body_size"))
        for path, wanted in {
                "voice.fcgi/nobody": ["Reject"],
                "voice.fcgi/nobody/main-menu/chosen": ["Reject"],
                "voice.fcgi/front-desk/no-node/chosen": ["Say", "Hangup"],
                "voice.fcgi/front-desk/main-menu/no-step": ["Say", "Hangup"],
                "voice.fcgi/front-desk/front-desk-texts/chosen": ["Say", "Hangup"],
                "voice.fcgi/front-desk/main-menu/chosen/more": ["Reject"],
                "voice.fcgi/front-desk/%2e%2e/chosen": ["Reject"],
                "voice.fcgi//front-desk": ["Reject"],
                "voice.fcgi/front-desk//": ["Reject"],
                "voice.fcgi/" + "x" * 8000: ["Reject"],
                "voice.fcgi/front-desk/" + "%41" * 2600: ["Say", "Hangup"],
                "voice.fcgi/front-desk/main-menu/chosen?try=99999999999999999999": ["Gather"],
                "voice.fcgi/front-desk/main-menu/chosen?try=-1": ["Gather"],
        }.items():
            root = valid(house.ask(port, path, sample("voice-inbound")))
            expect_equal([e.tag for e in root], wanted, path[:100])
        expect_equal(house.ask(port, "voice.fcgi/../voice.fcgi", sample("voice-inbound")).status, 200)
        for path in ("%00", "front-desk/main-menu%00x/chosen", "front-desk/main-menu/chosen%00"):
            # nginx passes no %00 on; another server may
            expect_equal(direct(house, "/hooks/voice.fcgi/" + path)[0], 200, path)
        kept_alive(house, child)


@promise("a signature header that is doubled, empty or 100 kB long counts as a signature at most")
def headers():
    with House() as house:
        child = house.start("voice")
        port = house.nginx(house.snippet("nginx.conf").replace("client_max_body_size",
                                                                "large_client_header_buffers 4 128k; client_max_body_size"))
        body = sample("voice-inbound")
        good = sign(PUBLIC + "/voice.fcgi", decode(body))
        for value in (" ", "x", good[:-1], good + "=", good.lower(), "A" * 28, "a" * 40):
            expect_equal(house.ask(port, "voice.fcgi", body, signature=value).status, 401, value[:50])
        for value in ("A" * 100000, good * 3500): # more than nginx can pass on
            expect_equal(direct(house, "/hooks/voice.fcgi", HTTP_X_SIGNALWIRE_SIGNATURE=value)[0], 401)
        two = [("X-SignalWire-Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
        expect(house.ask(port, "voice.fcgi", body, headers=two).status in (200, 401), "good, then bad")
        expect_equal(house.ask(port, "voice.fcgi", body, signature="x", headers=[("X-SignalWire-Signature", "y")]).status, 401)
        kept_alive(house, child)


@promise("silent peers, half requests and nonsense neither hold a thread nor stop other peers")
def broken_peers():
    with House() as house:
        child = house.start("voice", "--threads", "2")
        path = house.path("sockets/voice.sock")
        body = sample("voice-inbound")
        variables = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/voice.fcgi", "CONTENT_TYPE": FORM,
                     "CONTENT_LENGTH": str(len(body)), "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/voice.fcgi", decode(body))}
        whole = fastcgi.begin() + fastcgi.params(variables) + fastcgi.stdin(body)
        with contextlib.ExitStack() as open_ones:
            for _ in range(50): # more than there are threads, and all of them silent
                open_ones.enter_context(fastcgi.connect(path))
            expect_equal(fastcgi.ask(path, variables, body)[0], 200, "beside silent peers")
            for cut in (0, 1, 8, 20, 200, len(whole) - 9):
                with fastcgi.connect(path) as one:
                    one.sendall(whole[:cut])
            for noise in (b"\x00" * 100, b"\xff" * 5000, b"GET / HTTP/1.0\r\n\r\n", fastcgi.record(fastcgi.STDIN, b"x"),
                          fastcgi.begin() + fastcgi.record(fastcgi.PARAMS, b"\x80\xff\xff\xff\xff\xff") + fastcgi.record(fastcgi.PARAMS)):
                with fastcgi.connect(path) as one:
                    one.sendall(noise)
            expect_equal(fastcgi.ask(path, variables, body)[0], 200, "after broken ones")
            stalled = [open_ones.enter_context(fastcgi.connect(path)) for _ in range(2)]
            for one in stalled:
                one.sendall(whole[:60])
            expect_equal(fastcgi.ask(path, variables, body)[0], 200, "after peers that stall")
        kept_alive(house, child)


@promise("60 connections that nginx keeps open hold no thread: two threads serve all of them without a wait")
def kept_connections():
    with House() as house:
        house.start("voice", "--threads", "2")
        path = house.path("sockets/voice.sock")
        body = sample("voice-inbound")
        variables = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/voice.fcgi", "CONTENT_TYPE": FORM,
                     "CONTENT_LENGTH": str(len(body)), "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/voice.fcgi", decode(body))}
        whole = fastcgi.begin(keep=True) + fastcgi.params(variables) + fastcgi.stdin(body)
        with contextlib.ExitStack() as stack:
            kept = [stack.enter_context(fastcgi.connect(path, 3)) for _ in range(60)]
            for _ in range(3):
                for one in kept:
                    one.sendall(whole)
                    expect_equal(fastcgi.read_answer(one)[0], 200)


@promise("a body that is refused unread leaves the next request on its connection intact")
def after_a_refusal():
    with House() as house:
        house.start("voice")
        path = house.path("sockets/voice.sock")
        body = sample("voice-inbound")
        good = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/voice.fcgi", "CONTENT_TYPE": FORM,
                "CONTENT_LENGTH": str(len(body)), "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/voice.fcgi", decode(body))}
        with fastcgi.connect(path) as one:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                one.sendall(fastcgi.begin(keep=True) + fastcgi.params(dict(good, CONTENT_LENGTH="3000000")) +
                            fastcgi.stdin(b"x" * 3000000))
            answer = fastcgi.read_answer(one)
            expect(answer is None or answer[0] == 413, answer)
        expect_equal(fastcgi.ask(path, good, body)[0], 200)


keep_promises()
