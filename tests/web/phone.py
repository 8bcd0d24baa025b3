"""A telephone for tests: plays a call against the real programs, and holds every answer against the schema."""

from harness import *
from schema import valid

PAUSE = None


class Call:
    """One call, from its ringing on. Each step posts what the platform would post, and takes the answer in."""

    def __init__(self, house, port, to="+15559870002", caller="+15551230001", line="", **parameters):
        self.house, self.port = house, port
        self.sid = "%032x" % (id(self) ^ time.monotonic_ns())
        self.pairs = dict(CallSid=self.sid, From=caller, To=to, FromCountry=None, CallerName=None, FromCity=None, FromState=None,
                          FromZip=None, CallStatus="ringing")
        self.pairs.update(parameters)
        self.steps = 0
        self.ask("voice.fcgi" + ("/" + line if line else ""))

    def ask(self, target, **changes):
        answer = self.house.ask(self.port, target, pairs_of("voice-inbound", **dict(self.pairs, **changes)))
        self.root = valid(answer)
        self.pairs["CallStatus"] = "in-progress"
        self.steps += 1
        return self

    def follow(self, url, **changes):
        assert url.startswith(self.house.public + "/"), url
        return self.ask(url[len(self.house.public) + 1:], **changes)

    def verb(self, name):
        found = self.root.find(".//" + name)
        assert found is not None, "no <%s> in: %s" % (name, self.text())
        return found

    def has(self, name):
        return self.root.find(".//" + name) is not None

    def heard(self):
        """All that is said and played in this answer."""
        return " | ".join((e.text or "").strip() for e in self.root.iter() if e.tag in ("Say", "Play"))

    def text(self):
        from xml.etree import ElementTree
        return ElementTree.tostring(self.root, encoding="unicode")

    def hears(self, *words):
        for word in words:
            assert word in self.heard(), "%r was not heard, but %r" % (word, self.heard())
        return self

    def rings(self, *addresses):
        """Exactly these are rung."""
        legs = [e.text for e in self.verb("Dial")]
        expect_equal(legs, list(addresses))
        return self

    def is_over(self):
        assert self.root[-1].tag in ("Hangup", "Reject"), self.text()
        return self

    # --- what callers and telephones do ---

    def press(self, digits):
        return self.follow(self.verb("Gather").get("action"), Digits=digits)

    def say(self, words, confidence="0.9"):
        return self.follow(self.verb("Gather").get("action"), SpeechResult=words, Confidence=confidence)

    def keep_silent(self):
        return self.follow(self.verb("Gather").get("action"))

    def dialed(self, status, **changes):
        duration = "42" if status in ("completed", "answered") else "0"
        return self.follow(self.verb("Dial").get("action"), DialCallStatus=status, DialCallDuration=duration, **changes)

    def record(self, seconds=17, digits="#", name="r1"):
        """Leaves a message; its recording is reported by another program."""
        record = self.verb("Record")
        url = "https://files.signalwire.com/acme/%s-%s.wav" % (self.sid, name)
        self.reported = (record.get("recordingStatusCallback"), dict(
            CallSid=self.sid, RecordingSid="%s-%s" % (self.sid, name), RecordingUrl=url, RecordingDuration=str(seconds)))
        return self.follow(record.get("action"), RecordingUrl=url, RecordingDuration=str(seconds), Digits=digits)

    def report_recording(self):
        url, changes = self.reported
        answer = self.house.ask(self.port, url[len(self.house.public) + 1:], pairs_of("recording-completed", **changes))
        expect_equal(answer.status, 200)
        return self

    def wait(self, position=1, seconds=0, average=60, size=1):
        """In a queue: what the waiting caller hears."""
        self.enqueued = self.enqueued if hasattr(self, "enqueued") else self.verb("Enqueue")
        return self.follow(self.enqueued.get("waitUrl"), QueueSid="q1", QueuePosition=str(position), QueueTime=str(seconds),
                           AvgQueueTime=str(average), CurrentQueueSize=str(size))

    def leave_queue(self, result, seconds=30):
        self.enqueued = self.enqueued if hasattr(self, "enqueued") else self.verb("Enqueue")
        return self.follow(self.enqueued.get("action"), QueueResult=result, QueueSid="q1", QueueTime=str(seconds))

    def whisper(self, leg=0):
        """The called telephone answers: its own call, beside this one."""
        leg = list(self.verb("Dial"))[leg]
        called = Call.__new__(Call)
        called.house, called.port, called.steps, called.sid = self.house, self.port, 0, self.sid + "-leg"
        called.pairs = dict(self.pairs, CallSid=called.sid, ParentCallSid=self.sid, Direction="outbound-dial", To=leg.text)
        return called.follow(leg.get("url"))


class Texter:
    """Somebody's telephone that texts a line; `messages` are the answers to the last one."""

    serial = 0

    def __init__(self, house, port, number, to="+15559870002"):
        self.house, self.port, self.number, self.to, self.messages = house, port, number, to, []

    def text(self, body, **parameters):
        Texter.serial += 1
        sid = "message-%d-%s" % (Texter.serial, self.number[1:])
        answer = self.house.ask(self.port, "sms.fcgi", pairs_of("sms-hello", MessageSid=sid, SmsSid=sid, From=self.number, To=self.to,
                                                                Body=body, **parameters))
        self.messages = []
        for message in valid(answer, "messaging"):
            body = message.find("Body")
            self.messages.append({"to": message.get("to", self.number), "from": message.get("from", self.to),
                                  "text": (message.text or "") if body is None else body.text,
                                  "media": [media.text for media in message.findall("Media")]})
        return self

    def gets(self, *texts):
        expect_equal([message["text"].strip() for message in self.messages], list(texts))
        return self
