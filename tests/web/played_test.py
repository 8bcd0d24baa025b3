#!/usr/bin/python3
"""hookswitch call, test, text and fax: a line tried out without a telephone."""

import pty
import select

from harness import *


class Copied(House):
    """An example, in a folder of its own, with a key of its own."""

    def __init__(self, name):
        super().__init__(config="", programs=())
        if name == "sample":
            shutil.copy(os.path.join(SOURCE, "etc/hookswitch.ini"), self.folder)
        else:
            shutil.copytree(os.path.join(SOURCE, "etc/examples", name), self.folder, dirs_exist_ok=True)
        with open(self.path("hookswitch.ini")) as file:
            text = file.read()
        self.write("hookswitch.ini", text.replace("/etc/hookswitch/signing.key", self.key_file).replace("/var/lib/hookswitch/events.db", self.store))

    def plays(self, *arguments, status=0, **options):
        ran = self.command(*arguments, **options)
        expect_equal(ran.returncode, status, ran.stdout + ran.stderr)
        return ran.stdout.splitlines() if status == 0 else ran.stderr


@promise("hookswitch text simulates a conversation, at any time, with several phones, and leaves nothing behind")
def texts():
    with Copied("salon") as house:
        seen = house.plays("text", "--at", "2026-11-24T10:00", "--from", "+15551230001", "salon", "Pirces?", "book", "Ann", "both", "12/24", "3 pm", "yes",
                           "Is it far?", "+15551110701: No", "STOP", "hours")
        expect_equal(seen, [
            "+15551230001> Pirces?", "salon> Welcome to the salon! Send BOOK for an appointment, PRICES, or HOURS.",
            "salon> Cut 38, colour from 60. The list:", "    picture https://phone.example.com/prices.png",
            "+15551230001> book", "salon> With pleasure! What is your name?",
            "+15551230001> Ann", "salon> Ann, what shall it be: cut, colour or both?",
            "+15551230001> both", "salon> On which day?",
            "+15551230001> 12/24", "salon> And at what time?",
            "+15551230001> 3 pm", "salon> both, 2026-12-24 at 15:00, for Ann. Is that right?",
            "+15551230001> yes", "salon> Thank you! We will text you if that time is taken.", "    ordered: form booking/mail",
            "+15551230001> Is it far?", "salon to +15551110701> #1 +15551230001: Is it far?", "    ordered: texts counter/fetch",
            "    ordered: texts counter/mail",
            "+15551110701> No", "salon to +15551230001> No",
            "+15551230001> STOP", "salon> You will get no more messages from this number. Reply START to get them again.",
            "+15551230001> hours", "    (no reply)"])
        at_night = house.plays("text", "--at", "2026-11-24T22:00", "+1 (555) 987-0701", input="Hello?\n\nhours\n")
        expect_equal(at_night[0], "+15555550100> Hello?")
        expect_equal(at_night[1], "salon> We are closed now, and will read this in the morning.")
        expect_equal(at_night[-1], "salon> Tuesday to Friday nine to six, Saturday eight to two.")
        expect(not os.path.exists(house.store), "the configured store was touched")


@promise("hookswitch fax shows whether a fax is accepted, and the actions that it triggers")
def faxes():
    with Copied("salon") as house:
        expect_equal(house.plays("fax", "--pages", "3", "suppliers-fax"), [
            "fax> from +15555550100", "suppliers-fax> receives: application/pdf, letter", "fax> 3 pages received", "    ordered: fax orders/mail"])
        expect_equal(house.plays("fax", "--from", "+16661230001", "+15559870702"), ["fax> from +16661230001", "suppliers-fax> rejects it"])
        expect_equal(house.plays("fax", "--failed", "suppliers-fax")[-2:], ["fax> failed: 35009 remote hung up", "    ordered: on fax.failed/mail"])


EXAMPLES = ("dentist", "helpline", "shop", "conference", "callcentre", "salon")


@promise("twenty scripts run over the sample and the examples as expected")
def scripts():
    played = 0
    for name in EXAMPLES + ("sample",):
        with Copied(name) as house:
            seen = house.plays("test", os.path.join(SOURCE, "tests/calls", name))
            expect_equal(seen[0], "1..%d" % (len(seen) - 1))
            expect(all(line.startswith("ok ") for line in seen[1:]), seen)
            played += len(seen) - 1
    expect(played >= 20, played)


@promise("a script that deviates fails with what the caller heard and the line number")
def otherwise():
    with Copied("shop") as house:
        house.write("calls.call", "# a comment\nline shop\nat 2026-11-24T10:00\npress 1\nexpect dial +15551110001\n")
        ran = house.command("test", house.path("calls.call"))
        expect_equal(ran.returncode, 1)
        expect_in("not ok 1 - ", ran.stdout)
        expect_in("#   < Please enter the number of your order, eight digits.", ran.stdout)
        expect_in("calls.call:5: expected: dial +15551110001; heard: say Please enter", ran.stdout)
        for steps, complaint in ((["dial busy"], "an outcome does nothing now: expected press KEYS, say WORDS, wait, hang up"),
                                 (["press 1x"], "'x' is not a key of a telephone"), (["jump"], "'jump' is not a step"),
                                 (["expect joy"], "'joy' cannot be expected")):
            expect_in(complaint, house.plays("call", "shop", *steps, status=1))
        expect_in("no file ends in .call", house.plays("test", house.path("store"), status=2))


@promise("call reads keys, words and silence from standard input, and shows the choices")
def by_hand():
    with Copied("shop") as house:
        seen = house.plays("call", "--at", "2026-11-24T10:00", "shop", input="!\n\n\"directions\n")
        expect_in("  press KEYS, say WORDS, wait, hang up", "\n".join(seen))
        expect_equal(seen[-4:], ["> say directions", "< [text +15555550100: The shop, 5 Market Street: https://example.com/map]",
                                 "< We have sent you a message.", "< [hang up]"])
        expect_in("> wait", "\n".join(seen))
        expect_in("< We have sent you a message.", "\n".join(seen))


def on_a_terminal(house, arguments, *typed, **environment):
    """What a person sees who types these lines, one after each prompt's silence."""
    leader, follower = pty.openpty()
    child = subprocess.Popen([HOOKSWITCH, *arguments], stdin=follower, stdout=follower, stderr=follower, close_fds=True,
                             env=dict(os.environ, HOOKSWITCH_CONFIG=house.config, TERM="xterm", **environment))
    os.close(follower)
    seen = b""
    for line in typed + (None,):
        while select.select([leader], [], [], 0.4 if line else 10)[0]:
            try:
                piece = os.read(leader, 4096)
            except OSError:  # the other end is gone
                piece = b""
            if not piece:
                break
            seen += piece
        if line is not None:
            os.write(leader, line.encode() + b"\n")
    expect_equal(child.wait(10), 0, seen)
    os.close(leader)
    return seen.decode()


@promise("on a terminal you play a call by typing, in colours unless you refuse them, and a typing error does not end it")
def by_typing():
    with Copied("shop") as house:
        seen = on_a_terminal(house, ["call", "--at", "2026-11-24T10:00", "shop"], "!", "jump", "\"directions")
        expect_in("Type keys; or", seen)
        expect_in("press KEYS, say WORDS, wait, hang up", seen)
        expect_in("\033[1;31m  'jump' is not a step", seen)
        expect_in("\033[1m> say directions\033[0m", seen)
        expect_in("\033[36m< [hang up]\033[0m", seen)
        expect("\033" not in on_a_terminal(house, ["call", "--at", "2026-11-24T10:00", "shop"], "\"directions", NO_COLOR="1"))


@promise("a recording in a simulated call is stored and triggers its actions, but no action runs")
def voicemail():
    with Copied("callcentre") as house:
        seen = house.plays("call", "--at", "2026-11-24T10:00", "support", "press 201", "dial no-answer", "expect voicemail", "record 12")
        expect(any(line.startswith("    ordered: voicemail ") for line in seen), seen)
        expect(not os.path.exists(house.store))


@promise("hookswitch graph draws the nodes of one line or of all as a tree or for Graphviz, with unreachable nodes")
def drawn():
    with Copied("sample") as house:
        tree = house.plays("graph", "--text")
        expect_equal(tree[:5], ["front-desk +15559870002", "\u251c\u2500 voice: hours opening-hours", "\u2502  \u251c\u2500 open; mon-fri 09:00-12:30, 13:30-17:30; sat 10:00-14:00: menu main-menu",
                                "\u2502  \u2502  \u251c\u2500 1: dial sales", "\u2502  \u2502  \u2502  \u251c\u2500 no-answer: voicemail front-voicemail"])
        expect_in("\u2502  \u2502  \u251c\u2500 3: voicemail front-voicemail (as above)", "\n".join(tree))
        expect_equal(house.plays("graph", "--text", "office-fax"), ["office-fax +15559870009", "\u2514\u2500 fax: fax inbox"])
        with open(house.config, "a") as file:
            file.write("[announce lost]\nprompt = Nobody hears this\n")
        dot = "\n".join(house.plays("graph"))
        expect_in('"menu main-menu" -> "dial sales" [label="1"];', dot)
        expect_in('"hours opening-hours" -> "menu main-menu" [label="open\\nmon-fri 09:00-12:30, 13:30-17:30\\nsat 10:00-14:00"];', dot)
        expect_in('"menu main-menu" -> "menu main-menu" [label="star"];', dot)
        expect_in('"announce lost" [color=grey, fontcolor=grey];', dot)
        expect_in("nothing leads to announce lost", house.plays("graph", "--text")[-1])
        expect_equal((dot.count("{"), dot.count("}")), (1, 1))
        if shutil.which("dot"):
            expect_in("<svg", "\n".join(house.plays("graph", "--svg")))
        expect_in("no line is called 'nope'", house.plays("graph", "nope", status=2))


@promise("hookswitch urls shows the addresses to enter at the platform, and these addresses answer")
def urls():
    with Copied("sample") as house:
        seen = house.plays("urls")
        expect_equal(seen[0], "+15559870002  [line front-desk]")
        shown = [line.split()[-1] for line in seen if "https://" in line]
        expect_equal(shown[0], "https://pbx.example.com/hooks/voice.fcgi")
        expect_in("https://pbx.example.com/hooks/voice.fcgi/front-desk", "\n".join(house.plays("urls", "--named", "front-desk")))
        expect_in("no line is called 'nope'", house.plays("urls", "nope", status=2))
    with House() as house:
        house.start_all()
        port = house.nginx()
        for line in house.command("urls", "--named").stdout.splitlines():
            if "https://" in line:
                target = line.split()[-1][len(house.public) + 1:]
                name = {"sms": "sms-hello", "fax": "fax-inbound", "voice": "voice-inbound"}.get(target.split(".")[0], "status-inbound-call")
                expect_equal(house.ask(port, target, sample(name)).status, 200, target)


@promise("bash completes subcommands, their options, and the names of lines, hours, kinds, events and states")
def completes():
    def offered(*words):
        script = 'source <("$0" completion bash); COMP_WORDS=(hookswitch "$@"); COMP_CWORD=$#; _hookswitch; printf "%s\\n" "${COMPREPLY[@]}"'
        return subprocess.run(["bash", "-c", script, HOOKSWITCH, *words], capture_output=True, text=True, check=True).stdout.split()

    os.environ["PATH"] = os.path.dirname(HOOKSWITCH) + ":" + os.environ["PATH"]
    expect_equal(offered("gr"), ["graph"])
    expect_equal(offered("che"), ["check"])
    expect_equal(sorted(offered("check", "--")), ["--config", "--help", "--json", "--texts"])
    for command in ("call", "doctor", "events", "graph", "replay", "sign", "urls", "work"):
        help_text = subprocess.run([HOOKSWITCH, command, "--help"], capture_output=True, text=True, check=True).stdout.split("\nusage:")[0]
        named = set(re.findall(r"--[a-z][a-z-]*", "\n".join(line[:17] for line in help_text.splitlines() if line.startswith("  --"))))
        expect(named and named <= set(offered(command, "--")), command, named, offered(command, "--"))
    expect_equal(offered("call", "--sc"), ["--script"])
    with Copied("sample") as house:
        os.environ["HOOKSWITCH_CONFIG"] = house.config
        expect_equal(offered("call", "fr")[:1], ["front-desk"])
        expect("front-desk" not in offered("check", "fr"))
        expect_equal(offered("hours", ""), ["opening-hours"])
        other = house.write("other.ini", "[hookswitch]\n[line far]\nnumbers = +15550001111\nvoice = h\n[hours night]\nmon = 09:00-10:00\n")
        expect_equal(offered("hours", "--config", other, ""), ["night"])
        expect_equal(offered("hours", "--until", "2h", "opening-hours", ""), ["open", "closed", "auto"])
        expect_equal(offered("optouts", "--config", other, ""), ["far"])
        expect_equal(offered("optouts", "front-desk", "r"), ["remove"])
        expect_equal(offered("events", "--line", "o"), ["office-fax"])
        expect_equal(offered("events", "--kind", "con"), ["conference"])
        expect_equal(offered("events", "--event", "voicemail."), ["voicemail.received"])
        expect_equal(offered("events", "--state", "undel"), ["undelivered"])
        expect_equal(offered("events", "--event", "message.r"), ["message.receiving", "message.received"])
        expect_equal(offered("events", "p"), ["prune"])
        expect_equal(sorted(offered("events", "prune", "--")), ["--before", "--config", "--dry-run", "--help", "--kind"])
        expect_equal(sorted(offered("events", "--config", other, "prune", "--d")), ["--dry-run"])
        expect_equal(offered("jobs", ""), ["list", "retry", "drop"])
        expect_equal(offered("jobs", "--state", "g"), ["given-up"])
        expect_equal(offered("store", "e"), ["export"])
        expect_equal(offered("store", "import", other[:-4]), [other])
        expect_equal(offered("check", "--config", other[:-4]), [other])
        expect_equal(offered("help", "opt"), ["optouts"])
        expect_equal(offered("events", "--last", ""), [])


@promise("zsh completes them too, when you press Tab")
def completes_in_zsh():
    if not shutil.which("zsh"):
        raise Skip("there is no zsh")
    leader, follower = pty.openpty()
    with tempfile.TemporaryDirectory() as home:
        child = subprocess.Popen(["zsh", "-f", "-i"], stdin=follower, stdout=follower, stderr=follower, start_new_session=True,
                                 env=dict(os.environ, HOME=home, TERM="xterm", PATH=os.path.dirname(HOOKSWITCH) + ":" + os.environ["PATH"]))
        os.close(follower)
        seen = b""

        def types(text, until):
            nonlocal seen
            os.write(leader, text)
            start, end = len(seen), time.monotonic() + 20
            while until not in seen[start:] and time.monotonic() < end:
                if select.select([leader], [], [], 0.2)[0]:
                    seen += os.read(leader, 4096)
            expect(until in seen[start:], seen[start:].decode(errors="replace"))

        try:
            types(b"source <(hookswitch completion zsh); echo read''y\n", b"ready\r")
            types(b"hookswitch grap\t", b"graph")
            types(b"--sv\t", b"--svg")
            types(b"\x15hookswitch compl\t", b"completion")
            types(b"\x15hookswitch events --kind confer\t", b"conference")
            types(b"\x15hookswitch store exp\t", b"export")
        finally:
            child.kill()
            child.wait(10)
            os.close(leader)


@promise("a simulation that cannot run says why, and where the fault is")
def mistakes():
    with Copied("salon") as house:
        expect_in("no line is called 'nope'", house.plays("text", "nope", "x", status=2))
        expect_in("no line has the number '+15550000000'", house.plays("fax", "+15550000000", status=2))
        expect_in("--at noon: expected for example 2026-12-25T10:00", house.plays("text", "--at", "noon", "salon", "x", status=2))
        expect_in("--pages 0: expected 1 to 500", house.plays("fax", "--pages", "0", "suppliers-fax", status=64))
        expect_in("missing LINE|NUMBER: name of a line, or one of its numbers", house.plays("text", status=64))
        expect_in("--with x: expected NAME=VALUE", house.plays("call", "--with", "x", "salon", status=2))
        house.write("hookswitch.ini", "[hookswitch]\n[line desk]\nvoice = gone\n")
        expect_in("hookswitch.ini:3: [line desk] voice: no node is called 'gone'", house.plays("text", "desk", "x", status=2))


keep_promises()
