#!/usr/bin/python3
"""The hookswitch command, as a person types it."""

import contextlib
import csv
import fcntl
import glob
import io
import json
import os
import pty
import re
import shutil
import sqlite3
import struct
import subprocess
import termios
import time
import unicodedata

from harness import *
from schema import valid


@promise("check accepts the sample configuration with status 0")
def sound():
    with House() as house:
        ran = house.command("check", "--config", house.config)
        expect_equal((ran.returncode, ran.stderr), (0, ""))
        expect_in("0 errors, 0 warnings; 2 lines, 8 nodes", ran.stdout)


@promise("check lists every error with its place and exits with 1, or with 2 when there is nothing to check")
def unsound():
    with House() as house:
        house.write_config("[menu bad]\nprompt = x\n1 = slaes\nprmpt = y\n")
        ran = house.command("check")
        expect_equal(ran.returncode, 1)
        lines = house.config_text.count("\n") + 1
        expect_in("hookswitch.ini:%d: [menu bad] 1: no node is called 'slaes'; did you mean 'sales'?" % (lines + 2), ran.stdout)
        expect_in("prmpt: unknown key in a [menu] section; did you mean 'prompt'?", ran.stdout)
        expect_in("2 errors", ran.stdout)
        expect_equal(house.command("check", "--config", "/nonexistent").returncode, 2)
        expect_equal(house.command("check", "--config", house.folder).returncode, 2)
        house.write("empty.ini", "")
        expect_equal(house.command("check", "--config", house.path("empty.ini")).returncode, 2)


@promise("check recognises files that are not configurations, and gives the remedy")
def no_configuration():
    with House() as house:
        text = open(house.config).read()
        for content, sentence in ((text.encode("utf-16"), "looks like UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
                                  (text.encode("utf-16-le"), "looks like UTF-16"), (b"\x7fELF\0\0", "contains a NUL byte, so it is not a text file"),
                                  (text.encode("utf-8-sig"), "starts with a byte-order mark; save it as UTF-8 without one"),
                                  (b"", "there is no [hookswitch] section; expected one with public_url, signing_key_file and store")):
            ran = house.command("check", "--config", house.write("other.ini", content))
            expect_equal(ran.returncode, 2)
            expect_in(sentence, ran.stdout)
            expect_in("other.ini: 1 error, 0 warnings", ran.stdout)
        expect_in("cannot be read: No such file or directory; name another with --config FILE or $HOOKSWITCH_CONFIG",
                  house.command("check", "--config", "/nonexistent").stdout)
        expect_in("is a folder; name a file in it", house.command("check", "--config", house.folder).stdout)


@promise("check prints each complaint as JSON, with its severity")
def complains_in_json():
    with House() as house:
        house.write_config("[menu bad]\nprompt = http://h.example.com/x.mp3\n1 = slaes\n")
        found = [json.loads(line) for line in house.command("check", "--json").stdout.splitlines()]
        expect_equal(sorted({c["severity"] for c in found}), ["error", "hint", "warning"])
        wrong = [c for c in found if c["severity"] == "error"][0]
        expect_equal((wrong["section"], wrong["key"], wrong["file"]), ("menu bad", "1", house.config))
        expect_equal(wrong["line"], house.config_text.count("\n") + 3)

@promise("the sample and all examples are checked, called, texted and drawn from the source tree without a key")
def without_key():
    configs = [os.path.join(SOURCE, "etc/hookswitch.ini")] + sorted(glob.glob(os.path.join(SOURCE, "etc/examples/*/hookswitch.ini")))
    expect_equal(len(configs), 8)
    ran = lambda *arguments: subprocess.run([HOOKSWITCH, *arguments], capture_output=True, text=True, cwd=SOURCE, stdin=subprocess.DEVNULL)
    there = os.path.exists("/etc/hookswitch/signing.key")
    for config in configs:
        checked = ran("check", "--config", config)
        expect_equal(checked.returncode, 0, checked.stdout, checked.stderr)
        expect_in(": 0 errors, ", checked.stdout)
        if not there:
            expect_in("warning: [hookswitch] signing_key_file: /etc/hookswitch/signing.key does not exist: write the secret into it", checked.stdout)
        for command in ("graph", "urls") if config.split("/")[-2] in ("etc", "helpline") else ():
            expect_equal(ran(command, "--config", config).returncode, 0, command, config)
    sample = ("--config", configs[0])
    for arguments, said in ((("call", *sample, "--at", "2026-11-24T10:00", "front-desk", "press 1", "expect dial +15551110001"), "[dial +15551110001]"),
                            (("text", *sample, "front-desk", "When are you open?"), "We are open Monday to Friday"), (("fax", *sample, "office-fax"), "receive"),
                            (("test", *sample, os.path.join(SOURCE, "tests/calls/sample")), "")):
        done = ran(*arguments)
        expect_equal(done.returncode, 0, arguments, done.stdout, done.stderr)
        expect_in(said.lower(), done.stdout.lower())
    refused = ran("call", *sample, "--url", "http://127.0.0.1:%d/hooks" % free_port(), "front-desk", "press 1")
    expect(there or refused.returncode != 0 and "signing" in refused.stderr + refused.stdout, refused.stdout, refused.stderr)


@promise("a program answers 401 until its key file exists; a program that loses the file keeps the key that it has")
def key_comes_and_goes():
    with House() as house:
        os.rename(house.key_file, house.path("away"))
        house.start("voice")
        port = house.nginx()
        status = lambda: house.ask(port, "voice.fcgi", sample("voice-inbound")).status
        expect_equal(status(), 401)
        expect_in("signing.key does not exist", house.log("voice"))
        os.rename(house.path("away"), house.key_file)
        wait_for("the key to be found", lambda: status() == 200)
        os.rename(house.key_file, house.path("away"))
        wait_for("the loss to be noticed", lambda: "lacks its signing key; the previous one stays in force" in house.log("voice"))
        expect_equal(status(), 200)


@promise("check and doctor name every missing file, program, folder and address, with the remedy")
def missing_things():
    with House() as house:
        house.settings = "space = example\nproject = p\ntoken_file = token\n"
        house.write("plain.txt", "x", 0o644)
        house.write_config("[work]\nsmtp = smtp://localhost\nsmtp_user = me\nsmtp_password_file = smtp.password\nca_file = /nonexistent/ca.pem\n"
                           "smtp_ca_file = noca.pem\n"
                           "[on call.missed]\nrun = /nonexistent/alert --now\npost = https://crm.example.com/x\nsecret_file = crm.secret\n"
                           "[on call.busy]\nrun = %s\nfetch = /nonexistent/folder/calls\n" % house.path("plain.txt"))
        wanted = ["token_file: %s does not exist: write the secret into it, and nothing else, and chmod 640 %s" % (house.path("token"), house.path("token")),
                  "smtp_password_file: %s does not exist: write the secret into it" % house.path("smtp.password"),
                  " ca_file: /nonexistent/ca.pem: No such file", " smtp_ca_file: %s: No such file" % house.path("noca.pem"),
                  "run: /nonexistent/alert does not exist: install it, or name the place where it is",
                  "secret_file: %s does not exist: write the secret into it" % house.path("crm.secret"),
                  "run: %s cannot be run: chmod 755 %s" % (house.path("plain.txt"), house.path("plain.txt")),
                  "fetch: /nonexistent/folder does not exist: mkdir -p /nonexistent/folder && chown www-data: /nonexistent/folder"]
        ran = house.command("check")
        for sentence in wanted:
            expect_equal(ran.stdout.count(sentence), 1, sentence, ran.stdout)
        expect_in(": 0 errors, 8 warnings", ran.stdout)
        doctor = house.command("doctor", "--offline").stdout
        for sentence in wanted:
            expect_in(sentence[:200], doctor)
        # mail without a mail program; texts without the platform's interface; a store without its folder
        house.settings = ""
        house.write_config("[work]\nsendmail = /nonexistent/sendmail\n[on call.missed]\nmail = a@example.com\ntext = +15551110001\n")
        ran = house.command("check")
        expect_in("[work] sendmail: /nonexistent/sendmail does not exist: mails cannot be sent: install it, or set smtp = smtp://HOST:587 in [work]", ran.stdout)
        expect_in("[on call.missed] text: a text is sent by the platform's REST interface; expected space, project and token_file in [hookswitch]", ran.stdout)
        house.write_config("[work]\nsmtp = smtp://localhost\n[on call.missed]\nfetch = recordings\n")
        expect_in(": 0 errors, 0 warnings", house.command("check").stdout)
        house.write_config(**{"{store}": "/nonexistent/store/events.db"})
        expect_in("store: /nonexistent/store does not exist: mkdir -p /nonexistent/store && chown www-data: /nonexistent/store", house.command("check").stdout)
        house.write_config("[agent one]\nqueue = suport\npin = 1234\n[menu x]\nprompt = Press 1.\n1 = one\n[queue support]\nprompt = Hold on.\n"
                           "[line third]\nnumbers = +15559870003\nvoice = x\n")
        expect_in("[agent one] queue: no [queue] section fills the queue 'suport'; did you mean 'support'?", house.command("check").stdout)


@promise("check reports a missing mail program where a mail is ordered and no key names one")
def missing_mail_program():
    with House() as house:
        house.write_config("[on call.missed]\nmail = a@example.com\n")
        lines = house.config_text.count("\n") + 1
        said = "hookswitch.ini:%d: warning: [on call.missed] mail: /usr/sbin/sendmail does not exist: mails cannot be sent: install it, or set smtp" % (lines + 1)
        expect_equal(said in house.command("check").stdout, not os.path.exists("/usr/sbin/sendmail"))


@promise("graph and urls explain an unusable configuration as call and text do")
def unusable_configuration():
    with House() as house:
        for command in ("graph", "urls"):
            ran = house.command(command, "--config", "/nonexistent.ini")
            expect_equal((ran.returncode, ran.stdout), (2, ""))
            expect_equal(ran.stderr, "hookswitch %s: /nonexistent.ini: cannot be read: No such file or directory; "
                                     "name another with --config FILE or $HOOKSWITCH_CONFIG\n" % command)
        house.write_config("[menu bad]\nprompt = x\n1 = slaes\n")
        for command in ("graph", "urls"):
            ran = house.command(command)
            expect_equal(ran.returncode, 2)
            expect_in("[menu bad] 1: no node is called 'slaes'; did you mean 'sales'?", ran.stderr)


@promise("every command ends with 2 when the configuration is missing or names too little")
def missing_configuration():
    with House() as house:
        house.write("one.call", "line front-desk\n")
        for command in ("hours", "events", "events prune", "optouts", "jobs", "store check", "reconcile", "trace", "test one.call", "urls", "work --once"):
            arguments = [house.path(word) if word.endswith(".call") else word for word in command.split()]
            ran = house.command(*arguments, "--config", "/nonexistent.ini")
            expect_equal((ran.returncode, ran.stdout), (2, ""), command, ran.stderr)
            expect_in("/nonexistent.ini", ran.stderr)
        expect_equal(house.command("test", "/nonexistent").returncode, 2)
        ran = house.command("reconcile", "--dry-run")
        expect_equal((ran.returncode, ran.stdout), (2, ""), ran.stderr)


@promise("check recognises a key file that holds a configuration line or UTF-16, and gives the remedy")
def mistaken_key_files():
    with House() as house:
        for content, sentence in ((b"signing_key = PSK_1\n", "holds 'signing_key = ': expected the secret, and nothing else"),
                                  (b"SIGNING_KEY=PSK_1\n", "holds 'SIGNING_KEY=': expected the secret, and nothing else"),
                                  ("PSK_1\r\n".encode("utf-16"), "looks like UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
                                  ("PSK_1\r\n".encode("utf-16-le"), "looks like UTF-16; save it as UTF-8")):
            house.write("signing.key", content, 0o640)
            ran = house.command("check")
            expect_equal(ran.returncode, 1, ran.stdout)
            expect_in("signing_key_file: %s %s" % (house.key_file, sentence), ran.stdout)
            expect("PSK_1" not in ran.stdout)
        house.write("signing.key", b"PSK_a=b==\n", 0o640)
        expect_equal(house.command("check").returncode, 0)


@promise("check hints that run uses no shell when a command has shell syntax")
def no_shell():
    with House() as house:
        for run, word in (("/bin/echo hi | mail root", "|"), ("/bin/echo hi > /tmp/x", ">"), ("/bin/echo hi && /bin/true", "&&"), ("/bin/echo hi 2>&1", "2>&1"),
                          ("/bin/echo hi >>/tmp/x", ">>/tmp/x")):
            house.write_config("[on call.missed]\nrun = %s\n" % run)
            expect_in("hint: [on call.missed] run: no shell reads this, so '%s' is passed to the program literally; expected a script of your own, or "
                      "/bin/sh -c '...'\n" % word, house.command("check").stdout)
        house.write_config("[on call.missed]\nrun = \"/bin/echo hi; /bin/true\"\n")
        expect_in("run: no shell reads this, so 'hi;' is passed", house.command("check").stdout)
        for run in ("/bin/sh -c 'echo hi | cat > /dev/null; true'", "/bin/echo -F '|' http://h/?a=1&b=2", "\"/bin/echo '>' a;b\""):
            house.write_config("[on call.missed]\nrun = %s\n" % run)
            expect("no shell" not in house.command("check").stdout, run)


@promise("check explains public addresses that signatures cannot match, and time zones with a surprising meaning")
def treacherous_settings():
    with House() as house:
        def check(**changes):
            house.write_config(**changes)
            return house.command("check").stdout
        for wrong in ("", "/front-desk", "/front-desk/", "/"):
            expect_in("public_url: ends in a program; expected the address of its folder: https://pbx.example.com/hooks\n",
                      check(**{"{public}": "https://pbx.example.com/hooks/voice.fcgi" + wrong}))
        expect_in("warning: [hookswitch] no public_url: the signed address is taken from the request", check(**{"public_url ": "; public_url "}))
        for zone, sentence in (("UTC+5", "'UTC+5' is an offset from UTC, whose sign POSIX reverses; write the name of a place"),
                               ("-05:00", "whose sign POSIX reverses"),
                               ("EST", "'EST' has no daylight saving time; write America/New_York, or America/Panama without it"),
                               ("PST", "write America/Los_Angeles")):
            said = check(**{"timezone = America/New_York": "timezone = " + zone})
            expect_in("timezone: ", said)
            expect_in(sentence, said)
            expect_in(": 1 error, 0 warnings", said)
        for zone, meant in (("America/New_york", "America/New_York"), ("America/NewYork", "America/New_York"), ("Europe/Berln", "Europe/Berlin"),
                            ("utc", "UTC"), ("berlin", "Europe/Berlin"), ("New York", "America/New_York")):
            expect_in("timezone: '%s' is not a time zone; did you mean %s?\n" % (zone, meant), check(**{"timezone = America/New_York": "timezone = " + zone}))
        expect_in("'Mars/Olympus' is not a time zone; expected an IANA name such as", check(**{"timezone = America/New_York": "timezone = Mars/Olympus"}))
        for zone in ("EST5EDT", "UTC", "US/Eastern", "Etc/GMT+5"):
            expect_in(": 0 errors", check(**{"timezone = America/New_York": "timezone = " + zone}))


@promise("one rule holds for every file with a secret: others may not read or change it, and its group may not change it")
def secret_files():
    with House() as house:
        house.settings = "space = example\nproject = p\ntoken_file = token\n"
        sections = ("[work]\nsmtp = smtp://localhost\nsmtp_user = me\nsmtp_password_file = password\n"
                    "[on call.missed]\npost = https://crm.example.com/x\nsecret_file = secret\n[on call.busy]\npost = https://crm.example.com/x\nsecret_file = secret\n"
                    "[line third]\nnumbers = +15559870003\nvoice = room\n[conference room]\npin_file = pin\n")
        house.write_config(sections)
        for mode, sentence in ((0o644, "others on this host can read it (0644)"), (0o666, "others on this host can change it (0666)"),
                               (0o660, "its group can change it (0660)"), (0o640, None)):
            paths = [house.write(name, "1234\n", mode) for name in ("token", "password", "secret", "pin")] + [house.write("signing.key", KEY, mode)]
            ran = house.command("check")
            doctor = house.command("doctor", "--offline").stdout
            for path in paths:
                expect_equal(ran.stdout.count("%s: chmod 640 %s\n" % (sentence, path)), 1 if sentence else 0, ran.stdout)
                expect(sentence is None or "%s: chmod 640 %s" % (sentence, path) in doctor, doctor)
            expect_in(": 0 errors, %d warnings" % (5 if sentence else 0), ran.stdout)
        house.write_config(sections.replace("pin_file = pin", "pin = 4321"))
        os.chmod(house.config, 0o644)
        expect_in("[conference room] pin: this file holds a secret: others on this host can read it (0644): chmod 640 " + house.config,
                  house.command("check").stdout)


@promise("hours forces opening hours open or closed, from the next call until a given time, and shows them")
def forces_hours():
    with House() as house:
        house.start("voice")
        port = house.nginx()
        rings = lambda: valid(house.ask(port, "voice.fcgi", pairs_of("voice-inbound")))
        is_open = lambda: rings().find("Gather") is not None
        expect_in("opening-hours: ", house.command("hours").stdout)
        ran = house.command("hours", "opening-hours", "closed", "--until", "2h")
        expect_equal((ran.returncode, ran.stderr), (0, ""))
        expect_in("closed, forced until 20", ran.stdout)
        expect(not is_open())
        expect_in("forced until 'hookswitch hours opening-hours auto'", house.command("hours", "Opening-Hours", "open").stdout)
        expect(is_open())
        house.command("hours", "opening-hours", "auto")
        expect_equal(is_open(), house.command("hours", "opening-hours").stdout == "opening-hours: open\n")
        expect_in("2h, 17:30", house.command("hours", "opening-hours", "open", "--until", "yesterday").stderr)
        expect_in("no [hours] section is called 'other'", house.command("hours", "other", "open").stderr)
        expect_equal(house.command("hours", "opening-hours", "ajar").returncode, 64)


@promise("optouts lists the numbers that opted out of each line, and changes them as a message would")
def optouts():
    with House() as house:
        house.start("sms")
        port = house.nginx()
        texts = lambda name, **changes: valid(house.ask(port, "sms.fcgi", pairs_of(name, **changes)), "messaging")
        expect(texts("sms-hello", MessageSid="a").find("Message") is not None)
        expect_in("no more messages", texts("sms-stop", MessageSid="b").find("Message").text)
        expect(texts("sms-hello", MessageSid="c").find("Message") is None)
        expect_in("front-desk               +15551230001         20", house.command("optouts").stdout)
        ran = house.command("optouts", "front-desk", "remove", "+1 555 123 0001")
        expect_equal((ran.returncode, ran.stdout), (0, "+15551230001 gets the messages from line front-desk\n"))
        expect(texts("sms-hello", MessageSid="d").find("Message") is not None)
        expect_equal(house.command("optouts", "front-desk", "add", "+15551230001").returncode, 0)
        expect(texts("sms-hello", MessageSid="e").find("Message") is None)
        expect_equal(house.command("optouts", "office-fax").stdout, "")
        expect_in("+15551230001", house.command("optouts", "Front-Desk").stdout)
        ran = house.command("optouts", "front-dsk")
        expect_equal((ran.returncode, ran.stdout), (64, ""))
        expect_in("no line is called 'front-dsk'; did you mean 'front-desk'?", ran.stderr)
        expect_in("no line is called 'nope'; expected front-desk, office-fax\n", house.command("optouts", "nope").stderr)
        expect_in("no line is called", house.command("optouts", "other", "add", "+15551230001").stderr)
        ran = house.command("optouts", "front-desk", "add", "5551230001")
        expect_equal(ran.returncode, 64)
        expect_in("did you mean +15551230001?", ran.stderr)
        expect_in("is not a number", house.command("optouts", "front-desk", "add", "me").stderr)
        expect_equal(house.command("optouts", "front-desk", "drop", "+15551230001").returncode, 64)


@promise("sign prints the header that the platform would send, for forms, GET, JSON and bodies from a file")
def signs():
    with House() as house:
        url = "https://pbx.example.com/hooks/voice.fcgi?try=1"
        pairs = [("CallSid", "a b&c"), ("From", "+1555"), ("From", "again"), ("Body", "Gr\u00fc\u00dfe")]
        words = ["%s=%s" % pair for pair in pairs]
        header = lambda *arguments: house.command("sign", *arguments)
        expect_equal(header(url, *words).stdout, "X-SignalWire-Signature: %s\n" % sign(url, pairs))
        expect_equal(header("--key-file", house.write("k", "other"), url).stdout, "X-SignalWire-Signature: %s\n" % sign(url, key="other"))
        house.write("body", encode(pairs))
        expect_equal(header("--body", house.path("body"), url).stdout, "X-SignalWire-Signature: %s\n" % sign(url, pairs))
        house.write("json", '{"a": 1}')
        expect_equal(header("--json", "--body", house.path("json"), url).stdout,
                     "X-SignalWire-Signature: %s\n" % sign(url, body=b'{"a": 1}'))
        ran = house.command("sign", "--get", "--curl", "https://h/v", "a=b c")
        expect_in(sign("https://h/v?a=b%20c"), ran.stdout)
        for bad, reason in ((["sign"], "missing URL: the address as entered at the platform"), (["sign", "no-url"], "is not a URL"), (["sign", "--nope", url], "unknown option"),
                            (["sign", "--body", "x", url, "a=b"], "--body does not go with NAME=VALUE or --get"), (["sign", url, "a=b", "To"], "'To': expected NAME=VALUE"),
                            (["sign", url, "=x"], "'=x': expected NAME=VALUE"), (["sign", "--json", url, "a=b"], "--json needs --body FILE"),
                            (["sign", "--json", url], "--json needs --body FILE"), (["sign", "--json", "--body", house.write("empty", ""), url], "empty is empty: --json needs a body")):
            ran = house.command(*bad)
            expect_equal((ran.returncode, ran.stdout), (64, ""), bad)
            expect_in(reason, ran.stderr)
        expect_equal(house.command("sign", "--body", "/nonexistent", url).returncode, 2)
        expect_equal(house.command("sign", "--key-file", "/nonexistent", url).returncode, 2)
        os.remove(house.key_file)
        ran = house.command("sign", url)
        expect_equal((ran.returncode, ran.stdout), (2, ""))
        expect_in("signing_key_file: %s does not exist" % house.key_file, ran.stderr)


@promise("sign --curl prints a command line that gets an answer, whatever the values hold")
def curl():
    with House() as house:
        house.start("voice")
        port = house.nginx()
        local = "http://127.0.0.1:%d/hooks" % port
        house.public = local
        house.write_config()
        time.sleep(1.5)
        ran = house.command("sign", "--curl", local + "/voice.fcgi", "CallSid=it's `a` $(test) \"x\"", "CallStatus=ringing",
                            "To=+15559870002")
        answer = subprocess.run(["sh", "-c", ran.stdout], capture_output=True, text=True)
        expect_in("HTTP/1.1 200", answer.stdout)
        expect_in("<Gather", answer.stdout)


@promise("events lists, filters by sid, kind and time, and prints valid JSON and CSV")
def events():
    with House() as house:
        house.start_all()
        port = house.nginx()
        for name, target in (("status-call-ringing", "status.fcgi/call"), ("status-message-sent", "status.fcgi"),
                             ("recording-completed", "recording.fcgi")):
            valid(house.ask(port, target, sample(name)))
        valid(house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid="formula", From="=1+1\"x\x1b[2J")))
        call = dict(pairs_of("status-call-ringing"))["CallSid"]
        expect_equal(len(house.events()), 4)
        expect_equal([e["event"] for e in house.events("--sid", call)], ["call.ringing"])
        expect_equal([e["event"] for e in house.events("--kind", "message")], ["message.sent"])
        expect_equal(len(house.events("--since", "1h")), 4)
        expect_equal(len(house.events("--since", "2999-01-01")), 0)
        expect_equal(len(house.events("--last", "2")), 2)
        event = house.events("--sid", call)[0]
        expect_equal((event["line"], event["from"], event["sequence"]), ("front-desk", "+15551230001", 1))
        expect_equal([tuple(p) for p in event["parameters"]], pairs_of("status-call-ringing"))
        rows = list(csv.DictReader(io.StringIO(house.command("events", "--csv").stdout)))
        expect_equal([row["event"] for row in rows], ["call.ringing", "message.sent", "recording.completed", "call.completed"])
        expect_equal(rows[0]["from"], "+15551230001")
        expect(rows[3]["from"].startswith("'="), "a formula for a spreadsheet", rows[3])
        plain = house.command("events").stdout
        expect("\x1b" not in plain, "a control character reached the terminal")
        expect_equal(house.events("--current", "--kind", "recording")[0]["state"], "completed")
        expect_equal(house.command("events", "--since", "yesterday").returncode, 64)


@promise("every command exits with 74 and a reason when its output cannot be written, and never prints into another open file")
def full_disk():
    with House() as house, open("/dev/full", "wb") as full:
        house.start("status")
        port = house.nginx()
        expect_equal(house.ask(port, "status.fcgi", sample("status-call-ringing")).status, 200)
        house.write("a.call", "line front-desk\nhang up\n")
        commands = [["--help"], ["--version"], ["help", "events"], ["events", "--help"], ["check"], ["check", "--json", "--texts"], ["events"],
                    ["events", "--json"], ["events", "--csv"], ["events", "prune", "--before", "90d"], ["jobs"], ["graph"],
                    ["graph", "--text"], ["urls"], ["hours"], ["trace"], ["sign", "https://h/v"], ["sign", "--curl", "https://h/v"],
                    ["store", "check"], ["store", "export"], ["store", "export", "-"], ["store", "backup", house.path("tmp/copy.db")],
                    ["completion", "bash"], ["call", "front-desk", "hang up"], ["text", "front-desk", "hi"], ["fax", "office-fax"],
                    ["test", house.path("a.call")], ["doctor", "--offline"], ["optouts", "front-desk", "add", "+15551230001"]]
        for command in commands + [["graph", "--svg"], ["graph", "--png"]] * bool(shutil.which("dot")):
            ran = subprocess.run([HOOKSWITCH, *command], stdout=full, stderr=subprocess.PIPE, text=True,
                                 env=dict(os.environ, HOOKSWITCH_CONFIG=house.config))
            expect_equal(ran.returncode, 74, command, ran.stderr)
            expect_in("hookswitch: standard output: could not be written completely", ran.stderr)
            if command[0] in ("call", "test"): # which print as they go
                expect_in("could not be written completely: No space left on device", ran.stderr)
        for program in PROGRAMS:
            ran = subprocess.run([os.path.join(BUILD, "cgi-bin/%s.fcgi" % program), "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
            expect_equal(ran.returncode, 74, program, ran.stderr)
        closed = subprocess.run(["sh", "-c", '"$0" store export "$1" >&-', HOOKSWITCH, house.path("tmp/whole.jsonl")],
                                env=dict(os.environ, HOOKSWITCH_CONFIG=house.config))
        with open(house.path("tmp/whole.jsonl")) as file:
            expect_equal((closed.returncode, [json.loads(line)["row"] for line in file]), (0, ["hookswitch", "event", "current", "shared", "request", "end"]))
        closed = subprocess.run(["sh", "-c", '"$0" store backup "$1" >&-', HOOKSWITCH, house.path("tmp/whole.db")],
                                env=dict(os.environ, HOOKSWITCH_CONFIG=house.config), stderr=subprocess.DEVNULL)
        expect_equal(closed.returncode, 74)
        with open(house.path("tmp/whole.db"), "rb") as file:
            expect_equal(file.read(15), b"SQLite format 3")


@promise("jobs lists every job, retries and drops it by the id from the log, and lists the candidates of an ambiguous id")
def jobs_by_name():
    with House() as house:
        house.write_config("[on call.ringing]\nrun = /bin/true\n")
        house.start("status")
        port = house.nginx()
        for n in range(4):
            expect_equal(house.ask(port, "status.fcgi", pairs_of("status-call-ringing", CallSid="c-%d" % n)).status, 200)
        now = int(time.time() * 10**6)
        ids = ["aaaaaaaa" + "%024x" % 1, "aaaaaaaa" + "%024x" % 2, "bbbbbbbb" + "%024x" % 3, "cccccccc" + "%024x" % 4]
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            for n, state in enumerate((0, 2, 7, -3)):
                database.execute("UPDATE job SET id = ?, state = ?, due_us = ?, attempts = 5 WHERE sid = ?",
                                 (ids[n], state, now + 3600 * 10**6, "c-%d" % n))
        jobs = lambda *arguments: {job["sid"]: job for job in house.jobs(*arguments)}
        expect_equal({sid: job["state"] for sid, job in jobs().items()},
                     {"c-0": "waiting", "c-1": "given-up", "c-2": "unknown", "c-3": "unknown"})
        ran = house.command("jobs")
        expect_equal((ran.returncode, ran.stderr, ran.stdout.count("unknown")), (0, "", 2))
        expect_equal(house.command("doctor", "--offline").returncode, 0)

        for verb in ("retry", "drop"):
            ran = house.command("jobs", verb, "aaaaaaaa")
            expect_equal(ran.returncode, 1)
            expect_in("2 jobs begin with aaaaaaaa: give more of the id: %s %s" % (ids[0], ids[1]), ran.stderr)
            expect_in("job dddd does not exist", house.command("jobs", verb, "dddd").stderr)
            for bad in ([], ["aaa"], ["aaaa", "bbbb"]) + (([ids[0], "--all"],) if verb == "retry" else ()):
                expect_equal(house.command("jobs", verb, *bad).returncode, 64, verb, bad)
        for form in ([], ["--json"]):
            ran = house.command("jobs", "list", "dddd", *form)
            expect_equal((ran.returncode, ran.stdout, ran.stderr), (1, "", "hookswitch jobs list: job dddd does not exist\n"))
        expect_in("--sid c-: expected at least 4 characters", house.command("jobs", "--sid", "c-").stderr)
        ran = house.command("jobs", "retry", ids[0])
        expect_equal((ran.returncode, ran.stdout), (0, "1 job will be tried again\n"))
        expect(jobs()["c-0"]["due"] < time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 600)), jobs())
        expect_equal(house.command("jobs", "retry", "BBBB").returncode, 0)
        expect_equal(house.command("jobs", "drop", "cccccc").returncode, 0)
        house.work()
        expect_equal({sid: job["state"] for sid, job in jobs().items()}, {"c-0": "done", "c-1": "given-up", "c-2": "done"})
        expect_equal([job["attempts"] for job in jobs("--sid", "c-0").values()], [6])
        expect_in("job %s is done" % ids[0], house.command("jobs", "retry", ids[0]).stderr)
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            database.execute("UPDATE job SET state = 0, worker = 'w', due_us = ? WHERE sid = 'c-2'", (now + 3600 * 10**6,))
        expect_in("is in progress", house.command("jobs", "drop", "bbbb").stderr)
        expect_equal(house.command("jobs", "retry", "--all").stdout, "1 job will be tried again\n")
        expect_in("no job was given up", house.command("jobs", "retry", "--all").stderr)


@promise("a command with an unusable configuration shows the error, not a warning or hint that precedes it")
def first_error():
    with House() as house:
        node = "[line front]\nnumbers = +15559870002\nvoice = m\n[menu m]\nprompt = x\n1 = hangup\n"
        for name, text, reason in (("without.ini", node, "there is no [hookswitch] section"),
                                   ("zone.ini", node + "[hours h]\nmon = 09:00-10:00\nopen = m\nclosed = m\n[hookswitch]\nsigning_key = " + KEY +
                                    "\nstore = sqlite:" + house.store + "\ntimezone = America/NewYork\n", "'America/NewYork' is not a time zone")):
            config = house.write(name, text)
            for command in (["sign", "https://h/v"], ["events"], ["jobs"], ["hours"], ["optouts"], ["reconcile"], ["trace"], ["call", "front"],
                            ["store", "check"], ["doctor", "--offline"]):
                ran = house.command(*command, "--config", config)
                told = ran.stderr + ran.stdout
                expect("GLib" not in told, command, told)
                if name == "without.ini" or command[0] in ("hours", "call", "doctor"):
                    expect(ran.returncode != 0, command, told)
                    expect_in(reason, told)
                    expect("hint" not in told, command, told)
            expect("for [line" not in house.command("doctor", "--offline", "--config", config).stdout, "a time in a zone that is not known")


def on_terminal(house, columns, *arguments, **environment):
    """What a terminal of so many columns gets to see, line by line."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "TZ")}
    child = subprocess.Popen([HOOKSWITCH, *arguments], stdin=follower, stdout=follower, stderr=follower,
                             env=dict(inherited, HOOKSWITCH_CONFIG=house.config, **environment))
    os.close(follower)
    seen = b""
    with contextlib.suppress(OSError):  # the other end is gone
        while piece := os.read(leader, 4096):
            seen += piece
    os.close(leader)
    expect_equal(child.wait(30), 0, seen)
    return seen.decode().splitlines()


@promise("events and jobs fit the terminal and show local time there, and are complete and UTC elsewhere; short ids and sids work")
def fits_the_terminal():
    with House() as house:
        house.write_config("[on call.*]\nrun = /bin/false\n[on call.missed]\nrun = /bin/true\n")
        house.start("status")
        port = house.nginx()
        sid = dict(pairs_of("status-call-completed"))["CallSid"]
        for pairs in (pairs_of("status-call-completed"), pairs_of("status-message-sent", Body="日本語" * 20, To="+15551230001")):
            expect_equal(house.ask(port, "status.fcgi", pairs).status, 200)
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            database.execute("UPDATE event SET received_us = ?", (1772582645 * 10**6,))  # 2026-03-04T00:04:05Z
            database.execute("UPDATE job SET due_us = ?, reason = ?", (1772582645 * 10**6, "a reason\tthat goes on " * 20))
        wide = lambda line: sum(2 if unicodedata.east_asian_width(c) == "W" else 1 for c in line)
        for columns in (40, 60, 80, 100, 132, 200, 400):
            for command in ("events", "jobs"):
                lines = on_terminal(house, columns, command)
                expect_equal((len(lines), max(map(wide, lines)) <= columns), (3 if command == "events" else 2, True), columns, lines)
        lines = on_terminal(house, 80, "events")
        expect_equal(lines[0].split(), ["RECEIVED", "EVENT", "SID", "FROM", "TO", "DETAILS"])
        expect_equal(lines[1][:40], "03-03 19:04:05  call.completed  %s" % sid[:8])  # the sample's zone is New York's
        expect_equal(wide(lines[2]), 80)
        expect_in("Body=日本…", lines[2])
        expect_equal(on_terminal(house, 80, "events", TZ="Asia/Tokyo")[1][:14], "03-04 09:04:05")
        expect_equal(max(map(wide, on_terminal(house, 80, "events", COLUMNS="120"))), 120)
        expect_in("2026-03-03 19:04:05  call.completed           %s  front-desk" % sid, on_terminal(house, 200, "events")[1])
        expect_in("03-03 19:04:05    0  on call.*/run     %s  a reason?t…" % sid[:8], on_terminal(house, 80, "jobs")[1])
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            database.execute("UPDATE job SET action = 'on message.received/mail' WHERE action = 'on call.*/run'")
        expect_in("  on message…/mail", on_terminal(house, 80, "jobs")[1])
        expect_equal({event["received"] for event in house.events()}, {"2026-03-04T00:04:05.000Z"})
        for arguments in (["events"], ["events", "--csv"], ["jobs"]):
            ran = house.command(*arguments, env=dict(os.environ, HOOKSWITCH_CONFIG=house.config, TZ="Asia/Tokyo", COLUMNS="80"))
            expect_in("2026-03-04T00:04:05.000Z", ran.stdout)
            expect_in(sid, ran.stdout)
        expect_equal([event["sid"] for event in house.events("--sid", sid[:8])], [sid])
        expect_equal([event["sid"] for event in house.events("--current", "--sid", sid[:8])], [sid])
        expect_equal({job["sid"] for job in house.jobs("--sid", sid[:8])}, {sid})
        expect_equal(house.events("--sid", "nonesuch"), [])


@promise("jobs hides internal jobs unless they are asked for or failed")
def internal_jobs():
    with House() as house:
        house.write_config("[on call.*]\nrun = /bin/true\n[on call.missed]\nrun = /bin/true\n[on message.stuck]\nrun = /bin/true\n")
        house.start("status")
        port = house.nginx()
        for name in ("status-call-completed", "status-message-sent"):
            expect_equal(house.ask(port, "status.fcgi", sample(name)).status, 200)
        listed = lambda *arguments: sorted(json.loads(line)["action"] for line in house.command("jobs", "--json", *arguments).stdout.splitlines())
        expect_equal(listed(), ["on call.*/run"])
        expect_equal(listed("--last", "1"), ["on call.*/run"])
        expect_equal(listed("--internal"), ["derive/call", "derive/message", "on call.*/run"])
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            database.execute("UPDATE job SET state = 2 WHERE action = 'derive/call'")
        expect_equal(listed(), ["derive/call", "on call.*/run"])


@promise("a filter with an unknown kind, event, state or line is an error with the nearest name; a filter that matches nothing gives an empty list")
def misspelt_filters():
    with House() as house:
        house.start("status")
        port = house.nginx()
        for name in ("status-call-ringing", "conference-join"):
            expect_equal(house.ask(port, "status.fcgi", sample(name)).status, 200)
        for arguments, reason in ((["--kind", "mesage"], "did you mean 'message'?"), (["--event", "call.compelted"], "did you mean 'call.completed'?"),
                                  (["--event", "cal.*"], "did you mean 'call.*'?"), (["--event", "nonesuch"], "--event nonesuch: unknown event; expected transcription.*, conference.*, "),
                                  (["--kind", "nope"], "unknown kind of event; expected transcription, conference, "),
                                  (["--state", "compleet"], "--state compleet: unknown state; did you mean 'completed'?"),
                                  (["--state", "bogus"], "unknown state; expected "),
                                  (["--current", "--state", "bogus", "--kind", "call"], "unknown state"),
                                  (["--number", "5551230001"], "did you mean +15551230001?"), (["--number", "+1 555 123-0001"], "did you mean '+15551230001'?"),
                                  (["--sid", "CA"], "--sid CA: expected at least 4 characters"),
                                  (["--line", "Front-dsk"], "did you mean 'front-desk'?"),
                                  (["--line", "?"], "--line ?: no line is called '?'; expected front-desk, office-fax\n"),
                                  (["prune", "--kind", "cal"], "did you mean 'call'?")):
            for form in ([], ["--json"]) if arguments[0] != "prune" else ([],):
                ran = house.command("events", *arguments, *form)
                expect_equal((ran.returncode, ran.stdout), (64, ""), arguments)
                expect_in(reason, ran.stderr)
        expect_equal(house.command("reconcile", "--kind", "calls").returncode, 64)
        for empty in (["--state", "undelivered"], ["--kind", "conference", "--state", "whatever"], ["--number", "+15559999999"], ["--number", "Anonymous"], ["--kind", "fax"], ["--event", "call.comp*"], ["--event", "voicemail.*"], ["--line", "office-fax"], ["--event", "conference.part"]):
            expect_equal(house.events(*empty), [], empty)
        expect_equal(len(house.events("--event", "conference.part*")), 1)
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            database.execute("UPDATE event SET line = 'long-gone', name = 'call.strange' WHERE kind = 'call'")
        expect_equal(len(house.events("--line", "long-gone", "--event", "call.strange")), 1)


@promise("events explains an empty list, and creates no database")
def no_events():
    with House() as house:
        ran = house.command("events")
        expect_equal((ran.returncode, ran.stdout), (1, ""))
        expect_in("does not exist yet", ran.stderr)
        for command in (["jobs"], ["store", "export"], ["store", "export", "-"]):
            ran = house.command(*command)
            expect_equal((ran.returncode, ran.stdout), (1, ""), command)
            expect_in("does not exist yet", ran.stderr)
        expect(not os.path.exists(house.store))
        config = house.write("elsewhere.ini", "[hookswitch]\nstore = sqlite:%s\n" % house.path("nowhere.db"))
        for words in (["--config", config, "prune", "--before", "1d"], ["--config=" + config, "prune"], ["--kind", "call", "prune", "--config", config]):
            expect_in("hookswitch events prune: ", house.command("events", *words).stderr)


@promise("an unreadable time exits with 64; a file or section that does not exist exits with 2")
def statuses():
    with House(programs=()) as house:
        expect_equal(house.command("optouts", "front-desk", "add", "+15551230002").returncode, 0)  # which makes the store
        for words, status, reason in (("hours opening-hours closed --until tomorrow", 64, "--until tomorrow: expected a time to come"),
                                      ("hours nope", 2, "no [hours] section is called 'nope'"), ("store import nofile", 2, "nofile: No such file"),
                                      ("optouts front-desk add 5551230001", 64, "did you mean"), ("optouts nope add +15551230001", 64, "expected front-desk")):
            ran = house.command(*words.split())
            expect_equal((ran.returncode, ran.stdout), (status, ""), words, ran.stderr)
            expect_in(reason, ran.stderr)


@promise("a missing, unknown or superfluous argument exits with 64 and shows the usage")
def usage():
    with House(programs=()) as house:
        house.write("a.call", "hang up\n")
        for words in ("", "nope", "help nope", "check x", "call", "call --script " + house.path("a.call"), "call --script", "test", "text", "fax", "graph a b",
                      "urls a b", "urls --yes", "hours a open x", "hours a open --until", "sign", "events x", "events prune x", "optouts a add", "jobs retry",
                      "jobs drop", "jobs nope", "work x", "store", "store backup", "store export a b", "reconcile x", "reconcile --since", "trace x",
                      "replay", "doctor x", "completion", "completion names", "events --nope"):
            ran = house.command(*words.split())
            expect_equal((ran.returncode, ran.stdout), (64, ""), words, ran.stderr)
            expect("hookswitch" in ran.stderr, words, ran.stderr)


@promise("every command and program has --help and --version")
def helpful():
    with House() as house:
        for command in ("check", "sign", "events"):
            for arguments in ([command, "--help"], ["help", command]):
                ran = house.command(*arguments)
                expect_equal((ran.returncode, ran.stderr), (0, ""))
                expect_in("Exit status", ran.stdout)
        expect_in("  sign            Sign a request", house.command("--help").stdout)
        expect_in("hookswitch 0.", house.command("--version").stdout)
        ran = house.command("chekc")
        expect_equal(ran.returncode, 64)
        expect_in("did you mean 'check'?", ran.stderr)
        expect_equal(house.command().returncode, 64)


def tight(form):
    """Written alike by the manual and by --help: a|b, WORD..."""
    return re.sub(r" (?=\.\.\.)| *(?=\|)|(?<=\|) *|(?<=\[) | (?=\])", "", re.sub(r"\s+", " ", form)).strip()


def plain(form):
    """A form of the synopsis, in mdoc, as a terminal shows it."""
    words = []
    for line in form.splitlines():
        words += line.lstrip(".").split() + ["]"] * line.count("Op ")
    text = " ".join("[" if word == "Op" else word for word in words if word not in ("Cm", "Ar"))
    return tight(re.sub(r"\bFl -", "--", text))


@promise("the manual's synopsis is what the tables of arguments say, and the manual explains every option")
def manual():
    with open(os.path.join(SOURCE, "man/hookswitch.1.in")) as file:
        page = file.read()
    synopsis = page[page.index(".Sh SYNOPSIS\n"):page.index(".Sh DESCRIPTION")]
    seen = [plain(form) for form in synopsis.split(".Nm\n")[1:]]
    help_of = lambda *words: subprocess.run([HOOKSWITCH, *words], capture_output=True, text=True, check=True).stdout
    wanted = []
    for name in dict.fromkeys(re.findall(r"^  ([a-z]+) ", help_of("--help"), re.M)):
        if name != "hookswitch":
            wanted += [tight(usage) for usage in re.findall(r"^usage: hookswitch (.*?)\n\n", help_of("help", name), re.M | re.S)]
    expect_equal(seen, wanted + ["help [COMMAND]", "--help|--version"])
    for option in set(re.findall(r"Fl (-[a-z-]+)", synopsis)) - {"-help", "-version"}:
        expect_in("Fl " + option, page[page.index(".Sh DESCRIPTION"):])


@promise("10,000 lines load in under a second and cost a request nothing; CGI reads only the file that it needs")
def many_lines():
    with House() as house:
        lines = "".join("[line n%d]\nnumbers = +1556%07d\nvoice = main-menu\n" % (i, i) for i in range(10000))
        house.write_config(lines)
        began = time.monotonic()
        house.start("voice")
        took = time.monotonic() - began
        port = house.nginx()
        root = valid(house.ask(port, "voice.fcgi", pairs_of("voice-inbound", To="+15560009999")))
        expect_in("/n9999/main-menu/chosen", root.find("Gather").get("action"))
        print("# started with 10,000 lines in %.2f s" % took)
        os.mkdir(house.path("lines"))
        for i in range(2000):
            house.write("lines/shop-%d.ini" % i, "[line shop-%d]\nnumbers = +1557%07d\nvoice = hello\n[announce hello]\n"
                        "prompt = Shop %d\n" % (i, i, i))
        os.symlink("shop-7.ini", house.path("lines/+15570000007.ini"))
        house.write("lines/broken.ini", "[line broken\n")
        house.settings = "lines = lines"
        house.write_config()
        variables = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": FORM, "HOOKSWITCH_CONFIG": house.config, "PATH": os.environ["PATH"]}

        def as_cgi(target, to):
            body = encode(pairs_of("voice-inbound", To=to))
            signature = sign(PUBLIC + "/" + target, decode(body))
            traced = subprocess.run(["strace", "-f", "-e", "trace=openat", "-o", house.path("trace"), house.path("programs/voice.fcgi")]
                                    if STRACE else [house.path("programs/voice.fcgi")], input=body, capture_output=True,
                                    env=dict(variables, REQUEST_URI="/hooks/" + target, CONTENT_LENGTH=str(len(body)),
                                             HTTP_X_SIGNALWIRE_SIGNATURE=signature))
            return traced.stdout.decode()

        expect_in("Shop 42", as_cgi("voice.fcgi/shop-42", "+15550000000"))
        if STRACE:
            with open(house.path("trace")) as file:
                read = [line for line in file if "/lines/" in line]
            expect_equal(len([line for line in read if "shop-42.ini" in line]), len(read), read)
        expect_in("Shop 7", as_cgi("voice.fcgi", "+15570000007"))
        expect_in("<Reject/>", as_cgi("voice.fcgi/..%2Fbroken", "+15550000000"))
        expect_in("Status: 500", as_cgi("voice.fcgi/broken", "+15550000000"))


STRACE = any(os.access(os.path.join(folder, "strace"), os.X_OK) for folder in os.environ["PATH"].split(":")) and \
    "sanitize" not in BUILD

keep_promises()
