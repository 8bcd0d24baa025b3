#!/usr/bin/python3
"""The demo: a private nginx, the five programs, the sample configuration, and a whole call.

  demo.py          play the call, then wait for requests until Ctrl-C
  demo.py --once   play the call and end: with 0, or with 1 after a failure
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "web"))
from harness import *  # noqa: E402
from schema import valid  # noqa: E402

COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
SHOWN = ("CallStatus", "From", "To", "Digits", "SpeechResult", "DialCallStatus", "RecordingUrl", "RecordingDuration", "RecordingStatus",
         "SequenceNumber", "Body", "MessageStatus", "TranscriptionText", "FaxStatus", "NumPages")


def paint(code, text):
    return "\033[%sm%s\033[0m" % (code, text) if COLOUR else text


def heading(text):
    print("\n" + paint("1", "== " + text))


class Demo:
    def __init__(self, house, port):
        self.house, self.port = house, port

    def ask(self, happening, target, pairs, context="voice", cxml=True):
        """Posts a signed request as the platform would, and prints both sides."""
        print("\n" + paint("1;36", happening))
        print("  platform:    POST %s/%s" % (self.house.public, target))
        for name, value in pairs:
            if name in SHOWN and value:
                print("      %s=%s" % (name, value))
        answer = self.house.ask(self.port, target, pairs)
        root = valid(answer, context)
        print("  hookswitch:  %d" % answer.status)
        if cxml and len(root):
            for line in answer.text.splitlines()[1:]:
                print("      " + paint("32", line.replace(self.house.public, "...")))
        return root

    def follow(self, url):
        return url[len(self.house.public) + 1:]


def play(demo):
    heading("A call to +1 555 987 0002 that nobody answers")
    root = demo.ask("The phone rings.", "voice.fcgi", pairs_of("voice-inbound"))
    action = demo.follow(root.find("Gather").get("action"))
    root = demo.ask("The caller presses 7, which is not a choice.", action, pairs_of("gather-digits", Digits="7"))
    action = demo.follow(root.find("Gather").get("action"))
    root = demo.ask("The caller says: I would like to talk to sales please.", action, pairs_of("gather-speech"))
    dial = root.find("Dial")
    expect_equal(len(dial.findall("Number")), 2)
    root = demo.ask("Both phones ring for 20 seconds; nobody answers.", demo.follow(dial.get("action")),
                    pairs_of("dial-no-answer"))
    record = root.find("Record")
    root = demo.ask("The caller leaves a message and presses #.", demo.follow(record.get("action")), pairs_of("record-done"))
    expect(root.find("Hangup") is not None)

    heading("Status callbacks: out of order, and some of them twice")
    reports = [("status.fcgi/call", name) for name in
               ("status-call-completed", "status-call-initiated", "status-call-completed", "status-call-ringing",
                "status-call-in-progress")]
    recording = demo.follow(record.get("recordingStatusCallback"))
    reports += [(recording, name) for name in
                ("recording-completed", "recording-in-progress", "recording-completed", "transcription-completed")]
    for target, name in reports:
        demo.ask("  " + name.replace("-", " "), target, pairs_of(name), cxml=False)

    heading("A text message and a fax")
    root = demo.ask("A text message: hours", "sms.fcgi", pairs_of("sms-hours"), "messaging")
    demo.ask("The reply is delivered.", demo.follow(root.find("Message").get("statusCallback")),
             pairs_of("status-message-delivered", MessageSid="7f0c9e52-2f5e-4f0e-9b61-4a7a1f6c8e22",
                      Body=root.find("Message").text), cxml=False)
    root = demo.ask("A fax arrives.", "fax.fcgi", pairs_of("fax-inbound"), "fax")
    demo.ask("Both pages have arrived.", demo.follow(root.find("Receive").get("action")), pairs_of("fax-received"), cxml=False)

    heading("A forged request, signed without the key")
    answer = demo.house.ask(demo.port, "voice.fcgi", pairs_of("voice-inbound"), signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    print("  hookswitch:  %d %s" % (answer.status, answer.text.strip()))
    expect_equal(answer.status, 401)


def show_events(house):
    heading("hookswitch events")
    shown = wait_for("the last events", lambda: ready(house), 5)
    print(shown)
    heading("hookswitch events --current")
    print(house.command("events", "--current").stdout)
    current = sorted((event["kind"], event["state"]) for event in house.events("--current"))
    expect_equal(current, [("call", "completed"), ("fax", "received"), ("message", "delivered"), ("message", "received"),
                           ("recording", "completed"), ("transcription", "completed")])
    names = [event["event"] for event in house.events()]
    for name in ("call.completed", "recording.completed"):
        expect_equal(names.count(name), 1, name, "was sent twice and must be stored once")


NOTICE = """#!/bin/sh
# [on voicemail.received] run = this program: the environment holds the main values, standard input the event as JSON
echo "a message from $HOOKSWITCH_FROM for line $HOOKSWITCH_LINE:"
grep -o '"transcription":"[^"]*"'
"""


def follow_up(house):
    heading("hookswitch work --once")
    ran = house.command("work", "--once")
    for line in ran.stderr.splitlines():
        print("  " + paint("32", line.split(" ", 1)[1] if " " in line else line))
    expect_in("a message from +15551230001 for line front-desk", ran.stderr)
    expect_in("Please call me back about invoice 42", ran.stderr)
    heading("hookswitch jobs")
    print(house.command("jobs").stdout)
    expect_equal([job["state"] for job in house.jobs()], ["done"])


def ready(house):
    ran = house.command("events")
    return ran.stdout if ran.returncode == 0 and ran.stdout.count("call.gathered") == 2 else None


def stay(house, port):
    heading("Try it; Ctrl-C ends the demo")
    url = house.public + "/voice.fcgi"
    print("The programs listen at http://127.0.0.1:%d/hooks/{voice,sms,fax,status,recording}.fcgi" % port)
    print("and expect signatures for %s/... For example:\n" % house.public)
    ran = house.command("sign", "--curl", url, "CallSid=try-1", "CallStatus=ringing", "From=+15551230001", "To=+15559870002")
    print("  " + ran.stdout.strip().replace("'%s'" % url, "'http://127.0.0.1:%d/hooks/voice.fcgi'" % port))
    print("  HOOKSWITCH_CONFIG=%s %s events" % (house.config, HOOKSWITCH))
    print("  HOOKSWITCH_CONFIG=%s %s check" % (house.config, HOOKSWITCH))
    print("\nEdit %s: the programs load it within a second." % house.config)
    sys.stdout.flush()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


def main():
    arguments = sys.argv[1:]
    if arguments not in ([], ["--once"]):
        print(__doc__, file=sys.stderr)
        return 64
    with House() as house:
        house.write_config("[on voicemail.received]\nrun = %s\n" % house.write("notice", NOTICE, 0o755))
        print("Starting nginx and the five programs on loopback, in %s" % house.folder)
        house.start_all()
        demo = Demo(house, house.nginx())
        try:
            play(demo)
            show_events(house)
            follow_up(house)
        except AssertionError as failure:
            print("\nFAILED: %s" % failure, file=sys.stderr)
            for name in PROGRAMS:
                print(house.log(name), file=sys.stderr)
            return 1
        if arguments:
            print("The demo passed.")
        else:
            stay(house, demo.port)
    return 0


sys.exit(main())
