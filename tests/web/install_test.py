#!/usr/bin/python3
"""What is installed says the places that were chosen, whichever they are."""

import glob

from harness import *


class Place:
    """A build folder of its own, of which only what is asked for is made."""

    def __init__(self):
        if "sanitize" in BUILD:
            raise Skip("the same as without sanitizers")
        self.folder = tempfile.mkdtemp(prefix="hookswitch-install-")
        self.build, self.root = os.path.join(self.folder, "build"), os.path.join(self.folder, "root")
        os.mkdir(self.build)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.folder, ignore_errors=True)

    def configure(self, **places):
        self.ran(os.path.join(SOURCE, "configure"), "--quiet", "-C", "--disable-dependency-tracking",
                 *("--%s=%s" % place for place in places.items()))

    def make(self, *arguments):
        self.ran("make", "-s", *arguments)

    def ran(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "DESTDIR")}
        ran = subprocess.run(arguments, cwd=self.build, env=environment, capture_output=True, text=True)
        expect_equal(ran.returncode, 0, arguments, ran.stdout, ran.stderr)

    def installed(self):
        shutil.rmtree(self.root, ignore_errors=True)
        # all that "make install" does but for the programs, which need not be compiled for this
        self.make("install-man", "install-sampleDATA", "install-dist_sampleDATA", "install-dist_docDATA", "install-data-hook", "DESTDIR=" + self.root)
        found = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                with open(os.path.join(folder, name)) as file:
                    found[os.path.join(folder, name)[len(self.root):]] = file.read()
        return found

    def built_in(self):
        self.make("src/host/options.o")
        with open(os.path.join(self.build, "src/host/options.o"), "rb") as file:
            return file.read()


@promise("units, snippets, scripts, manual pages, samples and programs name the chosen places; places chosen later apply too")
def chosen_places():
    with Place() as place:
        place.configure(prefix="/opt/pbx", sysconfdir="/srv/config", localstatedir="/srv/var", runstatedir="/srv/run")
        files = place.installed()
        samples, manuals = "/opt/pbx/share/doc/hookswitch/etc/", "/opt/pbx/share/man/"
        for name, *lines in (
                ("hookswitch@.service", "ExecStart=/opt/pbx/libexec/hookswitch/%i.fcgi --config /srv/config/hookswitch/hookswitch.ini\n",
                 "ReadWritePaths=-/srv/var/lib/hookswitch\n"),
                ("hookswitch@.socket", "ListenStream=/srv/run/hookswitch/%i.sock\n"),
                ("hookswitch-work.service", "ExecStart=/opt/pbx/bin/hookswitch work --config /srv/config/hookswitch/hookswitch.ini\n"),
                ("spawn-fcgi.sh", "/opt/pbx/libexec/hookswitch", "/srv/run/hookswitch", "/srv/config/hookswitch/hookswitch.ini"),
                ("nginx.conf", "server unix:/srv/run/hookswitch/voice.sock;"), ("lighttpd.conf", '"/srv/run/hookswitch/voice.sock"'),
                ("apache-proxy.conf", "unix:/srv/run/hookswitch/voice.sock|fcgi:"),
                ("apache-fcgid.conf", "Alias /hooks/ /opt/pbx/libexec/hookswitch/\n", "HOOKSWITCH_CONFIG /srv/config/hookswitch/hookswitch.ini"),
                ("apache-cgi.conf", "<Directory /opt/pbx/libexec/hookswitch>"), ("htaccess", "#   /srv/config/hookswitch/hookswitch.ini\n"),
                ("hookswitch.ini", "signing_key_file = /srv/config/hookswitch/signing.key\n", "= sqlite:/srv/var/lib/hookswitch/events.db\n"),
                
                ("examples/dentist/hookswitch.ini", "/srv/config/hookswitch/signing.key\n"), ("examples/agency/lines.d/customer-000.ini", "[line")):
            for line in lines:
                expect_in(line, files[samples + name])
        expect_in(".It Pa /srv/config/hookswitch/hookswitch.ini\n", files[manuals + "man5/hookswitch.ini.5"])
        expect_in("sudo cp /opt/pbx/share/doc/hookswitch/etc/nginx.conf", files["/opt/pbx/share/doc/hookswitch/README.md"])
        for name, text in files.items():
            for usual in ("/usr/local/libexec", "/usr/local/bin", "/usr/local/share", " /etc/hookswitch", "=/etc/hookswitch", " /run/", ":/run/",
                          "/var/lib/hookswitch" if "/srv/var/lib/" not in text else ":/var/lib/hookswitch", "dir@"):
                expect(usual not in text, usual, name)
        # StateDirectory= knows /var alone
        expect("StateDirectory" not in files[samples + "hookswitch@.service"] + files[samples + "hookswitch-work.service"])
        expect(os.access(place.root + samples + "spawn-fcgi.sh", os.X_OK))
        for secret in glob.glob(place.root + samples + "examples/*/*.pin") + glob.glob(place.root + samples + "examples/*/*.secret"):
            expect_equal(stat.S_IMODE(os.stat(secret).st_mode) & 0o007, 0, secret)
        expect_in(b"/srv/config/hookswitch/hookswitch.ini\0", place.built_in())

        place.configure(prefix="/opt/pbx", sysconfdir="/etc", localstatedir="/var", runstatedir="/run")
        expect_in(b"/etc/hookswitch/hookswitch.ini\0", place.built_in())
        files = place.installed()
        expect_in("StateDirectory=hookswitch\n", files[samples + "hookswitch-work.service"])
        expect_in(" --config /etc/hookswitch/hookswitch.ini\n", files[samples + "hookswitch-work.service"])
        expect_in(".It Pa /etc/hookswitch/hookswitch.ini\n", files[manuals + "man5/hookswitch.ini.5"])


@promise("the worker's unit lets a setuid sendmail work: nothing in it sets no_new_privs")
def worker_may_send_mail():
    # systemd.exec(5): each of these sets no_new_privs for a unit with User=
    bring = ("NoNewPrivileges", "SystemCallFilter", "SystemCallLog", "SystemCallArchitectures", "RestrictAddressFamilies", "RestrictNamespaces",
             "PrivateDevices", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectClock", "ProtectHostname",
             "MemoryDenyWriteExecute", "RestrictRealtime", "RestrictSUIDSGID", "DynamicUser", "LockPersonality")
    with open(os.path.join(BUILD, "etc/hookswitch-work.service")) as file:
        said = [line.split("=")[0] for line in file if "=" in line and not line.startswith("#")]
    expect_in("User", said)
    expect_equal([key for key in said if key in bring], [])
    with open(os.path.join(BUILD, "etc/hookswitch@.service")) as file:
        expect_in("\nNoNewPrivileges=yes\n", file.read())


keep_promises()
