#!/usr/bin/python3
"""The configurations of etc/examples, each with calls played to their end; every answer is held against the schema."""

import datetime
import zoneinfo

from harness import *
from phone import Call, Texter
from schema import valid


class Example(House):
    """An example, copied and pointed at this folder; nothing else of it is changed."""

    def __init__(self, name):
        super().__init__(config="", programs=PROGRAMS)
        shutil.copytree(os.path.join(SOURCE, "etc/examples", name), self.folder, dirs_exist_ok=True)
        with open(self.path("hookswitch.ini")) as file:
            text = file.read()
        for key, value in (("public_url", self.public), ("signing_key_file", self.key_file), ("store", "sqlite:" + self.store)):
            text, count = re.subn(r"(?m)^%s( *)=.*$" % key, lambda m: "%s%s= %s" % (key, m.group(1), value), text)
            expect_equal(count, 1, key)
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name.endswith((".key", ".pin", ".secret")):
                    self.give(os.path.join(folder, name), 0o640)
                else:
                    os.chmod(os.path.join(folder, name), 0o755 if "/programs" in folder else 0o644)
        self.write("hookswitch.ini", text)
        ran = self.command("check")
        expect_in(": 0 errors, ", ran.stdout)
        # this host need not have a mail program, nor the folder for what is fetched
        expect_equal([line for line in ran.stdout.splitlines() if "warning: " in line and "/usr/sbin/sendmail " not in line and "/var/lib/" not in line], [])
        self.start("voice"), self.start("recording")
        self.port = self.nginx()

    def call(self, to, **parameters):
        return Call(self, self.port, to=to, **parameters)

    def force(self, hours, verb):
        ran = self.command("hours", hours, verb)
        expect_equal(ran.returncode, 0, ran.stderr)


@promise("dentist: two places, each with its hours, and a dentist on call at night")
def dentist():
    with Example("dentist") as house:
        house.force("downtown-hours", "open"), house.force("lakeside-hours", "closed")
        call = house.call("+15559870101").hears("For an appointment, press 1").press("1")
        call.rings("+15551110101", "+15551110102").whisper().hears("Downtown.")
        call.dialed("completed").is_over()
        house.call("+15559870101").press("2").hears("Thank you for calling").is_over()
        call = house.call("+15559870102").hears("lakeside practice, which is closed", "For an appointment").say("I want to book")
        call.rings("+15551110101", "+15551110102").dialed("no-answer").hears("say your name")
        call.record(seconds=1).hears("too short").record().hears("Thank you").is_over()
        house.force("downtown-hours", "closed")
        call = house.call("+15559870102").hears("closed now", "in pain, press 1").press("1").hears("dentist on duty").rings("+15551110301")
        leg = call.whisper().hears("An emergency patient").press("2")
        leg.is_over()
        call.dialed("completed").rings("+15551110302").whisper().press("1") # picked up, and declined
        call.dialed("completed").is_over()
        house.force("lakeside-hours", "open")
        house.call("+15559870102").hears("For an appointment").press("1").rings("+15551110201").dialed("busy").rings(
            "+15551110101", "+15551110102")
        call = house.call("+15559870101").keep_silent().hears("in pain").keep_silent().keep_silent().hears("say your name")
        call.record(digits="hangup")


@promise("helpline: volunteers in turn, whispers, and callers who leave no trace")
def helpline():
    with Example("helpline") as house:
        volunteers = ["+447700900001", "+447700900002", "+447700900003", "sip:shift@sip.example.org"]
        house.force("night-or-day", "open")
        call = house.call("+442079460100", caller="+442071230001").hears("You have reached the helpline")
        tried = []
        while call.has("Dial") and len(tried) < 4:
            tried.append(call.verb("Dial")[0].text)
            expect(tried[-1].startswith("sip:") or call.verb("Dial").get("callerId") == "+442079460100")
            call.dialed("no-answer")
        expect_equal(sorted(tried), sorted(volunteers))
        call.hears("All of us are talking").press("1").verb("Dial")
        call = house.call("+442079460100", caller="anonymous")
        call.whisper().hears("Press 1 to take the call").press("1")
        call.dialed("completed").is_over()
        house.call("+442079460100", caller="+447700900666").is_over()
        call = house.call("+442079460100", caller="+442071230002")
        for _ in range(4):
            call.dialed("busy")
        call.keep_silent().hears("Are you still there?").press("2").record().hears("To send your message").press("2")
        call.hears(".wav").press("4").hears("Thank you").is_over()
        house.force("night-or-day", "closed")
        house.call("+442079460100", caller="+442071230003").hears("open from seven").record(digits="hangup")
        for _ in range(6):
            house.call("+442079460100", caller="+442071230004")
        house.call("+442079460100", caller="+442071230004").hears("several times within the hour").is_over()
        house.call("+442079460101", caller="+447700900001").press("480516").hears("You have no messages").is_over()
        wait_for("the events", lambda: len(house.events()) > 25)
        kept = json.dumps(house.events())
        expect("+44207123" not in kept and "480516" not in kept and "0207123" not in kept)


@promise("shop: English and Spanish, order numbers that are checked and read back, consent to a recording")
def shop():
    with Example("shop") as house:
        house.force("people", "open")
        call = house.call("+15559870201").hears("Welcome to the shop").press("1").hears("eight digits")
        call.press("12345678").hears("not one of our numbers").press("12345674").hears("1, 2, 3, 4, 5, 6, 7, 4").press("1")
        call.hears("Order 1, 2, 3, 4, 5, 6, 7, 4 is on its way", "/orders/12345674/news.mp3", "we would like to record").press("1")
        expect_equal(call.verb("Dial").get("record"), "record-from-answer-dual")
        call.whisper().hears("A customer about order 12345674.")
        call.dialed("completed").is_over()
        call = house.call("+15559870201", caller="+525512345678").hears("Bienvenido a la tienda")
        expect_equal(call.verb("Say").get("voice"), "Polly.Lupe")
        call.press("7").hears("no es válida").say("mi pedido").hears("ocho dígitos").press("12345674").hears("Usted marcó").press("1")
        call.hears("quisiéramos grabar").keep_silent()
        expect(call.verb("Dial").get("record") is None)
        call.dialed("no-answer").dialed("no-answer").hears("No hay nadie").record().hears("Gracias").is_over()
        call = house.call("+15559870201").press("9").hears("Bienvenido").press("2").hears("Le hemos enviado").is_over()
        expect_in("https://example.com/map", call.verb("Sms").text)
        house.call("+15559870201", caller="anonymous").press("2").hears("we would like to record")
        house.force("people", "closed")
        house.call("+15559870201").press("3").hears("Nobody is free").record(digits="hangup")
        call = house.call("+15559870201").press("1")
        call.keep_silent().keep_silent().keep_silent().hears("Nobody is free")


@promise("agency: 500 customers in a folder, each found by its number or its name")
def agency():
    with Example("agency") as house:
        expect_in("500 lines", house.command("check").stdout)
        number = lambda i: "+1555%07d" % (6000000 + i)
        for i in range(500):
            call = house.call(number(i))
            if i % 5 == 1:
                call.hears("%03d. For sales, press 1" % i)
        call = house.call(number(1)).say("sales please").rings("+15557000001").dialed("busy").hears("Nobody can take your call")
        call.record().is_over()
        house.call(number(6)).press("2").rings("+15557500006").dialed("no-answer").rings("+15557000006").dialed("completed").is_over()
        house.call(number(7)).rings("+15557000007").dialed("busy").rings("+15557500007").dialed("failed").hears("Nobody can take")
        house.call("+15550000000", line="customer-008").hears("You have reached").record(digits="hangup")
        house.call(number(499)).hears("another number now").record().is_over()
        house.call("+15550000000").hears("not in service").is_over()
        house.force("customer-495/hours", "open")
        house.call(number(495)).rings("+15557000495").dialed("completed").is_over()
        house.force("customer-495/hours", "closed")
        house.call(number(495)).hears("Nobody can take your call").record(digits="hangup")


@promise("conference: an open room, one with PINs, one for members")
def conference():
    with Example("conference") as house:
        call = house.call("+15559870301").press("1")
        expect_equal(call.verb("Conference").text, "lobby")
        call.dialed("answered").hears("Goodbye").is_over()
        call = house.call("+15559870301").press("2").hears("board's PIN").press("000000").hears("not right").press("204813")
        room = call.verb("Conference")
        expect_equal((room.text, room.get("startConferenceOnEnter"), room.get("record")), ("board", "false", "record-from-start"))
        call.follow(room.get("waitUrl")).hears("https://example.com/hold.mp3")
        call = house.call("+15559870301").say("the board").press("915302")
        expect_equal(call.verb("Conference").get("endConferenceOnExit"), "true")
        call.dialed("answered").is_over()
        call = house.call("+15559870301").press("3").press("60000").hears("not a membership number").press("70001")
        call.hears("member 7, 0, 0, 0, 1")
        expect_equal(call.verb("Conference").get("muted"), "true")
        call.dialed("answered").is_over()
        house.call("+15559870301").keep_silent().keep_silent().hears("Goodbye").is_over()
        call = house.call("+15559870301").press("2")
        call.press("1").press("2").press("3").hears("For the open room")
        wait_for("the events", lambda: len(house.events()) > 15)
        expect("204813" not in json.dumps(house.events()) and "915302" not in json.dumps(house.events()))


@promise("callcentre: a queue with a place in line, agents, callbacks, a directory, and customers who come first")
def callcentre():
    with Example("callcentre") as house:
        call = house.call("+15559870401").press("1").hears("new building", "answered in order")
        expect_equal(call.verb("Enqueue").text, "support")
        call.wait(position=2, average=120, size=2).hears("You are number 2 in line, about 3 minutes", "hold-1.mp3", "hold-2.mp3")
        call.leave_queue("bridged").hears("How satisfied").press("5").hears("Thank you").is_over()
        call = house.call("+15559870401").press("1")
        expect("new building" not in call.heard()) # once a day
        call.wait().press("1").verb("Leave")
        call.leave_queue("leave").hears("To be called back, press 1").press("1").hears("called back at").press("1")
        call.hears("We will call you back").is_over()
        call = house.call("+15559870401").keep_silent().keep_silent().keep_silent()
        call.wait(seconds=1200).verb("Leave")
        call.leave_queue("leave", seconds=1200).press("2").record().is_over()
        expect_equal(house.call("+15559870401", caller="+15551230042").verb("Enqueue").text, "vip")
        expect_equal(house.call("+15559870401", caller="sip:x@example.com", **{"SipHeader_X-Customer": "gold"}).verb("Enqueue").text, "vip")
        call = house.call("+15559870401").press("201").rings("+15551110501").dialed("no-answer").record().is_over()
        house.force("office", "closed")
        house.call("+15559870401").press("2").say("Alan Turing").hears("leave a message").record(digits="hangup")
        house.call("+15559870401").press("2").press("*").press("568").rings("+15551110501").dialed("completed").is_over()
        agent = house.call("+15559870402").press("2").press("111111").hears("not right").press("551927")
        expect_equal(agent.verb("Queue").text, "support")
        agent.follow(agent.verb("Queue").get("url")).hears("You are connected")
        agent = house.call("+15559870402").press("1").press("551927").dialed("completed").hears("Press 1 for the next caller").press("1")
        expect_equal(agent.verb("Queue").text, "vip")
        wait_for("the callback", lambda: house.events("--event", "callback.requested"))
        wait_for("the rating", lambda: house.events("--event", "call.collected"))



@promise("salon: bookings by text, a counter that answers the rest, the night, advertisements, and faxes of suppliers alone")
def salon():
    with Example("salon") as house:
        house.start("sms"), house.start("fax")
        house.force("open", "open")
        someone = lambda number: Texter(house, house.port, number, to="+15559870701")
        ann, bob, counter = someone("+15551230001"), someone("+15551230002"), someone("+15551110701")
        ann.text("Hello").gets("Welcome to the salon! Send BOOK for an appointment, PRICES, or HOURS.", "#1 +15551230001: Hello")
        ann.text("Pirces?").gets("Cut 38, colour from 60. The list:")
        expect_equal(ann.messages[0]["media"], ["https://phone.example.com/prices.png"])
        ann.text("I need a haircut").gets("With pleasure! What is your name?")
        ann.text("Ann").gets("Ann, what shall it be: cut, colour or both?")
        ann.text("color").gets("On which day?")
        ann.text("soon").gets("I did not find that in my calendar. Such as Friday, or 12/24?", "On which day?")
        ann.text("tomorrow").gets("And at what time?")
        tomorrow = (datetime.datetime.now(zoneinfo.ZoneInfo("America/Chicago")) + datetime.timedelta(days=1)).strftime("%Y-%m-%d")
        ann.text("3 pm").gets("colour, %s at 15:00, for Ann. Is that right?" % tomorrow)
        ann.text("yes").gets("Thank you! We will text you if that time is taken.")
        booked = dict(house.events("--event", "form.completed")[0]["parameters"])
        expect_equal((booked["What"], booked["Day"], booked["Time"]), ("colour", tomorrow, "15:00"))
        bob.text("Can you move me to Friday?").gets("Welcome to the salon! Send BOOK for an appointment, PRICES, or HOURS.",
                                                    "We will move your appointment to Friday and text you back.",
                                                    "#2 +15551230002: Can you move me to Friday?")
        counter.text("#2 Done").gets("Done")
        expect_equal(counter.messages[0]["to"], "+15551230002")
        someone("+15551239999").text("Cheap shampoo").gets()
        house.force("open", "closed")
        ann.text("Still there?").gets("We are closed now, and will read this in the morning.", "#1 +15551230001: Still there?")
        ann.text("Hm").gets("#1 +15551230001: Hm")
        ann.text("STOP").gets("You will get no more messages from this number. Reply START to get them again.")
        ann.text("hours").gets()
        fax = lambda caller: valid(house.ask(house.port, "fax.fcgi", pairs_of("fax-inbound", From=caller, To="+15559870702")), "fax")[0].tag
        expect_equal((fax("+15551230001"), fax("+15661230001")), ("Receive", "Reject"))
        house.call("+15559870701").hears("Send us a text").verb("Sms")


keep_promises()
