#include "played.h"

#include <string.h>
#include <unistd.h>

#define TO "[dial d]\nto = +15551110001, +15551110002\n"

static void whispers(void **state)
{
    (void)state;
    begin(HEAD "voice = d\n" TO "whisper = A call for sales.\n");
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "<Number url=\"https://pbx.example.com/hooks/voice.fcgi/desk/d/whisper\"");
    answer = post("voice.fcgi/desk/d/whisper", "CallSid=c2&ParentCallSid=c1&CallStatus=in-progress");
    assert_contains(answer, ">A call for sales.</Say>\n</Response>"); /* the end connects the two */
    fixture_end(&fixture);
}

#define ASKING                                                                                                         \
    HEAD "voice = d\n" TO "order = in-turn\nwhisper = Press 1 to accept, 2 to decline.\naccept = 1\ndecline = 2\n"     \
         "declined = later\n[announce later]\nprompt = Later.\n"
#define LEG "CallSid=c2&ParentCallSid=c1&CallStatus=in-progress&Digits="

static void accepts(void **state)
{
    (void)state;
    begin_with_store(ASKING);
    assert_contains(post("voice.fcgi/desk/d/whisper", LEG), "d/accepted?try=1\"");
    assert_lacks(post("voice.fcgi/desk/d/accepted?try=1", LEG "1"), "<Hangup/>");
    assert_lacks(post("voice.fcgi/desk/d/ended?turn=2", TALK "&DialCallStatus=completed"), "Later"); /* that was it */
    assert_contains(post("voice.fcgi/desk/d/accepted?try=1", LEG "7"), "d/accepted?try=2\"");
    assert_contains(post("voice.fcgi/desk/d/accepted?try=2", LEG "7"), "<Hangup/>");
    assert_contains(post("voice.fcgi/desk/d/accepted?try=1", LEG "2"), "<Hangup/>");
    fixture_end(&fixture);
}

static void declines(void **state)
{
    (void)state;
    begin_with_store(ASKING);
    /* Somebody's mailbox took it, or a hand that hung up: the platform calls that completed. */
    assert_contains(post("voice.fcgi/desk/d/ended?turn=1", TALK "&DialCallStatus=completed"), "+15551110002</Number>");
    assert_contains(post("voice.fcgi/desk/d/ended?turn=2", TALK "&DialCallStatus=completed"), ">Later.<");
    fixture_end(&fixture);
}

static void shows_numbers(void **state)
{
    (void)state;
    begin(HEAD "voice = d\n" TO);
    assert_lacks(post("voice.fcgi", RING), "callerId");
    assert_contains(post("voice.fcgi", "CallSid=c1&CallStatus=ringing&From=anonymous&To=%2B15559870002"),
                    "callerId=\"+15559870002\"");
    fixture_end(&fixture);
    begin(HEAD "voice = d\n" TO "caller_id = own\nhangup_on_star = yes\nring_tone = uk\n");
    assert_contains(post("voice.fcgi", RING), "callerId=\"+15559870002\" ringTone=\"uk\" hangupOnStar=\"true\"");
    fixture_end(&fixture);
    begin(HEAD "voice = d\n" TO "caller_id = +1 555 987 0003\n");
    assert_contains(post("voice.fcgi", RING), "callerId=\"+15559870003\"");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = d\n" TO "caller_id = mine\n", "'mine' is not a number; expected E.164");
}

static void legs_of_their_own(void **state)
{
    (void)state;
    begin(HEAD "voice = d\n[dial d]\norder = in-turn\nring = 40\nsip_user = u\nsip_password = geheim\n"
               "to = \"+1 555 111 0001 ring=15 send=ww12#, sip:a@example.com;transport=tcp, verto:desk\"\n");
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "timeout=\"15\"");
    assert_contains(answer, "sendDigits=\"ww12#\"");
    assert_contains(answer, ">+15551110001</Number>");
    answer = post("voice.fcgi/desk/d/ended?turn=1", TALK "&DialCallStatus=busy");
    assert_contains(answer, "timeout=\"40\"");
    assert_contains(answer, "<Sip username=\"u\" password=\"geheim\"");
    assert_contains(answer, ">sip:a@example.com;transport=tcp</Sip>");
    assert_contains(post("voice.fcgi/desk/d/ended?turn=2", TALK "&DialCallStatus=busy"), "<Verto>desk</Verto>");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = +15551110001 ring=2\n", "[dial d] to: 'ring=2': expected 5 to 600 seconds");
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = +15551110001 weight=0 ring=20\nstrategy = random\n", "to: 'weight=0': expected 1 to 1000");
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = +15551110001 rang=20\n", "is not something to dial");
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = +15551110001 ring=20, +15551110002\n",
                         "ring together cannot have their own ring=");
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = sip:a@b\nsip_user = u\n", "belong together");
    fixture_expect_error(HEAD "voice = d\n[dial d]\nring = 20\n", "the key 'to' is missing");
}

static void rings_tens(void **state)
{
    (void)state;
    begin(HEAD "voice = d\n[dial d]\nto = +15551110001, +15551110002, +15551110003, +15551110004, +15551110005, "
               "+15551110006, \\\n"
               "  +15551110007, +15551110008, +15551110009, +15551110010, +15551110011, +15551110012\notherwise = "
               "no\n[announce no]\nprompt = No.\n");
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, ">+15551110001<");
    assert_contains(answer, ">+15551110010<");
    assert_lacks(answer, ">+15551110011<");
    answer = post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=no-answer");
    assert_contains(answer, "d/ended?turn=2\"");
    assert_contains(answer, ">+15551110011<");
    assert_contains(answer, ">+15551110012<");
    assert_lacks(answer, ">+15551110010<");
    assert_contains(post("voice.fcgi/desk/d/ended?turn=2", TALK "&DialCallStatus=no-answer"), ">No.<");
    assert_contains(post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=completed"), "<Hangup/>");
    fixture_end(&fixture);
}

static void weighs(void **state)
{
    int first[2] = { 0, 0 };
    (void)state;
    begin(HEAD "voice = d\n[dial d]\norder = weighted\nto = +15551110001 weight=9, +15551110002\n");
    for (int i = 0; i < 500; i++) {
        fixture.now_us++;
        struct str answer = post("voice.fcgi", RING);
        bool heavy = str_find(answer, STR(">+15551110001<")) < answer.length;
        first[heavy]++;
        if (i > 20)
            continue;
        size_t at = str_find(answer, STR("start=")) + 6;
        struct str seed = str_upto(str_from(answer, at), str_find_char(str_from(answer, at), '"'));
        const char *address =
            arena_format(fixture.arena, "voice.fcgi/desk/d/ended?turn=1&start=%.*s", STR_ARGS(seed)).at;
        assert_contains(post(address, TALK "&DialCallStatus=busy"), heavy ? ">+15551110002<" : ">+15551110001<");
    }
    assert_in_range(first[1], 400, 490); /* nine of ten, of 500 */
    fixture_end(&fixture);
}

static void asks_for_consent(void **state)
{
    (void)state;
    begin(HEAD "voice = d\n" TO "record = yes\nconsent = This call is recorded.\n");
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, ">This call is recorded.</Say>\n  <Dial");
    assert_contains(answer, "record=\"record-from-answer\"");
    fixture_end(&fixture);
    begin(HEAD "voice = d\n" TO
               "record = dual\nconsent = Press 1 if we may record.\nconsent_key = 1\norder = in-turn\n");
    assert_contains(post("voice.fcgi", RING), "d/consented\"");
    answer = post("voice.fcgi/desk/d/consented", TALK "&Digits=1");
    assert_contains(answer, "record=\"record-from-answer-dual\"");
    assert_contains(answer, "k.consent=yes");
    assert_lacks(post("voice.fcgi/desk/d/consented", TALK), "record=");
    assert_contains(post("voice.fcgi/desk/d/ended?turn=1&k.consent=yes", TALK "&DialCallStatus=busy"), "record=");
    assert_lacks(post("voice.fcgi/desk/d/ended?turn=1&k.consent=no", TALK "&DialCallStatus=busy"), "record=");
    fixture_end(&fixture);
}

static void refuses_dear_numbers(void **state)
{
    (void)state;
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = +19005550100\n", "+19005550100 is a premium number");
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = +442071234567\n",
                         "in another country than the numbers of line 'desk'");
    fixture_expect_error(HEAD "voice = +442071234567\n", "in another country");
    fixture_expect_error(HEAD "voice = m\n[menu m]\nprompt = x\n1 = +19005550100\n", "1: +19005550100 is a premium number");
    begin("[hookswitch]\nunsigned = accept\ndial_allow = +44*, +19005550100\n[line desk]\nnumbers = "
          "+15559870002\nvoice = d\n"
          "[dial d]\nto = +442071234567, +19005550100\n");
    assert_contains(post("voice.fcgi", RING), "+19005550100</Number>");
    fixture_end(&fixture);
    fixture_expect_error("[hookswitch]\ndial_allow = 44*\n", "'44*' is not a pattern");
    fixture_expect_error("[hookswitch]\ndial_allow = +4*4\n", "'+4*4' is not a pattern");
}

static void never_goes_round(void **state)
{
    (void)state;
    begin(HEAD
          "voice = d\n[line other]\nnumbers = +15559870003\nvoice = e\n[dial d]\nto = +15551110001\notherwise = sorry\n"
          "[dial e]\nto = +15559870002\norder = in-turn\notherwise = sorry\n[announce sorry]\nprompt = Sorry.\n");
    /* The mobile that is rung forwards back here. */
    assert_contains(post("voice.fcgi", RING "&ForwardedFrom=%2B15551110001"), ">Sorry.<");
    assert_contains(post("voice.fcgi", RING "&ForwardedFrom=%2B15551110009"), "<Number");
    /* A line of ours that rings another is rung by it. */
    assert_contains(post("voice.fcgi/other", "CallSid=c&CallStatus=ringing&From=%2B15559870002&To=%2B15559870003"),
                    ">Sorry.<");
    assert_contains(post("voice.fcgi/other", "CallSid=c&CallStatus=ringing&From=%2B15551230001&To=%2B15559870003"),
                    "<Number");
    fixture_end(&fixture);
}

static const struct CMUnitTest promises[] = {
    PROMISE("who is called hears a whisper, and is connected at its end", whispers),
    PROMISE("who is called accepts with a key; another key is asked again, the declining one ends it", accepts),
    PROMISE("a call that was picked up but not accepted goes on to the next, and in the end as declined", declines),
    PROMISE(
        "who is called sees the caller's number, the line's own or a fixed one, and for callers without one the line's",
        shows_numbers),
    PROMISE("a leg has its own ring time, keys sent after the answer, a sip: password; verto: is dialled",
            legs_of_their_own),
    PROMISE("of more than ten that ring together, the next ten ring when none of the first took it", rings_tens),
    PROMISE("a weighted order draws by weight, and tries nobody twice", weighs),
    PROMISE("callers are told of a recording, or asked for their consent with a key", asks_for_consent),
    PROMISE("premium and foreign numbers are refused unless dial_allow names them", refuses_dear_numbers),
    PROMISE("a call never goes round between a line, a telephone that forwards to it, and other lines",
            never_goes_round),
};

KEEP_PROMISES(promises)
