#!/usr/bin/python3
"""What events set off: fetched, mailed, run and posted by the worker, against real servers on loopback."""

import email
import email.policy
import glob
import hashlib
import json
import os
import re
import subprocess
import threading
import time

from away import *
from harness import *
from schema import valid

CALL = "6a3fd2c8-9c1b-4a4e-8e0f-2b7d5c1e9a10"
RECORDING = "0f1d6e0a-41a5-4a43-8f0b-6c2b9d1e7f33"
WAV = b"RIFF" + b"\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 8
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def script(house, name, text):
    path = house.write(name, "#!/bin/sh\n" + text, 0o755)
    return path


@promise("an event runs a program with JSON on its input and HOOKSWITCH_ variables, never through a shell")
def runs():
    with House() as house:
        out = house.path("tmp/out")
        program = script(house, "alert", 'cat > %s.json; env | sort > %s.env; printf "%%s\\n" "$@" > %s.args; echo said this\n' % (out, out, out))
        house.write_config('[on message.undelivered]\nrun = %s "two words" $(id) ; no comment\nline = front-desk\n'
                           '[on message.failed elsewhere]\nrun = %s\nline = office-fax\n' % (program, program))
        house.start("status")
        port = house.nginx()
        for name in ("status-message-undelivered", "status-message-undelivered", "status-message-failed"):
            valid(house.ask(port, "status.fcgi/message/front-desk", sample(name)))
        log = house.work()
        expect_in("run: said this", log)
        with open(out + ".json") as file:
            told = json.load(file)
        expect_equal((told["type"], told["data"]["line"], told["data"]["state"]), ("message.undelivered", "front-desk", "undelivered"))
        expect_equal(told["data"]["parameters"]["ErrorCode"], "30003")
        expect_equal(told["data"]["parameters"]["Body"], "Your order is ready \U0001F389")
        environment = dict(line.rstrip("\n").split("=", 1) for line in open(out + ".env") if "=" in line)
        expect_equal(environment["HOOKSWITCH_EVENT"], "message.undelivered")
        expect_equal(environment["HOOKSWITCH_JOB"], told["id"])
        expect_equal({name for name in environment if "HOOKSWITCH_CONFIG" in name}, set())
        expect_equal(open(out + ".args").read(), "two words\n$(id)\n")
        expect_equal([(job["state"], job["attempts"]) for job in house.jobs()], [("done", 1)])


@promise("a failing program is retried with growing pauses, then given up with the reason, and retried on demand")
def retries():
    with House() as house:
        program = script(house, "fails", "echo in vain; exit 3\n")
        house.write_config("[work]\ntries = 3\n[on call.completed]\nrun = %s\n" % program)
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        pauses = []
        for attempt in range(1, 4):
            before = time.time()
            expect_in("ended with status 3", house.work())
            job, = house.jobs()
            expect_equal(job["attempts"], attempt)
            if job["state"] == "waiting":
                with contextlib.closing(sqlite3.connect(house.store)) as database:
                    pauses.append(database.execute("SELECT due_us FROM job").fetchone()[0] / 1e6 - before)
            due_now(house)
        expect(2.4 < pauses[0] < 8.6 and 4.9 < pauses[1] < 16.2, pauses)
        expect_equal((job["state"], job["reason"]), ("given-up", program + ": ended with status 3"))
        house.work()
        expect_equal(house.jobs()[0]["attempts"], 3)
        script(house, "fails", "exit 0\n")
        ran = house.command("jobs", "retry", job["id"])
        expect_equal((ran.returncode, ran.stdout), (0, "1 job will be tried again\n"))
        house.work()
        expect_equal(house.jobs()[0]["state"], "done")
        expect_equal(house.command("jobs", "retry", "nonesuch").returncode, 1)
        expect_equal(house.command("jobs", "drop", job["id"]).returncode, 1)


@promise("a program that runs too long is killed with its children")
def time_limit():
    with House() as house:
        program = script(house, "hangs", "sleep 300 & echo $! > %s; trap '' TERM; sleep 300\n" % house.path("tmp/child"))
        house.write_config("[on call.completed]\nrun = %s\ntime_limit = 1\n" % program)
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        began = time.monotonic()
        expect_in("ended after 1 s, its time limit", house.work())
        expect(time.monotonic() - began < 8)
        child = int(open(house.path("tmp/child")).read())
        wait_for("the child's end", lambda: not os.path.exists("/proc/%d" % child) or
                 open("/proc/%d/stat" % child).read().rsplit(")", 1)[1].split()[0] == "Z", 5)


@promise("an event is posted as JSON with a Standard Webhooks signature, again with the same id after a 503; a 410 ends it")
def posts():
    with House() as house:
        ca = make_certificate(house)
        answers = [503, 204]

        def take(handler):
            handler.give(answers.pop(0), b"", headers=[("Retry-After", "100")])

        with Site(house, {"/crm": take, "/gone": lambda handler: handler.give(410, b""),
                          "/day": lambda handler: handler.give(503, b"", headers=[("Retry-After", "86400")]),
                          "/moved": lambda handler: handler.give(302, b"", headers=[("Location", "https://localhost/x")])}) as site:
            house.write("hook.secret", SECRET + "\n", 0o640)
            house.write_config("[work]\nca_file = %s\n[on call.completed crm]\npost = %s/crm\nsecret_file = hook.secret\n"
                               "[on call.completed b]\npost = %s/gone\nsecret = x\n[on call.completed day]\npost = %s/day\nsecret = x\n[on call.completed c]\npost = %s/moved\nsecret = x\n" %
                               (ca, site.url, site.url, site.url, site.url))
            house.start("status")
            port = house.nginx()
            valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
            house.work()
            by_action = {job["action"]: job for job in house.jobs()}
            expect_in("answered 503", by_action["on call.completed crm/post"]["reason"])
            expect_equal(by_action["on call.completed b/post"]["state"], "given-up")
            expect_in("redirect is not followed", by_action["on call.completed c/post"]["reason"])
            with contextlib.closing(sqlite3.connect(house.store)) as database:
                due, = database.execute("SELECT due_us FROM job WHERE action LIKE '%crm%'").fetchone()
            expect(due / 1e6 - time.time() > 90, "Retry-After was not kept to")
            with contextlib.closing(sqlite3.connect(house.store)) as database:
                due, = database.execute("SELECT due_us FROM job WHERE action LIKE '%day%'").fetchone()
            expect(1800 < due / 1e6 - time.time() < 5400, "a Retry-After of a day is an hour")
            due_now(house)
            house.work()
            expect_equal({job["action"]: job["state"] for job in house.jobs()}["on call.completed crm/post"], "done")
            crm = [(headers, body) for path, headers, body in site.asked if path == "/crm"]
            expect_equal(len(crm), 2)
            expect_equal(len({headers["webhook-id"] for headers, _ in crm}), 1)
            for headers, body in crm:
                expect(webhook_is_signed(SECRET, headers, body))
                expect_equal(json.loads(body)["data"]["parameters"]["CallDuration"], "61")


def fetching_house(house, site_url, ca, extra=""):
    house.write("token", "PT-very-secret\n", 0o640)
    house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\nprivate_hosts = localhost\nstall_timeout = 2\n%s\n" % (ca, extra),
                       **{"transcribe = yes\n": "transcribe = yes\nfetch = %s\n" % house.path("tmp/media"),
                          "[hookswitch]\n": "[hookswitch]\nproject = b08dacad\ntoken_file = token\n"})


def tell_recording(house, port, url, sid=RECORDING):
    return house.ask(port, "recording.fcgi/front-desk/front-voicemail/transcribing",
                     pairs_of("recording-completed", RecordingUrl=url, RecordingSid=sid))


@promise("a voicemail is fetched with the project's token into its folder, named by the pattern, and its checksum becomes an event")
def fetches():
    with House() as house:
        ca = make_certificate(house)
        with Site(house, {"/r.wav": lambda handler: handler.give(200, WAV),
                          "/first": lambda handler: handler.give(302, b"", headers=[("Location", "/r.wav")])}) as site:
            fetching_house(house, site.url, ca)
            house.start_all()
            port = house.nginx()
            valid(house.ask(port, "voice.fcgi", sample("voice-inbound")))
            wait_for("the call", lambda: house.events())
            valid(tell_recording(house, port, site.url + "/first"))
            valid(tell_recording(house, port, site.url + "/first"))
            house.work()
            path, = glob.glob(house.path("tmp/media/*"))
            expect(os.path.basename(path).endswith("-+15551230001-%s.wav" % RECORDING), path)
            expect_equal(open(path, "rb").read(), WAV)
            names = [event["event"] for event in house.events("--sid", RECORDING)]
            expect_equal(names, ["recording.completed", "voicemail.received", "recording.fetched"])
            kept = dict(house.events("--event", "recording.fetched")[0]["parameters"])
            expect_equal((kept["Path"], kept["Sha256"], kept["Bytes"]), (path, hashlib.sha256(WAV).hexdigest(), str(len(WAV))))
            expect_equal(site.paths(), ["/first", "/r.wav"])
            authorization = base64.b64decode(site.asked[0][1]["Authorization"].split()[1]).decode()
            expect_equal(authorization, "b08dacad:PT-very-secret")
            # done again after a crash between the file and its word: the same file is found, not doubled
            with contextlib.closing(sqlite3.connect(house.store)) as database, database:
                database.execute("UPDATE job SET state = 0, due_us = 1")
            house.work()
            expect_equal(glob.glob(house.path("tmp/media/*")), [path])


@promise("a fetch refuses other hosts, plain http, private addresses, and redirects to them")
def refuses():
    with House() as house:
        ca = make_certificate(house, names=("localhost", "private.test"))
        to = lambda url: lambda handler: handler.give(302, b"", headers=[("Location", url)])
        secret = lambda handler: handler.give(200, WAV)
        with Site(house, {"*": secret}, tls=False) as plain, Site(house, {"*": secret}) as other, \
                Site(house, {"/to-plain": to(plain.url + "/x.wav"), "/to-address": to("https://127.0.0.1:%d/x.wav" % other.port),
                             "/to-metadata": to("https://169.254.169.254/latest/meta-data/"), "/to-file": to("file:///etc/passwd"),
                             "/round": to("/round")}) as site:
            fetching_house(house, site.url, ca)
            house.start("recording")
            port = house.nginx()
            cases = [(site.url + "/to-plain", "not an https address: refused"), (site.url + "/to-address", "not in fetch_hosts: refused"),
                     (site.url + "/to-metadata", "not in fetch_hosts: refused"), (site.url + "/to-file", "not an http(s) address"),
                     (site.url + "/round", "more than 3 redirects"), ("https://evil.example/x.wav", "evil.example is not in fetch_hosts"),
                     ("https://localhost.evil.example/x.wav", "not in fetch_hosts"), ("https://localhost@evil.example/", "not in fetch_hosts"),
                     ("https://user:pass@localhost:%d/" % other.port, "not in fetch_hosts"), (plain.url + "/x.wav", "not an https address"),
                     ("file:///etc/passwd", "not an http(s) address"), ("https://[::1]:%d/x.wav" % other.port, "not in fetch_hosts")]
            for number, (url, reason) in enumerate(cases):
                valid(tell_recording(house, port, url, "case-%02d" % number))
            house.work()
            seen = {job["sid"]: job for job in house.jobs()}
            for number, (url, reason) in enumerate(cases):
                job = seen["case-%02d" % number]
                expect_equal(job["state"], "given-up", url)
                expect_in(reason, job["reason"])
            # a host of the list whose name leads to a private address
            house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\n" % ca,
                               **{"transcribe = yes\n": "transcribe = yes\nfetch = %s\n" % house.path("tmp/media")})
            valid(tell_recording(house, port, other.url + "/x.wav", "case-private"))
            house.work()
            job, = house.jobs("--sid", "case-private")
            expect_in("private address: refused", job["reason"])
            expect_equal(job["state"], "given-up")
            expect_equal((plain.asked, other.asked), ([], []))
            expect_equal(glob.glob(house.path("tmp/media/*")), [])


@promise("a stalled server, a truncated answer, a page instead of a recording or too large an answer leaves no file, and is retried or given up")
def bad_servers():
    with House() as house:
        ca = make_certificate(house)

        def stalled(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.send_header("Content-Type", "audio/wav")
            handler.end_headers()
            handler.wfile.write(b"RIFF")
            handler.wfile.flush()
            time.sleep(30)

        def cut(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(10 * len(WAV)))
            handler.send_header("Content-Type", "audio/wav")
            handler.end_headers()
            handler.wfile.write(WAV)
            handler.close_connection = True

        def endless(handler):
            handler.send_response(200)
            handler.send_header("Content-Type", "audio/wav")
            handler.send_header("Connection", "close")
            handler.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(3000):
                    handler.wfile.write(b"RIFF" * 1024)
            handler.close_connection = True

        pages = {"/stalled": stalled, "/cut": cut, "/endless": endless,
                 "/page": lambda handler: handler.give(200, b"<!DOCTYPE html><html>log in</html>", "text/html; charset=utf-8"),
                 "/disguised": lambda handler: handler.give(200, b"\n <html>sorry</html>", "audio/wav"),
                 "/empty": lambda handler: handler.give(200, b""), "/none": lambda handler: handler.give(404, b"no", "text/plain"),
                 "/denied": lambda handler: handler.give(401, b"no", "text/plain"),
                 "/large": lambda handler: handler.give(200, WAV * 1000)}
        reasons = {"/stalled": ("waiting", "too slow"), "/cut": ("waiting", "remaining to read"), "/page": ("waiting", "a page came (text/html)"),
                   "/disguised": ("waiting", "a page came"), "/empty": ("waiting", "empty"), "/none": ("waiting", "answered 404"),
                   "/denied": ("waiting", "are project and token right"), "/large": ("given-up", "more than 1048576 bytes"),
                   "/endless": ("given-up", "more than 1048576 bytes")}
        with Site(house, pages) as site:
            fetching_house(house, site.url, ca, "fetch_max = 1M\n")
            house.start("recording")
            port = house.nginx()
            for path in pages:
                valid(tell_recording(house, port, site.url + path, "x" + path.strip("/")))
            house.work("--threads", "9")
            for job in house.jobs():
                state, reason = reasons["/" + job["sid"][1:]]
                expect_equal(job["state"], state, job)
                expect_in(reason.lower(), job["reason"].lower())
            expect_equal(len(house.jobs()), len(reasons))
            expect_equal(os.listdir(house.path("tmp/media")), [])


@promise("a fetch of 300 MB uses little memory, and gets the checksum right")
def large():
    with House() as house:
        ca = make_certificate(house)
        piece, pieces = os.urandom(1 << 20), 300

        def give(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(pieces << 20))
            handler.send_header("Content-Type", "audio/wav")
            handler.end_headers()
            for _ in range(pieces):
                handler.wfile.write(piece)

        with Site(house, {"/big.wav": give}) as site:
            fetching_house(house, site.url, ca)
            house.start("recording")
            port = house.nginx()
            valid(tell_recording(house, port, site.url + "/big.wav"))
            child = subprocess.Popen([HOOKSWITCH, "work", "--once"], env=dict(os.environ, HOOKSWITCH_CONFIG=house.config),
                                     stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = 0
            expect_equal(status, 0)
            path, = glob.glob(house.path("tmp/media/*"))
            expect_equal(os.path.getsize(path), pieces << 20)
            digest = hashlib.sha256()
            for _ in range(pieces):
                digest.update(piece)
            expect_equal(dict(house.events("--event", "recording.fetched")[0]["parameters"])["Sha256"], digest.hexdigest())
            limit_kb = 450000 if "sanitize" in BUILD else 60000 # AddressSanitizer itself holds 256 MB back
            expect(usage.ru_maxrss < limit_kb, "the worker took %d kB" % usage.ru_maxrss)


@promise("fetched files are deleted after their keep_days")
def discards():
    with House() as house:
        ca = make_certificate(house)
        with Site(house, {"*": lambda handler: handler.give(200, WAV)}) as site:
            house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\nprivate_hosts = localhost\n"
                               "[on message.received]\nfetch = %s\nkeep_days = 30\nname = {{sid}}{{part}}.{{type}}\n" % (ca, house.path("tmp/media")))
            house.start("sms")
            port = house.nginx()
            valid(house.ask(port, "sms.fcgi", pairs_of("mms-two-images", MediaUrl0=site.url + "/0.jpg", MediaUrl1=site.url + "/../1.png")), "messaging")
            house.work()
            expect_equal(len(os.listdir(house.path("tmp/media"))), 2)
            house.work()
            discard, = [job for job in house.jobs() if job["action"] == "discard"]
            expect_equal(discard["state"], "waiting")
            due_now(house)
            house.work()
            expect_equal(os.listdir(house.path("tmp/media")), [])


@promise("no file replaces another, and a sender's text becomes neither a path nor a hidden file nor a folder")
def names():
    with House() as house:
        ca = make_certificate(house)
        with Site(house, {"/1": lambda handler: handler.give(200, b"one", "image/png"), "/2": lambda handler: handler.give(200, b"two", "image/png")}) as site:
            house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\nprivate_hosts = localhost\n"
                               "[on message.received]\nfetch = %s\nname = {{Body}}.{{type}}\n" % (ca, house.path("tmp/media")))
            house.start("sms")
            port = house.nginx()
            for number, (body, path) in enumerate((("same", "/1"), ("same", "/2"), ("same", "/1"), ("../../../etc/passwd", "/1"), (".hidden", "/1"),
                                                   ("\n\x00$(id) \u00e9", "/1"), ("x" * 5000, "/1"), ("-rf", "/2"))):
                valid(house.ask(port, "sms.fcgi", pairs_of("mms-two-images", MessageSid="m-%d" % number, SmsSid=None, Body=body, MediaUrl0=site.url + path,
                                                           MediaUrl1=None)), "messaging")
            house.work("--threads", "1")
            expect_equal({job["state"] for job in house.jobs()}, {"done"})
            files = {name: open(house.path("tmp/media/" + name)).read() for name in os.listdir(house.path("tmp/media"))}
            expect_equal(sorted((files.pop("same.png"), files.pop("same-2.png"))), ["one", "two"])
            expect_equal(files.pop("_._.._.._etc_passwd.png"), "one")
            expect_equal(files.pop("_hidden.png"), "one")
            expect_equal(len(files), 3)
            expect(all(name[0] != "." and "/" not in name and len(name) <= 180 and name.endswith(".png") for name in files), files)
            expect_equal(os.listdir(house.path("tmp")).count("media"), 1)


def mail_house(house, ca, extra, voicemail_mail="desk@example.com"):
    house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\nprivate_hosts = localhost\nmail_from = phone@example.com\n%s\n" % (ca, extra),
                       **{"transcribe = yes\n": "transcribe = yes\nmail = %s\nwait = 2m\n" % voicemail_mail})


@promise("a voicemail is mailed with the recording when its transcription arrives, by SMTP")
def mails():
    with House() as house, MailServer() as server:
        ca = make_certificate(house)
        with Site(house, {"/r.wav": lambda handler: handler.give(200, WAV)}) as site:
            mail_house(house, ca, "smtp = smtp://127.0.0.1:%d\n" % server.port, "desk@example.com, boss@example.com")
            house.start("voice")
            house.start("recording")
            port = house.nginx()
            valid(house.ask(port, "voice.fcgi", pairs_of("voice-inbound", CallerName="Ada\r\nBcc: evil@example.com")))
            wait_for("the call", lambda: house.events())
            valid(tell_recording(house, port, site.url + "/r.wav"))
            house.work()
            expect_equal(server.messages, [], "it did not wait for the transcription")
            valid(house.ask(port, "recording.fcgi/front-desk/front-voicemail/transcribing", sample("transcription-completed")))
            house.work()
            (sender, recipients, content), = server.messages
            expect_equal((sender, recipients), ("phone@example.com", ["desk@example.com", "boss@example.com"]))
            message = email.message_from_bytes(content, policy=email.policy.default)
            expect_equal(message["Subject"], "Voicemail from +15551230001 - Acme front desk")
            expect_equal(message["Auto-Submitted"], "auto-generated")
            expect(message["Bcc"] is None)
            body = message.get_body().get_content()
            expect_in("Please call me back about invoice 42. Thanks \u2014 bye.", body)
            expect_in("Length:        17 s", body)
            expect(re.search(r"^Time: +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\r?$", body, re.M), body)
            recording, = message.iter_attachments()
            expect_equal((recording.get_content_type(), recording.get_content()), ("audio/wav", WAV))
            job, = house.jobs()
            expect_in(job["id"], message["Message-ID"])


@promise("SMTP with a password uses TLS with a valid certificate only, never clear text")
def smtp_login():
    with House() as house:
        ca = make_certificate(house)
        house.write("smtp.password", "s3cret\n", 0o640)

        def mail_once(server, extra):
            house.write_config("[work]\nca_file = %s\nmail_from = phone@example.com\nsmtp = smtp://localhost:%d\nsmtp_user = phone\n"
                               "smtp_password_file = smtp.password\n[on call.completed]\nmail = desk@example.com\n" % (extra or ca, server.port))
            if not hasattr(house, "port"):
                house.start("status")
                house.port = house.nginx()
            house.serial = getattr(house, "serial", 0) + 1
            wait_for("the configuration", lambda: house.serial == 1 or house.log("status").count("reload: the new configuration is in force") >= house.serial - 1)
            valid(house.ask(house.port, "status.fcgi", pairs_of("status-call-completed", CallSid="c-%d" % house.serial)))
            house.work()
            return house.jobs("--sid", "c-%d" % house.serial)[0]

        with MailServer(house, ("phone", "s3cret")) as server:
            expect_equal(mail_once(server, None)["state"], "done")
            (sender, recipients, content), = server.messages
            expect_in(b"Subject: call.completed, +15551230001", content)
            expect_equal(server.logins, [("phone", "s3cret", True)])
            # a certificate by nobody known
            with House() as other:
                with open(make_certificate(other)) as stranger:
                    job = mail_once(server, house.write("stranger.pem", stranger.read()))
            expect_in("certificate", job["reason"])
            # a certificate by a known one, for another name
            with House() as other:
                with open(make_certificate(other, ("mail.example.com",), ())) as known:
                    known = house.write("known.pem", known.read())
                with MailServer(other, ("phone", "s3cret")) as misnamed:
                    job = mail_once(misnamed, known)
            expect_in("write the host of smtp as the server's certificate does", job["reason"])
            expect("to trust" not in job["reason"], job)
        with MailServer() as clear:
            job = mail_once(clear, None)
            expect_equal(job["state"], "waiting")
            expect_equal((clear.messages, len(server.logins)), ([], 1))


@promise("the local mail server needs no known certificate, unless smtp_ca_file is set; fetches and posts always do")
def own_mail_server():
    with House() as house, House() as other:
        ca = make_certificate(house)
        with open(make_certificate(other)) as stranger:
            stranger = house.write("stranger.pem", stranger.read())
        with MailServer(house) as server, Site(house, {"*": lambda handler: handler.give(204, b"")}) as site:
            port = None
            for number, (extra, encrypted) in enumerate((("", False), ("smtp_ca_file = %s\n" % stranger, None), ("smtp_ca_file = %s\n" % ca, True))):
                house.write_config("[work]\nmail_from = phone@example.com\nsmtp = smtp://127.0.0.1:%d\n%sprivate_hosts = localhost\n"
                                   "[on call.completed]\nmail = desk@example.com\npost = %s/\nsecret = x\n" % (server.port, extra, site.url))
                port = port or (house.start("status") and house.nginx())
                sid = "c-%d" % number
                valid(house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid=sid)))
                house.work()
                jobs = {job["action"].split("/")[1]: job for job in house.jobs("--sid", sid)}
                mailed, posted = jobs["mail"], jobs["post"]
                if encrypted is None:
                    expect_in("certificate", mailed["reason"])
                    expect_in("smtp_ca_file names the certificate to trust", mailed["reason"])
                else:
                    expect_equal((mailed["state"], server.encrypted.pop()), ("done", encrypted), mailed["reason"])
                expect_in("certificate", posted["reason"])
        expect_equal(site.paths(), [])


@promise("a job's reason quotes a mail server that refuses, and gives the remedy where it requires TLS")
def mail_refused():
    with House() as house:
        make_certificate(house)
        with MailServer(house, ("phone", "s3cret")) as server:
            house.write_config("[work]\nmail_from = phone@example.com\nsmtp = smtp://127.0.0.1:%d\n[on call.completed]\nmail = desk@example.com\n" % server.port)
            house.start("status")
            valid(house.ask(house.nginx(), "status.fcgi", sample("status-call-completed")))
            house.work()
            job, = (job for job in house.jobs() if job["action"].endswith("/mail"))
            expect_in("530 Must issue a STARTTLS command first", job["reason"])
            expect_in("the server wants TLS: smtp_ca_file names the certificate to trust", job["reason"])


@promise("mail goes through the host's sendmail too, without a late transcription, and with a link if you ask")
def sendmail():
    with House() as house, MailServer() as server:
        ca = make_certificate(house)
        house.write("msmtprc", "account default\nhost 127.0.0.1\nport %d\nauth off\ntls off\n" % server.port, 0o600)
        os.chown(house.path("msmtprc"), os.getuid(), -1)
        program = script(house, "sendmail", 'exec msmtp -C %s "$@"\n' % house.path("msmtprc"))
        mail_house(house, ca, "sendmail = %s\n" % program)
        house.write_config("", **{"transcribe = yes\n": "transcribe = yes\nmail = desk@example.com\nattach = no\nsubject = {{{{RecordingDuration}}}} s from {{{{from}}}}\n",
                                  "[line front-desk]": "[work]\nsendmail = %s\nmail_from = phone@example.com\n[line front-desk]" % program})
        house.start("recording")
        port = house.nginx()
        valid(tell_recording(house, port, "https://files.signalwire.com/r.wav"))
        due_now(house)
        house.work()
        (sender, recipients, content), = server.messages
        message = email.message_from_bytes(content, policy=email.policy.default)
        expect_equal(message["Subject"], "17 s from")
        expect_in("https://files.signalwire.com/r.wav", message.get_content())


@promise("an unanswered call is call.missed, a call whose caller left the menu is call.abandoned, an answered one is neither")
def derived():
    with House() as house:
        program = script(house, "note", 'echo "$HOOKSWITCH_EVENT $HOOKSWITCH_SID $HOOKSWITCH_FROM $HOOKSWITCH_LINE" >> %s\n' % house.path("tmp/notes"))
        house.write_config("[on call.missed]\nrun = %s\n[on call.abandoned]\nrun = %s\n[line duty]\nvoice = duty\n"
                           "[dial duty]\nto = +15551110001\ncaller_id = +15559870002\nwhisper = Press 1.\naccept = 1\n"
                           "failed = waiting\n[queue waiting]\nmusic = https://h/m.mp3\n" % (program, program))
        house.start("voice")
        house.start("status")
        port = house.nginx()

        def call(sid, dialled=None, menu=True):
            valid(house.ask(port, "voice.fcgi", pairs_of("voice-inbound", CallSid=sid)))
            if dialled:
                valid(house.ask(port, "voice.fcgi/front-desk/main-menu/chosen?try=1", pairs_of("gather-digits", CallSid=sid)))
                valid(house.ask(port, "voice.fcgi/front-desk/sales/ended", pairs_of("dial-" + dialled, CallSid=sid)))
            valid(house.ask(port, "status.fcgi/call", pairs_of("status-inbound-call", CallSid=sid)))

        call("missed-1", "no-answer")
        call("missed-2", "busy")
        call("taken", "completed")
        call("left-menu")
        call("left-ringing", "canceled")
        duty = lambda step, **changes: valid(house.ask(port, "voice.fcgi/duty" + step, pairs_of("voice-inbound", **dict(dict(CallStatus="in-progress"), **changes))))
        duty("", CallSid="declined"), duty("/duty/ended", CallSid="declined", DialCallStatus="completed") # a mailbox took it
        duty("", CallSid="accepted"), duty("/duty/accepted", CallSid="accepted-leg", ParentCallSid="accepted", Digits="1")
        duty("/duty/ended", CallSid="accepted", DialCallStatus="completed")
        duty("/waiting/left", CallSid="left-queue", QueueResult="hangup")
        for sid in ("declined", "accepted", "left-queue"):
            duty("", CallSid=sid, CallStatus="ringing")
            valid(house.ask(port, "status.fcgi/call", pairs_of("status-inbound-call", CallSid=sid)))
        wait_for("the events", lambda: len(house.events("--event", "call.dialed")) == 5)
        house.work()
        expect(not os.path.exists(house.path("tmp/notes")), "decided before the call had settled")
        due_now(house)
        house.work()
        with open(house.path("tmp/notes")) as file:
            notes = sorted(file.read().splitlines())
        expect_equal(notes, ["call.abandoned left-menu +15551230001 front-desk", "call.abandoned left-queue +15551230001 duty",
                             "call.abandoned left-ringing +15551230001 front-desk", "call.missed declined +15551230001 duty",
                             "call.missed missed-1 +15551230001 front-desk", "call.missed missed-2 +15551230001 front-desk"])
        expect_equal({event["origin"] for event in house.events("--event", "call.missed")}, {"derived"})


@promise("a message without a final status for stuck_after is message.stuck; a delivered one is not")
def stuck():
    with House() as house:
        program = script(house, "note", 'echo "$HOOKSWITCH_EVENT $HOOKSWITCH_SID" >> %s\n' % house.path("tmp/notes"))
        house.write_config("[on message.stuck]\nrun = %s\n" % program, **{"[hookswitch]\n": "[hookswitch]\nstuck_after = 1h\n"})
        house.start("status")
        port = house.nginx()
        for sid, states in (("m-stuck", ("queued", "sent")), ("m-fine", ("queued", "sent", "delivered"))):
            for state in states:
                valid(house.ask(port, "status.fcgi/message", pairs_of("status-message-" + state, MessageSid=sid)))
        house.work()
        due_now(house)
        house.work()
        with open(house.path("tmp/notes")) as file:
            expect_equal(file.read(), "message.stuck m-stuck\n")


@promise("a job whose section was removed from the configuration is given up with the reason; the worker loads a changed configuration")
def changed_configuration():
    with House() as house:
        program = script(house, "note", "echo $HOOKSWITCH_SID >> %s\n" % house.path("tmp/notes"))
        house.write_config("[on call.ringing]\nrun = %s\n[on call.completed]\nrun = /nonexistent\n" % program)
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        house.write_config("[on call.ringing]\nrun = %s\n" % program)
        expect_in("no such section any more", house.work())
        worker = house.run([house.hookswitch(), "work"], "worker")
        house.give(house.path("tmp"), 0o777)
        valid(house.ask(port, "status.fcgi", sample("status-call-ringing")))
        wait_for("the note", lambda: os.path.exists(house.path("tmp/notes")), 5)
        house.write_config("[on call.initiated]\nrun = %s\n" % program)
        wait_for("the change", lambda: "reload: the new" in house.log("worker"), 5)
        wait_for("the handler's change", lambda: "reload: the new" in house.log("status"), 5)
        valid(house.ask(port, "status.fcgi", sample("status-call-initiated")))
        wait_for("the second note", lambda: open(house.path("tmp/notes")).read().count("\n") == 2, 5)
        expect_equal(house.stop(worker), 0)


@promise("[on ...] in a customer's file counts for that customer's lines only, in the main file for all")
def scopes():
    with House() as house:
        note = lambda name: script(house, name, 'echo "%s $HOOKSWITCH_LINE" >> %s\n' % (name, house.path("tmp/notes")))
        os.mkdir(house.path("lines"))
        for number, name in enumerate(("ada", "bob")):
            house.write("lines/%s.ini" % name, "[line %s]\nnumbers = +1556000000%d\nvoice = menu\n[announce menu]\nprompt = Hello.\n"
                        "[on call.completed]\nrun = %s\n" % (name, number, note("note-" + name)))
        house.write_config("[on call.completed]\nrun = %s\n" % note("note-all"), **{"[hookswitch]\n": "[hookswitch]\nlines = lines\n"})
        house.start("status")
        port = house.nginx()
        for number in range(2):
            valid(house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid="c-%d" % number, To="+1556000000%d" % number)))
        valid(house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid="c-3", To="+15559870002")))
        house.work()
        with open(house.path("tmp/notes")) as file:
            expect_equal(sorted(file.read().splitlines()), ["note-ada ada", "note-all ada", "note-all bob", "note-all front-desk", "note-bob bob"])
        expect_equal({job["state"] for job in house.jobs()}, {"done"})


@promise("check explains faulty actions")
def checked():
    with House() as house:
        house.write_config("[on call.mised]\nrun = /x\n[on call.missed]\nline = a\n[on call.busy]\nrun = relative\nmail = no address\n"
                           "name = a/b\n[on call.failed]\nrun = /x \"y\n[on fax.received]\npost = ftp://x\n[work]\nsmtp = mail.example.com\nfetch_hosts = *\n")
        ran = house.command("check")
        house.write_config("[work]\nmail_from = t\u00e9l\u00e9phone@example.com\n[on call.busy]\nmail = desk@b\u00fccher.example, b\u00fcro@example.com\n")
        told = house.command("check").stdout
        for piece in ("mail_from: 't\u00e9l\u00e9phone@example.com' is not an address: expected ASCII alone, which every mail server takes",
                      "mail: 'b\u00fcro@example.com' is not an address: expected ASCII alone",
                      "mail: 'desk@b\u00fccher.example' is not an address: write desk@xn--bcher-kva.example"):
            expect_in(piece, told)
        for piece in ("no event is called 'call.mised'", "no action is given", "'relative' is not an absolute path", "'no address' is not an address",
                      "the name of a file cannot contain", "a quotation mark is never closed", "is not an address", "expected smtp://", "would send the project's token"):
            expect_in(piece, ran.stdout)


keep_promises()
