#!/usr/bin/python3
"""The FastCGI wire: no record, however malformed, ends a program, holds a thread or changes the answer of another."""

import select
import contextlib
import os
import socket
import struct
import subprocess
import time

import fastcgi
from fastcgi import ABORT, BEGIN, END, PARAMS, STDIN, STDOUT, record
from harness import *

GET_VALUES, GET_VALUES_RESULT, UNKNOWN_TYPE = 9, 10, 11
BODY = sample("voice-inbound")


def variables(**changes):
    known = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/hooks/voice.fcgi", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(BODY)),
             "HTTP_HOST": "pbx.example.com", "HTTP_X_SIGNALWIRE_SIGNATURE": sign(PUBLIC + "/voice.fcgi", decode(BODY))}
    known.update(changes)
    return {name: value for name, value in known.items() if value is not None}


def whole(keep=False, **changes):
    return fastcgi.begin(keep) + fastcgi.params(variables(**changes)) + fastcgi.stdin(BODY)


def begin(role=1, keep=False, request=1):
    return record(BEGIN, struct.pack(">HB5x", role, 1 if keep else 0), request)


def says(path, sent):
    """All records that come back for what is sent."""
    with fastcgi.connect(path) as one:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            one.sendall(sent)
            one.shutdown(socket.SHUT_WR)
        return fastcgi.read_records(one)


@promise("a length beyond its record, in a name, a value or a record, closes only that connection")
def lengths():
    with House() as house:
        child = house.start("voice")
        path = house.path("sockets/voice.sock")
        with fastcgi.connect(path) as other:
            other.sendall(whole()[:-8]) # a request of somebody else, half-way
            for pairs in (b"\x01\xff\xff\xff\xfea", b"\xff\xff\xff\xff\x01a", b"\x81\x00\x00\x00\xff\xff\xff\xfex", b"\x05\x05ab", b"\x80",
                          b"\x01", b"\x01\x80\x00", b"\x00\x80\xff\xff\xff", b"\x03\x01A\x00Bx", b"\x01\x03Aa\x00b"):
                expect_equal(says(path, begin() + record(PARAMS, pairs) + record(PARAMS) + fastcgi.stdin(b"")), [], pairs)
            many = b"".join(fastcgi.record(PARAMS, b"x" * 65000) for _ in range(400))
            expect_equal(says(path, begin() + many), [])
            for noise in (b"\x02\x01\x00\x01\x00\x08\x00\x00", record(BEGIN, b"\x00\x01"), begin() + begin(), begin() + record(STDIN, b"x"),
                          begin() + fastcgi.params(variables()) + record(PARAMS, b"\x01\x01ab")):
                expect_equal(says(path, noise), [], noise[:80])
            expect(child.poll() is None, house.log("voice")[-2000:])
            other.sendall(whole()[-8:])
            expect_equal(fastcgi.read_answer(other)[0], 200)


@promise("another role, a second request on a connection and management records get the answers of the specification")
def by_the_specification():
    with House() as house:
        house.start("voice")
        path = house.path("sockets/voice.sock")
        expect_equal(says(path, begin(role=2)), [(END, 1, struct.pack(">IB3x", 0, 3))])
        multiplexed = begin() + begin(request=7) + record(PARAMS, b"\x01\x01ab", 7) + whole()[16:]
        seen = says(path, multiplexed)
        expect_equal((seen[0], seen[-1]), ((END, 7, struct.pack(">IB3x", 0, 1)), (END, 1, bytes(8))))
        expect_in(b"Status: 200", seen[1][2])
        asked = b"\x0e\x00FCGI_MAX_CONNS\x0f\x00FCGI_MPXS_CONNS\x05\x00OTHER"
        kind, request, result = says(path, record(GET_VALUES, asked, 0))[0]
        expect_equal((kind, request), (GET_VALUES_RESULT, 0))
        expect_in(b"\x0f\x01FCGI_MPXS_CONNS0", result)
        expect("OTHER" not in result.decode(), result)
        expect_equal(says(path, record(99, b"?", 0)), [(UNKNOWN_TYPE, 0, b"\x63" + bytes(7))])
        with fastcgi.connect(path) as one: # an abort ends the request, and the connection serves the next one
            one.sendall(begin(keep=True) + fastcgi.params(variables()) + record(STDIN, BODY[:20]) + record(ABORT) + whole())
            seen = fastcgi.read_records(one)
        expect_equal(seen[0], (END, 1, bytes(8)))
        expect_in(b"Status: 200", seen[1][2])
        expect_equal(says(path, record(ABORT) + record(STDIN, b"late") + whole())[-1], (END, 1, bytes(8)))


@promise("padding, empty records and a request cut at every byte change nothing")
def cut_everywhere():
    with House() as house:
        house.start("voice", "--threads", "2")
        path = house.path("sockets/voice.sock")

        def padded(kind, content):
            return struct.pack(">BBHHBx", 1, kind, 1, len(content), 255) + content + b"\xaa" * 255

        pairs = fastcgi.params(variables())[8:-8]
        sent = begin() + b"".join(padded(PARAMS, pairs[at:at + 7]) for at in range(0, len(pairs), 7)) + padded(PARAMS, b"")
        sent += b"".join(padded(STDIN, BODY[at:at + 11]) for at in range(0, len(BODY), 11)) + padded(STDIN, b"")
        expect_in(b"Status: 200", says(path, sent)[0][2])
        sent = whole(keep=True)
        with fastcgi.connect(path) as one:
            for cut in range(1, len(sent)):
                one.sendall(sent[:cut])
                if cut % 8 == 0:
                    time.sleep(0.001) # the rest comes for itself
                one.sendall(sent[cut:])
                expect_equal(fastcgi.read_answer(one)[0], 200, cut)
            one.sendall(sent * 2 + whole()) # three in one piece
            seen = fastcgi.read_records(one)
            expect_equal(([kind for kind, _, _ in seen].count(END), b"".join(c for _, _, c in seen).count(b"Status: 200")), (3, 3))


@promise("200 silent connections under a limit of 64 open files: the longest idle ones are closed, callers are answered, the log gives the reason")
def silent_ones():
    with House() as house:
        child = house.start("voice", limit=64)
        house.start("status", limit=64)
        with contextlib.ExitStack() as stack:
            silent = [stack.enter_context(fastcgi.connect(house.path("sockets/voice.sock"))) for _ in range(200)]
            for _ in range(3):
                expect_equal(fastcgi.ask(house.path("sockets/voice.sock"), variables(), BODY)[0], 200)
            body = sample("status-call-ringing")
            asked = variables(REQUEST_URI="/hooks/status.fcgi", CONTENT_LENGTH=str(len(body)),
                              HTTP_X_SIGNALWIRE_SIGNATURE=sign(PUBLIC + "/status.fcgi", decode(body)))
            status = [stack.enter_context(fastcgi.connect(house.path("sockets/status.sock"))) for _ in range(200)]
            expect_equal(fastcgi.ask(house.path("sockets/status.sock"), asked, body)[0], 200, house.log("status"))
            wait_for("both events", lambda: len(house.events()) == 2)
            closed = lambda: len(select.select(silent, [], [], 0)[0]) # readable: at their end
            wait_for("most of them to be closed", lambda: closed() > 100, 10)
            lines = [line for line in house.log("voice").splitlines() if "LimitNOFILE" in line]
            expect(len(lines) == 1 and "limit of open files is 64" in lines[0], lines)
        expect(child.poll() is None)


@promise("60 peers that stop in the middle of a request, under a limit of 64 open files, give way to a caller within seconds")
def half_requests():
    with House() as house:
        house.start("voice", limit=64)
        path = house.path("sockets/voice.sock")
        with contextlib.ExitStack() as stack:
            for _ in range(60):
                stack.enter_context(fastcgi.connect(path)).sendall(fastcgi.record(fastcgi.BEGIN, b"\0\1\1\0\0\0\0\0") + b"\1\4")
            began = time.monotonic()
            expect_equal(fastcgi.ask(path, variables(), BODY)[0], 200)
            expect(time.monotonic() - began < 9, "waited", time.monotonic() - began) # 10 s is what half a request has


@promise("at its limit of open files a program says so once a minute, with the remedy, and recovers")
def out_of_files():
    with House() as house:
        path = house.path("sockets/voice.sock")

        def files_of(child):
            """Its open files once the store is among them, after which it takes no more but connections."""
            folder = "/proc/%d/fd" % child.pid
            expect_equal(fastcgi.ask(path, variables(), BODY)[0], 200)
            wait_for("the store", lambda: any(os.readlink("%s/%s" % (folder, name)).endswith("-shm") for name in os.listdir(folder)))
            return len(os.listdir(folder))

        child = house.start("voice")
        files = files_of(child)
        house.stop(child)
        files_of(house.start("voice", limit=files + 2)) # fewer than the least number of connections
        with contextlib.ExitStack() as stack:
            for _ in range(30):
                stack.enter_context(fastcgi.connect(path))
            wait_for("the word", lambda: "Too many open files: " in house.log("voice"), 10)
            for _ in range(3):
                expect_equal(fastcgi.ask(path, variables(), BODY)[0], 200)
            expect_equal(house.log("voice").count("Too many open files: "), 1)
            expect_in("LimitNOFILE=", house.log("voice"))


@promise("a body without a length is read completely, or refused beyond max_body")
def without_a_length():
    with House(settings="max_body = 2k") as house:
        house.start("voice")
        path = house.path("sockets/voice.sock")
        for length in (None, "", "-1"):
            expect_equal(fastcgi.ask(path, variables(CONTENT_LENGTH=length), BODY)[0], 200, length)
            large = b"a=" + b"x" * 200000
            expect_equal(fastcgi.ask(path, variables(CONTENT_LENGTH=length), large)[0], 413, length)
        expect_in("a body of 2049 bytes or more", house.log("voice"))
        expect_equal(fastcgi.ask(path, variables(CONTENT_LENGTH=None), b"")[0], 401)
        expect_in("CONTENT_LENGTH is missing", house.log("voice"))
        environment = {name: value for name, value in variables(CONTENT_LENGTH=None).items()}
        ran = subprocess.run([house.path("programs/voice.fcgi")], input=BODY, capture_output=True,
                             env=dict(os.environ, HOOKSWITCH_CONFIG=house.config, **environment))
        expect_in(b"Status: 401", ran.stdout)
        expect_in(b"CONTENT_LENGTH is missing", ran.stderr)


@promise("without a public URL the Host header must be a host; with one it has no effect")
def hosts():
    config = SAMPLE.replace("public_url", "; public_url")
    with House(config=config, settings="trust_forwarded = yes") as house, House() as public:
        house.start("voice")
        public.start("voice")
        path = house.path("sockets/voice.sock")

        def ask(host, where=path, **more):
            signed = sign("https://%s/hooks/voice.fcgi" % host, decode(BODY))
            return fastcgi.ask(where, variables(HTTPS="on", HTTP_HOST=host, HTTP_X_SIGNALWIRE_SIGNATURE=signed, **more), BODY)

        for host in ("pbx.example.com", "pbx.example.com:8443", "192.0.2.1", "[2001:db8::1]:443", "my_host", "localhost"):
            status, answer = ask(host)
            expect_equal(status, 200, host)
            expect_in(b"https://%s/hooks/voice.fcgi/" % host.encode(), answer)
        for host in ("evil.example.com/aaa?x=", "evil.example.com/", "a b", "user@host", "h%2fx", "h\\x", "h<x", "h\"x", "h\x7f", "\u00e4.example.com",
                     "x" * 300, "h#x", "h?x"):
            expect_equal(ask(host)[0], 400, host)
            expect_equal(ask("pbx.example.com", HTTP_X_FORWARDED_HOST=host)[0], 400, host)
            expect_equal(fastcgi.ask(public.path("sockets/voice.sock"), variables(HTTP_HOST=host), BODY)[0], 200, host)
        expect_equal(ask("")[0], 400)
        expect_in("no public_url", house.log("voice"))


@promise("a flood of unsigned requests writes a bounded log: twenty lines a minute, and a note about more")
def bounded_log():
    with House() as house:
        house.start("voice")
        path = house.path("sockets/voice.sock")
        with fastcgi.connect(path) as one:
            for number in range(3000):
                one.sendall(whole(keep=True, REQUEST_URI="/hooks/voice.fcgi/" + "x" * 3000, HTTP_X_SIGNALWIRE_SIGNATURE="forged"))
                expect_equal(fastcgi.read_answer(one)[0], 401)
        lines = [line for line in house.log("voice").splitlines() if " 401: " in line]
        expect(20 <= len(lines) <= 60, len(lines)) # three minutes on the slowest machine
        expect(max(len(line) for line in lines) < 1000, max(lines, key=len))
        expect_in("more like it are not logged", lines[19])


keep_promises()
