"""What the worker meets outside: an HTTPS server with a certificate of its own, receivers of posts, a mail server."""

import base64
import hashlib
import hmac
import http.server
import json
import logging
import os
import socket
import ssl
import subprocess
import threading
import time
import warnings

from harness import *


def make_certificate(house, names=("localhost",), addresses=("127.0.0.1",)):
    """A certificate authority and a server's certificate by it; gives the authority's file."""
    def run(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=house.folder)
    alternatives = ",".join(["DNS:" + n for n in names] + ["IP:" + a for a in addresses])
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
        "-days", "2", "-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "server.key", "-out", "server.csr",
        "-subj", "/CN=" + names[0], "-addext", "subjectAltName=" + alternatives)
    run("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-copy_extensions",
        "copy", "-out", "server.pem")
    os.chmod(house.path("ca.pem"), 0o644)
    return house.path("ca.pem")


class Site:
    """An HTTPS (or HTTP) server whose pages are functions of the handler; it remembers what was asked."""

    def __init__(self, house, pages, tls=True):
        self.pages, self.asked, self.lock = pages, [], threading.Lock()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                self.body = self.rfile.read(length)
                with site.lock:
                    site.asked.append((self.path, dict(self.headers), self.body))
                path = self.path.split("?")[0]
                page = site.pages.get(path) or site.pages.get("*")
                if page is None:
                    self.give(404, b"<html>not here</html>", "text/html")
                else:
                    page(self)

            do_GET = do_POST = answer

            def give(self, status, body, kind="audio/wav", headers=()):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *unused):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *unused: None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(house.path("server.pem"), house.path("server.key"))
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.url = "%s://localhost:%d" % ("https" if tls else "http", self.port)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def paths(self):
        with self.lock:
            return [path for path, _, _ in self.asked]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()


class MailServer:
    """aiosmtpd in a thread; keeps the messages. With `house` it offers STARTTLS; with `login`: by that and this (name, password) alone."""

    def __init__(self, house=None, login=None):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        warnings.simplefilter("ignore")
        self.messages, self.logins, self.encrypted = [], [], []
        outer = self
        options = {}

        def authenticate(server, session, envelope, mechanism, given):
            seen = (given.login.decode(), given.password.decode())
            outer.logins.append((*seen, session.ssl is not None))
            return AuthResult(success=seen == login)

        if house is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(house.path("server.pem"), house.path("server.key"))
            options = {"tls_context": context}
        if login is not None:
            options.update(require_starttls=True, auth_required=True, authenticator=authenticate)

        class Sink:
            async def handle_DATA(self, server, session, envelope):
                outer.encrypted.append(session.ssl is not None)
                outer.messages.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
                return "250 OK"

        self.port = free_port()
        self.controller = Controller(Sink(), hostname="127.0.0.1", port=self.port, **options)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *unused):
        self.controller.stop()


def webhook_is_signed(secret, headers, body):
    """As Standard Webhooks says, written apart from the program."""
    headers = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret[len("whsec_"):]) if secret.startswith("whsec_") else secret.encode()
    text = ("%s.%s." % (headers["webhook-id"], headers["webhook-timestamp"])).encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(wanted, headers["webhook-signature"]) and abs(time.time() - int(headers["webhook-timestamp"])) < 300
