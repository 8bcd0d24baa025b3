#!/usr/bin/python3
"""What somebody can do with a signed request that they have seen: nothing that it has not done already."""

import random

from harness import *
from phone import Call, Texter
from schema import valid

ANN, DESK = "+15551230001", "+15559870002"

CONFIG = """[hookswitch]
public_url = {public}
signing_key_file = {key_file}
store = sqlite:{store}
{settings}
[line desk]
numbers = +15559870002
voice = fork
sms = t
calls_per_hour = 3
rate_limited = busy
[line paper]
numbers = +15559870009
fax = inbox
[fax inbox]
mail = office@example.com
[route fork]
known = menu
otherwise = menu
[menu menu]
prompt = Press 1 to leave a message, 2 to tell us your number, 3 for today's news.
1 = box
2 = ask
3 = news
star = repeat
otherwise = box
[announce news]
prompt = The news of today.
once_a_day = yes
next = menu
[collect ask]
prompt = Your number?
keep = It
digits = 4
otherwise = menu
next = menu
[voicemail box]
prompt = Please leave a message.
listen_days = 30
mail = desk@example.com
[texts t]
hours = Nine.
book.next = booking
otherwise = Hm?
otherwise.only = daily
forward = +15551110001
[form booking]
1 = What is your name?
1.keep = Name
2 = Which day?
2.keep = Day
done = Thank you, {{{{Name}}}}.
mail = desk@example.com
[on call.*]
run = /bin/true
[on message.*]
run = /bin/true
[on recording.*]
run = /bin/true
[on fax.*]
run = /bin/true
"""


class Captured:
    """A request as it was signed, for sending it again in other shapes."""

    def __init__(self, house, port, target, body=None):
        self.house, self.port, self.target = house, port, target
        self.pairs = decode(encode(body) if isinstance(body, list) else body or b"")
        self.url = house.public + "/" + target
        self.signature = sign(self.url, self.pairs)
        self.sorted = sorted(self.pairs, key=lambda pair: pair[0])
        self.bytes = self.url.encode() + b"".join(name + value for name, value in self.sorted)
        self.method = "POST" if body else "GET"
        self.first = self.again()

    def send(self, target, body, content_type=FORM, signature=None, method=None):
        return self.house.ask(self.port, target, body, method=method, signature=signature or self.signature, content_type=content_type)

    def again(self):
        return self.send(self.target, encode(self.pairs) if self.method == "POST" else None)

    def split(self, dice):
        """The same signed bytes as another form: sends it, and gives the answer."""
        front = len(self.house.public) + 1
        tail = b"".join(name + value for name, value in self.sorted)
        how = dice.randrange(6)
        target, rest = self.target, tail
        if how == 0:  # some of the form moves into the address, or some of the address into the form
            clean = re.match(rb"[A-Za-z0-9_.+/?=:-]*", tail).end()
            cut = dice.randrange(-min(len(self.target), 12), clean + 1)
            whole = self.target.encode() + tail
            target, rest = whole[:len(self.target) + cut].decode(), whole[len(self.target) + cut:]
        elif how == 1 and re.fullmatch(rb"[A-Za-z0-9_.+/?=:&%-]*", tail):  # all of it, by GET or an empty POST
            return self.send(target + tail.decode(), None if dice.randrange(2) else b"")
        elif how == 2:  # JSON, the signature in hex
            return self.send(target, tail, "application/json", base64.b64decode(self.signature).hex())
        pairs, at = [], 0
        cuts = self.cuts(dice, rest, how)
        for name, value in cuts:
            pairs.append((rest[at:name], rest[name:value]))
            at = value
        assert target.encode() + b"".join(a + b for a, b in pairs) == self.bytes[front:]
        if [name for name, _ in pairs] != sorted(name for name, _ in pairs):
            return None
        if how == 5:
            pairs = dice.sample(pairs, len(pairs)) if len({name for name, _ in pairs}) == len(pairs) else pairs
        return self.send(target, encode(pairs))

    def cuts(self, dice, rest, how):
        """Where names and values end: of their own ones, with some moved, left out or added."""
        own, at = [], 0
        for name, value in self.sorted:
            own.append((at + len(name), at + len(name) + len(value)))
            at += len(name) + len(value)
        if not own or own[-1][1] != len(rest):
            own = [(dice.randrange(len(rest) + 1), len(rest))]
        if how in (3, 5):  # neighbours become one
            for _ in range(dice.randrange(1, max(2, len(own)))):
                first = dice.randrange(len(own))
                if first + 1 < len(own):
                    own[first:first + 2] = [(own[first][0], own[first + 1][1])]
        start = 0
        for i, (name, value) in enumerate(own):
            if how == 4 and dice.randrange(4) == 0:  # a name is longer or shorter
                own[i] = (min(value, max(start, name + dice.randrange(-6, 7))), value)
            start = value
        if how == 4 and dice.randrange(3) == 0:  # a value ends in a further pair
            i = dice.randrange(len(own))
            name, value = own[i]
            if value - name > 2:
                middle = dice.randrange(name, value)
                own[i:i + 1] = [(name, middle), (dice.randrange(middle, value + 1), value)]
        return own


def everything(house):
    """All that the store holds, but not the order of its rows."""
    ran = house.command("store", "export", "-")
    expect_equal(ran.returncode, 0, ran.stderr)
    expect_in('"row":"end"', ran.stdout)
    return sorted(ran.stdout.splitlines())


def settled(house, events):
    """Once so many events are kept, and nothing is on its way any more."""
    wait_for("%d events" % events, lambda: len(house.events("--last", "0")) >= events)
    before = None
    while before != (before := everything(house)):
        time.sleep(0.3)
    return before


def opened(config=CONFIG, programs=PROGRAMS, **changes):
    house = House(config)
    house.write_config(**changes)
    for program in programs:
        house.start(program)
    return house, house.nginx()


def call(name, **changes):
    return pairs_of(name, **dict(dict(CallSid="CA1", From=ANN, To=DESK, FromCity=None, CallerName=None), **changes))


def text(sid, body, **changes):
    return pairs_of("sms-hello", **dict(dict(MessageSid=sid, SmsSid=sid, From=ANN, To=DESK, Body=body), **changes))


@promise("the suite's own addresses accept POST only; the addresses entered at numbers accept GET too")
def methods():
    house, port = opened()
    with house:
        query = "?" + encode(call("voice-inbound")).decode()
        for entry in ("voice.fcgi", "voice.fcgi/desk"):
            expect_equal(house.ask(port, entry + query).status, 200, entry)
        expect_equal(house.ask(port, "sms.fcgi?" + encode(text("SM1", "hours")).decode()).status, 200)
        json_body = b'{"CallSid": "CA1"}'
        as_json = lambda target: house.ask(port, target, json_body, content_type="application/json", signature=sign(PUBLIC + "/" + target, body=json_body))
        wait_for("the events", lambda: len(house.events()) == 3)
        for own in ("voice.fcgi/desk/menu/chosen?try=1", "status.fcgi", "status.fcgi/call", "status.fcgi/message/desk", "recording.fcgi/desk/box/voicemail",
                    "fax.fcgi/paper/inbox/received"):
            got = house.ask(port, own)
            expect_equal((got.status, got.headers["Allow"]), (405, "HEAD, POST"), own)
            expect_equal(house.ask(port, own, signature="x").status, 401, own)
            expect_equal(as_json(own).status, 415, own)
            expect_equal(house.ask(port, own, method="HEAD").status, 200, own)
        expect_equal(len(house.events()), 3)
        expect_equal(house.ask(port, "status.fcgi/call", sample("status-call-completed")).status, 200)


@promise("a parameter name that the platform never sends is refused and logged; an unknown but well-formed one is accepted")
def names():
    house, port = opened(programs=("voice", "sms", "status"))
    with house:
        sent = {"voice.fcgi": call("voice-inbound"), "sms.fcgi": text("SM1", "hours"), "status.fcgi/call": pairs_of("status-call-completed")}
        refused = lambda target, name: expect_equal(house.ask(port, target, sent[target] + [(name, "x")]).status, 400, repr(name))
        refused("voice.fcgi", "From+15557777777")
        expect_in("400: invalid parameter name: 'From%2B15557777777'", house.log("voice"))
        refused("status.fcgi/call", "From\n")
        expect_in("name: 'From%0A'", house.log("status"))
        for name in ("Fr om", "", "To=", "\x00", "Na\u00efve", "a" * 300 + "+"):
            for target in sent:
                refused(target, name)
        for name in ("SipHeader_X-Campaign", "New.Parameter", "Media[0]", "x", "_", "9"):
            expect_equal(house.ask(port, "voice.fcgi", call("voice-inbound", CallSid="CA" + name.encode().hex()) + [(name, "\x00 \u00ef+=&")]).status, 200, name)


@promise("a replay of an old START does not opt a sender in again after his STOP")
def opted_out():
    house, port = opened(programs=("sms",))
    with house:
        started = Captured(house, port, "sms.fcgi", text("SM1", "START"))
        Texter(house, port, ANN).text("STOP")
        expect_in(ANN, house.command("optouts").stdout)
        again = started.again()
        expect_equal(again.text, started.first.text)
        expect_in(ANN, house.command("optouts").stdout)
        ann = Texter(house, port, ANN).text("hours")
        expect_equal([message for message in ann.messages if message["to"] == ANN], [])
        Texter(house, port, ANN).text("START")
        expect(ANN not in house.command("optouts").stdout)


@promise("a replayed call request counts once against calls_per_hour, and gets the first answer")
def counted_once():
    house, port = opened(programs=("voice",))
    with house:
        first = Captured(house, port, "voice.fcgi", call("voice-inbound"))
        for _ in range(5):
            expect_equal(first.again().text, first.first.text)
        settled(house, 1)
        for sid in ("CA2", "CA3"):
            expect(valid(house.ask(port, "voice.fcgi", call("voice-inbound", CallSid=sid))).find("Gather") is not None)
        expect(valid(house.ask(port, "voice.fcgi", call("voice-inbound", CallSid="CA4"))).find("Reject") is not None)
        expect_equal(first.again().text, first.first.text)


@promise("a caller who presses star twice hears the menu twice; a notice of the day is repeated where it was first given")
def repeats():
    house, port = opened(programs=("voice",))
    with house:
        caller = Call(house, port)
        for _ in range(3):
            menu = caller.root
            caller.follow(PUBLIC + "/voice.fcgi/desk/menu/chosen?try=1", Digits="*").hears("Press 1")
        for _ in range(2):
            caller.follow(PUBLIC + "/voice.fcgi/desk/menu/chosen?try=1", Digits="3").hears("The news of today.")
        later = Call(house, port).press("3")
        expect("news of today" not in later.heard(), later.heard())


@promise("an answer that may not be stored is generated again: with private words or numbers, and with passwords")
def not_kept():
    for settings in ("keep_body = no", "keep_numbers = masked"):
        house = House(CONFIG, settings=settings)
        with house:
            house.start("sms")
            port = house.nginx()
            first = Captured(house, port, "sms.fcgi", text("SM1", "hours"))
            expect_equal(first.again().text, first.first.text)
            rows = [json.loads(row) for row in settled(house, 1)]
            expect_equal([row["answer"] for row in rows if row["row"] == "request"], [""])
            expect("Nine." not in json.dumps(rows))


def captures(house, port):
    """One of each kind of request, in their order."""
    step = "voice.fcgi/desk/menu/chosen?try=1"
    status = lambda name, **changes: pairs_of(name, **dict(CallSid="CA1", **changes))
    yield "voice.fcgi", call("voice-inbound")
    yield "voice.fcgi/desk?" + encode(call("voice-inbound", CallSid="CA2")).decode(), None
    yield step, call("gather-digits", Digits="3")
    yield step, call("gather-digits", Digits="1")
    yield "voice.fcgi/desk/box/recorded?try=1", call("record-done", RecordingSid="RE1", RecordingUrl="https://files.example.com/RE1")
    yield "recording.fcgi/desk/box/voicemail?listen=30&caller=%2B15551230001&min=1", status("recording-completed", RecordingSid="RE1", RecordingUrl="https://files.example.com/RE1")
    yield "status.fcgi/call", status("status-call-completed")
    yield "sms.fcgi", text("SM1", "START")
    yield "sms.fcgi", text("SM2", "STOP")
    yield "sms.fcgi", text("SM3", "START&From=+15557777777&Body=STOP&MessageSid=SM99")
    yield "sms.fcgi", text("SM4", "START")
    yield "sms.fcgi/desk", text("SM5", "book")
    yield "sms.fcgi", text("SM6", "Ann")
    yield "sms.fcgi", text("SM7", "Friday")
    yield "sms.fcgi", text("SM8", "what?")
    yield "status.fcgi/message/desk", pairs_of("status-message-delivered")
    yield "fax.fcgi", pairs_of("fax-inbound", To="+15559870009")
    yield "fax.fcgi/paper/inbox/received", pairs_of("fax-received")


def play_again(house, port, splits):
    """One of each, then each in so many other shapes; nothing of what is kept may change."""
    dice = random.Random(16)
    all_captured = [Captured(house, port, target, body) for target, body in captures(house, port)]
    for captured in all_captured:
        expect_equal(captured.first.status, 200, captured.target)
    before = settled(house, len(all_captured))
    answered = {}
    for captured in all_captured:
        for _ in range(2):
            expect_equal(captured.again().text, captured.first.text, captured.target)
        for _ in range(splits):
            answer = captured.split(dice)
            status = answer.status if answer is not None else None
            answered[status] = answered.get(status, 0) + 1
    expect(set(answered) <= {None, 200, 400, 404, 405, 415}, answered)
    expect(answered.get(200, 0) > len(all_captured) * splits // 8, answered)
    time.sleep(0.5)
    after = settled(house, len(all_captured))
    changed = [row for row in after if row not in before] + ["missing: " + row for row in before if row not in after]
    expect_equal(changed, [])


@promise("thousands of other splits of one request of each kind, by POST, GET and JSON, add no event, job, counter, opt-out or state")
def splits():
    house, port = opened()
    with house:
        play_again(house, port, 150)


@promise("PostgreSQL gives the same results")
def splits_on_postgresql():
    with House(CONFIG) as house:
        address = house.postgresql()
        house.write_config(**{"sqlite:{store}": address})
        for program in PROGRAMS:
            house.start(program)
        play_again(house, house.nginx(), 5)


keep_promises()
