#!/usr/bin/python3
"""hookswitch urls --apply, against a local server that lists and changes numbers as the platform's REST documentation says."""

import base64
import urllib.parse

from away import *
from harness import *

PROJECT = "b08dacad-5d5c-4d5d-9b6a-3c1f0e2d4b5a"
TOKEN = "PT-numbers"
LISTS = "/api/laml/2010-04-01/Accounts/%s/IncomingPhoneNumbers" % PROJECT


class Platform:
    """The numbers of a project; each POST is remembered."""

    def __init__(self, *numbers):
        self.numbers, self.posts, self.trouble, self.deaf = {}, [], [], False
        for position, number in enumerate(numbers):
            self.numbers["sid-%d" % position] = {
                "sid": "sid-%d" % position, "phone_number": number, "voice_url": "https://old.example.com/voice", "voice_method": "GET",
                "voice_fallback_url": None, "voice_fallback_method": None, "status_callback": "", "status_callback_method": "POST",
                "voice_receive_mode": None, "voice_application_sid": None, "sms_url": "", "sms_method": "POST", "sms_fallback_url": "",
                "sms_fallback_method": "POST"}

    def page(self, handler):
        address = urllib.parse.urlsplit(handler.path)
        wanted = base64.b64encode(("%s:%s" % (PROJECT, TOKEN)).encode()).decode()
        if handler.headers.get("Authorization") != "Basic " + wanted:
            return handler.give(401, b"{}", "application/json")
        if self.trouble:
            return handler.give(self.trouble.pop(0), b"{}", "application/json")
        if handler.command == "GET" and address.path == LISTS + ".json":
            number = int(dict(urllib.parse.parse_qsl(address.query)).get("Page", "0"))
            items = list(self.numbers.values())
            following = "/x?Page=%d&PageSize=2" % (number + 1) if (number + 1) * 2 < len(items) else None
            page = {"incoming_phone_numbers": items[number * 2:number * 2 + 2], "next_page_uri": following}
            return handler.give(200, json.dumps(page).encode(), "application/json")
        sid = address.path[len(LISTS) + 1:-len(".json")]
        if handler.command != "POST" or sid not in self.numbers:
            return handler.give(404, b"{}", "application/json")
        changes = dict(urllib.parse.parse_qsl(handler.body.decode(), keep_blank_values=True))
        self.posts.append((self.numbers[sid]["phone_number"], changes))
        for name, value in changes.items():
            member = re.sub("(?<!^)([A-Z])", r"_\1", name).lower()
            expect(member in self.numbers[sid], name)
            if not self.deaf:
                self.numbers[sid][member] = value
        return handler.give(200, json.dumps(self.numbers[sid]).encode(), "application/json")


class Away:
    def __init__(self, *numbers):
        self.platform = Platform(*numbers)

    def __enter__(self):
        self.house = House(programs=())
        authority = make_certificate(self.house)
        self.site = Site(self.house, {"*": self.platform.page})
        self.house.write("token", TOKEN + "\n", 0o640)
        self.house.write_config("[work]\nca_file = %s\nprivate_hosts = localhost\n" % authority,
                                **{"[hookswitch]\n": "[hookswitch]\nspace = localhost:%d\nproject = %s\ntoken_file = token\n" % (self.site.port, PROJECT)})
        return self.house, self.platform

    def __exit__(self, *unused):
        self.site.__exit__()
        self.house.end()


def urls(house, *arguments, status=0, answer=""):
    ran = house.command("urls", "--apply", *arguments, input=answer)
    expect_equal(ran.returncode, status, ran.stdout, ran.stderr)
    return ran.stdout + ran.stderr


@promise("urls --apply shows the changes and asks; then it makes them, and a second run has nothing to do")
def entered():
    with Away("+15559870002", "+15550001111", "+15559870009") as (house, platform):
        out = urls(house, status=1, answer="n\n")
        for line in ("+15559870002  [line front-desk]", "- https://old.example.com/voice", "+ %s/voice.fcgi" % PUBLIC, "- (nothing)",
                     "+ %s/status.fcgi/call" % PUBLIC, "VoiceReceiveMode", "+ fax", "+15550001111  has no line here and stays as it is",
                     "2 to change, 0 up to date, 0 not found", "Make these changes at the platform? [y/N]", "Nothing was changed."):
            expect_in(line, out)
        expect_equal(urls(house, status=1).splitlines()[-1], "Nothing was changed.")  # nobody there to answer
        expect_equal(platform.posts, [])
        doctor = lambda: house.command("doctor").stdout
        expect_in("0 numbers have these addresses, 2 others, 0 are not the project's", doctor())
        expect_in("2 entered, 0 failed", urls(house, answer="y\n"))
        expect_in("project and token are right; 2 numbers have these addresses", doctor())
        posted = dict(platform.posts)
        expect_equal(sorted(posted), ["+15559870002", "+15559870009"])
        expect_equal(posted["+15559870009"]["VoiceUrl"], PUBLIC + "/fax.fcgi")
        expect_equal(posted["+15559870009"]["VoiceReceiveMode"], "fax")
        expect("SmsUrl" not in posted["+15559870009"], "a line without texts has nothing to say of them")
        expect_equal(posted["+15559870002"]["VoiceMethod"], "POST")
        expect("SmsMethod" not in posted["+15559870002"], "what is as wanted is not sent")
        shown = [line.split(None, 1) for line in house.command("urls", "front-desk").stdout.splitlines() if "https://" in line]
        expect_equal([line.split()[-1] for line in house.command("urls", "front-desk").stdout.splitlines()[1:]],
                     [posted["+15559870002"][name] for name in ("VoiceUrl", "VoiceFallbackUrl", "StatusCallback", "SmsUrl", "SmsFallbackUrl")], shown)
        expect_equal(urls(house).splitlines()[-1], "0 to change, 2 up to date, 0 not found")
        expect_equal(len(platform.posts), 2)


@promise("urls --apply changes one line only, puts its name in the addresses if you ask, and skips the question if you say so")
def one_line():
    with Away("+15559870002", "+15559870009") as (house, platform):
        out = urls(house, "--named", "--yes", "office-fax")
        expect("[y/N]" not in out and "front-desk" not in out)
        expect_equal([(number, changes["VoiceUrl"]) for number, changes in platform.posts],
                     [("+15559870009", PUBLIC + "/fax.fcgi/office-fax")])
        expect_in("no line is called 'nope'", urls(house, "nope", status=2))


@promise("urls --apply reports a missing number, a wrong token, and a platform that is busy or keeps its old value")
def troubles():
    with Away("+15559870002") as (house, platform):
        platform.trouble = [503, 429]
        out = urls(house, "--yes", status=1)
        expect_in("+15559870009  [line office-fax]  is not a number of the project", out)
        expect_in("1 entered, 0 failed", out)
        platform.numbers["sid-0"]["voice_url"] = "https://old.example.com/"
        platform.numbers["sid-0"]["voice_application_sid"] = "app-1"
        platform.deaf = True
        out = urls(house, "--yes", "front-desk", status=1)
        expect_in("the number has an application, which overrides these addresses: app-1", out)
        expect_in("+15559870002: VoiceUrl is 'https://old.example.com/' there all the same", out)
        expect_in("0 entered, 1 failed", out)
        house.write("token", "PT-other\n", 0o640)
        expect_in("answered 401: are project and token right?", urls(house, status=1))
        expect("PT-other" not in urls(house, status=1))
    with House(programs=()) as house:
        expect_in("space and project are not named", urls(house, status=2))


keep_promises()
