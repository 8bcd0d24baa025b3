#!/usr/bin/python3
"""Starting, reloading, ending; databases that fail; and what was acknowledged is there whatever ends the program."""

import concurrent.futures
import contextlib
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import fastcgi
from harness import *
from schema import valid

CALL = "6a3fd2c8-9c1b-4a4e-8e0f-%012x"


def greeting(house, port):
    return valid(house.ask(port, "voice.fcgi", sample("voice-inbound"))).find("Gather/Say").text


@promise("a changed configuration is loaded without a restart, at once on SIGHUP; an invalid one leaves the old one in force")
def reloading():
    with House() as house:
        child = house.start("voice")
        port = house.nginx()
        expect_equal(greeting(house, port), "Thank you for calling Acme.")
        house.write_config(**{"calling Acme.": "calling Bolt."})
        wait_for("the change", lambda: "Bolt" in greeting(house, port), 5)
        house.write_config(**{"calling Acme.": "calling Cord.", "otherwise = front-voicemail\n": "otherwise = nowhere\n"})
        child.send_signal(signal.SIGHUP)
        wait_for("the complaint", lambda: "no node is called 'nowhere'" in house.log("voice"), 5)
        expect_in("Bolt", greeting(house, port))
        expect_in("the previous one stays in force", house.log("voice"))
        house.write_config(**{"calling Acme.": "calling Dent."})
        child.send_signal(signal.SIGHUP)
        wait_for("the change", lambda: "Dent" in greeting(house, port), 3)


@promise("a deleted configuration, a folder or binary noise changes nothing; the next valid one is loaded")
def ruined_configuration():
    with House() as house:
        child = house.start("voice")
        port = house.nginx()

        def ruined(sentence):
            wait_for(sentence, lambda: sentence in house.log("voice"), 5)
            expect_in("Acme", greeting(house, port))

        os.unlink(house.config)
        ruined("cannot be read")
        os.mkdir(house.config)
        ruined("is a folder")
        os.rmdir(house.config)
        house.write("hookswitch.ini", os.urandom(100000) + b"\0")
        ruined("NUL byte")
        house.write("hookswitch.ini", b"\xff\xfe\xfd" * 100 + b"\n")
        ruined("not UTF-8")
        house.write("hookswitch.ini", "")
        ruined("no [hookswitch] section")
        house.write_config(**{"calling Acme.": "calling Echo."})
        wait_for("the good one", lambda: "Echo" in greeting(house, port), 5)
        expect(child.poll() is None)


@promise("a program with an invalid configuration does not start, and logs every error with its place")
def refuses_to_start():
    with House() as house:
        house.write_config("[menu bad]\nprompt = x\n1 = slaes\n[dial worse]\nto = 12\nring = soon\n")
        ran = subprocess.run([house.path("programs/voice.fcgi"), "--listen", "unix:" + house.path("sockets/x.sock")],
                             capture_output=True, text=True, env=dict(os.environ, HOOKSWITCH_CONFIG=house.config))
        expect_equal(ran.returncode, 78)
        for piece in ("[menu bad] 1: no node is called 'slaes'; did you mean 'sales'?", "[dial worse] to: '12' is not",
                      "[dial worse] ring: 'soon' is not a duration"):
            expect_in(piece, ran.stderr)


@promise("SIGTERM ends a program after the requests in progress, and loses none")
def graceful_end():
    with House() as house:
        children = house.start_all()
        # what was being read when the signal came is answered; what had not arrived is refused by nginx
        port = house.nginx()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            stop = threading.Event()

            def sender(worker):
                seen = []
                for number in range(100000):
                    if stop.is_set():
                        return seen
                    pairs = pairs_of("status-call-ringing", CallSid=CALL % (worker * 1000000 + number))
                    seen.append((dict(pairs)["CallSid"], house.ask(port, "status.fcgi", pairs).status))

            senders = [pool.submit(sender, worker) for worker in range(8)]
            time.sleep(0.7)
            expect_equal(house.stop(children["status"]), 0)
            stop.set()
            answers = [pair for one in senders for pair in one.result()]
        acknowledged = {sid for sid, status in answers if status == 200}
        kept = {event["sid"] for event in house.events()}
        expect(len(acknowledged) > 20, len(acknowledged))
        expect_equal(acknowledged - kept, set())
        expect_equal({status for _, status in answers} - {200, 502}, set())


def at_once(what, cases):
    """what(case) for each, side by side."""
    with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
        for one in [pool.submit(what, case) for case in cases]:
            one.result()


@promise("SIGTERM while the store hangs: new requests get 503 at once, idle connections close, and the program exits within 6 s")
def hung_end():
    def end(hang):
        with House() as house, socket.socket() as silent, contextlib.ExitStack() as stack:
            silent.bind(("127.0.0.1", 0))
            silent.listen(64)
            env = faults(FAULTS_SYNC_S="60")
            if hang.endswith("never finishes"):
                house.stop(house.start("status")) # the database is there
            if hang.startswith("a database"):
                house.write_config(**{"sqlite:{store}": "postgresql://hookswitch@127.0.0.1:%d/hookswitch" % silent.getsockname()[1]})
                env = None
            child = house.start("status", "--threads", "6", env=env)
            path, body = house.path("sockets/status.sock"), sample("status-call-ringing")
            asked = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/status.fcgi", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)),
                     "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/status.fcgi", decode(body))}
            whole = fastcgi.begin(keep=True) + fastcgi.params(asked) + fastcgi.stdin(body)
            idle = stack.enter_context(fastcgi.connect(path))
            answer = None
            callers = [stack.enter_context(fastcgi.connect(path)) for _ in range(16)] # on more connections than threads
            for caller in callers:
                caller.sendall(whole)
            time.sleep(0.5)
            began = time.monotonic()
            child.send_signal(signal.SIGTERM)
            if not hang.endswith("start"):
                time.sleep(2)
                expect(child.poll() is None, hang)
                expect_equal(idle.recv(1), b"", hang)
                asking = time.monotonic()
                expect_equal(fastcgi.ask(path, asked, body)[0], 503, hang)
                expect(time.monotonic() - asking < 1.5, hang, "waited", time.monotonic() - asking)
            for caller in callers:
                with contextlib.suppress(ConnectionResetError):
                    answer = fastcgi.read_answer(caller)
                expect(answer is None or answer[0] == 503, hang, answer)
            child.wait(20)
            took = time.monotonic() - began
            expect(took < 6.5, hang, "ended after", took, house.log("status")) # and a little for a busy machine
            if child.returncode != 0:
                expect_equal(child.returncode, 75, house.log("status"))
                expect_in("after the signal: exiting now", house.log("status"))
            house.children.remove(child)

    at_once(end, ("a database server that says nothing", "a disk that never finishes", "a disk that hangs from the start"))


@promise("as plain CGI, status.fcgi answers 503 and the others 500 in time, whether a disk or a name server hangs")
def hung_cgi():
    def ask(case):
        program, name, hang, status = case
        with House() as house:
            if hang == "FAULTS_LOOKUP_S":
                house.write_config(**{"sqlite:{store}": "postgresql://hookswitch@database.example.com/hookswitch"})
            body = sample(name)
            asked = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/%s.fcgi" % program, "CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)),
                     "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/%s.fcgi" % program, decode(body)), "HOOKSWITCH_CONFIG": house.config}
            began = time.monotonic()
            ran = subprocess.run([house.path("programs/%s.fcgi" % program)], input=body, capture_output=True, env=faults(**{hang: "60"}, **asked))
            took = time.monotonic() - began
            expect_in(b"Status: %d " % status, ran.stdout)
            expect_in(b"<Response", ran.stdout)
            expect_within(5, took, case)
            expect(status == 200 or b"no answer within" in ran.stderr or b"not kept" in ran.stderr, ran.stderr)

    at_once(ask, (("status", "status-call-ringing", "FAULTS_SYNC_S", 503), ("status", "status-call-ringing", "FAULTS_LOOKUP_S", 503),
                  ("sms", "sms-hello", "FAULTS_LOOKUP_S", 500)))


@promise("a failed allocation, wherever it happens, ends a program with a message and status 71, never with a signal")
def out_of_memory():
    def starve(case):
        program, name = case
        with House() as house:
            body = sample(name)
            asked = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/%s.fcgi" % program, "CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)),
                     "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/%s.fcgi" % program, decode(body)), "HOOKSWITCH_CONFIG": house.config}

            def run(**variables):
                return subprocess.run([house.path("programs/%s.fcgi" % program)], input=body, capture_output=True, env=faults(**asked, **variables))

            for _ in range(2): # the second one finds the database there
                expect_in(b"Status: 200", run(FAULTS_COUNT=house.path("count")).stdout)
            with open(house.path("count")) as file:
                count = int(file.read())
            expect(count > 500, count)
            for number in range(1, count, count // 20):
                ran = run(FAULTS_ALLOCATION=str(number))
                if ran.returncode == 71:
                    expect_in(b"out of memory", ran.stderr)
                else:
                    expect(ran.returncode == 0 and b"Status: " in ran.stdout, program, number, ran)

    at_once(starve, (("status", "status-call-ringing"), ("voice", "voice-inbound"), ("sms", "sms-hello")))


@promise("SIGKILL under load, ten times: every event that got a 200 is stored once, and the database is intact")
def killed():
    with House() as house:
        port = house.nginx()
        acknowledged, stop, lock = set(), threading.Event(), threading.Lock()

        def sender(worker):
            for number in range(100000):
                if stop.is_set():
                    return
                pairs = pairs_of("status-call-ringing", CallSid=CALL % (worker * 1000000 + number))
                try:
                    if house.ask(port, "status.fcgi", pairs).status == 200:
                        with lock:
                            acknowledged.add(dict(pairs)["CallSid"])
                except OSError:
                    pass

        child = house.start("status")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            senders = [pool.submit(sender, worker) for worker in range(6)]
            for _ in range(10):
                time.sleep(random.uniform(0.05, 0.3))
                child.kill()
                child.wait()
                house.children.remove(child)
                child = house.start("status")
            time.sleep(0.2)
            stop.set()
            for one in senders:
                one.result()
        sids = [event["sid"] for event in house.events()]
        expect(len(acknowledged) > 20, len(acknowledged))
        expect_equal(len(sids), len(set(sids)))
        expect_equal(acknowledged - set(sids), set())
        expect_equal(house.integrity(), "ok")


@promise("while another program locks the database, calls are answered and callbacks get 503 in time; later every event is stored")
def locked():
    with House() as house:
        house.start_all()
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-initiated")))
        lock = sqlite3.connect(house.store, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        valid(house.ask(port, "voice.fcgi", sample("voice-inbound")))
        expect(time.monotonic() - began < 1, "the phone waited for the database")
        began = time.monotonic()
        refused = house.ask(port, "status.fcgi", sample("status-call-ringing"))
        expect_equal(refused.status, 503)
        expect_in(b"<Response/>", refused.body)
        expect(3 < time.monotonic() - began < 5, "waited", time.monotonic() - began)
        texted = time.monotonic()
        valid(house.ask(port, "sms.fcgi", sample("sms-hello")), "messaging")
        expect(time.monotonic() - texted < 2, "the sender waited for the database")
        time.sleep(max(0, 10 - (time.monotonic() - began)))
        lock.execute("ROLLBACK")
        lock.close()
        valid(house.ask(port, "status.fcgi", sample("status-call-ringing")))
        names = lambda: [event["event"] for event in house.events()]
        wait_for("what came meanwhile", lambda: {"call.received", "message.received"} <= set(names()), 8)
        expect_equal(names().count("call.ringing"), 1)


@promise("with an unwritable database callbacks get 503, the log gives the reason, calls are answered, and recovery is automatic")
def read_only():
    with House() as house:
        os.chmod(house.path("store"), 0o555)
        house.start("voice")
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "voice.fcgi", sample("voice-inbound")))
        expect_equal(house.ask(port, "status.fcgi", sample("status-call-ringing")).status, 503)
        expect_in("event lost: call.ringing", house.log("status"))
        house.give(house.path("store"), 0o777)
        time.sleep(0.6)
        valid(house.ask(port, "status.fcgi", sample("status-call-ringing")))
        for name in os.listdir(house.path("store")):
            os.chmod(house.path("store/" + name), 0o444)
        os.chmod(house.path("store"), 0o555)
        answer = house.ask(port, "status.fcgi", sample("status-call-completed"))
        expect(answer.status in (200, 503)) # an open file stays writable for who has it open
        house.give(house.path("store"), 0o777)


@promise("on a full disk callbacks get 503 and stored events stay intact; with room again work resumes")
def disk_full():
    if os.getuid() != 0:
        raise Skip("mounts a small file system, which root alone may")
    with House() as house:
        small = house.path("store")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k,mode=777", "tmpfs", small], capture_output=True)
        if mounted.returncode != 0:
            raise Skip("no file system can be mounted here: " + mounted.stderr.decode().strip())
        try:
            child = house.start("status")
            port = house.nginx()
            valid(house.ask(port, "status.fcgi", sample("status-call-initiated")))
            acknowledged, number = set(), 0
            while True:
                number += 1
                pairs = pairs_of("status-call-ringing", CallSid=CALL % number)
                status = house.ask(port, "status.fcgi", pairs).status
                if status != 200:
                    break
                acknowledged.add(dict(pairs)["CallSid"])
                expect(number < 5000, "the disk never filled")
            expect_equal(status, 503)
            expect_in("full", house.log("status"))
            expect_equal(house.ask(port, "status.fcgi", sample("status-message-sent")).status, 503)
            subprocess.run(["mount", "-o", "remount,size=8m", small], check=True)
            valid(house.ask(port, "status.fcgi", sample("status-message-sent")))
            expect_equal(house.stop(child), 0)
            kept = {event["sid"] for event in house.events()}
            expect_equal(acknowledged - kept, set())
            expect_equal(house.integrity(), "ok")
        finally:
            house.end_children()
            subprocess.run(["umount", small], check=True)


@promise("a database that was moved away is created again, and nothing is written to the lost one")
def moved():
    with House() as house:
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-initiated")))
        for name in os.listdir(house.path("store")):
            os.rename(house.path("store/" + name), house.path("tmp/" + name))
        time.sleep(0.6)
        valid(house.ask(port, "status.fcgi", sample("status-call-ringing")))
        expect_equal([event["event"] for event in house.events()], ["call.ringing"])


@promise("a database of a newer version is not touched, and the log says so")
def newer():
    with House() as house:
        with sqlite3.connect(house.store) as database:
            database.execute("PRAGMA user_version = 99")
        house.give(house.store, 0o666)
        house.start("status")
        port = house.nginx()
        expect_equal(house.ask(port, "status.fcgi", sample("status-call-ringing")).status, 503)
        expect_in("version 99", house.log("status"))


def in_memory(pid, wanted):
    """Whether the bytes are anywhere in the process's memory that is written to."""
    with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            fields = line.split()
            if fields[1].startswith("rw") and fields[-1] != "[vvar]":
                start, end = (int(at, 16) for at in fields[0].split("-"))
                memory.seek(start)
                with contextlib.suppress(OSError):
                    if wanted in memory.read(end - start):
                        return line.strip()
    return None


@promise("a program that answers requests holds no secrets of the worker, leaves no core file, and hides its memory from its own user")
def secrets():
    if os.getuid() != 0:
        raise Skip("looks into the memory of others, which root alone may")
    faults() # with AddressSanitizer, what is freed is kept
    keys = "smtp = smtp://127.0.0.1\nsmtp_user = x\nsmtp_password{0} = {1}\n[on call.completed]\npost = https://example.com/\nsecret{0} = {2}\n"
    for suffix, key, values in (("", "signing_key = " + KEY, ("TokenInTheFile0001", "MailInTheFile0002", "PostInTheFile0003")),
                                ("_file", "signing_key_file = {key_file}", ("TokenApart0004", "MailApart0005", "PostApart0006"))):
        with House(config=SAMPLE.replace("signing_key_file = {key_file}", key),
                   settings="space = example\nproject = 1\ntoken%s = %s" % (suffix, values[0])) as house:
            for value in values:
                house.write(value, value[::-1], 0o640)
            house.write_config("[work]\n" + keys.format(suffix, *values[1:]))
            child = house.start("voice")
            with open(house.config) as file:
                expect(all(value in file.read() for value in values[:1]) and (suffix or KEY in open(house.config).read()), house.config)
            port = house.nginx()
            valid(house.ask(port, "voice.fcgi", sample("voice-inbound")))
            house.write_config("[work]\n" + keys.format(suffix, *values[1:]), **{"calling Acme.": "calling Bolt."})
            child.send_signal(signal.SIGHUP)
            wait_for("the change", lambda: "Bolt" in greeting(house, port), 5)
            expect(in_memory(child.pid, b"calling Bolt."), "the memory cannot be searched")
            found = [in_memory(child.pid, (value[::-1] if suffix else value).encode()) for value in values]
            expect_equal(found, [None, None, None], values)
            with open("/proc/%d/limits" % child.pid) as file:
                expect(re.search(r"Max core file size +0 ", file.read()))
            expect_equal(os.stat("/proc/%d/environ" % child.pid).st_uid, 0) # else the user's: it is not dumpable


keep_promises()
