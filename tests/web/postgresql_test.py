#!/usr/bin/python3
"""Several web hosts on one PostgreSQL: servers that stop, fail over or are cut off, and nothing acknowledged is lost."""

import os
import re
import random
import subprocess
import time

from harness import *
from phone import Call
from schema import valid

CALL = "6a3fd2c8-9c1b-4a4e-8e0f-%012x"


def on_postgresql(house, address, extra="", **changes):
    house.write_config(extra, **{"sqlite:{store}": address, **changes})


def ringing(numbers):
    return [encode(pairs_of("status-call-ringing", CallSid=CALL % n)) for n in numbers]


def acknowledged_calls(house, path, bodies):
    """The sids of what got a 200, and those that are kept."""
    with open(path) as file:
        numbers = [int(line) for line in file]
    sids = [dict(decode(bodies[n]))[b"CallSid"].decode() for n in numbers]
    return set(sids)


def kept_calls(house):
    sids = [event["sid"] for event in house.events("--event", "call.ringing", "--last", "0")]
    expect_equal(len(sids), len(set(sids)), "an event is kept twice")
    return set(sids)


@promise("PostgreSQL behaves as SQLite does: calls, texts, callbacks, repeats, jobs, current rows")
def behaves():
    with House() as house:
        on_postgresql(house, house.postgresql(), "[on call.completed]\nrun = /bin/true\n")
        house.start_all()
        port = house.nginx()
        valid(house.ask(port, "voice.fcgi", sample("voice-inbound")))
        valid(house.ask(port, "sms.fcgi", sample("sms-unicode")), "messaging")
        for _ in range(2):
            for name in ("status-call-completed", "status-call-initiated", "status-message-sent", "status-call-ringing"):
                valid(house.ask(port, "status.fcgi", sample(name)))
        wait_for("all events", lambda: len(house.events()) == 6)
        state, = [row["state"] for row in house.events("--current") if row["kind"] == "call"]
        expect_equal(state, "completed")
        house.work()
        expect_equal([job["state"] for job in house.jobs()], ["done"])
        expect_equal(house.command("store", "check").returncode, 0)


@promise("hours forced on one host apply to the next request on every other host, and any host plays the voicemails")
def shares_state():
    with House() as house:
        on_postgresql(house, house.postgresql(), "[voicemail box]\nlisten_days = 9\n[line away]\nnumbers = +15559870005\nvoice = box\n"
                      "[line listen]\nnumbers = +15559870006\nvoice = mine\n[mailbox mine]\nvoicemail = box\npin = 4711\n")
        house.start("recording")
        upstreams, ports = "", []
        for host in ("one", "two"):
            path = house.path("sockets/%s.sock" % host)
            house.run([house.path("programs/voice.fcgi"), "--listen", "unix:" + path], host, stdin=subprocess.DEVNULL)
            wait_for(host, lambda: house.answers(path))
            os.chmod(path, 0o777)
            ports.append(house.nginx("server { LISTEN location /hooks/recording.fcgi { fastcgi_pass unix:%s; } "
                                     "location / { include fastcgi_params; fastcgi_pass unix:%s; } }" % (house.path("sockets/recording.sock"), path)))
        is_open = lambda port: valid(house.ask(port, "voice.fcgi", pairs_of("voice-inbound"))).find("Gather") is not None
        for verb in ("open", "closed", "open"):
            expect_equal(house.command("hours", "opening-hours", verb).returncode, 0)
            expect_equal([is_open(port) for port in ports], [verb == "open"] * 2)
        Call(house, ports[0], to="+15559870005").record().report_recording()
        Call(house, ports[1], to="+15559870006").press("4711").hears("1 messages, 1 of them new").press("2").hears("Deleted")
        Call(house, ports[0], to="+15559870006").press("4711").hears("no messages")


@promise("the database wakes a sleeping worker for a new job at once, without polling")
def notified():
    with House() as house:
        program = house.write("note", "#!/bin/sh\ndate +%s.%N >> " + house.path("tmp/notes") + "\n", 0o755)
        on_postgresql(house, house.postgresql("log_statement=all"), "[on call.ringing]\nrun = %s\n" % program)
        house.give(house.path("tmp"), 0o777)
        house.start("status")
        house.run([house.hookswitch(), "work"], "worker")
        port = house.nginx()
        time.sleep(1.5)
        latencies = []
        for number in range(3):
            began = time.time()
            valid(house.ask(port, "status.fcgi", pairs_of("status-call-ringing", CallSid=CALL % number)))
            wait_for("the note", lambda: os.path.exists(house.path("tmp/notes")) and open(house.path("tmp/notes")).read().count("\n") == number + 1, 5)
            latencies.append(float(open(house.path("tmp/notes")).read().split()[-1]) - began)
            time.sleep(0.3)
        expect(sorted(latencies)[1] < 0.5, latencies)


@promise("a worker whose clock is an hour ahead takes no job that another worker has leased")
def clocks():
    if shutil.which("faketime") is None or "sanitize" in BUILD:
        raise Skip("faketime is not installed, or does not go with sanitizers")
    with House() as house:
        program = house.write("slow", "#!/bin/sh\necho begin >> %(notes)s\nsleep 3\necho end >> %(notes)s\n" % {"notes": house.path("tmp/notes")}, 0o755)
        on_postgresql(house, house.postgresql(), "[on call.ringing]\nrun = %s\n" % program)
        house.start("status")
        port = house.nginx()
        valid(house.ask(port, "status.fcgi", sample("status-call-ringing")))
        slow = house.run([house.hookswitch(), "work", "--once"], "worker")
        notes = lambda: os.path.exists(house.path("tmp/notes")) and open(house.path("tmp/notes")).read()
        house.give(house.path("tmp"), 0o777)
        wait_for("the first", notes)
        ran = subprocess.run(["faketime", "-f", "+1h", HOOKSWITCH, "work", "--once"], capture_output=True, text=True,
                             env=dict(os.environ, HOOKSWITCH_CONFIG=house.config, FAKETIME_DONT_FAKE_MONOTONIC="1"))
        expect_equal(ran.returncode, 0, ran.stderr)
        expect_equal(slow.wait(20), 0)
        house.children.remove(slow)
        expect_equal(notes(), "begin\nend\n")
        expect_equal([(job["state"], job["attempts"]) for job in house.jobs()], [("done", 1)])


@promise("PostgreSQL restarts under load: 503 meanwhile, no 200 for a lost event, and automatic recovery")
def restarted():
    with House() as house:
        on_postgresql(house, house.postgresql())
        child = house.start("status")
        port = house.nginx()
        bodies = ringing(range(30000))
        sender, path = house.send(port, "status.fcgi", bodies, 8, 10)
        seen = set()
        for how in ("fast", "immediate"):
            time.sleep(1.5)
            house.postgresql_do("stop", "postgresql", how)
            began = time.monotonic()
            while time.monotonic() - began < 1:
                answer = house.ask(port, "status.fcgi", sample("status-message-sent"))
                seen.add(answer.status)
                expect(time.monotonic() - began < 5.5, "an answer took too long")
            house.postgresql_do("again")
            wait_for("recovery", lambda: house.ask(port, "status.fcgi", sample("status-message-sent")).status == 200, 8)
        said = sender.communicate()[0]
        expect_equal(seen, {503})
        expect(child.poll() is None)
        acknowledged = acknowledged_calls(house, path, bodies)
        expect(len(acknowledged) > 100, said)
        expect_equal(acknowledged - kept_calls(house), set())


def children_of(parent):
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            with open("/proc/%d/stat" % int(name)) as file:
                if int(file.read().rsplit(")", 1)[1].split()[1]) == parent:
                    yield int(name)


@promise("the primary is killed under load and its synchronous standby promoted: the suite continues, and no acknowledged event is lost")
def failover():
    with House() as house:
        house.postgresql("wal_level=replica", "max_wal_senders=5", "listen_addresses='127.0.0.1'", "wal_log_hints=on")
        house.postgresql_do("copy", "postgresql", house.path("standby"))
        house.servers.append(house.path("standby"))
        wait_for("the standby", lambda: house.sql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1")
        house.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        house.sql("SELECT pg_reload_conf()")
        wait_for("synchronous", lambda: house.sql("SELECT sync_state FROM pg_stat_replication") == "sync")
        ports = [open(house.path(name) + "/port").read().strip() for name in ("postgresql", "standby")]
        on_postgresql(house, "postgresql://hookswitch@/postgres?host=%s,%s&port=%s,%s" %
                      (house.path("postgresql"), house.path("standby"), *ports))
        house.start("status")
        port = house.nginx()
        bodies = ringing(range(30000))
        sender, path = house.send(port, "status.fcgi", bodies, 8, 12)
        wait_for("callbacks on both servers", lambda: os.path.exists(path) and len(open(path).read().splitlines()) > 200, 60)
        # SIGKILL to the whole server, as if its power went
        with open(house.path("postgresql/data/postmaster.pid")) as file:
            postmaster = int(file.readline())
        for pid in [postmaster, *children_of(postmaster)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        before = len(open(path).read().splitlines())
        expect(before > 200, before)
        time.sleep(0.5)
        house.postgresql_do("promote", "standby")
        wait_for("the new primary", lambda: house.ask(port, "status.fcgi", sample("status-message-sent")).status == 200, 8)
        said = sender.communicate()[0]
        acknowledged = acknowledged_calls(house, path, bodies)
        expect(len(acknowledged) > before + 20, before, said)
        expect_equal(acknowledged - kept_calls(house), set())


@promise("a commit that the standby did not get is answered 503, even where the server stops waiting and reports COMMIT")
def standby_lost():
    with House() as house:
        on_postgresql(house, house.postgresql("synchronous_standby_names='nobody'"))
        house.sql("SET synchronous_commit = local; CREATE SCHEMA hookswitch")
        house.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
        house.sql("SELECT pg_reload_conf()")
        house.start("status")
        port = house.nginx()
        wait_for("the tables", lambda: house.ask(port, "status.fcgi", sample("status-message-sent")).status == 200)
        house.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        house.sql("SELECT pg_reload_conf()")
        time.sleep(0.3)
        waits = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        with subprocess.Popen([sys.executable, "-c", "import time"]) as _:
            import threading
            stop = threading.Event()

            def cancel():
                while not stop.is_set():
                    house.sql("SELECT pg_cancel_backend(pid) FROM (%s) AS waiting" % waits)
                    time.sleep(0.1)
            thread = threading.Thread(target=cancel)
            thread.start()
            answer = house.ask(port, "status.fcgi", sample("status-call-ringing"))
            stop.set()
            thread.join()
        expect_equal(answer.status, 503)
        expect_in("might not have been replicated", house.log("status"))


@promise("a table partitioned by month keeps each event once too, on several hosts at the same time")
def partitioned():
    with House() as house:
        address = house.postgresql()
        with open(os.path.join(SOURCE, "etc/postgresql-by-month.sql")) as file:
            house.sql(file.read())
        on_postgresql(house, address)
        port = house.nginx()
        house.start("status")
        second = house.run([house.path("programs/status.fcgi"), "--listen", "unix:" + house.path("sockets/second.sock")], "second",
                           stdin=subprocess.DEVNULL)
        wait_for("the second host", lambda: house.answers(house.path("sockets/second.sock")))
        os.chmod(house.path("sockets/second.sock"), 0o777)
        other = house.nginx("server { LISTEN location ~ ^/hooks { include fastcgi_params; fastcgi_pass unix:%s; "
                            "fastcgi_split_path_info ^(/hooks/status.fcgi)(.*)$; fastcgi_param PATH_INFO $fastcgi_path_info; "
                            "fastcgi_param SCRIPT_NAME $fastcgi_script_name; } }" % house.path("sockets/second.sock"))
        expect_equal(house.sql("SELECT relkind FROM pg_class WHERE oid = 'hookswitch.event'::regclass"), "p")
        bodies = ringing(list(range(1500)) * 2)
        random.Random(1).shuffle(bodies)
        senders = [house.send(where, "status.fcgi", bodies, 8, 60, name) for where, name in ((port, "one"), (other, "two"))]
        for sender, _ in senders:
            expect_in("refused 0 broken 0", sender.communicate()[0])
        expect_equal(len(kept_calls(house)), 1500)
        expect(int(house.sql("SELECT count(DISTINCT tableoid) FROM hookswitch.event")) >= 1)


@promise("with the database's disk full callbacks get 503 and no acknowledged event is lost; with room again work resumes")
def disk_full():
    if os.getuid() != 0:
        raise Skip("mounts a small file system, which root alone may")
    with House() as house:
        small = house.path("postgresql")
        os.mkdir(small)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m,mode=755", "tmpfs", small], capture_output=True)
        if mounted.returncode != 0:
            raise Skip("no file system can be mounted here: " + mounted.stderr.decode().strip())
        try:
            on_postgresql(house, house.postgresql("max_wal_size=32MB", "wal_recycle=off"))
            house.start("status")
            port = house.nginx()
            valid(house.ask(port, "status.fcgi", sample("status-call-initiated")))
            # what is left is taken away but for little
            room = os.statvfs(small)
            with open(small + "/ballast", "wb") as ballast:
                ballast.write(b"\0" * (room.f_bavail * room.f_frsize - (2 << 20)))
            bodies = ringing(range(30000))
            sender, path = house.send(port, "status.fcgi", bodies, 8, 60)
            # each time another: what is there already is acknowledged, full or not
            wait_for("503", lambda: house.ask(port, "status.fcgi", pairs_of("status-message-sent", MessageSid="m-%d" % time.monotonic_ns())).status == 503, 60)
            sender.terminate()
            sender.wait()
            os.unlink(small + "/ballast")
            # it may have ended by itself, as PostgreSQL does without room for its log
            subprocess.run(["sh", os.path.join(SOURCE, "tests/postgres.sh"), "stop", small, "fast"], capture_output=True)
            house.postgresql_do("again")
            wait_for("recovery", lambda: house.ask(port, "status.fcgi", sample("status-message-sent")).status == 200, 8)
            acknowledged = acknowledged_calls(house, path, bodies)
            expect(len(acknowledged) > 20, len(acknowledged))
            expect_equal(acknowledged - kept_calls(house), set())
            expect_equal(house.command("store", "check").returncode, 0)
        finally:
            house.end_children()
            subprocess.run(["sh", os.path.join(SOURCE, "tests/postgres.sh"), "stop", small, "immediate"], capture_output=True)
            subprocess.run(["umount", small], check=True)


def shell(*arguments):
    subprocess.run(arguments, check=True, capture_output=True)


class Network:
    """Network namespaces joined by a bridge: one for the database, one for each web host."""

    def __init__(self, hosts):
        self.mark = "hs%d" % (os.getpid() % 100000)
        self.names = ["%s-%d" % (self.mark, n) for n in range(hosts)]
        self.bridge = self.mark + "b"

    @staticmethod
    def clear_away():
        """What a run that was killed has left behind has the same addresses."""
        said = subprocess.run(["ip", "-br", "link"], capture_output=True, text=True).stdout
        for mark in re.findall(r"^(hs\d+)b\b", said, re.M):
            if not os.path.exists("/proc/" + mark[2:]):
                for name in re.findall(r"^(%s-\d+)" % mark, subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout, re.M):
                    subprocess.run(["ip", "netns", "del", name], capture_output=True)
                subprocess.run(["ip", "link", "del", mark + "b"], capture_output=True)

    def make(self):
        if os.getuid() != 0:
            raise Skip("makes network namespaces, which root alone may")
        self.clear_away()
        made = subprocess.run(["ip", "link", "add", self.bridge, "type", "bridge"], capture_output=True, text=True)
        if made.returncode != 0:
            raise Skip("no network can be made here: " + made.stderr.strip())
        shell("ip", "addr", "add", "10.211.77.254/24", "dev", self.bridge)
        shell("ip", "link", "set", self.bridge, "up")
        for number, name in enumerate(self.names):
            outer = "%sv%d" % (self.mark, number)
            shell("ip", "netns", "add", name)
            shell("ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", name)
            shell("ip", "link", "set", outer, "master", self.bridge, "up")
            shell(*self.inside(number), "ip", "addr", "add", "%s/24" % self.address(number), "dev", "eth0")
            shell(*self.inside(number), "ip", "link", "set", "eth0", "up")
            shell(*self.inside(number), "ip", "link", "set", "lo", "up")

    @staticmethod
    def address(number):
        return "10.211.77.%d" % (number + 1)

    def inside(self, number):
        return ["nsenter", "--net=/run/netns/" + self.names[number]]

    def cut(self, number, up):
        shell("ip", "link", "set", "%sv%d" % (self.mark, number), "up" if up else "down")

    def end(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
        subprocess.run(["ip", "link", "del", self.bridge], capture_output=True)


@promise("three web hosts share one PostgreSQL, one of them is cut off under load: the others continue, and no acknowledged event is lost")
def cut_off():
    network = Network(3)
    cut_s = int(os.environ.get("HOOKSWITCH_CUT_SECONDS", "6"))
    with House() as house:
        try:
            network.make()
            house.postgresql("listen_addresses='10.211.77.254'")
            with open(house.path("postgresql/port")) as file:
                address = "postgresql://hookswitch@10.211.77.254:%s/postgres" % file.read().strip()
            on_postgresql(house, address)
            ports, all_bodies, children = [], [], []
            for host in range(3):
                # each host: status.fcgi in its own network, its socket served by a web server that is asked from here
                path = house.path("sockets/host%d.sock" % host)
                children.append(house.run(network.inside(host) + ["setpriv", "--reuid", house.user, "--regid", house.user, "--clear-groups",
                                          house.path("programs/status.fcgi"), "--listen", "unix:" + path], "host%d" % host,
                                          as_user=False, stdin=subprocess.DEVNULL))
                wait_for("host %d" % host, lambda: house.answers(path))
                os.chmod(path, 0o777)
                port = house.nginx("server { LISTEN location ~ ^/hooks { include fastcgi_params; fastcgi_pass unix:%s; fastcgi_read_timeout 10s;"
                                   "fastcgi_split_path_info ^(/hooks/status.fcgi)(.*)$; fastcgi_param PATH_INFO $fastcgi_path_info; "
                                   "fastcgi_param SCRIPT_NAME $fastcgi_script_name; } }" % path)
                bodies = ringing(range(host * 10**6, host * 10**6 + 1500 * (cut_s + 11)))
                all_bodies.append(bodies)
                house.prepare("status.fcgi", bodies, "host%d" % host)
                ports.append(port)
            senders = [house.send(port, "status.fcgi", None, 4, cut_s + 11, "host%d" % host) for host, port in enumerate(ports)]
            time.sleep(2)
            network.cut(1, False)
            at_cut = [len(open(path).read().splitlines()) for _, path in senders]
            time.sleep(cut_s)
            at_end = [len(open(path).read().splitlines()) for _, path in senders]
            network.cut(1, True)
            said = [sender.communicate()[0] for sender, _ in senders]
            acknowledged = [acknowledged_calls(house, path, bodies) for (_, path), bodies in zip(senders, all_bodies)]
            kept = kept_calls(house)
            for host in (0, 2):
                expect(at_end[host] - at_cut[host] > 100, at_cut, at_end)
            expect(len(acknowledged[1]) > at_end[1] + 50, "the host that was cut off did not come back", at_end, said)
            for calls in acknowledged:
                expect_equal(calls - kept, set())
            expect(all(child.poll() is None for child in children))
            if os.environ.get("HOOKSWITCH_TIMES"):
                print("# cut off for %d s: acknowledged by then %s, at its end %s, in all %s; refused by the one cut off: %s" %
                      (cut_s, at_cut, at_end, [len(a) for a in acknowledged], said[1].strip()))
        finally:
            house.end()
            network.end()


keep_promises()
