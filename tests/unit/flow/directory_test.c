#include "played.h"

#define STAFF                                                                                                          \
    HEAD "voice = m\n[menu m]\nprompt = Press 1, or dial an extension.\n1 = staff\nextensions = staff\n"               \
         "[hours never]\n[directory staff]\nspeech = yes\notherwise = no\n"                                            \
         "201 = +15551110201\n201.name = Ada Lovelace\n201.voicemail = box\n"                                          \
         "202 = sip:alan@example.com\n202.name = Alan Turing\n202.words = the professor\n"                             \
         "203 = desk\n203.name = Zoë Turíng\n204 = +15551110204\n204.name = Grace Hopper\n204.hours = "              \
         "never\n204.voicemail = box\n"                                                                                \
         "[announce desk]\nprompt = Desk.\n[announce box]\nprompt = Box.\n[announce no]\nprompt = No.\n"

static void by_extension(void **state)
{
    (void)state;
    begin(STAFF);
    assert_contains(post("voice.fcgi", RING), "numDigits=\"3\"");
    struct str answer = post("voice.fcgi/desk/m/chosen?try=1", TALK "&Digits=201");
    assert_contains(answer, ">+15551110201</Number>");
    assert_contains(answer, "staff/ended?ext=201\"");
    assert_contains(post("voice.fcgi/desk/staff/ended?ext=201", TALK "&DialCallStatus=no-answer"), ">Box.<");
    assert_contains(post("voice.fcgi/desk/staff/ended?ext=201", TALK "&DialCallStatus=completed"), "<Hangup/>");
    assert_contains(post("voice.fcgi/desk/staff/ended?ext=202", TALK "&DialCallStatus=busy"),
                    "nobody can take your call");
    assert_contains(post("voice.fcgi/desk/m/chosen?try=1", TALK "&Digits=299"), "not a choice");
    answer = post("voice.fcgi/desk/m/chosen?try=1", TALK "&Digits=1");
    assert_contains(answer, "staff/given?try=1\"");
    assert_contains(answer, "hints=\"Ada Lovelace, Alan Turing");
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&Digits=203"), ">Desk.<");
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&Digits=204"), ">Box.<"); /* closed: not rung */
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&Digits=555"), "nobody was found");
    assert_contains(post("voice.fcgi/desk/staff/given?try=3", TALK), ">No.<");
    fixture_end(&fixture);
}

static void by_name(void **state)
{
    (void)state;
    begin(STAFF);
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&Digits=%2A"), "staff/spelt?try=1\"");
    assert_contains(post("voice.fcgi/desk/staff/spelt?try=1", TALK "&Digits=568"), ">+15551110201</Number>"); /* LOV */
    struct str answer = post("voice.fcgi/desk/staff/spelt?try=1", TALK "&Digits=887");                        /* TUR */
    assert_contains(answer, ">For Alan Turing, press 1.<");
    assert_contains(answer, "press 2.<");
    assert_contains(answer, "picked?try=1&amp;among=202.203\"");
    assert_contains(post("voice.fcgi/desk/staff/picked?try=1&among=202.203", TALK "&Digits=1"),
                    ">sip:alan@example.com</Sip>");
    assert_contains(post("voice.fcgi/desk/staff/picked?try=1&among=202.203", TALK "&Digits=2"), ">Desk.<");
    assert_contains(post("voice.fcgi/desk/staff/picked?try=1&among=202.203", TALK "&Digits=3"), "staff/given?try=2\"");
    assert_contains(post("voice.fcgi/desk/staff/spelt?try=1", TALK "&Digits=963"), ">Desk.<"); /* ZOE */
    assert_contains(post("voice.fcgi/desk/staff/spelt?try=1", TALK "&Digits=9"), "nobody was found");
    fixture_end(&fixture);
}

static void by_speech(void **state)
{
    (void)state;
    begin(STAFF);
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&SpeechResult=Ada+Lovelace+please"),
                    "+15551110201");
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&SpeechResult=the+Professor"),
                    "sip:alan@example.com");
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&SpeechResult=Turing"), "among=202.203");
    assert_contains(post("voice.fcgi/desk/staff/given?try=1", TALK "&SpeechResult=Nobody"), "nobody was found");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = d\n[directory d]\n", "no extensions");
    fixture_expect_error(HEAD "voice = d\n[directory d]\n201.name = Ada\n", "201: this extension has no destination");
    fixture_expect_error(HEAD "voice = m\n[menu m]\nprompt = x\n1 = hangup\nextensions = a\n[announce a]\nprompt = x\n",
                         "not the name of any [directory] section");
}

static const struct CMUnitTest promises[] = {
    PROMISE("people are reached by extension, from a menu too, in their hours, or else their voicemail", by_extension),
    PROMISE("people are found by the first letters of a name on the keypad, of several one is chosen", by_name),
    PROMISE("people are found by saying their name", by_speech),
};

KEEP_PROMISES(promises)
