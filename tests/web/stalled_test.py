#!/usr/bin/python3
"""A store that is slow, full, locked, frozen or gone: calls are answered in time, nothing is done twice, all goes on later."""

import concurrent.futures
import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

from harness import *
from schema import valid

CALL = "6a3fd2c8-9c1b-4a4e-8e0f-%012x"
LIMITED = {"[line front-desk]\n": "[line front-desk]\ncalls_per_hour = 5\n"}


def at_once(count, ask):
    """Calls `ask` with 0 ... count - 1 at the same time; gives the answers, and how long each took."""
    def timed(number):
        began = time.monotonic()
        answer = ask(number)
        return answer, time.monotonic() - began

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        results = list(pool.map(timed, range(count)))
    return [answer for answer, _ in results], [took for _, took in results]


@contextlib.contextmanager
def locked(house):
    """Another program holds the write lock."""
    lock = sqlite3.connect(house.store, isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        lock.execute("ROLLBACK")
        lock.close()


def call(house, port, number):
    return house.ask(port, "voice.fcgi", pairs_of("voice-inbound", CallSid=CALL % number, From="+1555123%04d" % number))


@promise("while another program locks the store, of 64 simultaneous calls half wait at most 1 s more than usual, and none more than 3 s")
def calls_do_not_wait():
    with House() as house:
        house.write_config(**LIMITED)
        house.start("voice")
        port = house.nginx()
        call(house, port, 999)
        answers, healthy = at_once(64, lambda number: call(house, port, number))
        with locked(house):
            for repeat in range(3):
                answers, took = at_once(64, lambda number: call(house, port, 1000 * repeat + 100 + number))
                for answer in answers:
                    valid(answer)
                expect(sorted(took)[len(took) // 2] < max(healthy) + 1 and max(took) < max(healthy) + 3, took, "healthy", max(healthy))
        expect_equal(len(re.findall("the store does not answer", house.log("voice"))), 1, house.log("voice"))
        again = lambda: [house.ask(port, "voice.fcgi", pairs_of("voice-inbound", CallSid=CALL % (7000 + n))).body for n in range(7)]
        expect_in(b"Reject", again()[-1])


@promise("tracing delays no call by more than 3 s while the store is locked, and half of them by at most 1 s")
def trace_does_not_wait():
    with House(settings="trace = 100") as house:
        house.start("voice")
        port = house.nginx()
        call(house, port, 999)
        answers, healthy = at_once(16, lambda number: call(house, port, number))
        with locked(house):
            answers, took = at_once(16, lambda number: call(house, port, 100 + number))
            for answer in answers:
                valid(answer)
            expect(sorted(took)[len(took) // 2] < max(healthy) + 1 and max(took) < max(healthy) + 3, took, "healthy", max(healthy))


@contextlib.contextmanager
def frozen(house):
    """PostgreSQL's processes stand still."""
    with open(house.path("postgresql/data/postmaster.pid")) as file:
        postmaster = int(file.readline())
    children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True).stdout.split()
    processes = [postmaster, *map(int, children)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def on_postgresql(house):
    address = house.postgresql()
    house.write_config(**{"sqlite:{store}": address.replace("{", "{{")}, **LIMITED)
    return address


@promise("while PostgreSQL hangs, texts and calls are answered in time, and callbacks are refused in time")
def postgresql_frozen():
    with House() as house:
        on_postgresql(house)
        house.start_all()
        port = house.nginx()
        text = lambda number: house.ask(port, "sms.fcgi", pairs_of("sms-hello", MessageSid="SM%d" % number, From="+1555123%04d" % number))
        valid(text(9000), "messaging")
        valid(call(house, port, 999))
        valid(house.ask(port, "status.fcgi", sample("status-call-initiated")))
        with frozen(house):
            answers, took = at_once(16, text)
            for answer in answers:
                valid(answer, "messaging")
            expect_within(5, max(took), "for a text")
            answers, took = at_once(16, lambda number: call(house, port, number))
            for answer in answers:
                valid(answer)
            expect_within(3, max(took), "for a call")
            answers, took = at_once(8, lambda number: house.ask(port, "status.fcgi", pairs_of("status-call-ringing", CallSid=CALL % number)))
            expect_equal({answer.status for answer in answers}, {503})
            expect_within(5, max(took), "for a callback")
        wait_for("callbacks to be kept", lambda: house.ask(port, "status.fcgi", sample("status-call-ringing")).status == 200, 10)


@promise("while PostgreSQL's host accepts connections and stays silent, callbacks are refused within 5 s and calls are answered")
def postgresql_silent():
    with socket.socket() as silent, House() as house:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        house.write_config(**{"sqlite:{store}": "postgresql://hookswitch@127.0.0.1:%d/none" % silent.getsockname()[1], **LIMITED})
        house.start("status"), house.start("voice")
        port = house.nginx()
        for attempt in range(2):
            answers, took = at_once(4, lambda number: house.ask(port, "status.fcgi", pairs_of("status-call-ringing", CallSid=CALL % number)))
            expect_equal({answer.status for answer in answers}, {503})
            expect_within(5, max(took), "for a callback", attempt)
        answers, took = at_once(8, lambda number: call(house, port, number))
        for answer in answers:
            valid(answer)
        expect(max(took) < 2, "calls waited", max(took))


SLOW = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>
static void hang(const char *what)
{
    if (getenv(what) != NULL && access(getenv(what), F_OK) == 0)
        sleep(12);
}
int fdatasync(int file)
{
    hang("SLOW_DISK");
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    hang("SLOW_NAMES");
    return ((int (*)(const char *, const char *, const struct addrinfo *, struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo"))(
        node, service, hints, found);
}
"""


def slow(house, what):
    """The environment for a program that hangs for 12 s at a time while a file is there, and that file."""
    if shutil.which("cc") is None:
        raise Skip("there is no C compiler")
    source, library, mark = house.write("slow.c", SLOW), house.path("slow.so"), house.path("tmp/slow")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": library, what: mark,
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}, mark


@promise("while PostgreSQL must be reconnected and the name server hangs, calls are answered in time")
def slow_names():
    with House() as house:
        house.postgresql("listen_addresses=localhost")
        with open(house.path("postgresql/port")) as file:
            address = "postgresql://hookswitch@localhost:%s/postgres" % file.read().strip()
        house.write_config(**{"sqlite:{store}": address}, **LIMITED)
        environment, mark = slow(house, "SLOW_NAMES")
        house.start("voice", env=environment)
        port = house.nginx()
        valid(call(house, port, 999))
        wait_for("an event", lambda: house.sql("SELECT count(*) FROM hookswitch.event") == "1")
        house.write("tmp/slow", "")
        house.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hookswitch'")
        for repeat in range(2):
            answers, took = at_once(8, lambda number: call(house, port, 100 * repeat + number))
            for answer in answers:
                valid(answer)
            expect(max(took) < 3, "calls waited", repeat, max(took))


@promise("while each disk write takes 12 s, callbacks are refused within 5 s, and stored when they are repeated")
def slow_disk():
    with House() as house:
        environment, mark = slow(house, "SLOW_DISK")
        house.start("status", env=environment)
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-initiated")))
        ring = lambda number: house.ask(port, "status.fcgi", pairs_of("status-call-ringing", CallSid=CALL % number))
        house.write("tmp/slow", "")
        answers, took = at_once(48, ring)
        expect_equal({answer.status for answer in answers}, {503})
        expect_within(5, max(took))
        os.unlink(mark)
        wait_for("the disk", lambda: ring(0).status == 200, 20)
        for number in range(48):
            valid(ring(number))
        expect_equal(len(house.events("--event", "call.ringing")), 48)


@contextlib.contextmanager
def small_disk(house, size="1m"):
    """The store's folder has a disk of its own."""
    if os.getuid() != 0:
        raise Skip("mounts a small file system, which root alone may")
    small = house.path("store")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%s,mode=777" % size, "tmpfs", small], capture_output=True)
    if mounted.returncode != 0:
        raise Skip("no file system can be mounted here: " + mounted.stderr.decode().strip())
    house.give(small, 0o777)
    try:
        yield
    finally:
        house.end_children()
        subprocess.run(["umount", small], check=True)


def fill(house):
    with contextlib.suppress(OSError), open(house.path("store/filler"), "wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def count_lines(path):
    with contextlib.suppress(FileNotFoundError):
        with open(path) as file:
            return len(file.readlines())
    return 0


@promise("on a full disk no job starts, the log gives the reason once, and the worker obeys SIGTERM; with room again each job runs once")
def no_job_on_a_full_disk():
    with House() as house, small_disk(house):
        ran = house.path("tmp/ran")
        program = house.write("alert", "#!/bin/sh\necho ran >>%s\n" % ran, 0o755)
        house.write_config("[on call.completed]\nrun = %s\n" % program)
        status = house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        house.stop(status)
        fill(house)
        worker = house.run([house.hookswitch(), "work"], "work")
        time.sleep(4)
        expect_equal(count_lines(ran), 0)
        expect(house.log("work").count("\n") <= 3, house.log("work"))
        expect("full" in house.log("work") or "No space left" in house.log("work"), house.log("work"))
        began = time.monotonic()
        expect_equal(house.stop(worker), 0)
        expect_within(5, time.monotonic() - began)
        once = house.command("work", "--once", timeout=30)
        expect_equal(once.returncode, 2)
        expect("full" in once.stderr or "No space left" in once.stderr, once.stderr)
        os.unlink(house.path("store/filler"))
        house.work()
        expect_equal(count_lines(ran), 1)
        expect_equal([(job["state"], job["attempts"]) for job in house.jobs()], [("done", 1)])


@promise("jobs run even where old events cannot be deleted")
def pruning_that_fails():
    with House(settings="keep_days = 30") as house:
        ran = house.path("tmp/ran")
        program = house.write("alert", "#!/bin/sh\necho ran >>%s\n" % ran, 0o755)
        house.write_config("[on call.completed]\nrun = %s\n" % program)
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        with contextlib.closing(sqlite3.connect(house.store)) as database, database:
            database.execute("UPDATE request SET id = 1")
            database.execute("CREATE TRIGGER refuse BEFORE DELETE ON request BEGIN SELECT raise(ABORT, 'not allowed here'); END")
        expect_in("old events cannot be deleted: cannot write: not allowed here", house.work())
        expect_equal(count_lines(ran), 1)


@promise("a job that ends on a full disk does not run again; the worker holds its result, says so once, and obeys SIGTERM")
def job_ends_on_a_full_disk():
    with House() as house, small_disk(house):
        ran = house.path("tmp/ran")
        filler = house.path("store/filler")
        program = house.write("alert", "#!/bin/sh\necho ran >>%s\ncat /dev/zero >%s 2>/dev/null\nexit 0\n" % (ran, filler), 0o755)
        house.write_config("[on call.completed]\nrun = %s\n" % program)
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        worker = house.run([house.hookswitch(), "work"], "work")
        # which of its commits fails first, and is the one that it reports, is a matter of time
        wait_for("the word of a full disk", lambda: "disk is full" in house.log("work"))
        time.sleep(3)
        expect_equal(house.log("work").count("disk is full"), 1)
        expect(house.log("work").count("\n") < 10, house.log("work"))
        os.unlink(filler)
        wait_for("the job's end", lambda: house.jobs()[0]["state"] == "done")
        expect_equal(count_lines(ran), 1)
        valid(house.ask(port, "status.fcgi", pairs_of("status-call-completed", CallSid=CALL % 2)))
        wait_for("the second", lambda: count_lines(ran) == 2)
        wait_for("a full disk", lambda: os.statvfs(house.path("store")).f_bavail == 0)
        time.sleep(1)
        began = time.monotonic()
        house.stop(worker)
        expect_within(5, time.monotonic() - began)


@promise("a worker exits within 5 s of SIGTERM when its PostgreSQL hangs or is gone")
def worker_ends():
    with House() as house:
        on_postgresql(house)
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        worker = house.run([house.hookswitch(), "work"], "work")
        time.sleep(1)
        with frozen(house):
            time.sleep(2)
            began = time.monotonic()
            house.stop(worker)
            expect_within(5, time.monotonic() - began)
        worker = house.run([house.hookswitch(), "work"], "work")
        time.sleep(1)
        house.postgresql_do("stop", "postgresql", "immediate")
        time.sleep(1)
        began = time.monotonic()
        house.stop(worker)
        expect_within(5, time.monotonic() - began)


@promise("a store that the program's user may not write works once he may")
def read_only_store():
    if os.getuid() != 0:
        raise Skip("only root can give a file away")
    with House() as house:
        subprocess.run([HOOKSWITCH, "work", "--once", "--quiet"], env=dict(os.environ, HOOKSWITCH_CONFIG=house.config), check=True)
        names = [house.path("store/" + name) for name in os.listdir(house.path("store"))]
        for name in names:
            os.chown(name, 0, 0)
            os.chmod(name, 0o644)
        house.start("status")
        port = house.nginx()
        expect_equal(house.ask(port, "status.fcgi", sample("status-call-ringing")).status, 503)
        expect_in("may read it, but not write it", house.log("status"))
        for name in names:
            house.give(name, 0o640)
        wait_for("callbacks to be kept", lambda: house.ask(port, "status.fcgi", sample("status-call-ringing")).status == 200, 5)


MAILBOX = """[line listen]
numbers = +15559870003
voice = mine
[voicemail box]
listen_days = 30
[mailbox mine]
voicemail = box
pin = 4711
"""


@promise("on a full disk every PIN is refused, so that nobody can guess without limit")
def pins_on_a_full_disk():
    with House() as house, small_disk(house):
        house.write_config(MAILBOX)
        house.start("voice")
        port = house.nginx()

        def pin(digits, number):
            pairs = pairs_of("gather-digits", Digits=digits, To="+15559870003", CallSid=CALL % number)
            answer = house.ask(port, "voice.fcgi/listen/mine/pin?try=1", pairs)
            valid(answer)
            return answer.text

        expect_in("no messages", pin("4711", 1).lower())
        fill(house)
        answers = [pin("%04d" % guess, 10 + guess) for guess in range(40)]
        judged = [text for text in answers if "<Gather" in text]
        expect(len(judged) <= 10, len(judged))
        expect_in("PINs are refused: the store cannot count wrong ones", house.log("voice"))


FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@promise("a clock that is set back an hour stops nothing: events are stored and jobs run")
def clock_set_back():
    if not os.path.exists(FAKETIME) or "sanitize" in BUILD:
        raise Skip("libfaketime is not installed, or does not go with sanitizers")
    with House() as house:
        now = house.write("tmp/now", "+0\n")
        environment = {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": now, "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        house.start("voice", env=environment)
        port = house.nginx()
        call(house, port, 1)
        wait_for("the first", lambda: len(house.events("--event", "call.received")) == 1, 10)
        house.write("tmp/now", "-3600\n")
        time.sleep(0.2)
        call(house, port, 2)
        wait_for("the second", lambda: len(house.events("--event", "call.received")) == 2, 10)


@promise("a clock that is 400 days ahead deletes nothing; the log gives the reason, and events prune refuses")
def clock_far_ahead():
    if shutil.which("faketime") is None or "sanitize" in BUILD:
        raise Skip("faketime is not installed, or does not go with sanitizers")
    with House(settings="keep_days = 90") as house:
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-completed")))
        ahead = lambda *arguments: subprocess.run(["faketime", "-f", "+400d", HOOKSWITCH, *arguments], capture_output=True, text=True,
                                                  env=dict(os.environ, HOOKSWITCH_CONFIG=house.config))
        for _ in range(2):
            ran = ahead("work", "--once")
            expect_equal(ran.returncode, 0)
            expect_in("400 days ahead of the events before today", ran.stderr)
        for arguments in ((), ("--dry-run",)):
            ran = ahead("events", "prune", *arguments)
            expect(ran.returncode != 0)
            expect_in("400 days ahead of the events before today: is it right? Set it, or name a day: --before", ran.stderr)
        expect_equal(len(house.events()), 1)


keep_promises()
