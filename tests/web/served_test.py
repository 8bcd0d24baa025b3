#!/usr/bin/python3
"""The telephone in the terminal, against running servers; and what a server tells of what it was asked."""

from away import Site, make_certificate
from harness import *

DESK = """[hookswitch]
public_url = {public}
signing_key_file = {key_file}
store = sqlite:{store}
unknown_number = hangup
{settings}
[line desk]
numbers = +15559870002, +15559870003
voice = main
sms = counter
[line desk-fax]
numbers = +15559870009
fax = inbox
[menu main]
prompt = For sales, press 1. To leave a message, press 2. To wait, press 3. For the meeting, press 4. For a text, press 5. Others press 6 or 7.
1 = sales
1.words = sales
2 = box
3 = waiting
4 = meeting
5 = map
6 = taker
7 = assistant
invalid = Sorry, that is not a choice.
otherwise = hangup
[dial sales]
to = +15551110001, +15551110002
whisper = Sales call. Press 1 to accept.
accept = 1
record = yes
no-answer = box
busy = box
[voicemail box]
prompt = Please leave a message after the tone.
transcribe = yes
[queue waiting]
prompt = All of us are busy.
position = You are number {{{{position}}}}.
music = https://example.com/music.mp3
after = hangup
[agent taker]
queue = waiting
pin = 2468
whisper = You are being connected.
[conference meeting]
room = meeting
wait_for_moderator = yes
pin = 2222
moderator_pin = 9999
wait = https://example.com/lobby.mp3
record = yes
[text map]
message = We are at 5 Market Street.
next = hangup
[connect assistant]
stream = wss://example.com/voice
[texts counter]
hours = Nine to five.
otherwise = Thank you!
[fax inbox]
"""

# Every way out of the menu, with a call each.
CALLS = (
    ("press 9", "press 1", "expect dial +15551110001", "dial completed +15551110002", "expect say Sales call", "press 1"),
    ("say sales", "dial busy", "expect voicemail", "record 12 call me back please"),
    ("press 1", "dial completed", "wait", "wait", "expect declined"),
    ("press 1", "hang up"),
    ("press 2", "record 5", "expect hang up"),
    ("press 2", "hang up"),
    ("press 3", "expect enqueue waiting", "wait", "bridged", "expect hang up"),
    ("press 3", "hang up"),
    ("press 4", "press 2222", "expect dial \"Conference meeting\"", "expect play https://example.com/lobby.mp3", "wait", "dial answered"),
    ("press 4", "press 9999", "hang up"),
    ("press 5", "expect text Market Street", "expect hang up"),
    ("press 6", "press 2468", "dial completed", "expect say You are being connected", "press 1", "dial no-answer", "hang up"),
    ("press 7", "expect connect wss://example.com/voice", "wait", "expect hang up"),
    ("wait", "wait", "wait", "expect hang up"),
)


def transcripts(house, *options):
    """All that is shown of all calls, of a conversation and of a fax; without what is ordered, which a server does not tell."""
    shown = []
    for steps in CALLS:
        shown += [["call", "desk", *steps], ["call", "+15559870003", *steps]]
    shown += [["text", "desk", "hours?", "x"], ["fax", "--pages", "2", "desk-fax"]]
    seen = []
    for command, *rest in shown:
        ran = house.command(command, *options, *rest)
        expect_equal((ran.returncode, ran.stderr), (0, ""), rest, ran.stdout)
        seen += [line for line in ran.stdout.splitlines() if not line.startswith("    ordered: ")]
    return seen


def names(house):
    """Of all that was kept, with what is kept once the answer is out."""
    house.end_children()
    return sorted(event["event"] for event in house.events())


@promise("a call plays the same in the process, through nginx and FastCGI, and through Apache and CGI, and reports the same")
def three_ways():
    kept = []
    with House(config=DESK) as house:
        direct = transcripts(house)
        expect(len(direct) > 50, len(direct))
        house.start_all()
        expect_equal(transcripts(house, "--url", "http://127.0.0.1:%d/hooks" % house.nginx()), direct)
        kept.append(names(house))
    with House(config=DESK) as house:
        port = house.apache(["cgid"], "ScriptSock %s\n%s" % (house.path("tmp/cgisock"), house.snippet("apache-cgi.conf")))
        expect_equal(transcripts(house, "--url", "http://127.0.0.1:%d/hooks/" % port), direct)
        kept.append(names(house))
    expect_equal(kept[0], kept[1])


@promise("a simulated call sends the platform's callbacks: each leg, recordings, transcriptions, conferences, queues, streams")
def reports():
    with House(config=DESK) as house:
        house.start_all()
        url = "http://127.0.0.1:%d/hooks" % house.nginx()

        def plays(*steps):
            before = len(house.events())
            ran = house.command("call", "--url", url, "desk", *steps)
            expect_equal(ran.returncode, 0, ran.stdout, ran.stderr)
            return before

        def tells(before, kind, *parameters, of):
            """What came since; some of it is kept when its answer is out already."""
            def seen():
                events = [(event["kind"], dict(event["parameters"])) for event in house.events()[before:]]
                return sorted(tuple(told[name] for name in parameters) for its_kind, told in events
                              if its_kind == kind and all(name in told for name in parameters))
            with contextlib.suppress(AssertionError):
                wait_for(kind, lambda: seen() == sorted(of))
            expect_equal(seen(), sorted(of))

        before = plays("press 1", "dial completed +15551110002", "press 1")
        tells(before, "call", "To", "CallStatus", "SequenceNumber", of=[
            ("+15551110001", "initiated", "0"), ("+15551110001", "ringing", "1"), ("+15551110001", "canceled", "2"),
            ("+15551110002", "initiated", "0"), ("+15551110002", "ringing", "1"), ("+15551110002", "in-progress", "2"),
            ("+15551110002", "completed", "3")])
        tells(before, "recording", "RecordingStatus", "RecordingSource", of=[("in-progress", "DialVerb"), ("completed", "DialVerb")])
        tells(before, "call", "DialCallStatus", of=[("completed",)])
        tells(plays("press 1", "hang up"), "call", "DialCallStatus", of=[("canceled",)])

        before = plays("press 2", "record 12 call me back")
        tells(before, "transcription", "TranscriptionText", of=[("call me back",)])
        tells(before, "recording", "RecordingStatus", "RecordingSource", "RecordingDuration",
              of=[("in-progress", "RecordVerb", "0"), ("completed", "RecordVerb", "12"), ("completed", "RecordVerb", "12")])  # voicemail.received too
        tells(plays("press 3", "wait", "hang up"), "call", "QueueResult", "QueueTime", of=[("hangup", "60")])
        tells(plays("press 4", "press 9999", "hang up"), "conference", "StatusCallbackEvent",
              of=[("conference-start",), ("participant-join",), ("participant-leave",), ("conference-end",)])
        tells(plays("press 7", "wait"), "stream", "StreamEvent", of=[("stream-started",), ("stream-stopped",)])


@promise("call distinguishes an unreachable server, a server with another key and a foreign server")
def servers_that_do_not_answer():
    with House(config=DESK) as house:
        house.start_all()
        port = house.nginx()
        url = "http://127.0.0.1:%d/hooks" % port

        def fails(*arguments, status=1, key=None):
            if key is not None:
                house.write("other.ini", open(house.config).read().replace(house.key_file, house.write("other.key", key)))
            ran = house.command("call", *(("--config", house.path("other.ini")) if key else ()), *arguments)
            expect_equal(ran.returncode, status, ran.stdout, ran.stderr)
            return ran.stderr

        expect_in("the answer's status is 401", fails("--url", url, "desk", "wait", key="another key"))
        expect_in("error 11200", fails("--url", "http://127.0.0.1:%d/hooks" % free_port(), "desk", "wait"))
        expect_in("the answer's status is 404", fails("--url", "http://127.0.0.1:%d/elsewhere" % port, "desk", "wait"))
        expect_in("--at does not go with --url", fails("--url", url, "--at", "2026-11-24", "desk", status=64))
        expect_in("--url phone: expected for example https://phone.example.com/hooks", fails("--url", "phone", "desk", status=2))
        house.write("desk.call", "line desk\npress 5\nexpect hang up\n")
        house.write("later.call", "line desk\nat 2026-11-24T10:00\npress 5\n")
        ran = house.command("test", "--url", url, house.path("desk.call"), house.path("later.call"))
        expect_equal(ran.stdout.splitlines(), ["1..2", "ok 1 - " + house.path("desk.call"),
                                               "ok 2 - %s # SKIP it sets the clock, and a server has its own" % house.path("later.call")])


@promise("an answer that the platform would refuse ends the call with the place and the platform's error number")
def bad_answers():
    answers = {
        "<Response><Say>Hello</Response>": "line 1: ", "<Response>\n<Shout>Hello</Shout></Response>": "line 2: ",
        "<Answer/>": "the root is <Answer>; expected <Response> (error 12100)", "": "(error 12100)",
        "<Response>\n\n<Gather colour='red'/></Response>": "line 3: ",
        "<Response>\n<Say>%s</Say></Response>" % ("a" * 4097): "line 2: ",
        "<Response><Dial><Number>not a number</Number></Dial></Response>": "line 1: ",
        "<Response><Pause length='many'/></Response>": "line 1: ",
        "<Response><Say>%s</Say></Response>" % ("a" * 66000): "65536",
    }
    with House(config=DESK) as house:
        said = []
        with Site(house, {"*": lambda handler: handler.give(200, said[0].encode(), "text/xml")}, tls=False) as site:
            for text, complaint in answers.items():
                said[:] = [text]
                ran = house.command("call", "--url", site.url.replace("localhost", "127.0.0.1") + "/hooks", "desk", "wait")
                expect_equal(ran.returncode, 1, text[:60], ran.stdout)
                expect_in("voice.fcgi/desk: ", ran.stderr)
                expect_in(complaint, ran.stderr)
        page = lambda handler: handler.give(200, b"<html>It works!</html>", "text/html")
        with Site(house, {"*": page}, tls=False) as site:
            ran = house.command("call", "--url", site.url + "/hooks", "desk", "wait")
            expect_in("answered as 'text/html'; expected text/xml (error 12100): do the programs run there?", ran.stderr)


@promise("call asks a server behind TLS only if its certificate is valid")
def over_tls():
    with House(config=DESK) as house:
        house.start_all()
        authority = make_certificate(house)
        port = free_port()
        tls = "listen 80; listen 127.0.0.1:%d ssl; ssl_certificate %s; ssl_certificate_key %s;" % (port, house.path("server.pem"), house.path("server.key"))
        server = house.snippet("nginx.conf").replace("listen 80;", tls)
        url = "https://127.0.0.1:%d/hooks" % port
        house.nginx(server=server)
        ran = house.command("call", "--url", url, "--ca-file", authority, "desk", "press 5")
        expect_equal((ran.returncode, ran.stderr), (0, ""))
        ran = house.command("call", "--url", url, "desk", "press 5")
        expect_equal(ran.returncode, 1)
        expect_in("certificate", ran.stderr)


@promise("a call that is sent to a foreign address ends there, without a request to it")
def elsewhere():
    with House(config=DESK) as house:
        with open(house.config, "a") as file:
            file.write("[line away]\nnumbers = +15559870008\nvoice = away\n[redirect away]\nurl = https://other.example.com/hooks/voice.fcgi/desk\n")
        ran = house.command("call", "away", "expect elsewhere https://other.example.com/hooks/voice.fcgi/desk", "expect hang up")
        expect_equal((ran.returncode, ran.stderr), (0, ""), ran.stdout)


@promise("trace keeps the last requests of every program, however it runs, and no more than configured")
def traced():
    with House(config=DESK, settings="trace = 5\n") as house:
        house.start_all()
        port = house.nginx()
        for serial in range(7):
            house.ask(port, "voice.fcgi", pairs_of("voice-inbound", CallSid="call-%d" % serial))
        house.ask(port, "status.fcgi", sample("status-call-completed"))
        house.ask(port, "voice.fcgi", sample("voice-inbound"), signature="forged")
        house.ask(port, "voice.fcgi?" + encode(pairs_of("voice-inbound", CallSid="head")).decode(), method="HEAD")
        rows = lambda: house.command("trace").stdout.splitlines()
        numbers = lambda: sorted(int(row.split()[0]) for row in rows())
        wait_for("the traces", lambda: numbers() == [4, 5, 6, 7, 8])
        expect_equal([row.split()[2:5] for row in rows()[-2:]], [["voice.fcgi", "POST", "200"], ["status.fcgi", "POST", "200"]])
        seen = house.command("trace", rows()[-2].split()[0]).stdout
        expect_in("POST %s/voice.fcgi\nContent-Type: application/x-www-form-urlencoded\n\nCallSid=call-6&" % house.public, seen)
        expect_in("# answered 200 text/xml; charset=utf-8 in ", seen)
        expect_in("For sales, press 1.", seen)
        expect_equal(house.command("trace", "3").stderr, "hookswitch trace: request 3 is not stored; 'hookswitch trace' lists those that are\n")
        house.end_children()
        cgi = house.apache(["cgid"], "ScriptSock %s\n%s" % (house.path("tmp/cgisock"), house.snippet("apache-cgi.conf")))
        house.ask(cgi, "sms.fcgi", sample("sms-hours"))
        wait_for("the ninth", lambda: " 9  " in rows()[-1])
        expect_in("sms.fcgi", rows()[-1])
        expect_equal(house.command("trace", "--clear").returncode, 0)
        expect_equal(house.command("trace").stdout, "No request is stored yet.\n")


@promise("hosts that share a PostgreSQL share the trace: each shows every host's requests, numbered in one sequence")
def traced_by_several():
    with House(config=DESK, settings="trace = 6\n") as one, House(config=DESK, settings="trace = 6\n") as other:
        address = one.postgresql()
        ports = []
        for house in (one, other):
            house.write_config(**{"sqlite:{store}": address})
            house.start("voice")
            ports.append(house.nginx())
        for serial in range(10):
            house = (one, other)[serial % 2]
            house.ask(ports[serial % 2], "voice.fcgi", pairs_of("voice-inbound", CallSid="call-%d" % serial))
        rows = lambda house: [int(row.split()[0]) for row in house.command("trace").stdout.splitlines()]
        wait_for("the traces", lambda: sorted(rows(one)) == [5, 6, 7, 8, 9, 10])
        expect_equal(rows(other), rows(one))
        told = "".join(other.command("trace", str(number)).stdout for number in rows(one))
        expect(all("CallSid=call-%d&" % serial in told for serial in range(5, 9)), told)


@promise("a traced request holds no PIN and no password, and no private numbers or words")
def traced_without_secrets():
    with House(config=DESK, settings="trace = 20\ntrace_numbers = masked\n") as house:
        with open(house.config, "a") as file:
            file.write("[line sip]\nnumbers = +15559870007\nvoice = sip\n[dial sip]\nto = sip:desk@pbx.example.net\nsip_user = desk\n"
                       "sip_password = open-sesame\n")
        house.start_all()
        url = "http://127.0.0.1:%d/hooks" % house.nginx()
        for steps in (("desk", "press 6", "press 2468"), ("sip", "wait"), ("desk", "press 4", "press 2222")):
            ran = house.command("call", "--url", url, "--from", "+15557654321", *steps)
            expect_equal((ran.returncode, ran.stderr), (0, ""))
        whole = lambda: "".join(house.command("trace", row.split()[0]).stdout for row in house.command("trace").stdout.splitlines())
        house.end_children()  # with what they keep once their answers are out
        expect(whole().count("# request ") >= 10)
        for needle in ("2468", "2222", "open-sesame", "5557654321", "X-SignalWire-Signature"):
            expect(needle not in whole(), needle)
        for needle in ("password=\"***\"", "From=%2B%2A%2A%2A%2A%2A%2A%2A%2A%2A21", "Digits=6", "To=%2B15559870002"):
            expect_in(needle, whole())
    with House(config=DESK, settings="trace = 20\nkeep_body = no\n") as house:
        house.start_all()
        port = house.nginx()
        house.ask(port, "sms.fcgi", pairs_of("sms-hello", Body="my secret hours"))
        wait_for("the trace", lambda: "sms.fcgi" in house.command("trace").stdout)
        expect("secret" not in house.command("trace", "1").stdout and "Nine to five" not in house.command("trace", "1").stdout)


@promise("replay sends a traced request again with a new signature, by number or from a file, and shows a different answer")
def replayed():
    with House(config=DESK, settings="trace = 1000\n") as house:
        house.start_all()
        url = "http://127.0.0.1:%d/hooks" % house.nginx()
        house.command("call", "--url", url, "desk", "press 5")
        number = lambda end: ([row.split()[0] for row in house.command("trace").stdout.splitlines() if row.endswith(end)] + [None])[0]
        wait_for("the traces", lambda: number("/voice.fcgi/desk") and number("/desk/main/chosen?try=1"))
        arrived, chosen = number("/voice.fcgi/desk"), number("/desk/main/chosen?try=1")
        ran = house.command("replay", "--url", url, chosen)
        expect_equal((ran.returncode, ran.stderr), (0, ""))
        expect_in("POST %s/voice.fcgi/desk/main/chosen" % url, ran.stdout)
        expect("  <Sms " in "\n".join(ran.stdout.splitlines()[3:5]), ran.stdout)  # a verb a line
        expect_equal(ran.stdout.splitlines()[-1], "The stored answer was the same.")
        house.write_config(**{"We are at 5 Market Street.": "We have moved."})
        wait_for("the new configuration", lambda: "We have moved." in house.command("replay", "--url", url, chosen).stdout)
        ran = house.command("replay", "--url", url, chosen)
        expect_in("The stored answer was 200:", ran.stdout)
        expect_in("5 Market Street", ran.stdout)
        kept = house.write("kept.request", house.command("trace", arrived).stdout)
        ran = house.command("replay", "--url", url, kept)
        expect_equal((ran.returncode, ran.stderr), (0, ""))
        expect_in("For sales, press 1.", ran.stdout)
        for text, complaint, status in (("nonsense\n", "kept.request:1: expected POST URL", 2),
                                        ("POST https://x.example/other\n\na=b", "is not an address of this suite", 2)):
            ran = house.command("replay", "--url", url, house.write("kept.request", text))
            expect_equal(ran.returncode, status)
            expect_in(complaint, ran.stderr)
        for target, status in (("voice.fcgi", 0), ("status.fcgi", 1)):  # a callback is a form
            json_body = house.write("kept.request", "POST https://x.example/%s\nContent-Type: application/json\n\n{\"CallSid\": \"c9\"}\n" % target)
            ran = house.command("replay", "--url", url, json_body)
            expect_equal(ran.returncode, status)
        expect_in("415", ran.stdout)


keep_promises()
