#!/usr/bin/python3
"""The platform's own signatures, through nginx into the real program."""

import itertools
import os
import urllib.parse

from harness import *

COLUMNS = "name key method url content_type body signature valid note".split()


def vectors():
    with open(os.path.join(SOURCE, "tests/data/signature-vectors.tsv"), encoding="utf-8") as file:
        lines = file.read().split("\n")[1:]
    return [dict(zip(COLUMNS, line.split("\t"))) for line in lines if line]


CONFIG = """[hookswitch]
public_url = {public}
{settings}
[line any]
voice = hello
[announce hello]
prompt = Hello
"""


@promise("all 65 signature vectors give the expected result through nginx")
def through_nginx():
    every = vectors()
    expect_equal(len(every), 65)
    with House(CONFIG) as house:
        port = house.nginx("server { LISTEN location / { include fastcgi_params; fastcgi_pass unix:%s; } }" %
                           house.path("sockets/voice.sock"))

        def group(vector):
            url = urllib.parse.urlsplit(vector["url"])
            return "%s://%s" % (url.scheme, url.netloc), vector["key"]

        for (public, key), members in itertools.groupby(sorted(every, key=group), group):
            house.public = public
            house.write("signing.key", key)
            house.settings = "signing_key_file = %s" % house.key_file if key else ""
            house.write_config()
            program = house.start("voice")
            for vector in members:
                target = vector["url"][len(public):]
                answer = house.ask(port, target, vector["body"].encode() if vector["method"] == "POST" else None,
                                   signature=vector["signature"], content_type=vector["content_type"] or FORM)
                expect_equal(answer.status, 200 if vector["valid"] == "1" else 401, vector["name"])
            house.stop(program)


@promise("the older header counts only where the platform's current one is absent")
def older_header():
    with House() as house:
        house.start("voice")
        port = house.nginx()
        body = sample("voice-inbound")
        good = sign(PUBLIC + "/voice.fcgi", decode(body))
        older = lambda value: [("X-Twilio-Signature", value)]
        expect_equal(house.ask(port, "voice.fcgi", body, signature="", headers=older(good)).status, 200)
        expect_equal(house.ask(port, "voice.fcgi", body, signature="x", headers=older(good)).status, 401)


@promise("two keys are valid during a rotation, from files, without a restart")
def rotation():
    with House() as house:
        house.start("voice")
        port = house.nginx()
        body = sample("voice-inbound")
        by = {key: sign(PUBLIC + "/voice.fcgi", decode(body), key) for key in (KEY, "PSK_fresh")}
        status = lambda key: house.ask(port, "voice.fcgi", body, signature=by[key]).status
        expect_equal((status(KEY), status("PSK_fresh")), (200, 401))
        house.write("old.key", KEY, 0o640)
        house.write("signing.key", "PSK_fresh\n", 0o640)
        house.settings = "previous_signing_key_file = %s" % house.path("old.key")
        house.write_config()
        wait_for("the new key", lambda: status("PSK_fresh") == 200)
        expect_equal(status(KEY), 200)
        house.settings = ""
        house.write_config()
        wait_for("the old key to end", lambda: status(KEY) == 401)
        expect_equal(status("PSK_fresh"), 200)


@promise("without a key every request is refused; unsigned = accept takes all and warns loudly")
def no_key():
    with House(CONFIG) as house:
        program = house.start("voice")
        port = house.nginx()
        empty = sign(PUBLIC + "/voice.fcgi", decode(sample("voice-inbound")), "")
        for signature in ("", empty):
            expect_equal(house.ask(port, "voice.fcgi", sample("voice-inbound"), signature=signature).status, 401)
        house.stop(program)
        house.settings = "unsigned = accept"
        house.write_config()
        house.start("voice")
        expect_equal(house.ask(port, "voice.fcgi", sample("voice-inbound"), signature="").status, 200)
        expect_in("UNSIGNED REQUESTS ARE ACCEPTED", house.log("voice"))
        expect_in("unsigned = accept", house.command("check").stdout)


@promise("a refusal names the addresses that it tried, and never a key, a password or a signature")
def says_what_was_tried():
    with House(public="https://hook:s3cret@pbx.example.com/hooks") as house:
        house.start("voice")
        port = house.nginx()
        body = sample("voice-inbound")
        wrong = sign("http://127.0.0.1/hooks/voice.fcgi", decode(body))
        expect_equal(house.ask(port, "voice.fcgi", body, signature=wrong).status, 401)
        log = house.log("voice")
        expect_in("checked against https://***@pbx.example.com/hooks/voice.fcgi", log)
        for secret in (KEY, "s3cret", wrong):
            expect(secret not in log, secret)


keep_promises()
