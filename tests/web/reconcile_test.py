#!/usr/bin/python3
"""reconcile, against a local server that pages, filters and refuses as the platform's REST documentation says."""

import base64
import email.utils
import json
import os
import subprocess
import time
import urllib.parse

from away import *
from harness import *
from schema import valid

PROJECT = "b08dacad-5d5c-4d5d-9b6a-3c1f0e2d4b5a"
TOKEN = "PT-reconcile"
CALL = "6a3fd2c8-9c1b-4a4e-8e0f-%012x"


def rfc2822(seconds_ago):
    return email.utils.formatdate(time.time() - seconds_ago)


class Platform:
    """Lists of calls, messages, recordings and faxes, newest first, as the compatibility REST API gives them."""

    def __init__(self):
        self.lists = {"Calls": [], "Messages": [], "Recordings": [], "Faxes": []}
        self.trouble = [] # statuses to answer with first
        self.gone = "none" # a page that answers 404 however often it is asked for
        self.pause = 1 # that a 429 asks for
        self.times = []

    def call(self, sid, status, ago=7200, **more):
        self.lists["Calls"].append({"sid": sid, "status": status, "direction": "inbound", "from": "+15551230001", "to": "+15559870002",
                                    "account_sid": PROJECT, "duration": 42, "start_time": rfc2822(ago + 60), "end_time": rfc2822(ago),
                                    "date_updated": rfc2822(ago), "date_created": rfc2822(ago + 60), "parent_call_sid": None, **more})

    def message(self, sid, status, ago=7200, **more):
        self.lists["Messages"].append({"sid": sid, "status": status, "direction": "outbound-api", "from": "+15559870002", "to": "+15551230001",
                                       "body": "Caf\u00e9 \U0001F389", "num_media": 0, "num_segments": 1, "error_code": None,
                                       "date_created": rfc2822(ago), "date_sent": rfc2822(ago), "date_updated": rfc2822(ago), **more})

    def page(self, handler):
        address = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(address.query))
        self.times.append(time.monotonic())
        wanted = base64.b64encode(("%s:%s" % (PROJECT, TOKEN)).encode()).decode()
        if handler.headers.get("Authorization") != "Basic " + wanted:
            return handler.give(401, b'{"code": 20003}', "application/json")
        if self.trouble:
            status = self.trouble.pop(0)
            return handler.give(status, b"<html>sorry</html>", "text/html", [("Retry-After", str(self.pause))] if status == 429 else [])
        name = address.path.rsplit("/", 1)[1]
        if address.path != "/api/laml/2010-04-01/Accounts/%s/%s" % (PROJECT, name) or name not in self.lists:
            return handler.give(404, b"{}", "application/json")
        if int(query.get("Page", "0")) > 0 and query.get("PageToken") != "PA%s" % query["Page"]:
            return handler.give(400, b'{"message": "PageToken is required"}', "application/json")
        if query.get("Page") == self.gone:
            return handler.give(404, b"{}", "application/json")
        filters = {"Calls": "StartTime>", "Messages": "DateSent>", "Recordings": "DateCreated>", "Faxes": "DateCreatedAfter"}
        expect(filters[name] in query or "PageToken" in query, handler.path)
        size, number = int(query["PageSize"]), int(query.get("Page", "0"))
        expect(1 <= size <= 1000)
        size = min(size, 10)
        items = self.lists[name][number * size:(number + 1) * size]
        more = (number + 1) * size < len(self.lists[name])
        # as the documentation's example of faxes shows, the address need not be below /api/laml
        following = "/somewhere/else?Page=%d&PageSize=%d&PageToken=PA%d" % (number + 1, size, number + 1) if more else None
        body = json.dumps({"uri": handler.path, "first_page_uri": "/x", "next_page_uri": following, "previous_page_uri": None, "page": number,
                           "page_size": size, name.lower(): items}).encode()
        handler.give(200, body, "application/json")


class Away:
    def __enter__(self):
        self.house = House()
        self.ca = make_certificate(self.house)
        self.platform = Platform()
        self.site = Site(self.house, {"*": self.platform.page})
        self.house.write("token", TOKEN + "\n", 0o640)
        self.configure()
        return self.house, self.platform, self

    def configure(self, extra="", **changes):
        self.house.write_config("[work]\nca_file = %s\nprivate_hosts = localhost\n%s" % (self.ca, extra),
                                **{"[hookswitch]\n": "[hookswitch]\nspace = localhost:%d\nproject = %s\ntoken_file = token\n" % (self.site.port, PROJECT), **changes})

    def __exit__(self, *unused):
        self.site.__exit__()
        self.house.end()


def reconcile(house, *arguments, status=0, **options):
    ran = house.command("reconcile", "--rate", "50", *arguments, **options)
    expect_equal(ran.returncode, status, ran.stdout, ran.stderr)
    return ran.stdout + ran.stderr


@promise("reconcile backfills events whose callbacks were lost, marked and over many pages; a second run adds nothing")
def keeps():
    with Away() as (house, platform, away):
        away.configure("[on call.completed]\nrun = /bin/true\n")
        house.start("status")
        port = house.nginx()
        for n in range(35):
            platform.call(CALL % n, "completed")
            if n % 2:
                valid(house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid=CALL % n)))
        valid(house.ask(port, "status.fcgi", pairs_of("status-call-ringing", CallSid=CALL % 0)))
        platform.message("m-1", "undelivered", error_code="30003")
        platform.lists["Faxes"].append({"sid": "f-1", "status": "received", "from": "+15551230001", "to": "+15559870009", "num_pages": "3",
                                        "media_url": "https://files.signalwire.com/f-1.pdf", "direction": "inbound",
                                        "date_created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 7200)), "date_updated": None})
        out = reconcile(house)
        expect_in("20 stored", out)
        missing = house.events("--event", "call.completed")
        expect_equal(len(missing), 35)
        expect_equal(sum(event.get("origin") == "reconcile" for event in missing), 18)
        kept, = house.events("--sid", "m-1")
        parameters = dict(kept["parameters"])
        expect_equal((kept["event"], kept["line"], parameters["ErrorCode"], parameters["Body"]), ("message.undelivered", "front-desk", "30003", "Caf\u00e9 \U0001F389"))
        fax, = house.events("--sid", "f-1")
        expect_equal((fax["event"], dict(fax["parameters"])["MediaUrl"]), ("fax.received", "https://files.signalwire.com/f-1.pdf"))
        row, = house.events("--current", "--sid", CALL % 0)
        expect_equal(row["state"], "completed")
        # it sets off what the callback would have: once, also when that comes after all
        expect_equal(len([job for job in house.jobs() if job["action"] == "on call.completed/run"]), 35)
        valid(house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid=CALL % 0)))
        expect_equal(len([job for job in house.jobs() if job["action"] == "on call.completed/run"]), 35)
        expect_in("0 stored", reconcile(house, "--since", "2d"))
        expect_equal(house.command("store", "check").returncode, 0)


@promise("reconcile leaves recent changes to their callbacks, and ignores items older than asked for")
def times():
    with Away() as (house, platform, away):
        platform.call("now", "completed", ago=10)
        platform.call("in-range", "completed", ago=7000)
        platform.call("before", "completed", ago=90000)
        reconcile(house, "--since", "3h")
        expect_equal([event["sid"] for event in house.events()], ["in-range"])
        reconcile(house, "--since", "3h", "--settle", "1s")
        expect_equal({event["sid"] for event in house.events()}, {"in-range", "now"})


@promise("an interrupted reconcile resumes at its page, and waits for a busy platform while it asks for time")
def resumes():
    with Away() as (house, platform, away):
        for n in range(45):
            platform.call(CALL % n, "completed")
        platform.trouble = [429, 500]
        began = time.monotonic()
        child = subprocess.Popen([HOOKSWITCH, "reconcile", "--rate", "2", "--kind", "call"], stdout=subprocess.DEVNULL,
                                 env=dict(os.environ, HOOKSWITCH_CONFIG=house.config))
        wait_for("three pages", lambda: house.command("events", "--json", "--last", "0").stdout.count("\n") >= 30 and len(away.site.paths()) >= 5)
        child.kill()
        child.wait()
        expect(platform.times[1] - platform.times[0] > 0.95 and platform.times[2] - platform.times[1] > 0.95, platform.times)
        asked = len(away.site.paths())
        reconcile(house, "--kind", "call")
        expect_equal(len(house.events()), 45)
        expect(len(away.site.paths()) - asked <= 2, "the pages that were done were asked for again")


@promise("a page that is gone ends reconcile with the reason, after one restart; it does not wait for a pause of a day")
def ends():
    with Away() as (house, platform, away):
        for n in range(45):
            platform.call(CALL % n, "completed")
        platform.gone = "2"
        expect_in("answered 404 for Calls\n", reconcile(house, "--kind", "call", status=1, timeout=60))
        expect_equal((len(house.events()), len(away.site.paths())), (20, 6))
        platform.trouble, platform.pause = [429], 86400
        expect_in("answered 429 and asks for a pause of 3600 s or more: try again later", reconcile(house, "--kind", "call", status=1, timeout=60))
        expect_equal(len(away.site.paths()), 7)


@promise("reconcile keeps to --rate, shows missing items with --dry-run without storing them, and explains errors")
def polite():
    with Away() as (house, platform, away):
        for n in range(45):
            platform.call(CALL % n, "completed")
        ran = house.command("reconcile", "--rate", "5", "--kind", "call", "--dry-run")
        expect_equal(ran.returncode, 0, ran.stderr)
        gaps = [b - a for a, b in zip(platform.times, platform.times[1:])]
        expect(len(gaps) == 4 and sum(gaps) > 0.5, gaps) # 0.8, less what the first was late
        expect_equal((os.path.exists(house.store), ran.stdout.count("missing")), (False, 45))
        house.write("token", "wrong\n", 0o640)
        expect_in("are project and token right?", reconcile(house, status=1))
        away.configure("", **{"token_file = token": "token_file = nonesuch"})
        house.write_config()
        expect_in("space and project are not named", reconcile(house, status=2))
        expect_equal(house.command("reconcile", "--rate", "0").returncode, 64)
        away.configure()
        house.write("token", TOKEN, 0o640)
        expect_in("expected call, message, recording or fax", reconcile(house, "--kind", "smoke", status=64))


@promise("reconcile mails and fetches a voicemail whose callback was lost")
def voicemail():
    with Away() as (house, platform, away):
        away.configure(**{"transcribe = yes\n": "transcribe = yes\nmail = desk@example.com\n"})
        house.start("voice")
        port = house.nginx()
        valid(house.ask(port, "voice.fcgi", pairs_of("voice-inbound", CallSid="c-1")))
        valid(house.ask(port, "voice.fcgi/front-desk/main-menu/chosen?try=1", pairs_of("gather-digits", CallSid="c-1", Digits="3")))
        wait_for("the call", lambda: len(house.events()) == 2)
        expect_equal(house.events()[-1]["answer"], "voicemail front-voicemail")
        uri = "/api/laml/2010-04-01/Accounts/%s/Recordings/r-1.json" % PROJECT
        platform.lists["Recordings"].append({"sid": "r-1", "call_sid": "c-1", "status": "completed", "duration": 17, "channels": 1, "source": "RecordVerb",
                                             "uri": uri, "date_created": rfc2822(7200), "date_updated": rfc2822(7200)})
        reconcile(house)
        recording, left = house.events("--sid", "r-1")
        expect_equal((recording["event"], left["event"], left["line"]), ("recording.completed", "voicemail.received", "front-desk"))
        expect_equal(dict(left["parameters"])["RecordingUrl"], "https://localhost:%d%s.wav" % (away.site.port, uri[:-5]))
        expect_equal([job["action"] for job in house.jobs()], ["voicemail front-voicemail/mail"])


keep_promises()
