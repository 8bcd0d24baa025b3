#!/usr/bin/python3
"""The manual pages and README.md: every example is one that works, every default is the one in the code."""

import glob
import textwrap

from harness import *

PAGES = ("hookswitch.1", "hookswitch.ini.5", "hookswitch.7")
DATA = {"holidays.ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\n"
                        "RRULE:FREQ=YEARLY\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "special.xml": "<Response><Say>Hello {{From}}</Say></Response>\n", "blocked.txt": "+15551239999 # a robot\n",
        "board.pin": "204813\n", "chair.pin": "915302\n", "agents.pin": "551927\n", "mailbox.pin": "480516\n",
        "crm.secret": "a secret of many words\n", "smtp.password": "correct horse\n", "token": "PT0123456789\n",
        "pgpass": "*:*:*:hookswitch:secret\n"}
SECTIONS = {"src/service/settings.c": "hookswitch", "src/message/questions.c": "form"} # the others are called like their file
WITHOUT_LINE = ("hookswitch", "line", "on", "work")


def source_of(page):
    with open(os.path.join(BUILD, "man", page)) as file:
        return file.read()


def readme():
    with open(os.path.join(SOURCE, "README.md")) as file:
        return file.read()


def plain(roff):
    """Text of a page without its escapes."""
    for written, shown in (("\\(dq", '"'), ("\\&", ""), ("\\e", "\\"), ("\\-", "-")):
        roff = roff.replace(written, shown)
    return roff


def blocks():
    """Yields (place, text) of each example: literal displays of the pages, fenced blocks of README.md."""
    for page in PAGES:
        lines = source_of(page).split("\n")
        section, begun = "", None
        for number, line in enumerate(lines, 1):
            if line.startswith((".Ss ", ".Sh ")):
                section = line[4:]
            elif line.startswith(".Bd -literal"):
                begun = number
            elif line == ".Ed" and begun is not None:
                yield "%s:%d %s" % (page, begun, section), plain("\n".join(lines[begun:number - 1])) + "\n"
                begun = None
            elif line.startswith(".Dl "):
                yield "%s:%d %s" % (page, number, section), plain(line[4:]) + "\n"
    for match in re.finditer(r"(?ms)^( *)```\w*\n(.*?)^ *```$", readme()):
        yield "README.md:%d" % (readme()[:match.start()].count("\n") + 1), textwrap.dedent(match.group(2))


def is_ini(text):
    return re.match(r"(;[^\n]*\n)*\[", text) is not None


class Reader(House):
    """A house with the files that the examples name."""

    def __init__(self):
        super().__init__()
        for name, text in DATA.items():
            self.write(name, text, 0o640)
        for name in ("faxes", "voicemail"):
            os.mkdir(self.path("store/" + name))
            self.give(self.path("store/" + name), 0o755)
        self.base = "[hookswitch]\npublic_url = %s\nsigning_key_file = %s\nstore = sqlite:%s\nspace = example\nproject = p\ntoken_file = token\n" % (
            self.public, self.key_file, self.store)

    def use(self, text):
        """Writes an example as the configuration, with what it leaves out: [hookswitch], and a line that leads to it."""
        text = re.sub(r"/\S*/lib/hookswitch/", self.path("store/"), text) # the places chosen by configure
        text = re.sub(r"/\S*/hookswitch/(?=[\w.]+$)", self.folder + "/", text, flags=re.M)
        text = text.replace("/usr/local/lib/acme/alert", "/bin/true")
        kind, name = re.search(r"(?m)^\[(\S+?)(?: (\S+))?\]", text).groups()
        key = {"texts": "sms", "form": "sms", "fax": "fax"}.get(kind, "voice")
        if kind not in WITHOUT_LINE and "[line " not in text:
            text += "[line example]\nnumbers = +15559870000\n%s = %s\n" % (key, name)
        self.write("hookswitch.ini", (text if "[hookswitch]" in text else self.base + text), 0o640)

    def check(self, text):
        self.use(text)
        ran = self.command("check")
        # a machine need not have a mail program
        complaints = [line for line in ran.stdout.splitlines()[:-1] if ": hint: " not in line and "/usr/sbin/sendmail " not in line]
        return ran.returncode, complaints, ran.stdout


@promise("check accepts every configuration in the manual pages and README.md")
def configurations():
    with Reader() as house:
        examples = [(place, text) for place, text in blocks() if is_ini(text)]
        wrong = [(place, found) for place, text in examples for found in [house.check(text)] if found[:2] != (0, [])]
        expect(not wrong, *["%s: %s\n" % (place, output) for place, (_, _, output) in wrong])
        expect(len(examples) > 25, len(examples))


@promise("every call in hookswitch.ini(5) goes as shown")
def transcripts():
    with Reader() as house:
        environment = dict(os.environ, PATH=BUILD + ":" + os.environ["PATH"], HOOKSWITCH_CONFIG=house.config)
        seen = 0
        for place, text in blocks():
            if not place.startswith("hookswitch.ini.5"):
                continue
            if is_ini(text):
                house.use(text)
            elif text.startswith("$ "):
                command, _, output = text[2:].replace("\\\n", "").partition("\n")
                ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=environment, cwd=house.folder, timeout=60)
                expect_equal((ran.returncode, ran.stdout, ran.stderr), (0, output, ""), place)
                seen += 1
        expect(seen > 2, seen)


@promise("hookswitch.ini(5) describes every section, with an example")
def sections():
    kinds = set()
    for path in glob.glob(os.path.join(SOURCE, "src/**/*.c"), recursive=True):
        with open(path) as file:
            kinds.update(re.findall(r"(?m)^(?:const )?(?:static )?(?:const )?struct section_kind \w+ = \{\s*(?:\.name = )?\"(\w+)\"", file.read()))
    expect(len(kinds) > 20, kinds)
    shown = {}
    for place, text in blocks():
        if place.startswith("hookswitch.ini.5") and is_ini(text):
            shown.setdefault(place.split(" ", 1)[1], "")
            shown[place.split(" ", 1)[1]] += text
    for kind in kinds:
        here = [text for title, text in shown.items() if title.startswith(("[%s]" % kind, "[%s " % kind))]
        expect_equal(len(here), 1, kind)
        expect(re.search(r"(?m)^\[%s[ \]]" % kind, here[0]), kind)


def fields():
    """Yields (file, key, type, default) of every key in the tables of the code."""
    for path in glob.glob(os.path.join(SOURCE, "src/**/*.c"), recursive=True):
        with open(path) as file:
            text = file.read()
        constants = dict(re.findall(r'(?m)^#define (\w+) "(.*)"$', text))
        for key, kind, rest in re.findall(r'\{ "([^"]+)",\s*FIELD_(\w+),((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}', text):
            rest = re.sub(r"\b(%s)\b" % "|".join(constants or ["^"]), lambda m: '"%s"' % constants[m.group(1)], rest)
            literals = re.findall(r'"((?:[^"\\]|\\.)*)"', rest)
            yield os.path.relpath(path, SOURCE), key, kind, "".join(literals)


def is_given(page, section, key, kind, default):
    """Whether the paragraph of the key says its default; a sentence in quotation marks."""
    start = re.search(r"(?m)^\.Ss \[%s[ \]]" % section, page)
    text = page[start.start():page.find("\n.Ss ", start.end())]
    for item in re.split(r"(?m)^(?=\.It (?!Ql))", text):
        if re.match(r"\.It Cm (.*[ ,])?%s( |$)" % re.escape(key), item.split("\n")[0]):
            # a key may share its paragraph with those after it
            following = text[text.index(item):]
            paragraph = re.match(r"(?s)(\.It [^\n]*\n)+.*?(?=\n\.It (?!Ql)|\n\.El|\Z)", following).group(0)
            said = ".Dq " + default.rstrip() if kind in ("PROMPT", "TEXT") and " " in default.strip() else default.rstrip()
            return "Default" in paragraph and re.search(r"(?<!\w)%s(?!\w)" % re.escape(said), paragraph) is not None
    return False


@promise("hookswitch.ini(5) names every key with its default")
def defaults():
    page = plain(source_of("hookswitch.ini.5"))
    words = set(re.findall(r"[\w-]+", " ".join(re.findall(r"(?m)^\.(?:It )?Cm .*|^\.Dl .*", page))))
    found = list(fields())
    missing = ["%s: %s is not described" % (path, key) for path, key, _, _ in found if key not in words]
    missing += ["%s: the default of %s is not given: %s" % (path, key, fallback) for path, key, kind, fallback in found
                if fallback and not is_given(page, SECTIONS.get(path, os.path.basename(path)[:-2]), key, kind, fallback)]
    expect_equal(missing, [])
    expect(len(found) > 200, len(found))


def commands():
    """Yields (place, command, output) of each "$ ..." shown."""
    for place, text in blocks():
        for part in re.split(r"(?m)^(?=\$ )", text):
            if part.startswith("$ "):
                command, _, output = part[2:].replace("\\\n", "").partition("\n")
                yield place, command, output


@promise("every command in the manual pages and README.md runs, and prints the output shown")
def shown_commands():
    with House() as house:
        house.write_config("[on call.received]\nrun = /bin/false\n[work]\ntries = 1\n")
        house.start_all()
        port = house.nginx()
        os.mkdir(house.path("calls"))
        house.write("calls/sales.call", "line front-desk\npress 1\nexpect dial +15551110001\ndial busy\nexpect voicemail\n")
        shutil.copy(os.path.join(SOURCE, "etc/hookswitch.ini"), house.path("sample.ini"))
        house.ask(port, "voice.fcgi", pairs_of("voice-inbound"))
        wait_for("the event", lambda: house.events())
        sid = house.events()[0]["sid"]
        house.work() # gives a job up
        environment = dict(os.environ, PATH=BUILD + ":" + os.environ["PATH"], HOOKSWITCH_CONFIG=house.config)
        local = "http://127.0.0.1:%d/hooks" % port
        seen, wrong = 0, []
        for place, command, output in commands():
            if place.startswith("hookswitch.ini.5") or not command.startswith(("hookswitch ", "source ")) or " --apply" in command or (" --svg" in command and not shutil.which("dot")):
                continue # --apply: urls_test
            command = command.replace("--url https://pbx.example.com/hooks", "--url " + local)
            command = re.sub(r"/\S*/hookswitch/hookswitch\.ini", house.config, command)
            command = command.replace("6a3fd2c8-9c1b-4a4e-8e0f-2b7d5c1e9a10", sid)
            command = command.replace("| sh", "| sed 's,https://pbx.example.com/hooks,%s,' | sh" % local)
            if output:
                environment["HOOKSWITCH_CONFIG"] = house.path("sample.ini")
            ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, cwd=house.folder, timeout=60)
            environment["HOOKSWITCH_CONFIG"] = house.config
            if ran.returncode != 0 or output.strip() not in ran.stdout:
                wrong.append("%s: %s\n%s: %s%s\n" % (place, command, ran.returncode, ran.stdout, ran.stderr))
            seen += 1
        expect(not wrong, *wrong)
        expect(seen > 12, seen)


@promise("files, subcommands and make targets in README.md and HACKING.md exist")
def names():
    with open(os.path.join(SOURCE, "HACKING.md")) as file:
        text = readme() + file.read()
    with open(os.path.join(SOURCE, "Makefile.am")) as file:
        makefile = file.read()
    commands = re.findall(r"(?m)^  ([a-z]+)(?: [a-z]+)?  +[A-Z]", subprocess.run([HOOKSWITCH, "--help"], capture_output=True, text=True).stdout)
    exists = lambda name: any(glob.glob(os.path.join(SOURCE, folder, name + end)) for folder in ("", "src", "etc") for end in ("", ".in", ".c"))
    wrong = [word for word in re.findall(r"`(?:sudo (?:-u www-data )?)?hookswitch ([a-z]+)", text) if word not in commands + ["help"]]
    wrong += [name for name in re.findall(r"/usr/local/share/doc/hookswitch/etc/([\w@.*-]+[\w*])", text) if not exists(name)]
    wrong += [name for name in re.findall(r"(?<![\w/])((?:src|tests|man|etc|share|cgi-bin|bench|base|web|host|flow|store|service|work|cli|event)/[\w./*-]*[\w*])", text)
              if not exists(name) and "pause" not in name]
    standard = ("all", "check", "install", "distcheck")
    wrong += [target for targets in re.findall(r"make -C build ([a-z]+(?: [a-z]+)*)", text) for target in targets.split()
              if target not in standard and not re.search(r"(?m)^%s:" % target, makefile)]
    expect_equal(wrong, [])


@promise("the data files in share/ are well-formed, and a wrong row is an error with its line")
def data_files():
    with House() as house:
        os.mkdir(house.path("share"))
        for name in os.listdir(os.path.join(SOURCE, "share")):
            shutil.copyfile(os.path.join(SOURCE, "share", name), house.path("share/" + name))
        check = lambda: subprocess.run(["sh", house.path("share/check.sh")], capture_output=True, text=True)
        ran = check()
        expect_equal(ran.returncode, 0, ran.stderr)
        expect(re.search(r"(?m)^share/voices.txt: \d+ rows, -?\d+ days old$", ran.stdout), ran.stdout)
        for name, row, sentence in (("voices.txt", "Joanna en-US", "this row stands twice"), ("voices.txt", "Ada english", "'english' is not a language"),
                                    ("calling-codes.txt", "XX 1416", "'1416' stands twice"), ("calling-codes.txt", "Mexico 52", "not a country's two letters"),
                                    ("premium-prefixes.txt", "GB +449", "not a prefix of 2 to 15 digits and x"),
                                    ("premium-prefixes.txt", "US 1", "not a prefix of 2 to 15 digits"), ("premium-prefixes.txt", "US 1900", "stands twice"),
                                    ("premium-prefixes.txt", "IE 1900", "'1900' stands twice"), ("premium-prefixes.txt", "USA 1976", "not a country's two letters"),
                                    ("voices.txt", "Joanna en-GB", "'Joanna' stands twice"), ("voices.txt", 'A"b en-US', "not the name of a voice")):
            with open(house.path("share/" + name)) as file:
                text = file.read()
            house.write("share/" + name, text + row + "\n")
            ran = check()
            expect_equal(ran.returncode, 1, ran.stdout)
            expect_in("%s:%d: " % (name, text.count("\n") + 1), ran.stderr)
            expect_in(sentence, ran.stderr)
            house.write("share/" + name, text)
        for text in ("", "# nothing\n"):
            house.write("share/voices.txt", text)
            expect_equal(check().returncode, 1)


keep_promises()
