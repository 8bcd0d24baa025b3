"""Real servers in a temporary folder on loopback, signed requests, and sentences that are promises.

A test file writes `@promise("sentence")` over functions and ends in `keep_promises()`. The output is TAP.
"""

import atexit
import base64
import contextlib
import functools
import hashlib
import hmac
import http.client
import json
import os
import pwd
import re
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

SOURCE = os.environ.get("HOOKSWITCH_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("HOOKSWITCH_BUILD") or os.path.join(SOURCE, "build")
HOOKSWITCH = os.path.join(BUILD, "hookswitch")
PROGRAMS = ("voice", "sms", "fax", "status", "recording")
KEY = "PSK_8VQ2xg7Rk1ZtLw0nYpHc5uBd"
PUBLIC = "https://pbx.example.com/hooks"
FORM = "application/x-www-form-urlencoded"

_promises = []


def promise(sentence):
    def remember(function):
        _promises.append((sentence, function))
        return function
    return remember


class Skip(Exception):
    """This machine cannot show the promise; the reason is said."""


def keep_promises():
    only = sys.argv[1:]
    chosen = [p for p in _promises if not only or any(word in p[0] for word in only)]
    print("1..%d" % len(chosen), flush=True)
    failed = 0
    for number, (sentence, function) in enumerate(chosen, 1):
        began = time.monotonic()
        try:
            function()
            print("ok %d - %s" % (number, sentence), flush=True)
        except Skip as reason:
            print("ok %d - %s # SKIP %s" % (number, sentence, reason), flush=True)
        except Exception:
            failed += 1
            print("not ok %d - %s" % (number, sentence))
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            sys.stdout.flush()
        if os.environ.get("HOOKSWITCH_TIMES"):
            print("# %.2f s" % (time.monotonic() - began), flush=True)
    sys.exit(1 if failed else 0)


# --- signatures, written apart from the programs ---

def sign(url, pairs=(), key=KEY, body=None):
    """Scheme B over URL and parameters, or scheme A over URL and raw body."""
    if body is not None:
        return hmac.new(key.encode(), url.encode() + body, hashlib.sha1).hexdigest()
    text = url.encode()
    for name, value in sorted(pairs, key=lambda pair: as_bytes(pair[0])):
        text += as_bytes(name) + as_bytes(value)
    return base64.b64encode(hmac.new(key.encode(), text, hashlib.sha1).digest()).decode()


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def encode(pairs):
    return "&".join(urllib.parse.quote_plus(as_bytes(n)) + "=" + urllib.parse.quote_plus(as_bytes(v)) for n, v in pairs).encode()


def decode(body):
    """As the programs decode: order and repeats kept, bytes allowed."""
    pairs = []
    for piece in body.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append(tuple(urllib.parse.unquote_to_bytes(x.replace(b"+", b" ")) for x in (name, value)))
    return pairs


def sample(name):
    with open(os.path.join(SOURCE, "tests/data/samples", name + ".form"), "rb") as file:
        return file.read().strip()


def pairs_of(name, **changes):
    """The pairs of a sample body, with some values changed (None: left out)."""
    pairs = [(n.decode(), v.decode()) for n, v in decode(sample(name))]
    known = [n for n, _ in pairs]
    pairs = [(n, changes.get(n, v)) for n, v in pairs if changes.get(n, v) is not None]
    return pairs + [(n, v) for n, v in changes.items() if n not in known and v is not None]


def due_now(house):
    """As if the pauses had passed."""
    with contextlib.closing(sqlite3.connect(house.store)) as database, database:
        database.execute("UPDATE job SET due_us = 1 WHERE state = 0")


@functools.cache
def sanitized():
    with open(os.path.join(BUILD, "cgi-bin/voice.fcgi"), "rb") as program:
        return re.search(rb"__[at]san_init", program.read()) is not None


def faults(**variables):
    """The environment of a program whose system calls fail (faults.c)."""
    if sanitized():
        raise Skip("faults.so cannot be loaded beside a sanitizer")
    return dict(variables, LD_PRELOAD=os.path.join(BUILD, "tests/web/faults.so"))


def expect_within(seconds, took, *what):
    """A sanitizer makes every step several times slower, so it gets twice the time."""
    expect(took < seconds * (2 if sanitized() else 1), "expected within %s s" % seconds, "took", took, *what)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8")

    def __repr__(self):
        return "%s %r" % (self.status, self.body[:2000])


def raw_http(port, request, timeout=15):
    """Sends bytes as they are and reads to the end of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        data = b""
        with contextlib.suppress(ConnectionResetError, socket.timeout):
            while True:
                piece = connection.recv(65536)
                if not piece:
                    break
                data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    match = re.match(rb"HTTP/1\.[01] (\d+)", head)
    return Answer(int(match.group(1)) if match else 0, head.decode("latin-1"), body)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError("waited %d s for %s" % (seconds, what))


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class House:
    """A temporary folder with a configuration, programs and servers; ends what it started, by pid."""

    def __init__(self, config=None, settings="", programs=PROGRAMS, key=KEY, public=PUBLIC):
        self.folder = tempfile.mkdtemp(prefix="hookswitch-web-")
        os.chmod(self.folder, 0o755)
        self.children, self.servers = [], []
        self.public = public
        self.key = key
        self.user = "www-data" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.store = self.path("store/events.db")
        for name in ("store", "sockets", "programs", "logs", "tmp"):
            os.mkdir(self.path(name))
            self.give(self.path(name), 0o777)
        self.key_file = self.path("signing.key")
        self.write("signing.key", key + "\n", 0o640)
        self.config = self.path("hookswitch.ini")
        self.config_text = config if config is not None else SAMPLE
        self.settings = settings
        self.write_config()
        for program in programs:
            target = self.path("programs/%s.fcgi" % program)
            shutil.copy(os.path.join(BUILD, "cgi-bin/%s.fcgi" % program), target)
            os.chmod(target, 0o755)
        atexit.register(self.end)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()

    def path(self, name):
        return os.path.join(self.folder, name)

    def give(self, path, mode):
        if os.getuid() == 0:
            entry = pwd.getpwnam(self.user)
            os.chown(path, entry.pw_uid, entry.pw_gid)
        os.chmod(path, mode)

    def write(self, name, text, mode=0o644):
        temporary = self.path(name + ".new")
        with open(temporary, "wb") as file:
            file.write(as_bytes(text))
        self.give(temporary, mode)
        os.rename(temporary, self.path(name))
        return self.path(name)

    def write_config(self, extra="", **changes):
        text = self.config_text
        for name, value in changes.items():
            text = text.replace(name, value)
        text = text.format(public=self.public, key_file=self.key_file, store=self.store, settings=self.settings) + extra
        self.write("hookswitch.ini", text, 0o640)

    # --- processes ---

    def run(self, arguments, name, env=None, as_user=True, **options):
        log = open(self.path("logs/" + name), "ab")
        environment = dict(os.environ, HOOKSWITCH_CONFIG=self.config, **(env or {}))
        if os.getuid() == 0 and as_user:
            entry = pwd.getpwnam(self.user)
            options.update(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
        child = subprocess.Popen(arguments, stdout=log, stderr=log, env=environment, cwd=self.folder, **options)
        log.close()
        self.children.append(child)
        return child

    def log(self, name):
        with contextlib.suppress(FileNotFoundError):
            with open(self.path("logs/" + name), errors="replace") as file:
                return file.read()
        return ""

    def hookswitch(self):
        """The command where the programs' user can reach it."""
        path = self.path("programs/hookswitch")
        if not os.path.exists(path):
            shutil.copy(HOOKSWITCH, path)
            os.chmod(path, 0o755)
        return path

    def start(self, program, *arguments, how="listen", env=None, limit=None):
        """One program on its socket: by --listen, or with the listening socket as descriptor 0. limit: of open files."""
        options = {} if limit is None else {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))}
        path = self.path("sockets/%s.sock" % program)
        binary = self.path("programs/%s.fcgi" % program)
        if how == "listen":
            child = self.run([binary, "--listen", "unix:" + path, *arguments], program, env, stdin=subprocess.DEVNULL, **options)
        else:
            listener = socket.socket(socket.AF_UNIX)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            listener.bind(path)
            listener.listen(128)
            os.chmod(path, 0o777)
            child = self.run([binary, *arguments], program, env, stdin=listener, **options)
            listener.close()
        wait_for(program, lambda: child.poll() is not None or self.answers(path))
        if child.poll() is not None:
            raise AssertionError("%s ended with %s: %s" % (program, child.returncode, self.log(program)))
        os.chmod(path, 0o777)
        return child

    @staticmethod
    def answers(path):
        with socket.socket(socket.AF_UNIX) as probe:
            return os.path.exists(path) and probe.connect_ex(path) == 0

    def start_all(self, *arguments):
        return {program: self.start(program, *arguments) for program in PROGRAMS}

    def stop(self, child, how=signal.SIGTERM, seconds=15):
        if child.poll() is None:
            child.send_signal(how)
        child.wait(seconds)
        if child in self.children:
            self.children.remove(child)
        return child.returncode

    def end_children(self):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(10)
        self.children = []

    def end(self):
        self.end_children()
        for folder in self.servers:
            subprocess.run(["sh", os.path.join(SOURCE, "tests/postgres.sh"), "stop", folder, "immediate"], capture_output=True)
        self.servers = []
        shutil.rmtree(self.folder, ignore_errors=True)

    def snippet(self, name):
        """A file of etc/, pointed at this folder."""
        with open(os.path.join(SOURCE, "etc", name + ".in")) as file:
            text = file.read()
        for there, here in (("@runstatedir@/hookswitch", self.path("sockets")), ("@cgidir@", self.path("programs")),
                            ("@sysconfdir@/hookswitch/hookswitch.ini", self.config),
                            ("/home/acme/hookswitch/hookswitch.ini", self.config)):
            text = text.replace(there, here)
        return text

    def nginx(self, server=None, http=""):
        """nginx with etc/nginx.conf, or with another server block."""
        port = free_port()
        text = self.snippet("nginx.conf") if server is None else server
        text = text.replace("include fastcgi_params;", "include /etc/nginx/fastcgi_params;")
        text = text.replace("listen 80;", "listen 127.0.0.1:%d;" % port).replace("LISTEN", "listen 127.0.0.1:%d;" % port)
        temporary = "".join("    %s_temp_path %s;\n" % (kind, self.path("tmp/" + kind)) for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user %s;\n" % self.user if os.getuid() == 0 else ""
        config = self.write("nginx.conf", """%sdaemon off;
worker_processes 2;
pid %s;
error_log %s warn;
events { worker_connections 1024; }
http {
    access_log off;
    include /etc/nginx/fastcgi_params;
%s%s
%s
}
""" % (user, self.path("nginx.pid"), self.path("logs/nginx-error"), temporary, http, text))
        child = self.run(["nginx", "-e", self.path("logs/nginx-error"), "-c", config, "-p", self.folder], "nginx", as_user=False)
        wait_for("nginx", lambda: child.poll() is not None or listens(port))
        if child.poll() is not None:
            raise AssertionError("nginx: " + self.log("nginx") + self.log("nginx-error"))
        return port

    def apache(self, modules, text):
        port = free_port()
        modules = ["mpm_event", "authz_core", "alias", "env", "mime", *modules]
        user = "User %s\nGroup %s\n" % (self.user, self.user) if os.getuid() == 0 else ""
        loads = "".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (m, m) for m in modules)
        self.give(self.folder, 0o755)
        config = self.write("apache.conf", """%s%sServerRoot %s
PidFile %s
ErrorLog %s
LogLevel warn
Listen 127.0.0.1:%d
ServerName pbx.example.com
TypesConfig /etc/mime.types
Mutex file:%s default
AcceptPathInfo On
%s
""" % (loads, user, self.folder, self.path("apache.pid"), self.path("logs/apache-error"), port, self.path("tmp"), text))
        child = self.run(["apache2", "-D", "FOREGROUND", "-f", config], "apache", as_user=False)
        wait_for("apache", lambda: child.poll() is not None or listens(port))
        if child.poll() is not None:
            raise AssertionError("apache: " + self.log("apache") + self.log("apache-error"))
        return port

    def lighttpd(self, text):
        port = free_port()
        user = 'server.username = "%s"\n' % self.user if os.getuid() == 0 else ""
        config = self.write("lighttpd.conf", """server.document-root = "%s"
server.bind = "127.0.0.1"
server.port = %d
server.errorlog = "%s"
server.upload-dirs = ( "%s" )
%s%s
""" % (self.path("tmp"), port, self.path("logs/lighttpd-error"), self.path("tmp"), user, text))
        child = self.run(["lighttpd", "-D", "-f", config], "lighttpd", as_user=False)
        wait_for("lighttpd", lambda: child.poll() is not None or listens(port))
        if child.poll() is not None:
            raise AssertionError("lighttpd: " + self.log("lighttpd") + self.log("lighttpd-error"))
        return port

    # --- requests ---

    def ask(self, port, target, body=None, method=None, signature=None, url=None, headers=(), content_type=FORM,
            timeout=15):
        """A request to /hooks/TARGET, signed as the platform would unless a signature is given ("" for none)."""
        path = target if target.startswith("/") else "/hooks/" + target
        if isinstance(body, (list, tuple)):
            body = encode(body)
        method = method or ("GET" if body is None else "POST")
        address = url or self.public + path[len("/hooks"):]
        if signature is None:
            signature = sign(address, decode(body) if body and content_type == FORM else (), self.key)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", "pbx.example.com")
            if signature != "":
                connection.putheader("X-SignalWire-Signature", signature)
            if body is not None:
                connection.putheader("Content-Type", content_type)
                connection.putheader("Content-Length", str(len(body)))
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def command(self, *arguments, **options):
        options.setdefault("env", dict(os.environ, HOOKSWITCH_CONFIG=self.config))
        return subprocess.run([HOOKSWITCH, *arguments], capture_output=True, text=True, **options)

    def postgresql(self, *settings, name="postgresql"):
        """A private server; House.address is its database, for configurations that name {store}."""
        folder = self.path(name)
        ran = subprocess.run(["sh", os.path.join(SOURCE, "tests/postgres.sh"), "start", folder, *settings], capture_output=True, text=True)
        if ran.returncode == 77:
            raise Skip("PostgreSQL's server is not installed")
        if ran.returncode != 0:
            raise AssertionError(ran.stdout + ran.stderr)
        self.servers.append(folder)
        return ran.stdout.strip()

    def postgresql_do(self, verb, name="postgresql", *arguments):
        subprocess.run(["sh", os.path.join(SOURCE, "tests/postgres.sh"), verb, self.path(name), *arguments], check=True,
                       capture_output=True)

    def sql(self, text, name="postgresql"):
        with open(self.path(name) + "/port") as file:
            port = file.read().strip()
        ran = subprocess.run(["psql", "-h", self.path(name), "-p", port, "-U", "hookswitch", "-d", "postgres", "-Atqc", text],
                             capture_output=True, text=True)
        if ran.returncode != 0:
            raise AssertionError(ran.stderr)
        return ran.stdout.strip()

    def prepare(self, target, bodies, name="sent"):
        """Signs bodies (bytes) for the sender."""
        url = self.public + "/" + target
        with open(self.path(name + ".bodies"), "wb") as file:
            for body in bodies:
                file.write(sign(url, decode(body)).encode() + b" " + body + b"\n")

    def send(self, port, target, bodies, connections=16, seconds=120, name="sent"):
        """Starts the sender on bodies (None: those prepared) for a target; gives (process, file of acknowledged numbers)."""
        if bodies is not None:
            self.prepare(target, bodies, name)
        child = subprocess.Popen([os.path.join(BUILD, "tests/web/sender"), self.path(name + ".bodies"), str(port), "/hooks/" + target,
                                  str(connections), self.path(name + ".acknowledged"), str(seconds)], stdout=subprocess.PIPE, text=True)
        self.children.append(child)
        return child, self.path(name + ".acknowledged")

    def events(self, *arguments):
        ran = self.command("events", "--json", *arguments)
        if ran.returncode != 0:
            raise AssertionError(ran.stderr)
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def work(self, *arguments, **options):
        ran = self.command("work", "--once", *arguments, **options)
        if ran.returncode != 0:
            raise AssertionError(ran.stderr)
        return ran.stderr

    def jobs(self, *arguments):
        ran = self.command("jobs", "list", "--json", "--internal", "--last", "0", *arguments)
        if ran.returncode != 0:
            raise AssertionError(ran.stderr)
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def integrity(self):
        with contextlib.closing(sqlite3.connect(self.store)) as database:
            return database.execute("PRAGMA integrity_check").fetchone()[0]


def expect(condition, *what):
    if not condition:
        raise AssertionError(" ".join(repr(w) for w in what) or "the condition is false")


def expect_equal(seen, wanted, *what):
    if seen != wanted:
        raise AssertionError("%r where %r was expected %s" % (seen, wanted, " ".join(repr(w) for w in what)))


def expect_in(needle, text):
    if needle not in text:
        raise AssertionError("%r is not in %r" % (needle, text))


# The sample configuration of etc/, open at every hour, with its places left open.
def _sample():
    with open(os.path.join(SOURCE, "etc/hookswitch.ini")) as file:
        text = file.read()
    text = text.replace("{", "{{").replace("}", "}}")
    for old, new in (("https://pbx.example.com/hooks", "{public}"),
                     ("/etc/hookswitch/signing.key", "{key_file}"),
                     ("/var/lib/hookswitch/events.db", "{store}\n{settings}"),
                     ("mon-fri = 09:00-12:30, 13:30-17:30", "mon-sun = 00:00-24:00"),
                     ("sat     = 10:00-14:00            ; 22:00-06:00 would cross midnight\n", ""),
                     ("closed_on = 12-25, 01-01, 2026-11-26, 2026-12-24..2026-12-31\n", "")):
        if old not in text:
            raise AssertionError("etc/hookswitch.ini no longer holds %r" % old)
        text = text.replace(old, new)
    return text


SAMPLE = _sample()
