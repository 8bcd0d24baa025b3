#!/usr/bin/python3
"""Text messages, conversations and faxes through nginx and the real programs."""

import email
import email.policy
import glob
import random
import re
import threading

from away import MailServer, Site, make_certificate, webhook_is_signed
from harness import *
from phone import Texter
from schema import valid

ANN, BOB, DESK = "+15551230001", "+15551230002", "+15551110001"

CONFIG = """[hookswitch]
public_url = {public}
signing_key_file = {key_file}
store = sqlite:{store}
{settings}
[line desk]
numbers = +15559870002
sms = t
"""

FORM = """[texts t]
replies_per_hour = 10000
book.next = booking
hours = Nine.
otherwise = Hm?
[form booking]
1 = What is your name?
1.keep = Name
1.check = name
2 = For which day, {{{{Name}}}}?
2.keep = Day
2.check = date
done = Thank you, {{{{Name}}}}: {{{{Day}}}}.
expired = Too late.
"""


def opened(texts, programs=("sms",), extra=""):
    house = House(CONFIG + texts)
    house.write_config(extra)
    for program in programs:
        house.start(program)
    return house, house.nginx()


def change_form(house, *changes):
    """Changes the state of every form, as if time had passed or a program had died."""
    with contextlib.closing(sqlite3.connect(house.store)) as database, database:
        for name, value in database.execute("SELECT name, value FROM shared WHERE name LIKE 'form %'").fetchall():
            text = value.decode() if isinstance(value, bytes) else value
            for pattern, by in changes:
                text = re.sub(pattern, by, text)
            database.execute("UPDATE shared SET value = ? WHERE name = ?", (text.encode(), name))


@promise("keywords, typos, patterns, pictures and unknown senders get valid answers through nginx")
def answers():
    house, port = opened("""[texts t]
tolerate_typos = yes
replies_per_hour = 10000
hours = Nine to five.
hours.words = open, when
hours.2 = Not on Sundays.
order = Order {{{{1}}}} is on its way.
order.pattern = "order +#?(\\d{{4,8}})"
hang = Never.
hang.pattern = ^(a+)+$
map = Here, {{{{FromCity}}}}:
map.media = https://www.example.com/map.png
map.from = 12345
otherwise = Hm?
""")
    with house:
        ann = Texter(house, port, ANN)
        ann.text("When are you open?").gets("Nine to five.", "Not on Sundays.")
        ann.text("HUORS!!").gets("Nine to five.", "Not on Sundays.")
        ann.text("Where is order 12345?").gets("Order 12345 is on its way.")
        ann.text("a" * 1500 + "!").gets("Hm?")
        expect_in("[texts t] hang.pattern: given up after 50000 steps", house.log("sms"))
        ann.text("the map", FromCity="Salem").gets("Here, Salem:")
        expect_equal((ann.messages[0]["from"], ann.messages[0]["media"]), ("12345", ["https://www.example.com/map.png"]))
        ann.text("").gets("Hm?")


LETTERS = "aeiouhrst 0123456789!?.#'\u2019\u00e9\u00f1\u00df\u0130\u0131\u4e2d\u3042\u0e01\uac00\u0627\u05d0\u200d\ufe0f\U0001f44d\U0001f1e9\U0001f469\u0301\ufffd\ufeff\t\r\n\x0b\u202e"


def random_text(dice):
    kind = dice.randrange(4)
    if kind == 0: # any character there is
        return "".join(chr(dice.choice([dice.randrange(1, 0xd800), dice.randrange(0xe000, 0x110000)])) for _ in range(dice.randrange(60)))
    if kind == 1: # bytes that need be no text
        return bytes(dice.randrange(256) for _ in range(dice.randrange(80)))
    words = ["hours", "huors", "order 1234", "STOP", "START", "{{{{From}}}}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\u55b6\u696d", "<Say>", "&amp;", "]]>"]
    return " ".join(dice.choice(words) if dice.randrange(3) == 0 else "".join(dice.choice(LETTERS) for _ in range(dice.randrange(12)))
                    for _ in range(dice.randrange(200 if kind == 2 else 12)))


@promise("10,000 messages of random Unicode and random bytes each get a valid answer")
def random_messages():
    house, port = opened("""[texts t]
tolerate_typos = yes
replies_per_hour = 10000
hours = You wrote: {{{{Body}}}}
order = Order {{{{1}}}}, {{{{2}}}}
order.pattern = order +(\\d+)|(\\p{{Lu}}{{2,}})
hang = {{{{0}}}}
hang.pattern = ^(\\w+\\s?)+$
\u55b6\u696d = \u306f\u3044
otherwise = {{{{Body}}}}{{{{Nothing}}}}
""")
    failures, lock = [], threading.Lock()

    def run(seed):
        dice = random.Random(seed)
        for number in range(2500):
            body = random_text(dice)
            pairs = pairs_of("sms-hello", MessageSid="%d-%d" % (seed, number), SmsSid=None, From="+1555%07d" % dice.randrange(10**7), Body=body)
            try:
                valid(house.ask(port, "sms.fcgi", pairs), "messaging")
            except Exception as why:
                with lock:
                    failures.append((body, why))

    with house:
        threads = [threading.Thread(target=run, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect_equal(failures[:3], [])
        with contextlib.closing(sqlite3.connect(house.store)) as database:
            expect_equal(database.execute("SELECT count(DISTINCT sid) FROM event").fetchone()[0], 10000)


@promise("a half-filled form, a known sender and a counter survive a change of the signing key and a move of the store")
def rotated():
    config = FORM.replace("otherwise = Hm?", "otherwise = Hm?\nwelcome = Hello, stranger.") .replace("replies_per_hour = 10000", "replies_per_hour = 4")
    house, port = opened(config)
    with house:
        ann = Texter(house, port, ANN)
        ann.text("book").gets("Hello, stranger.", "What is your name?")
        house.stop(house.children[0])
        export = house.path("tmp/all.jsonl")
        expect_equal(house.command("store", "export", export).returncode, 0)
        house.store = house.path("store/moved.db")
        house.key = "PSK_fresh"
        house.write("signing.key", house.key, 0o640)
        house.write_config()
        expect_equal(house.command("store", "import", export).returncode, 0)
        house.start("sms")
        ann.text("Ann").gets("For which day, Ann?")
        ann.text("2026-12-24").gets("Thank you, Ann: 2026-12-24.")
        for _ in range(3):
            ann.text("hours").gets("Nine.")
        ann.text("hours").gets()
        Texter(house, port, BOB).text("hours").gets("Hello, stranger.", "Nine.")
        expect_equal(house.command("optouts").stdout, "")


@promise("a form continues in any process on any host, and two simultaneous messages are two answers")
def two_hosts():
    with House(CONFIG + FORM) as house:
        address = house.postgresql()
        house.write_config(**{"sqlite:{store}": address})
        ports = []
        for host in ("one", "two"):
            path = house.path("sockets/%s.sock" % host)
            house.run([house.path("programs/sms.fcgi"), "--listen", "unix:" + path], host, stdin=subprocess.DEVNULL)
            wait_for(host, lambda: house.answers(path))
            os.chmod(path, 0o777)
            ports.append(house.nginx("server { LISTEN location / { include fastcgi_params; fastcgi_pass unix:%s; } }" % path))
        ann = [Texter(house, port, ANN) for port in ports]
        ann[0].text("book").gets("What is your name?")
        ann[1].text("Ann").gets("For which day, Ann?")
        ann[0].text("2026-12-24").gets("Thank you, Ann: 2026-12-24.")
        kept, = [dict(event["parameters"]) for event in house.events("--event", "form.completed")]
        expect_equal((kept["Form"], kept["Name"], kept["Day"]), ("booking", "Ann", "2026-12-24"))
        # forty people, each of whom sends both answers at the very same moment to two hosts
        people = ["+1555200%04d" % number for number in range(40)]
        for number in people:
            Texter(house, ports[0], number).text("book").gets("What is your name?")

        def send(number, port, body):
            Texter(house, port, number).text(body)

        threads = [threading.Thread(target=send, args=(number, port, body)) for number in people
                   for port, body in zip(ports, ("Bob", "2026-12-24"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # Either the name came first, and the form is done; or the date did, was no name, and the day is asked for now.
        done = {event["from"]: dict(event["parameters"]) for event in house.events("--event", "form.completed", "--last", "0")}
        for number in people:
            if number not in done:
                Texter(house, ports[0], number).text("12/24/2026").gets("Thank you, Bob: 2026-12-24.")
        completed = house.events("--event", "form.completed", "--last", "0")
        expect_equal(sorted(event["from"] for event in completed), sorted([ANN] + people))
        expect(all(dict(event["parameters"])["Day"] == "2026-12-24" for event in completed))


@promise("a completed form is mailed with its answers; an unfinished one becomes form.expired")
def form_events():
    with MailServer() as server:
        house, port = opened(FORM + "mail = desk@example.com\n[on form.expired]\nrun = /bin/true\n", extra="[work]\nsmtp = smtp://127.0.0.1:%d\n" % server.port)
        with house:
            ann, bob = Texter(house, port, ANN), Texter(house, port, BOB)
            for body in ("book", "Zo\u00eb", "24 Dec 2026"):
                ann.text(body)
            house.work()
            (_, recipients, content), = server.messages
            message = email.message_from_bytes(content, policy=email.policy.default)
            expect_equal((recipients, message["Subject"]), (["desk@example.com"], "Form filled in by +15551230001 - desk"))
            for line in ("Name:          Zo\u00eb", "Day:           2026-12-24", "From:          +15551230001"):
                expect_in(line, message.get_body().get_content())
            bob.text("book"), bob.text("Bob")
            due_now(house), house.work()
            expect_equal(house.events("--event", "form.expired"), [])
            change_form(house, (r"until=\d+", "until=1"))
            with contextlib.closing(sqlite3.connect(house.store)) as database, database:
                database.execute("UPDATE job SET state = 0, due_us = 1 WHERE action LIKE '%lapse:%'")
            house.work()
            expired, = house.events("--event", "form.expired")
            expect_equal((expired["from"], dict(expired["parameters"])["Name"]), (BOB, "Bob"))
            bob.text("hours").gets("Too late.", "Nine.")
            bob.text("hours").gets("Nine.")
            house.work()
            expect_equal(len(house.events("--event", "form.expired")), 1)
            expect_equal(len(house.events("--event", "form.completed")), 1)
            expect_equal(len(server.messages), 1)


@promise("a form whose last answer reached a program that died at once is still completed, once")
def form_after_a_crash():
    house, port = opened(FORM)
    with house:
        ann, bob = Texter(house, port, ANN), Texter(house, port, BOB)
        ann.text("book"), ann.text("Ann")
        bob.text("book"), bob.text("Bob")
        change_form(house, (r"out=1", "out=3"), (r"sid=[^&]*", "sid=died"), (r"k.Name=(\w+)", r"k.Name=\1&k.Day=2026-12-24"), (r"sid=died(.*Bob)", r"sid=died2\1"))
        ann.text("hours").gets("Nine.") # the next message brings it
        kept, = house.events("--event", "form.completed")
        expect_equal((kept["sid"], dict(kept["parameters"])["Day"]), ("died", "2026-12-24"))
        due_now(house), house.work() # or the worker does
        due_now(house), house.work()
        expect_equal(sorted(event["sid"] for event in house.events("--event", "form.completed")), ["died", "died2"])


@promise("a STOP during a database lock is stored after the lock")
def stop_is_kept():
    house, port = opened("[texts t]\notherwise = Thanks.\n", extra="[on message.received]\nrun = /bin/true\n")
    with house:
        ann = Texter(house, port, ANN)
        ann.text("Hello").gets("Thanks.")
        with contextlib.closing(sqlite3.connect(house.store, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            ann.text("STOP").gets()
            database.execute("ROLLBACK")
        wait_for("the message", lambda: len(house.events("--event", "message.received")) == 2)
        house.work()
        expect_in(ANN, house.command("optouts").stdout)
        ann.text("Hello").gets()
        expect_in("saved later by a job", house.log("sms"))


@promise("an answer to a form during a database lock gets an error message")
def form_while_locked():
    house, port = opened(FORM)
    with house:
        ann = Texter(house, port, ANN)
        ann.text("book").gets("What is your name?")
        with contextlib.closing(sqlite3.connect(house.store, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            ann.text("Ann").gets("Sorry, something went wrong here. Please write again later.")
            database.execute("ROLLBACK")
        ann.text("Ann").gets("For which day, Ann?")


@promise("a message is forwarded to a phone and the reply returned, by any process, with pictures")
def forwards():
    house, port = opened("[texts t]\nhours = Nine.\notherwise =\nforward = %s\n" % DESK)
    with house:
        ann, bob, desk = Texter(house, port, ANN), Texter(house, port, BOB), Texter(house, port, DESK)
        ann.text("See?", NumMedia="1", MediaUrl0="https://files.signalwire.com/m/0.jpg", MediaContentType0="image/jpeg").gets("1) %s: See?" % ANN)
        expect_equal((ann.messages[0]["to"], ann.messages[0]["media"]), (DESK, ["https://files.signalwire.com/m/0.jpg"]))
        house.stop(house.children[0])
        house.start("sms")
        desk.text("Nice hours").gets("Nice hours")
        expect_equal(desk.messages[0]["to"], ANN)
        bob.text("Hi").gets("2) %s: Hi" % BOB)
        desk.text("Hello").gets("Not sent: to whom? Please begin with 1) for %s, 2) for %s." % (ANN, BOB))
        desk.text("2) Hello").gets("Hello")
        expect_equal(desk.messages[0]["to"], BOB)


@promise("a job fetches pictures of the allowed types and sizes; a refused picture does not block the others")
def pictures():
    with House(CONFIG + "[texts t]\nfetch = PLACE/tmp/media\nfetch_size = 1k\n") as house:
        house.config_text = house.config_text.replace("PLACE", house.folder)
        ca = make_certificate(house)
        pages = {"/a.jpg": lambda handler: handler.give(200, b"\xff\xd8 picture", "image/jpeg"),
                 "/b.zip": lambda handler: handler.give(200, b"PK..", "application/zip"),
                 "/c.jpg": lambda handler: handler.give(200, b"MZ", "application/x-msdownload"),
                 "/d.png": lambda handler: handler.give(200, b"x" * 2000, "image/png"),
                 "/e.png": lambda handler: handler.give(200, b"x" * 1000, "image/png")}
        with Site(house, pages) as site:
            house.write("token", "PT-very-secret\n", 0o640)
            house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\nprivate_hosts = localhost\n" % ca)
            house.start("sms")
            port = house.nginx()
            media = {}
            for number, (name, kind) in enumerate((("a.jpg", "image/jpeg"), ("b.zip", "application/zip"), ("c.pdf", None), ("d.png", "image/png"),
                                                   ("e.png", "image/png"))):
                media["MediaUrl%d" % number] = site.url + "/" + name.replace("c.pdf", "c.jpg")
                media["MediaContentType%d" % number] = kind
            Texter(house, port, ANN).text("see photos", NumMedia="5", **{n: v for n, v in media.items() if v}).gets()
            log = house.work()
            expect_equal(sorted(os.path.splitext(path)[1] for path in glob.glob(house.path("tmp/media/*"))), [".jpg", ".png"])
            expect("/b.zip" not in site.paths(), site.paths()) # its type was known beforehand
            expect_in("a medium of the type 'application/zip' is not fetched", log)
            expect_in("a medium of the type 'application/x-msdownload' is not fetched", log)
            kept = dict(house.events("--event", "message.fetched")[0]["parameters"])
            expect_equal((kept["ContentType0"], kept["ContentType1"]), ("image/jpeg", "image/png"))
            expect_equal([job["state"] for job in house.jobs()], ["done"])


@promise("a message is forwarded to mail with its pictures, and to an address, signed; the outcome of an answer triggers its reply")
def to_mail_and_address():
    with MailServer() as server, House(CONFIG + "[texts t]\nhours = Nine.\notherwise.next = people\n[texts people]\notherwise = Thanks.\n"
                                       "mail = desk@example.com\npost = SITE/in\nsecret = whispered\n"
                                       "[on message.failed]\npost = SITE/failed\nsecret = whispered\n"
                                       "[on message.undelivered]\nmail = desk@example.com\n") as house:
        ca = make_certificate(house)
        pages = {"/in": lambda handler: handler.give(204, b""), "/failed": lambda handler: handler.give(204, b""),
                 "/a.jpg": lambda handler: handler.give(200, b"\xff\xd8 picture", "image/jpeg")}
        with Site(house, pages) as site:
            house.config_text = house.config_text.replace("SITE", site.url)
            house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\nprivate_hosts = localhost\nsmtp = smtp://127.0.0.1:%d\n" % (ca, server.port))
            house.start("sms"), house.start("status")
            port = house.nginx()
            ann = Texter(house, port, ANN)
            ann.text("hours").gets("Nine.")
            house.work()
            expect_equal((server.messages, site.paths()), ([], []))
            ann.text("Look \U0001F389", NumMedia="1", MediaUrl0=site.url + "/a.jpg", MediaContentType0="image/jpeg").gets("Thanks.")
            house.work()
            (_, recipients, content), = server.messages
            message = email.message_from_bytes(content, policy=email.policy.default)
            expect_equal((recipients, message["Subject"]), (["desk@example.com"], "Text from +15551230001 - desk"))
            expect_in("Look \U0001F389", message.get_body().get_content())
            attached, = message.iter_attachments()
            expect_equal((attached.get_content_type(), attached.get_content()), ("image/jpeg", b"\xff\xd8 picture"))
            (_, headers, body), = [asked for asked in site.asked if asked[0] == "/in"]
            expect(webhook_is_signed("whispered", headers, body))
            expect_equal(json.loads(body)["data"]["parameters"]["MediaUrl0"], site.url + "/a.jpg")
            for name in ("sent", "failed", "undelivered"):
                sid = "out-" + name
                valid(house.ask(port, "status.fcgi/message/desk", pairs_of("status-message-" + name, MessageSid=sid, SmsSid=sid)))
            house.work()
            expect_equal(site.paths().count("/failed"), 1)
            expect_equal(len(server.messages), 2)
            states = {event["sid"]: event["state"] for event in house.events("--current") if event["sid"].startswith("out-")}
            expect_equal(states, {"out-sent": "sent", "out-failed": "failed", "out-undelivered": "undelivered"})


@promise("as plain CGI, with a process for each message, forms, files, lists and forwarding work too")
def plain_cgi():
    with House(CONFIG.replace("sms = t", "sms = who") + FORM.replace("hours = Nine.", "hours.file = hours.txt\nforward = " + DESK) +
               "[route who]\nlist.ads = ads.txt\nlisted.ads = reject\notherwise = t\n") as house:
        house.write("hours.txt", "Nine to five, {{From}}.\n")
        house.write("ads.txt", "+15551239999\n")
        house.write_config()
        port = house.apache(["cgid"], "ScriptSock %s\n%s" % (house.path("tmp/cgisock"), house.snippet("apache-cgi.conf")))
        ann, desk = Texter(house, port, ANN), Texter(house, port, DESK)
        ann.text("hours").gets("Nine to five, +15551230001.", "1) +15551230001: hours")
        desk.text("And six").gets("And six")
        expect_equal(desk.messages[0]["to"], ANN)
        ann.text("book").gets("1) +15551230001: book", "What is your name?")
        ann.text("42").gets("Sorry, I did not understand that.", "What is your name?")
        ann.text("Ann").gets("For which day, Ann?")
        ann.text("12/24/2026").gets("Thank you, Ann: 2026-12-24.")
        Texter(house, port, "+15551239999").text("hours").gets()
        expect_equal(len(house.events("--event", "form.completed")), 1)


FAX = """[hookswitch]
public_url = {public}
signing_key_file = {key_file}
store = sqlite:{store}
{settings}
[line office-fax]
numbers = +15559870009
fax = who
[route who]
+1900* = reject
closed.office = reject
otherwise = inbox
[hours office]
mon-sun = 00:00-24:00
[fax inbox]
page_size = a4
mail = office@example.com
[line desk]
numbers = +15559870002
voice = hello
[announce hello]
prompt = Hello
[on fax.failed]
run = {store}.note
"""


@promise("a fax is received and mailed as PDF with its pages and station, refused by caller and hours, and its failure reported with the code")
def faxes():
    with House(FAX) as house, MailServer() as server:
        ca = make_certificate(house)
        pdf = b"%PDF-1.4 two pages"
        with Site(house, {"/f.pdf": lambda handler: handler.give(200, pdf, "application/pdf")}) as site:
            house.write("store/events.db.note", '#!/bin/sh\ngrep -o "ErrorCode[^}}]*"\n'.replace("}}", "}"), 0o755)
            house.write_config("[work]\nca_file = %s\nfetch_hosts = localhost\nprivate_hosts = localhost\nsmtp = smtp://127.0.0.1:%d\n" % (ca, server.port))
            house.start("fax"), house.start("status")
            port = house.nginx()
            fax = lambda target="fax.fcgi", name="fax-inbound", **changes: house.ask(port, target, pairs_of(name, **changes))
            receive = valid(fax(), "fax").find("Receive")
            expect_equal((receive.get("pageSize"), receive.get("mediaType")), ("a4", "application/pdf"))
            expect_equal(valid(fax(From="+19005550100"), "fax")[0].tag, "Reject")
            expect_equal(valid(fax(To="+15559870002"), "fax")[0].tag, "Reject") # a line for voice
            action = receive.get("action")[len(house.public) + 1:]
            expect_equal(fax(action, "fax-received", MediaUrl=site.url + "/f.pdf").status, 200)
            expect_equal(fax(action, "fax-received", MediaUrl=site.url + "/f.pdf").status, 200)
            expect_equal(fax(action, "fax-failed", FaxSid="f-2").status, 200)
            expect_equal(fax("status.fcgi/fax/office-fax", "fax-failed", FaxSid="f-2", Timestamp="later").status, 200)
            log = house.work()
            (_, _, content), = server.messages
            message = email.message_from_bytes(content, policy=email.policy.default)
            body = message.get_body().get_content()
            expect_equal(message["Subject"], "Fax from +15551230001 - office-fax")
            for line in ("Pages:         2", "Station:       +15551230001"):
                expect_in(line, body)
            attached, = message.iter_attachments()
            expect_equal((attached.get_content_type(), attached.get_content()), ("application/pdf", pdf))
            expect_in('ErrorCode":"35009"', log.replace(": ", ":"))
            kept = dict(house.events("--event", "fax.received")[0]["parameters"])
            expect_equal((kept["NumPages"], kept["RemoteStationId"]), ("2", "+15551230001"))
            house.command("hours", "office", "closed")
            expect_equal(valid(fax(), "fax")[0].tag, "Reject")


@promise("check shows the length of each message, and refuses a line with voice and fax")
def checked():
    with House(CONFIG + "[texts t]\nhours = Nine to five.\nfacts = " + "x" * 300 + "\notherwise = It\u2019s late.\n") as house:
        house.write_config()
        plain, told = house.command("check"), house.command("check", "--texts")
        expect_equal((plain.returncode, told.returncode), (0, 0))
        expect("segment" not in plain.stdout, plain.stdout)
        expect_in("[texts t] hours: 13 characters, 1 segment (GSM-7)", told.stdout)
        expect_in("[texts t] facts: 300 characters, 2 segments (GSM-7)", told.stdout)
        expect_in("[texts t] otherwise: 10 characters, 1 segment (UCS-2)", told.stdout)
        house.write_config("[line both]\nnumbers = +15559870003\nvoice = h\nfax = f\n[announce h]\nprompt = x\n[fax f]\n")
        refused = house.command("check")
        expect_equal(refused.returncode, 1)
        expect_in("voice and fax: a number takes one of them", refused.stdout)


keep_promises()
