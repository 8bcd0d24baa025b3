#!/usr/bin/python3
"""Measures speed, as ratios to a limit measured in the same run.

Behind one nginx, with a fixed number of connections, in alternating rounds:
  limit        a libfcgi program that reads the body and prints a fixed answer of the same size
  voice.fcgi   a signed inbound call answered by a menu, 1,000 lines configured: without and with a store, and behind a list
  status.fcgi  each event on disk before its 200: on SQLite, with one thread (one event per commit), and on PostgreSQL
Then events stored without a web server, one per commit; and one CGI start through Apache, compared with an empty C program.

  run.py [--rounds N] [--seconds N] [--connections N] [--lines N]
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests/web"))
from harness import *  # noqa: E402
from schema import valid  # noqa: E402

BODIES_A_SECOND = 36000 # more than can be answered: each request is a new call, so no event is a repeat
TICK = os.sysconf("SC_CLK_TCK")

LUA = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
local threads = 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end
local at = 0
function init(args) at = id * %d end
function request()
    at = at %% #bodies + 1
    local signature, body = bodies[at]:match("^(%%S+) (.*)$")
    return wrk.format("POST", "%s", { ["Host"] = "pbx.example.com", ["Content-Type"] = "application/x-www-form-urlencoded",
        ["X-SignalWire-Signature"] = signature }, body)
end
local bad = 0
function response(status) if status ~= 200 then bad = bad + 1; if bad < 3 then print("status " .. status) end end end
"""


def configuration(lines_wanted):
    menus = min(lines_wanted, 1000)
    lines = "".join("[line number-%d]\nnumbers = +1556%07d\nvoice = menu-%d\n" % (i, i, i % menus) for i in range(lines_wanted))
    lines += "".join("[menu menu-%d]\nprompt = Thank you for calling customer %d.\n"
                     "prompt.2 = For sales, press 1. For support, press 2.\n1 = +15551110001\n2 = +15551110002\n"
                     % (i, i) for i in range(menus))
    return "[hookswitch]\npublic_url = {public}\nsigning_key_file = {key_file}\nstore = sqlite:{store}\n" + lines


def write_bodies(house, name, target, number, sequence, count, lines):
    """Signs the bodies in advance, each for a new call, so none is a repeat."""
    path = house.path(name + ".bodies")
    with open(path, "w") as file:
        for i in range(count):
            pairs = pairs_of(sequence, To="+1556%07d" % (i % lines), CallSid="%08x-9c1b-4a4e-8e0f-%012x" % (i * 2654435761 % 2**32, number + i))
            file.write("%s %s\n" % (sign(house.public + "/" + target, pairs), encode(pairs).decode()))
    script = house.path(name + ".lua")
    with open(script, "w") as file:
        file.write(LUA % (path, count // 2, "/hooks/" + target))
    return script


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def pss_mb(pid):
    with open("/proc/%d/smaps_rollup" % pid) as file:
        return int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1)) / 1024


def in_ms(text):
    found = re.match(r"([\d.]+)(us|ms|s)", text)
    if found is None:
        raise SystemExit("wrk printed no latency: %s: check that the programs answer" % text)
    number, unit = found.groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def load(port, script, options, pids):
    before = cpu_seconds(pids)
    ran = subprocess.run(["wrk", "-t2", "-c%d" % options.connections, "-d%ds" % options.seconds, "--latency", "-s", script,
                          "http://127.0.0.1:%d" % port], capture_output=True, text=True)
    out = ran.stdout
    if ran.returncode != 0 or "Non-2xx" in out:
        raise SystemExit("wrk: " + out + ran.stderr)
    requests = int(re.search(r"(\d+) requests in", out).group(1))
    if requests == 0:
        raise SystemExit("wrk: no request was answered: " + out)
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
            "p50": in_ms(re.search(r"^\s+50%\s+(\S+)", out, re.M).group(1)), "p99": in_ms(re.search(r"^\s+99%\s+(\S+)", out, re.M).group(1)),
            "cpu": 1000 * (cpu_seconds(pids) - before) / requests}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--lines", type=int, default=1000, help="configured lines")
    options = parser.parse_args()
    with House(configuration(options.lines)) as house:
        voice = house.start("voice")
        house.start("sms"), house.start("fax"), house.start("recording") # they share libraries, as in production
        status = house.start("status")
        single = other_status(house, "single", "sqlite:" + house.path("store/single.db"), "--threads", "1")
        try:
            postgresql = other_status(house, "postgresql", house.postgresql("shared_buffers=128MB", name="server"))
        except Skip:
            postgresql = None
        with open(house.config) as file:
            house.write("quiet.ini", "".join(line for line in file if not line.startswith("store = ")))
        quiet = house.run([house.path("programs/voice.fcgi"), "--config", house.path("quiet.ini"), "--listen",
                           "unix:" + house.path("sockets/quiet.sock")], "quiet", stdin=subprocess.DEVNULL)
        wait_for("voice.fcgi without a store", lambda: house.answers(house.path("sockets/quiet.sock")))
        os.chmod(house.path("sockets/quiet.sock"), 0o777)
        listed = with_route(house, options.lines)
        server = """
upstream listed { server unix:%(s)s/listed.sock; keepalive 32; }
upstream voice  { server unix:%(s)s/voice.sock;  keepalive 32; }
upstream status { server unix:%(s)s/status.sock; keepalive 32; }
upstream single { server unix:%(s)s/single.sock; keepalive 32; }
upstream postgresql { server unix:%(s)s/postgresql.sock; keepalive 32; }
upstream quiet  { server unix:%(s)s/quiet.sock;  keepalive 32; }
upstream limit  { server unix:%(s)s/limit.sock;  keepalive 32; }
server { LISTEN
    keepalive_requests 1000000;
    location /hooks/voice.fcgi  { include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass voice; }
    location /hooks/status.fcgi { include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass status; }
    location /hooks/single/status.fcgi { include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass single; }
    location /hooks/postgresql/status.fcgi { include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass postgresql; }
    location /hooks/quiet/voice.fcgi { include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass quiet; }
    location /hooks/listed/voice.fcgi { include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass listed; }
    location /hooks/limit.fcgi  { include fastcgi_params; fastcgi_keep_conn on; fastcgi_pass limit; }
}""" % {"s": house.path("sockets")}
        port = house.nginx(server)
        probe = house.ask(port, "voice.fcgi", pairs_of("voice-inbound", To="+15560000007"))
        valid(probe)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(house.path("sockets/limit.sock"))
        listener.listen(128)
        os.chmod(house.path("sockets/limit.sock"), 0o777)
        shutil.copy(os.path.join(BUILD, "bench/limit.fcgi"), house.path("programs/limit.fcgi"))
        threads = max(16, 2 * options.connections) # libfcgi's loop needs one thread for each kept connection
        limit = house.run([house.path("programs/limit.fcgi"), str(threads), str(len(probe.body))], "limit", stdin=listener)
        listener.close()

        contenders = {"limit": ("limit.fcgi", "voice-inbound", limit.pid),
                      "quiet": ("quiet/voice.fcgi", "voice-inbound", quiet.pid),
                      "listed": ("listed/voice.fcgi", "voice-inbound", listed.pid),
                      "voice": ("voice.fcgi", "voice-inbound", voice.pid),
                      "status": ("status.fcgi", "status-call-completed", status.pid),
                      "single": ("single/status.fcgi", "status-call-completed", single.pid)}
        if postgresql is not None:
            contenders["postgresql"] = ("postgresql/status.fcgi", "status-call-completed", postgresql.pid)
        bare = []
        seen = {name: [] for name in contenders}
        serial = 0
        for number in range(options.rounds):
            bare.append(float(subprocess.run([os.path.join(BUILD, "bench/single"), "sqlite:" + house.path("store/bare%d.db" % number),
                                              str(options.seconds)], check=True, capture_output=True, text=True).stdout))
            for name, (target, body, pid) in contenders.items():
                count = BODIES_A_SECOND * options.seconds
                script = write_bodies(house, name, target, serial, body, count, options.lines)
                serial += count
                if sys.stderr.isatty():
                    print("\rround %d of %d: %-8s" % (number + 1, options.rounds, name), end="", file=sys.stderr, flush=True)
                seen[name].append(load(port, script, options, [pid]))
        if sys.stderr.isatty():
            print("\r%40s\r" % "", end="", file=sys.stderr, flush=True)
        median = lambda name, what: statistics.median(r[what] for r in seen[name])
        ratio = lambda name: statistics.median(r["rate"] / l["rate"] for r, l in zip(seen[name], seen["limit"]))
        print("%d connections, %d alternating rounds of %d s, answer of %d bytes, %d configured lines, %d cores" %
              (options.connections, options.rounds, options.seconds, len(probe.body), options.lines, os.cpu_count()))
        print("%-28s %10s %8s %8s %16s %8s %8s" % ("", "requests/s", "p50 ms", "p99 ms", "CPU s/1,000 req", "PSS MB", "of limit"))
        for name, title in (("limit", "libfcgi, fixed answer"), ("quiet", "voice.fcgi, no store"),
                            ("listed", "  behind a list of 100,000"),
                            ("voice", "voice.fcgi, events stored"), ("status", "status.fcgi, durable"),
                            ("single", "  one event per commit"), ("postgresql", "  on PostgreSQL")):
            if name not in contenders:
                continue
            print("%-28s %10.0f %8.2f %8.2f %16.4f %8.2f %8.2f" % (title, median(name, "rate"), median(name, "p50"),
                  median(name, "p99"), median(name, "cpu"), pss_mb(contenders[name][2]), ratio(name)))
        print("route with a list of 100,000 numbers: %.3f of the plain menu's rate" %
              statistics.median(r["rate"] / q["rate"] for r, q in zip(seen["listed"], seen["quiet"])))
        print("one event per commit, without a web server: %.0f/s; status.fcgi stores %.1f times that" %
              (statistics.median(bare), median("status", "rate") / statistics.median(bare)))
        compare_cgi_starts(house, options.lines)


def with_route(house, lines):
    """Starts voice.fcgi without a store; every call first passes a route with a list of 100,000 numbers."""
    house.write("listed.txt", "".join("+1557%07d\n" % (i * 7) for i in range(100000)))
    with open(house.path("quiet.ini")) as file:
        text = re.sub(r"(?m)^voice = menu-(\d+)$", r"voice = route-\1", file.read())
    menus = min(lines, 1000)
    text += "".join("[route route-%d]\nlist.known = listed.txt\nlisted.known = menu-%d\notherwise = menu-%d\n" % (i, i, i)
                    for i in range(menus))
    path = house.path("sockets/listed.sock")
    child = house.run([house.path("programs/voice.fcgi"), "--config", house.write("listed.ini", text), "--listen", "unix:" + path],
                      "listed", stdin=subprocess.DEVNULL)
    wait_for("voice.fcgi with a list", lambda: house.answers(path))
    os.chmod(path, 0o777)
    return child


def other_status(house, name, address, *arguments):
    """Starts another status.fcgi, with a separate store."""
    with open(house.config) as file:
        house.write(name + ".ini", "".join("store = %s\n" % address if line.startswith("store = ") else line for line in file))
    path = house.path("sockets/%s.sock" % name)
    child = house.run([house.path("programs/status.fcgi"), "--config", house.path(name + ".ini"), "--listen", "unix:" + path, *arguments], name,
                      stdin=subprocess.DEVNULL)
    wait_for(name, lambda: house.answers(path))
    os.chmod(path, 0o777)
    return child


def compare_cgi_starts(house, lines):
    """One request per start through Apache's mod_cgid, alternating with a C program that prints a fixed answer."""
    os.mkdir(house.path("lines"))
    house.write("cgi.ini", "[hookswitch]\npublic_url = %s\nsigning_key_file = %s\nstore = sqlite:%s\nlines = %s\n" %
                (house.public, house.key_file, house.path("store/cgi.db"), house.path("lines")))
    for i in range(lines):
        house.write("lines/+1556%07d.ini" % i, "[line number-%d]\nnumbers = +1556%07d\nvoice = menu\n[menu menu]\n"
                    "prompt = Thank you for calling.\n1 = +15551110001\n" % (i, i))
    shutil.copy(os.path.join(BUILD, "bench/empty.cgi"), house.path("programs/empty.fcgi"))
    text = house.snippet("apache-cgi.conf").replace(house.config, house.path("cgi.ini"))
    port = house.apache(["cgid"], "ScriptSock %s\n%s" % (house.path("tmp/cgisock"), text))
    times = {"empty": [], "voice": []}
    for number in range(300):
        for name in times:
            pairs = pairs_of("voice-inbound", To="+1556%07d" % (number % lines), CallSid="cgi-%d" % number)
            began = time.perf_counter()
            answer = house.ask(port, name + ".fcgi", pairs)
            times[name].append(1000 * (time.perf_counter() - began))
            expect_equal(answer.status, 200)
    empty, voice = (statistics.median(times[name]) for name in ("empty", "voice"))
    print("one CGI start through Apache: empty C program %.2f ms, voice.fcgi %.2f ms (%.1f times)" %
          (empty, voice, voice / empty))


main()
