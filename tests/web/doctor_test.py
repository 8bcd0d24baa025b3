#!/usr/bin/python3
"""hookswitch doctor, on hosts that are in order and on hosts that are not."""

from away import make_certificate
from harness import *


class Host(House):
    """nginx with TLS in front of the programs, as they would be on the Internet."""

    def __init__(self, config=None, public=None, settings="", programs=PROGRAMS, fastcgi="", start=True):
        self.port = free_port()
        super().__init__(config=config, settings=settings, programs=programs, public=public or "https://localhost:%d/hooks" % self.port)
        self.authority = make_certificate(self)
        if start:
            self.start_all()
            tls = "listen 80; listen 127.0.0.1:%d ssl; ssl_certificate %s; ssl_certificate_key %s;%s" % (
                self.port, self.path("server.pem"), self.path("server.key"), fastcgi)
            self.nginx(server=self.snippet("nginx.conf").replace("listen 80;", tls))

    def doctor(self, *arguments, status=0):
        user = ("--user", self.user) if os.getuid() == 0 else ()
        ran = subprocess.run([self.hookswitch(), "doctor", *user, "--ca-file", self.authority, *arguments], capture_output=True, text=True,
                             env=dict(os.environ, HOOKSWITCH_CONFIG=self.config))
        expect_equal(ran.returncode, status, ran.stdout, ran.stderr)
        return ran.stdout

    def reached(self, *arguments, **options):
        return self.doctor("--url", "https://localhost:%d/hooks" % self.port, *arguments, **options)


def finds(said, word, about, *texts):
    lines = [line for line in said.splitlines() if line.startswith(word) and line[6:22].strip() == about]
    for text in texts:
        expect(any(text in line for line in lines), "%s %s %r in: %s" % (word, about, text, said))


@promise("doctor finds nothing on a healthy host, and changes nothing")
def in_order():
    with Host() as house:
        house.ask(house.nginx(server=house.snippet("nginx.conf")), "status.fcgi", sample("status-call-completed"))
        house.run([house.hookswitch(), "work"], "work")
        before = house.events()
        wait_for("the worker", lambda: "ran on" in house.reached())
        said = house.reached()
        for about, text in (("user", "checked as"), ("configuration", "2 lines"), ("signing key", "1 read"), ("zone data", "[line front-desk]"),
                            ("store", "can be written"), ("worker", "ran on"), ("public address", "all five programs answer"),
                            ("signature", "accepted, with and without a body"), ("unsigned", "refused with 401"),
                            ("voice.fcgi", "listens on unix:" + house.path("sockets/voice.sock"))):
            finds(said, "ok", about, text)
        finds(said, "warn", "public address", "resolves to a private address here")
        expect("FAIL" not in said, said)
        expect_in(" 0 failures", said)
        house.end_children()
        expect_equal(house.events(), before)
        expect(house.key not in said)


@promise("doctor shows the socket of a program on descriptor 0, and ignores programs of other configurations")
def descriptor_zero():
    with Host(start=False) as house:
        child = house.start("voice", how="descriptor")
        with House(programs=("voice",)) as neighbour:
            other = neighbour.start("voice")
            said = house.doctor("--offline")
        finds(said, "ok", "voice.fcgi", "process %d: descriptor 0 is the socket %s" % (child.pid, house.path("sockets/voice.sock")))
        finds(said, "ok", "processes", "more run with another configuration", "not running: sms.fcgi, fax.fcgi, status.fcgi, recording.fcgi")
        expect("process %d" % other.pid not in said)


@promise("doctor reports readable keys, an unwritable store and jobs without a worker, each with a fix")
def rights_and_work():
    with Host(start=False) as house:
        house.write_config("[on call.completed]\nrun = /bin/true\n")
        os.chmod(house.key_file, 0o644)
        said = house.doctor("--offline")
        finds(said, "warn", "configuration", "signing_key_file: others on this host can read it (0644): chmod 640 " + house.key_file)
        expect_equal(said.count("0644"), 1)
        finds(said, "ok", "store", "does not exist yet; the first request creates it")
        finds(said, "ok", "processes", "not running: voice.fcgi")
        os.chmod(house.key_file, 0o640)
        house.start("status")
        house.ask(house.nginx(), "status.fcgi", sample("status-call-completed"))
        finds(house.doctor("--offline"), "warn", "worker", "none ran in the last five minutes")
        with contextlib.closing(sqlite3.connect(house.store)) as database:
            database.execute("UPDATE job SET due_us = due_us - 3600000000")
            database.commit()
        finds(house.doctor("--offline", status=1), "FAIL", "worker", "a job has waited for 60 minutes")
        house.end_children()
        if os.getuid() == 0:
            for name in os.listdir(house.path("store")):
                os.chown(house.path("store/" + name), 0, 0)
                os.chmod(house.path("store/" + name), 0o644)
            said = house.doctor("--offline", status=1)
            finds(said, "FAIL", "store", "cannot be written", "%s belongs to root, and doctor checked as www-data: chown www-data: %s*" %
                  (house.store, house.store))
            expect_equal(said.count("belongs to"), 1)
            expect_equal(sum(line.startswith("FAIL  store") for line in said.splitlines()), 1, said)
            house.start("status")
            finds(house.doctor("--offline", status=1), "FAIL", "store", "and the programs run as www-data: chown www-data: %s*" % house.store)
            house.end_children()
        house.write("hookswitch.ini", "[line x]\n")
        house.doctor("--offline", status=2)


@promise("doctor distinguishes a server with another key or public address from an unreachable one")
def signatures():
    with Host() as house:
        other = house.write("other.key", "another key\n", 0o640)
        text = open(house.config).read()
        house.write("other.ini", text.replace(house.key_file, other), 0o640)
        finds(house.reached("--config", house.path("other.ini"), status=1), "FAIL", "signature", "it has another key, or sees another address")
        house.write("hookswitch.ini", text.replace("unsigned = refuse", "").replace("[hookswitch]\n", "[hookswitch]\nunsigned = accept\n"), 0o640)
        wait_for("the new configuration", lambda: house.ask(house.nginx(server=house.snippet("nginx.conf")), "voice.fcgi", sample("voice-inbound"), signature="").status == 200)
        finds(house.reached(status=1), "FAIL", "unsigned", "gets 200, not 401: remove unsigned = accept")
    # TLS ends at a proxy that does not say so, and no public_url is configured
    with Host(config=SAMPLE.replace("public_url", "; public_url"), fastcgi=" fastcgi_param HTTPS off;") as house:
        said = house.reached(status=1)
        finds(said, "FAIL", "signature", "set public_url = https://localhost:%d/hooks there" % house.port)
        finds(house.doctor("--offline"), "ok", "store")
        finds(house.doctor(status=1), "FAIL", "public address", "no public_url is configured")


@promise("doctor distinguishes programs that do not run, foreign addresses and unknown certificates")
def unreached():
    with Host() as house:
        other = "https://localhost:%d" % house.port
        finds(house.doctor("--url", other + "/elsewhere", status=1), "FAIL", "voice.fcgi", "answers 404: install the web server's snippet")
        finds(house.doctor("--url", "https://localhost:%d/hooks" % free_port(), status=1), "FAIL", "public address", "no answer: localhost:")
        finds(house.doctor(status=1), "FAIL", "public address", "resolves to a private address here")
        ran = house.command("doctor", "--url", other + "/hooks")
        finds(ran.stdout, "FAIL", "public address", "certificate")
        house.end_children()
        tls = "listen 80; listen 127.0.0.1:%d ssl; ssl_certificate %s; ssl_certificate_key %s;" % (house.port, house.path("server.pem"), house.path("server.key"))
        house.nginx(server=house.snippet("nginx.conf").replace("listen 80;", tls))
        finds(house.reached(status=1), "FAIL", "voice.fcgi", "answers 502: the web server does not reach the program")


keep_promises()
