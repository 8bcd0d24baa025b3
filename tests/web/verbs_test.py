#!/usr/bin/python3
"""The telephone in the terminal carries cXML out as the platform does, verb by verb: documents of all kinds, from a server that only holds them."""

from away import Site
from harness import *

CONFIG = """[hookswitch]
signing_key_file = {key_file}
store = sqlite:{store}
{settings}
[line desk]
numbers = +15559870002
voice = hangup
"""


class Documents:
    """Serves documents by the last part of their address; HERE in them is where they are."""

    def __init__(self, **documents):
        self.documents, self.asked = documents, []

    def page(self, handler):
        address = urllib.parse.urlsplit(handler.path)
        form = decode(handler.body) if handler.command == "POST" else urllib.parse.parse_qsl(address.query)
        url = self.site.url + handler.path
        expect_equal(handler.headers["X-SignalWire-Signature"], sign(url, form if handler.command == "POST" else (), self.house.key), url)
        self.asked.append((handler.command, address.path[len("/hooks/"):], {as_bytes(n).decode(): as_bytes(v).decode() for n, v in form}))
        text = self.documents.get(address.path.rsplit("/", 1)[1], "<Response/>").replace("HERE", self.site.url + "/hooks/voice.fcgi/desk")
        handler.give(200, text.replace("STATUS", self.site.url + "/hooks/status.fcgi/call/desk").encode(), "text/xml")

    def __enter__(self):
        self.house = House(config=CONFIG, programs=())
        self.site = Site(self.house, {"*": self.page}, tls=False)
        self.site.url = self.site.url.replace("localhost", "127.0.0.1")
        return self

    def __exit__(self, *unused):
        self.site.__exit__()
        self.house.end()

    def plays(self, *steps, status=0):
        """What was heard; or the complaint."""
        self.asked = []
        ran = self.house.command("call", "--url", self.site.url + "/hooks", "desk", *steps)
        expect_equal(ran.returncode, status, ran.stdout, ran.stderr)
        return [line[2:] for line in ran.stdout.splitlines() if line.startswith("< ")] if status == 0 else ran.stderr

    def addresses(self):
        return [address.rsplit("/", 1)[1] for _, address, _ in self.asked]

    def told(self, number):
        return self.asked[number][2]


def document(verbs):
    return "<Response>%s</Response>" % verbs


@promise("Gather collects keys up to numDigits or the finishing key, and nothing typed survives it unless asked for")
def gathers():
    with Documents(desk=document('<Gather action="HERE/next" numDigits="3" finishOnKey="*"><Say>Type.</Say></Gather><Say>Nothing.</Say>'),
                   next=document('<Gather action="HERE/last" actionOnEmptyResult="true" input="dtmf speech"/><Say>Never.</Say>'),
                   last=document("<Say>Bye.</Say>")) as documents:
        expect_equal(documents.plays("press 12345", "say Good day", "expect hang up"), ["Type.", "Bye.", "[hang up]"])
        expect_equal(documents.told(1)["Digits"], "123")
        expect_equal((documents.told(2)["SpeechResult"], documents.told(2)["CallStatus"]), ("Good day", "in-progress"))
        documents.plays("press 1*2", "wait")
        expect_equal(documents.told(1)["Digits"], "1")
        expect("Digits" not in documents.told(2) and documents.addresses()[2] == "last")
        expect_equal(documents.plays("wait"), ["Type.", "Nothing.", "[hang up]"])
        expect_equal(documents.plays("press *"), ["Type.", "Nothing.", "[hang up]"])
        expect_in("speaking does nothing now: expected press KEYS, wait, hang up", documents.plays("say hello", status=1))


@promise("a Gather, Record or Dial without an action, which would request its own document again, is refused with its line; so is a loop of documents")
def loops():
    with Documents(circle=document("<Say>Round</Say><Redirect>HERE/circle</Redirect>")) as documents:
        for verb in ("<Gather/>", "<Record/>", "<Dial>+15551110001</Dial>"):
            documents.documents["desk"] = document("\n" + verb)
            expect_in("voice.fcgi/desk: line 2: %s: has no action, so the platform would request this document again" % (re.match(r"<\w+", verb).group() + ">"), documents.plays(status=1))
        documents.documents["desk"] = document("<Redirect>HERE/circle</Redirect>")
        expect_in("50 documents without an action of the caller: the call loops", documents.plays(status=1))


@promise("nothing runs after a Dial; after a Sms without an action the next verb runs; a Redirect by GET is signed as GET")
def dials():
    with Documents(desk=document('<Dial action="HERE/ended" callerId="+15559870002"><Number statusCallback="STATUS" statusCallbackEvent="answered completed" '
                                 'url="HERE/whisper">+15551110001</Number><Number>+15551110002</Number></Dial><Say>Never.</Say>'),
                   whisper=document("<Say>For you.</Say>"), ended=document("<Sms>Thanks</Sms><Redirect method='GET'>HERE/last</Redirect><Say>Never.</Say>"),
                   last=document("<Say>Bye.</Say><Hangup/><Say>Never.</Say>")) as documents:
        heard = documents.plays("dial completed +15551110001")
        expect_equal(heard, ["[dial +15551110001]", "[dial +15551110002]", "For you.", "[bridged]", "[text +15555550100: Thanks]", "Bye.", "[hang up]"])
        asked = [(method, address.split("/", 1)[0].split(".")[0], address.rsplit("/", 1)[1], told.get("CallStatus"), told.get("DialCallStatus")) for method, address, told in documents.asked]
        expect_equal(asked, [("POST", "voice", "desk", "ringing", None), ("POST", "status", "desk", "in-progress", None),
                             ("POST", "voice", "whisper", "in-progress", None), ("POST", "status", "desk", "completed", None),
                             ("POST", "voice", "ended", "in-progress", "completed"), ("GET", "voice", "last", "in-progress", None),
                             ("POST", "status", "call", "completed", None)])
        whisper = documents.told(2)
        expect_equal((whisper["From"], whisper["To"], whisper["Direction"], whisper["ParentCallSid"]),
                     ("+15559870002", "+15551110001", "outbound-dial", documents.told(0)["CallSid"]))
        expect(whisper["CallSid"] != whisper["ParentCallSid"] and whisper["CallSid"] == documents.told(4)["DialCallSid"])
        expect_in("+15551110009 is not rung", documents.plays("dial completed +15551110009", status=1))
        documents.documents["whisper"] = document("<Hangup/>")
        expect_in("[declined]", documents.plays("dial completed"))


@promise("a caller in a queue hears its document repeatedly; some verbs are refused there; leaving and hanging up differ")
def queues():
    with Documents(desk=document('<Enqueue action="HERE/left" waitUrl="HERE/music">support</Enqueue><Say>Never.</Say>'), music=document("<Play>https://example.com/m.mp3</Play>"),
                   left=document("<Say>Bye.</Say>")) as documents:
        expect_equal(documents.plays("wait", "bridged"), ["[enqueue support]", "[play https://example.com/m.mp3]", "[play https://example.com/m.mp3]",
                                                          "[queue bridged]", "Bye.", "[hang up]"])
        expect_equal([told.get("QueueTime") for _, _, told in documents.asked[1:4]], ["0", "30", "60"])
        documents.plays("hang up")
        expect_equal((documents.asked[-2][1], documents.told(-2)["QueueResult"]), ("voice.fcgi/desk/left", "hangup"))
        documents.documents["music"] = document("<Leave/>")
        expect_equal(documents.plays(), ["[enqueue support]", "[queue leave]", "Bye.", "[hang up]"])
        documents.documents["music"] = document("<Hangup/>")
        expect_equal(documents.plays(), ["[enqueue support]", "[hang up]"])
        expect_equal(documents.told(-2)["QueueResult"], "hangup")
        documents.documents["music"] = document("<Sms>Hello</Sms>")
        expect_in("<Sms> does nothing while a caller waits in a queue", documents.plays(status=1))
        documents.documents["desk"] = document("<Leave/>")
        expect_in("<Leave> does nothing outside of a queue", documents.plays(status=1))


@promise("a conference waits with sound only, and ends when it is told to; streams and transfers are reported")
def others():
    with Documents(desk=document('<Dial action="HERE/left"><Conference startConferenceOnEnter="false" waitUrl="HERE/lobby" statusCallback="STATUS" '
                                 'statusCallbackEvent="start join leave">room</Conference></Dial>'),
                   lobby=document("<Play>https://example.com/m.mp3</Play><Redirect>HERE/lobby</Redirect>"), left=document("<Say>Bye.</Say>")) as documents:
        expect_equal(documents.plays("wait", "dial answered"), ["[dial Conference room]", "[play https://example.com/m.mp3]", "[play https://example.com/m.mp3]",
                                                                "Bye.", "[hang up]"])
        expect_equal([told["StatusCallbackEvent"] for _, _, told in documents.asked if "StatusCallbackEvent" in told], ["participant-join", "participant-leave"])
        expect_equal(documents.told(-2)["DialCallStatus"], "answered")
        documents.documents["lobby"] = document("<Say>Wait.</Say>")
        expect_in("<Say> does nothing while a conference has not begun", documents.plays(status=1))
        documents.documents["desk"] = document('<Start><Stream url="wss://example.com/s" name="s" statusCallback="STATUS"/></Start><Refer action="HERE/left"><Sip>sip:a@example.com</Sip></Refer>')
        expect_equal(documents.plays("dial busy"), ["[verb Start]", "[connect Sip sip:a@example.com]", "Bye.", "[hang up]"])
        expect_equal((documents.told(1)["StreamEvent"], documents.told(2)["ReferCallStatus"]), ("stream-started", "busy"))


keep_promises()
