#!/usr/bin/python3
"""Every web server and every way to start a program: signed requests are answered, forged ones are not."""

import os
import shutil
import socket
import subprocess

from harness import *
from schema import valid


def whole_suite(house, port):
    """What must be so whatever stands in front of the programs."""
    answer = house.ask(port, "voice.fcgi", sample("voice-inbound"))
    gather = valid(answer).find("Gather")
    expect(gather is not None, answer)
    expect_equal(gather.get("action"), PUBLIC + "/voice.fcgi/front-desk/main-menu/chosen?try=1")

    target = gather.get("action").replace(PUBLIC + "/", "")
    dial = valid(house.ask(port, target, sample("gather-digits"))).find("Dial")
    expect_equal([n.text for n in dial.findall("Number")], ["+15551110001", "+15551110002"])

    named = valid(house.ask(port, "voice.fcgi/front-desk", pairs_of("voice-inbound", To="+15550000000")))
    expect(named.find("Gather") is not None, "the line by path")

    query = encode(pairs_of("voice-inbound")).decode()
    expect(valid(house.ask(port, "voice.fcgi?" + query)).find("Gather") is not None, "GET")

    message = valid(house.ask(port, "sms.fcgi", sample("sms-hours")), "messaging")
    expect_in("nine to half past five", message.find("Message").text)
    fax = valid(house.ask(port, "fax.fcgi", sample("fax-inbound")), "fax").find("Receive")
    expect_equal(fax.get("action"), PUBLIC + "/fax.fcgi/office-fax/inbox/received")

    for target, name in (("status.fcgi", "status-call-completed"), ("status.fcgi/message", "status-message-delivered"),
                         ("recording.fcgi/front-desk", "recording-completed"),
                         ("fax.fcgi/office-fax/inbox/received", "fax-received")):
        for _ in range(2):
            valid(house.ask(port, target, sample(name)))
    kept = [event["event"] for event in house.events()]
    for name in ("call.completed", "message.delivered", "recording.completed", "fax.received"):
        expect_equal(kept.count(name), 1, name)

    for target in ("voice.fcgi", "sms.fcgi", "status.fcgi", "recording.fcgi", "fax.fcgi"):
        for forged in ("", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", sign(PUBLIC + "/" + target)):
            answer = house.ask(port, target, pairs_of("voice-inbound", CallSid="forged"), signature=forged)
            expect_equal((answer.status, answer.headers["WWW-Authenticate"]), (401, "SignalWire-Signature"), target)
    wait_for("the start of the call", lambda: "call.received" in [event["event"] for event in house.events()])
    expect("forged" not in [event["sid"] for event in house.events()], "a forged request changed something")
    head = house.ask(port, "voice.fcgi?" + encode(pairs_of("voice-inbound", CallSid="head")).decode(), method="HEAD")
    expect_equal((head.status, head.body), (200, b""), "HEAD")
    expect("head" not in [event["sid"] for event in house.events()], "a HEAD was kept")
    expect_equal(house.ask(port, "voice.fcgi", method="PUT", body=b"x=y").status, 405)


@promise("nginx with the snippet from etc/, and programs that listen themselves")
def nginx():
    with House() as house:
        house.start_all()
        whole_suite(house, house.nginx())


@promise("nginx, and programs with their socket on descriptor 0, as systemd starts them")
def descriptor_zero():
    with House() as house:
        for program in PROGRAMS:
            house.start(program, how="descriptor")
        whole_suite(house, house.nginx())


@promise("nginx, and programs that the script from etc/ starts by spawn-fcgi, which restarts dead ones and spares live ones")
def spawn_fcgi():
    if os.getuid() != 0:
        raise Skip("starts programs under another user, which root alone may")
    with House() as house:
        environment = dict(os.environ, HOOKSWITCH_PROGRAMS=house.path("programs"), HOOKSWITCH_SOCKETS=house.path("sockets"),
                           HOOKSWITCH_USER=house.user, HOOKSWITCH_CONFIG=house.config)
        script = os.path.join(BUILD, "etc/spawn-fcgi.sh")
        start = lambda: subprocess.run(["sh", script], env=environment, capture_output=True, text=True)

        def pids():
            found = {}
            for program in PROGRAMS:
                with contextlib.suppress(FileNotFoundError), open(house.path("sockets/%s.pid" % program)) as file:
                    found[program] = int(file.read())
            return found

        started = {}
        try:
            ran = start()
            started = pids()
            expect_equal((ran.returncode, len(started)), (0, 5), ran.stderr)
            whole_suite(house, house.nginx())
            expect_equal((start().returncode, pids()), (0, started))
            for program in ("voice", "status"):
                os.kill(started[program], 9)
            wait_for("two to end", lambda: not alive(started["voice"]) and not alive(started["status"]))
            os.rename(house.path("programs/status.fcgi"), house.path("programs/status.gone"))
            ran = start()
            expect_equal(ran.returncode, 1, ran.stderr) # one of the two can be started, and is
            os.rename(house.path("programs/status.gone"), house.path("programs/status.fcgi"))
            expect_equal(start().returncode, 0)
            expect_equal([program for program in PROGRAMS if pids()[program] == started[program]], ["sms", "fax", "recording"])
            started.update(pids())
            whole_suite(house, house.nginx())
        finally:
            started.update(pids())
            for pid in filter(alive, started.values()):
                os.kill(pid, 15)
            wait_for("the programs to end", lambda: not any(alive(pid) for pid in started.values()))


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@promise("Apache with mod_fcgid and the snippet from etc/")
def apache_fcgid():
    with House() as house:
        extra = "FcgidIPCDir %s\nFcgidProcessTableFile %s\n" % (house.path("tmp"), house.path("tmp/fcgid_shm"))
        whole_suite(house, house.apache(["fcgid"], extra + house.snippet("apache-fcgid.conf")))


@promise("Apache with mod_proxy_fcgi and the snippet from etc/")
def apache_proxy():
    with House() as house:
        house.start_all()
        whole_suite(house, house.apache(["proxy", "proxy_fcgi"], house.snippet("apache-proxy.conf")))


@promise("Apache with plain CGI and the snippet from etc/")
def apache_cgi():
    with House() as house:
        extra = "ScriptSock %s\n" % house.path("tmp/cgisock")
        whole_suite(house, house.apache(["cgid"], extra + house.snippet("apache-cgi.conf")))


@promise("Apache with plain CGI and only a .htaccess, as on shared hosting")
def apache_htaccess():
    with House() as house:
        web = house.path("web/hooks")
        os.makedirs(web)
        for program in PROGRAMS:
            shutil.copy(house.path("programs/%s.fcgi" % program), web)
        house.write("web/hooks/.htaccess", house.snippet("htaccess"))
        house.write("web/hooks/forgotten.key", "secret")
        port = house.apache(["cgid"], "ScriptSock %s\nDocumentRoot %s\n<Directory %s>\nAllowOverride All\n"
                                      "Require all granted\n</Directory>\n" %
                            (house.path("tmp/cgisock"), house.path("web"), house.path("web")))
        whole_suite(house, port)
        expect_equal(house.ask(port, "forgotten.key").status, 403)


@promise("lighttpd with the snippet from etc/")
def lighttpd():
    with House() as house:
        house.start_all()
        whole_suite(house, house.lighttpd(house.snippet("lighttpd.conf")))


@promise("a program that listens on a TCP port, behind nginx")
def tcp():
    with House() as house:
        where = free_port()
        house.run([house.path("programs/voice.fcgi"), "--listen", "127.0.0.1:%d" % where], "voice")
        wait_for("voice.fcgi", lambda: listens(where))
        port = house.nginx("server { LISTEN location /hooks/ { fastcgi_pass 127.0.0.1:%d; } }" % where)
        expect(valid(house.ask(port, "voice.fcgi", sample("voice-inbound"))).find("Gather") is not None)


@promise("a program's own socket is open to its user and group only; it replaces a dead program's socket, not a live one's")
def own_socket():
    with House() as house:
        path = house.path("sockets/own.sock")
        command = [house.path("programs/voice.fcgi"), "--listen", "unix:" + path]
        child = house.run(command, "voice", stdin=subprocess.DEVNULL)
        wait_for("voice.fcgi", lambda: house.answers(path))
        expect_equal(stat.S_IMODE(os.stat(path).st_mode), 0o660)
        second = house.run(command, "second", stdin=subprocess.DEVNULL)
        expect_equal(second.wait(10), 69)
        expect_in("another program listens there", house.log("second"))
        house.stop(child, 9)
        house.run(command, "voice", stdin=subprocess.DEVNULL)
        wait_for("voice.fcgi again", lambda: house.answers(path))


@promise("as plain CGI, a query string is never read as command-line options")
def no_query_options():
    with House() as house:
        port = house.apache(["cgid"], "ScriptSock %s\n%s" % (house.path("tmp/cgisock"), house.snippet("apache-cgi.conf")))
        for query in ("--help", "--version", "--config+/etc/passwd"):
            expect_equal(house.ask(port, "voice.fcgi?" + query, signature="").status, 401, query)


@promise("a program started from a terminal explains itself instead of waiting")
def by_hand():
    with House() as house:
        environment = {"PATH": os.environ["PATH"], "HOOKSWITCH_CONFIG": house.config}
        ran = subprocess.run([house.path("programs/voice.fcgi")], capture_output=True, text=True, env=environment,
                             stdin=subprocess.DEVNULL)
        expect_equal(ran.returncode, 64)
        expect_in("--help", ran.stderr)
        for option in ("--help", "--version"):
            ran = subprocess.run([house.path("programs/voice.fcgi"), option], capture_output=True, text=True, env=environment)
            expect_equal((ran.returncode, ran.stderr), (0, ""))


keep_promises()
