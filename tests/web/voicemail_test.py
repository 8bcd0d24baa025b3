#!/usr/bin/python3
"""Voicemail from its greeting to the telephone on which it is listened to."""

from away import Site, make_certificate
from harness import *
from phone import Call

BOX = """[hookswitch]
public_url = {public}
signing_key_file = {key_file}
store = sqlite:{store}
{settings}
[line desk]
numbers = +15559870002
voice = box
[line listen]
numbers = +15559870003
voice = mine
[voicemail box]
min_length = 3
review = To send it, press 1. To hear it, press 2. To record it again, press 3. If it is urgent, press 4.
urgent_key = 4
listen_days = 30
run = {path}/note
[mailbox mine]
voicemail = box
pin = 4711
"""


def opened(extra=""):
    house = House(BOX.replace("{path}", "PLACE"))
    house.config_text = house.config_text.replace("PLACE", house.folder)
    house.write("note", '#!/bin/sh\necho "noted $HOOKSWITCH_EVENT $HOOKSWITCH_SID"; grep -o "Urgent[^,]*" >&2 || true\n', 0o755)
    house.write_config(extra)
    house.start("voice"), house.start("recording")
    return house, house.nginx()


def work_later(house):
    """When the callers have had their time."""
    due_now(house)
    return house.work()


@promise("a voicemail is delivered when the caller confirms or hangs up, and not when he records again or too little")
def thinks_better():
    house, port = opened()
    with house:
        sent = Call(house, port).record(name="a").report_recording().hears("To send it")
        sent.press("1").hears("Thank you").is_over()
        gone = Call(house, port).record(name="b", digits="hangup").report_recording()
        short = Call(house, port).record(seconds=2, name="c").report_recording().hears("too short")
        again = short.record(name="d").report_recording().press("3").hears("again")
        again.record(name="e").report_recording().press("4").is_over()
        log = work_later(house)
        names = [e["sid"].rsplit("-", 1)[1] for e in house.events("--event", "voicemail.received")]
        expect_equal(sorted(names), ["a", "b", "e"])
        expect_equal(log.count("noted voicemail.received"), 3, log)
        expect_equal(log.count("Urgent"), 1, log)


@promise("you listen to voicemails by phone with a PIN, the urgent ones first, and delete them")
def listens():
    house, port = opened()
    with house:
        Call(house, port, caller="+15551230007").record(name="a").report_recording().press("1")
        Call(house, port, caller="+15551230008").record(name="b").report_recording().press("4")
        work_later(house)
        call = Call(house, port, to="+15559870003").hears("enter your PIN")
        call.press("0000").hears("not right").press("4711")
        call.hears("You have 2 messages, 2 of them new.", "Urgent.", "from 1, 5, 5, 5, 1, 2, 3, 0, 0, 0, 8", "-b.wav")
        call.press("2").hears("Deleted.", "0, 0, 0, 7", "-a.wav")
        call.keep_silent().hears("To hear it again")
        call.press("1").hears("-a.wav").press("3").hears("That was the last message").is_over()
        again = Call(house, port, to="+15559870003").press("4711").hears("You have 1 messages, 0 of them new.").press("2")
        again.hears("Deleted").is_over()
        Call(house, port, to="+15559870003").press("4711").hears("You have no messages").is_over()
        expect(all("4711" not in str(e) for e in house.events()))
        expect("4711" not in house.log("voice"))


@promise("a voicemail is texted to phones through the platform, once, with the token only")
def texts():
    house = House(BOX.replace("run = {path}/note", "text = +15551110001, +15551110002\ntext_message = From {{{{from}}}}")
                  .replace("review =", ";review =").replace("urgent_key", ";urgent_key"))
    with house:
        ca = make_certificate(house)
        asked = []
        def page(handler):
            asked.append((handler.headers["Authorization"], handler.body))
            handler.give(201 if len(asked) != 2 else 503, b"{}", "application/json")
        with Site(house, {"*": page}) as site:
            house.write("token", "PT_1", 0o640)
            house.settings = "space = localhost:%d\nproject = p1\ntoken_file = token" % site.port
            house.write_config("[work]\nca_file = %s\nprivate_hosts = localhost\n" % ca)
            house.start("voice"), house.start("recording")
            port = house.nginx()
            Call(house, port).record().report_recording()
            wait_for("the call", lambda: len(house.events()) >= 3)
            house.work()
            expect_equal(len(asked), 2)
            log = work_later(house)
        bodies = [body.decode() for _, body in asked]
        expect_equal(["To=%2B1555111000" + b.split("To=%2B1555111000")[1][0] for b in bodies],
                     ["To=%2B15551110001", "To=%2B15551110002", "To=%2B15551110002"])
        expect_in("From=%2B15559870002", bodies[0])
        expect_in("Body=From", bodies[0])
        expect_equal(asked[0][0], "Basic " + base64.b64encode(b"p1:PT_1").decode())
        expect("PT_1" not in log)


keep_promises()
