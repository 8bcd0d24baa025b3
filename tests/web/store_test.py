#!/usr/bin/python3
"""Looking after the store: pruning, checking, copying, moving between engines; and what is not kept at all."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import time
import urllib.parse

from harness import *
from schema import valid

CALL = "6a3fd2c8-9c1b-4a4e-8e0f-%012x"
SAMPLES = (("voice.fcgi", "voice-inbound"), ("status.fcgi/call", "status-call-completed"), ("status.fcgi/call", "status-call-ringing"),
           ("status.fcgi/message", "status-message-sent"), ("recording.fcgi/front-desk", "recording-completed"),
           ("status.fcgi", "conference-join"), ("sms.fcgi", "sms-unicode"))


def fill(house, port):
    for target, name in SAMPLES:
        expect_equal(house.ask(port, target, sample(name)).status, 200, name)
        if target == "voice.fcgi": # kept once the answer is out
            wait_for("the call", lambda: house.command("events", "--json").stdout)
    expect_equal(house.ask(port, "status.fcgi", b"Odd=%00%FF&To=%FE").status, 200)
    wait_for("all events", lambda: len(house.events()) == len(SAMPLES) + 1)


def in_order(events):
    return [(event["event"], event["sid"], event["parameters"]) for event in events]


@promise("an export from SQLite imports into PostgreSQL and back, with every event, current row and job; a second import changes nothing")
def moves():
    with House() as house:
        house.write_config("[on call.completed]\nrun = /bin/true\n[on message.sent]\nrun = /bin/false\n")
        house.start_all()
        port = house.nginx()
        fill(house, port)
        house.work()
        events, current, jobs = house.events(), house.events("--current"), house.jobs()
        ran = house.command("store", "export", house.path("tmp/a.jsonl"))
        expect_equal((ran.returncode, ran.stderr), (0, ""))
        address = house.postgresql()
        house.write_config(**{"sqlite:{store}": address})
        for again in range(2):
            ran = house.command("store", "import", house.path("tmp/a.jsonl"))
            expect_equal(ran.returncode, 0, ran.stderr)
        expect_equal(in_order(house.events()), in_order(events))
        expect_equal(sorted(house.events("--current"), key=str), sorted(current, key=str))
        expect_equal(sorted(house.jobs(), key=str), sorted(jobs, key=str))
        expect_equal(house.command("store", "check").returncode, 0)
        ran = house.command("store", "export")
        house.write("tmp/b.jsonl", ran.stdout)
        house.write_config(**{"{store}": house.path("store/second.db")})
        expect_equal(house.command("store", "import", house.path("tmp/b.jsonl")).returncode, 0)
        expect_equal(in_order(house.events()), in_order(events))
        expect_equal(sorted(house.events("--current"), key=str), sorted(current, key=str))
        ran = house.command("store", "export")
        expect_equal(sorted(ran.stdout.splitlines()), sorted(open(house.path("tmp/b.jsonl")).read().splitlines()))


@promise("an export follows links, writes to pipes and devices, and keeps a file's permissions until it is complete")
def exports_where_it_leads():
    with House() as house:
        house.start("status")
        port = house.nginx()
        expect_equal(house.ask(port, "status.fcgi", sample("status-call-ringing")).status, 200)
        whole = house.command("store", "export", "-").stdout
        expect_equal(len(whole.splitlines()), 5)
        folder = house.path("tmp/exports")
        os.mkdir(folder)
        place = lambda name: os.path.join(folder, name)
        content = lambda name: open(place(name)).read()
        export = lambda name: house.command("store", "export", place(name))

        os.mkdir(place("far"))
        for name, target in (("link", "far/file"), ("chain", "link"), ("loose", place("far/new")), ("loop", "loop")):
            os.symlink(target, place(name))
        with open(place("far/file"), "w") as file:
            os.chmod(file.name, 0o604)
        for name in ("chain", "loose", "plain"):
            ran = export(name)
            expect_equal((ran.returncode, ran.stderr, content(name)), (0, "", whole), name)
        expect_equal([os.readlink(place(name)) for name in ("chain", "link", "loose")], ["link", "far/file", place("far/new")])
        expect_equal([stat.S_IMODE(os.stat(place(name)).st_mode) for name in ("far/file", "far/new", "plain")], [0o604, 0o640, 0o640])
        ran = export("loop")
        expect_equal(ran.returncode, 1)
        expect_in("symbolic links", ran.stderr)

        os.mkfifo(place("pipe"))
        reader = subprocess.Popen(["cat", place("pipe")], stdout=subprocess.PIPE, text=True)
        house.children.append(reader)
        expect_equal(export("pipe").returncode, 0)
        expect_equal(reader.communicate(timeout=10)[0], whole)
        expect(stat.S_ISFIFO(os.stat(place("pipe")).st_mode), "the pipe was replaced")
        os.symlink("/dev/full", place("device"))
        ran = export("device")
        expect_equal(ran.returncode, 1)
        expect_in("device: could not be written completely: No space left on device", ran.stderr)
        expect(stat.S_ISCHR(os.stat("/dev/full").st_mode), "/dev/full was replaced")
        expect_equal(export("far").returncode, 1)

        for name in ("pipe", "device", "far"):
            ran = house.command("store", "backup", place(name))
            expect_equal(ran.returncode, 1)
            expect_in("a backup is a file", ran.stderr)
        expect_equal(house.command("store", "backup", place("link")).returncode, 0)
        expect_equal(os.readlink(place("link")), "far/file")
        with contextlib.closing(sqlite3.connect(place("far/file"))) as copy:
            expect_equal(copy.execute("SELECT count(*) FROM event").fetchone()[0], 1)
        expect_equal(sorted(os.listdir(folder)), ["chain", "device", "far", "link", "loop", "loose", "pipe", "plain"])
        expect_equal(sorted(os.listdir(place("far"))), ["file", "new"])
        ran = house.command("store", "import", "-", input=whole)
        expect_equal(ran.returncode, 0, ran.stderr)
        expect_equal(house.command("store", "backup").returncode, 64)


@promise("an import names the fault and its place in a truncated or garbled file, and in a file that is not an export")
def bad_imports():
    with House() as house:
        house.start("status")
        port = house.nginx()
        expect_equal(house.ask(port, "status.fcgi", sample("status-call-ringing")).status, 200)
        whole = house.command("store", "export").stdout.splitlines()
        cases = (("\n".join(whole[:-1]), "the export is cut"), ("\n".join(whole[:2] + whole[3:]), "%d rows were expected, %d came" % (len(whole) - 2, len(whole) - 3)),
                 ("\n".join([whole[0], "{", *whole[1:]]), "line 2: not JSON"), ("hello\n", "line 1: not JSON"), ("{}\n", "no row of an export"),
                 ("\n".join(whole[1:]), "line 1: this is not an export"), ('{"row":"hookswitch","version":99}\n', "not known here"),
                 (whole[0] + '\n{"row":"event"}\n', "the member 'sid' is missing"), ("", "the export is cut"),
                 (whole[0] + "\n" + whole[1].replace('"rank":2', '"rank":"x"'), "'rank' is not a whole number"),
                 (whole[0] + '\n{"row":"request","digest":"short","split":1,"received_us":1,"step":1,"answer":""}\n', "the member 'digest' has not 16 bytes"))
        for text, reason in cases:
            ran = house.command("store", "import", house.write("tmp/bad.jsonl", text))
            expect_equal(ran.returncode, 1, reason)
            expect_in(reason, ran.stderr)
        expect_equal(house.command("store", "import", "/nonexistent").returncode, 2)


def pgbouncer(house, address, mode):
    """A real PgBouncer before the server; gives the address to use instead."""
    program = shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        raise Skip("PgBouncer is not installed")
    database = urllib.parse.urlsplit(address)
    options = dict(urllib.parse.parse_qsl(database.query))
    port = free_port()
    house.write("users", '"hookswitch" ""\n', 0o640)
    config = house.write("pgbouncer.ini", "[databases]\n* = host=%s port=%s user=hookswitch\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                         "listen_port = %d\nunix_socket_dir =\nauth_type = trust\nauth_file = %s\npool_mode = %s\n" %
                         (options["host"], options["port"], port, house.path("users"), mode), 0o640)
    child = house.run([program, config], "pgbouncer")
    wait_for("pgbouncer", lambda: child.poll() is not None or listens(port))
    expect(child.poll() is None, house.log("pgbouncer"))
    return child, "postgresql://hookswitch@127.0.0.1:%d%s" % (port, database.path)


@promise("behind a pooler without sessions events are stored, and the log and doctor name the fault; a session pooler works fully")
def pooled():
    with House() as house:
        address = house.postgresql()
        for mode in ("session", "transaction"):
            child, pooled = pgbouncer(house, address, mode)
            house.write_config("", **{"sqlite:{store}": pooled})
            program = house.start("status")
            port = house.nginx()
            ask = lambda: house.ask(port, "status.fcgi", sample("status-call-ringing")).status
            expect_equal(ask(), 200)
            # another takes the session that the program had, for a while
            sleeper = house.run(["psql", pooled, "-c", "SELECT pg_sleep(60)"], "psql")
            wait_for("the sleeper", lambda: house.sql("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'") == "1")
            expect_equal(ask(), 200, house.log("status")) # it sets up another session
            expect_equal("does not exist: a pooler that keeps no sessions? PgBouncer needs pool_mode = session" in house.log("status"),
                         mode == "transaction", house.log("status"))
            told = house.command("doctor", "--offline").stdout
            expect_equal("the database is behind a pooler without sessions: set pool_mode = session in PgBouncer" in told,
                         mode == "transaction", told)
            house.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")
            for process in (program, sleeper, child):
                house.stop(process)


FIRST_VERSION = """
CREATE TABLE event (id INTEGER PRIMARY KEY, sid TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
 rank INTEGER NOT NULL, sequence INTEGER NOT NULL, line TEXT NOT NULL, from_number TEXT NOT NULL, to_number TEXT NOT NULL, parent_sid TEXT NOT NULL,
 received_us INTEGER NOT NULL, parameters BLOB NOT NULL, UNIQUE (sid, kind, mark));
CREATE TABLE current (sid TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, rank INTEGER NOT NULL,
 sequence INTEGER NOT NULL, line TEXT NOT NULL, from_number TEXT NOT NULL, to_number TEXT NOT NULL, parent_sid TEXT NOT NULL,
 first_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, PRIMARY KEY (sid, kind)) WITHOUT ROWID;
INSERT INTO event VALUES (1, 'c-1', 'call', 'x', 'call.completed', 'completed', 4, 3, '', '', '', '', 1767625445000000, 'a=b');
INSERT INTO current VALUES ('c-1', 'call', 'call.completed', 'completed', 4, 3, '', '', '', '', 1767625445000000, 1767625445000000);
"""


@promise("a store restored from sqlite3's .dump works as before, also one of an older version")
def dumped():
    with House() as house:
        house.write_config("[on call.completed]\nrun = /bin/true\n")
        house.start("status")
        port = house.nginx()
        expect_equal(house.ask(port, "status.fcgi", sample("status-call-completed")).status, 200)
        jobs = house.jobs()
        with contextlib.closing(sqlite3.connect(house.store)) as database:
            dump = list(database.iterdump())
        expect(not any("user_version" in line for line in dump))
        for restored in ("\n".join(dump), FIRST_VERSION):
            for name in os.listdir(house.path("store")):
                os.unlink(house.path("store/" + name))
            with contextlib.closing(sqlite3.connect(house.path("tmp/restored.db"))) as database:
                database.executescript(restored)
            os.rename(house.path("tmp/restored.db"), house.store)
            house.give(house.store, 0o640)
            expect_equal([event["event"] for event in house.events()], ["call.completed"])
            expect_equal(house.jobs(), [] if restored == FIRST_VERSION else jobs)
            wait_for("an event that is kept", lambda: house.ask(port, "status.fcgi", sample("status-call-ringing")).status == 200)
            expect_equal(len(house.events()), 2)
            expect_equal(house.command("store", "check").returncode, 0)


@promise("whoever creates the database, root or not, under any umask: it has mode 0640 and its folder's owner, and so have -wal and -shm")
def made_for_its_folder():
    with House() as house:
        house.start("status") # whom it is made for
        folder = os.stat(house.path("store"))
        port = house.nginx()
        work = []

        def request(): # the program looks for a new database at most twice a second
            wait_for("an event that is kept", lambda: house.ask(port, "status.fcgi", sample("status-call-ringing")).status == 200)

        def worker(**options):
            work.append(house.run([HOOKSWITCH, "work"], "work", as_user=False, **options))
            wait_for("the worker", lambda: os.path.exists(house.store + "-shm"))

        def command(*words):
            return lambda **options: expect_equal(house.command(*words, **options).returncode, 0, words)
        makers = [command("hours", "opening-hours", "open"), command("optouts", "front-desk", "add", "+12065550123"), command("work", "--once"), worker]
        for make in makers:
            for umask in (0, 0o077):
                for name in os.listdir(house.path("store")):
                    os.unlink(house.path("store/" + name))
                make(umask=umask)
                request()
                for name in ("events.db", "events.db-wal", "events.db-shm"):
                    found = os.stat(house.path("store/" + name))
                    expect_equal((name, oct(stat.S_IMODE(found.st_mode)), found.st_uid, found.st_gid),
                                 (name, "0o640", folder.st_uid, folder.st_gid))
                while work:
                    house.stop(work.pop())
        expect_equal(house.command("store", "backup", house.path("store/copy.db"), umask=0).returncode, 0)
        expect_equal(oct(stat.S_IMODE(os.stat(house.path("store/copy.db")).st_mode)), "0o640")


@promise("a command that only reads creates no database, and says that none exists")
def reading_makes_nothing():
    with House() as house:
        for words in (("hours",), ("hours", "opening-hours"), ("optouts",), ("optouts", "front-desk"), ("events",), ("jobs",), ("trace",),
                      ("store", "check"), ("store", "export"), ("events", "prune", "--before", "1d"), ("doctor", "--offline"), ("check",), ("reconcile", "--dry-run")):
            ran = house.command(*words)
            expect_equal(os.listdir(house.path("store")), [], words)
            if words[0] in ("optouts", "events", "jobs", "store"):
                expect("events.db: does not exist yet: the first request creates it" in ran.stderr, (words, ran))
        expect_in("opening-hours: ", house.command("hours").stdout)


@promise("a backup during callbacks is a complete database, and delays nothing")
def backup():
    with House() as house:
        house.start("status")
        port = house.nginx()
        bodies = [encode(pairs_of("status-call-ringing", CallSid=CALL % n)) for n in range(25000)]
        sender, acknowledged = house.send(port, "status.fcgi", bodies)
        wait_for("some", lambda: os.path.exists(house.store) and len(house.events("--last", "200")) == 200)
        ran = house.command("store", "backup", house.path("tmp/copy.db"))
        expect_equal(ran.returncode, 0, ran.stderr)
        expect(sender.poll() is None, "nothing came in any more when the backup was done")
        expect_in("refused 0 broken 0", sender.communicate()[0])
        with contextlib.closing(sqlite3.connect(house.path("tmp/copy.db"))) as copy:
            expect_equal(copy.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            expect(copy.execute("SELECT count(*) FROM event").fetchone()[0] >= 200)
        expect(not os.path.exists(house.path("tmp/copy.db.part")))
        house.write_config(**{"{store}": house.path("tmp/copy.db")})
        expect_equal(house.command("store", "check").returncode, 0)


@promise("store check finds a current row that lags behind its events, and a damaged file")
def check():
    with House() as house:
        house.start("status")
        port = house.nginx()
        for n in range(400):
            house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid=CALL % n))
        house.end_children()
        expect_equal(house.command("store", "check").returncode, 0)
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            database.execute("UPDATE current SET rank = 1, state = 'ringing' WHERE sid = ?", (CALL % 7,))
        ran = house.command("store", "check")
        expect_equal(ran.returncode, 1)
        expect_in("the current row of call %s is behind its event call.completed" % (CALL % 7), ran.stderr)
        with open(house.store, "r+b") as file:
            file.seek(4096 * 12)
            file.write(b"\xff" * 8192)
        ran = house.command("store", "check")
        expect_equal(ran.returncode, 1)


@promise("prune deletes expired items with their jobs, on either engine, and keeps the rest; a dry run only counts")
def prune():
    for engine in ("sqlite", "postgresql"):
        with House() as house:
            address = house.postgresql() if engine == "postgresql" else "sqlite:" + house.store
            settings = {"sqlite:{store}": address, "[hookswitch]\n": "[hookswitch]\nkeep_days = 20\nkeep_days.message = 0\n"}
            house.write_config("[on call.*]\nrun = /bin/true\n", **settings)
            house.start_all()
            port = house.nginx()
            fill(house, port)
            house.work()
            # what is still to come of a call is done too: a job that waits keeps its item
            due_now(house) if engine == "sqlite" else house.sql("UPDATE hookswitch.job SET due_us = 1 WHERE state = 0")
            house.work()
            old = 25 * 86400 * 10**6
            if engine == "sqlite":
                with contextlib.closing(sqlite3.connect(house.store)) as database, database:
                    database.execute("UPDATE current SET id = id - ?, updated_us = updated_us - ?", (old, old))
                    database.execute("UPDATE event SET id = id - ?, received_us = received_us - ?", (old, old))
                    database.execute("UPDATE job SET due_us = due_us - ?", (old,))
            else:
                house.sql("UPDATE hookswitch.current SET updated_us = updated_us - %d; UPDATE hookswitch.event SET received_us = received_us - %d;"
                          "UPDATE hookswitch.job SET due_us = due_us - %d" % (old, old, old))
            house.ask(port, "status.fcgi", pairs_of("status-call-ringing", CallSid=CALL % 1))
            kept_before = len(house.events())
            ran = house.command("events", "prune", "--dry-run")
            expect_in("7 events in all", ran.stdout)
            expect_equal(len(house.events()), kept_before)
            ran = house.command("events", "prune")
            expect_in("7 events in all", ran.stdout)
            left = sorted(event["event"] for event in house.events())
            expect_equal(left, ["call.ringing", "message.received", "message.sent"], engine)
            expect_equal({row["kind"] for row in house.events("--current")}, {"call", "message"})
            expect_equal({job["sid"] for job in house.jobs()}, {CALL % 1})
            expect_equal(house.command("store", "check").returncode, 0)
            expect_in("would be deleted", house.command("events", "prune", "--before", "0s", "--dry-run", "--kind", "message").stdout)
            for bad in (["--kind", "nonesuch"], ["--before", "soon"]):
                expect(house.command("events", "prune", *bad).returncode != 0)


@promise("keep_body = no drops the words of people, keep_numbers = masked hides their numbers; repeats are still recognised")
def privacy():
    with House() as house:
        house.write_config(**{"[hookswitch]\n": "[hookswitch]\nkeep_body = no\nkeep_numbers = masked\n"})
        house.start_all()
        port = house.nginx()
        for _ in range(2):
            valid(house.ask(port, "sms.fcgi", pairs_of("sms-hours", Body="my card is 4111")), "messaging")
            valid(house.ask(port, "voice.fcgi/front-desk/main-menu/chosen?try=1", sample("gather-speech")))
            valid(house.ask(port, "recording.fcgi/front-desk", sample("transcription-completed")))
        wait_for("the events", lambda: len(house.events()) >= 3)
        time.sleep(0.3)
        events = house.events()
        expect_equal(len(events), 3)
        text = json.dumps(events)
        for secret in ("4111", "talk to sales", "invoice", "5551230001", "ADA", "AUSTIN"):
            expect(secret not in text, secret)
        expect_equal({(event["from"], event["to"]) for event in events if event["kind"] != "transcription"}, {("+*********01", "+15559870002")})
        for name in os.listdir(house.path("store")):
            with open(house.path("store/" + name), "rb") as file:
                raw = file.read()
            for secret in (b"4111", b"invoice", b"5551230001"):
                expect(secret not in raw, secret)


@promise("events finds events by number, line, name and state, as a table, JSON and CSV")
def finds():
    with House() as house:
        house.start_all()
        port = house.nginx()
        fill(house, port)
        names = lambda *arguments: [event["event"] for event in house.events(*arguments)]
        expect_equal(names("--event", "call.*"), ["call.received", "call.completed", "call.ringing"])
        expect_equal(names("--number", "+15551230001", "--kind", "message"), ["message.sent", "message.received"])
        expect_equal(names("--state", "completed", "--kind", "recording"), ["recording.completed"])
        expect_equal(names("--line", "Front-Desk", "--event", "message.received"), ["message.received"])
        expect_equal(names("--number", "+10000000000"), [])
        answered, = house.events("--event", "call.received")
        expect_equal(answered["answer"], "menu main-menu")


keep_promises()
