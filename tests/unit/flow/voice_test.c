#include "played.h"

#include "base/zone.h"

#define MENU                                                                                                           \
    HEAD "voice = main\n[menu main]\nprompt = Hello {{From}}.\nprompt.2 = pause 2\nprompt.3 = "                        \
         "https://h/a.mp3?c={{From}}\n"                                                                                \
         "1 = sales\n1.words = sales, buy now\n2 = bye\n2.words = buy\n12 = bye\nstar = repeat\npound = "              \
         "+15551110009\n9 = hangup\n0 = busy\n"                                                                        \
         "invalid = No.\ntries = 2\notherwise = bye\n[announce sales]\nprompt = Sales.\n[announce bye]\nprompt = "     \
         "Bye.\n"

static void menu_asks(void **state)
{
    (void)state;
    begin(MENU);
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "action=\"https://pbx.example.com/hooks/voice.fcgi/desk/main/chosen?try=1\"");
    assert_contains(answer, "input=\"dtmf speech\"");
    assert_contains(answer, "numDigits=\"2\"");
    assert_contains(answer, "finishOnKey=\"\""); /* or the pound key could not be a choice */
    assert_contains(answer, "hints=\"sales, buy now, buy\"");
    assert_contains(answer, "actionOnEmptyResult=\"true\"");
    assert_contains(answer, "<Say voice=\"woman\" language=\"en-US\">Hello +15551230001.</Say>");
    assert_contains(answer, "<Pause length=\"2\"/>");
    assert_contains(answer, "<Play>https://h/a.mp3?c=%2B15551230001</Play>");
    fixture_end(&fixture);
}

#define OWN_MENU                                                                                                       \
    HEAD "voice = main\n[menu main]\nprompt = The long one.\nagain = The short one.\nno_input = Are you "              \
         "there?\ninvalid = No.\n"                                                                                     \
         "voice = Polly.Conchita\nlanguage = es-ES\n2xx = pattern\n201-209 = range\n205 = very\n20 = two\notherwise "  \
         "= bye\ntries = 3\n"                                                                                          \
         "[announce pattern]\nprompt = Pattern.\n[announce range]\nprompt = Range.\n[announce very]\nprompt = Very.\n" \
         "[announce two]\nprompt = Two.\n[announce bye]\nprompt = Bye.\n"

static void menu_speaks(void **state)
{
    (void)state;
    begin(OWN_MENU);
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "<Say voice=\"Polly.Conchita\">The long one.</Say>");
    assert_contains(answer, "language=\"es-ES\"");
    assert_contains(answer, "numDigits=\"3\"");
    answer = post("voice.fcgi/desk/main/chosen?try=1", TALK);
    assert_contains(answer, ">Are you there?<");
    assert_contains(answer, ">The short one.<");
    assert_lacks(answer, "The long one");
    answer = post("voice.fcgi/desk/main/chosen?try=2", TALK "&Digits=9");
    assert_contains(answer, ">No.<");
    assert_lacks(answer, "Are you there");
    answer = post("voice.fcgi/desk/main/chosen?try=3", TALK);
    assert_contains(answer, "<Say voice=\"Polly.Conchita\">Are you there?</Say>");
    assert_contains(answer, "<Say voice=\"woman\" language=\"en-US\">Bye.</Say>"); /* the next node speaks as ever */
    fixture_end(&fixture);
}

static void menu_patterns(void **state)
{
    static const struct {
        const char *digits, *answer;
    } cases[] = { { "205", ">Very.<" }, { "201", ">Pattern.<" }, { "299", ">Pattern.<" }, { "20", ">Two.<" },
                  { "300", ">No.<" },   { "2%2A1", ">No.<" },    { "2xx", ">No.<" } };
    (void)state;
    begin(OWN_MENU);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char form[300];
        snprintf(form, sizeof form, "%s&Digits=%s", TALK, cases[i].digits);
        assert_contains(post("voice.fcgi/desk/main/chosen?try=1", form), cases[i].answer);
    }
    fixture_end(&fixture);
    begin(HEAD "voice = main\n[menu main]\nprompt = x\nbarge_in = no\n201-209 = r\n[announce r]\nprompt = Range.\n");
    assert_contains(post("voice.fcgi", RING), ">x</Say>\n  <Gather");
    assert_contains(post("voice.fcgi/desk/main/chosen", TALK "&Digits=209"), ">Range.<");
    assert_lacks(post("voice.fcgi/desk/main/chosen", TALK "&Digits=210"), ">Range.<");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = m\n[menu m]\nprompt = x\n209-201 = hangup\n",
                         "209-201: unknown key in a [menu] section");
    fixture_expect_error(HEAD "voice = m\n[menu m]\nprompt = x\n1-20 = hangup\n", "unknown key in a ");
    fixture_expect_error(HEAD "voice = m\n[menu m]\nprompt = x\n2y = hangup\n", "unknown key in a ");
}

static void menu_follows(void **state)
{
    static const struct {
        const char *said, *answer;
    } cases[] = {
        { "Digits=1", ">Sales.<" },
        { "Digits=12", ">Bye.<" },
        { "Digits=9", "<Hangup/>" },
        { "Digits=%2A", "<Gather" },
        { "Digits=%23", "<Number" },
        { "Digits=0", "<Hangup/>" }, /* too late to be busy */
        { "SpeechResult=I+want+SALES%21&Confidence=0.8", ">Sales.<" },
        { "SpeechResult=I+buy", ">Bye.<" },
        { "SpeechResult=buy+now+please", ">Sales.<" },
        { "SpeechResult=sales&Digits=2", ">Bye.<" },
    };
    (void)state;
    begin(MENU);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_contains(
            post("voice.fcgi/desk/main/chosen?try=1", arena_format(fixture.arena, "%s&%s", TALK, cases[i].said).at),
            cases[i].answer);
    fixture_end(&fixture);
}

static void menu_repeats(void **state)
{
    static const char *const wrong[] = { "&Digits=7", "&Digits=121", "&SpeechResult=sails&Confidence=0.21",
                                         "&SpeechResult=sales&Confidence=0.21", "&SpeechResult=%3F" };
    (void)state;
    begin(MENU);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct str answer =
            post("voice.fcgi/desk/main/chosen?try=1", arena_format(fixture.arena, "%s%s", TALK, wrong[i]).at);
        assert_contains(answer, ">No.<");
        assert_contains(answer, "chosen?try=2");
    }
    struct str silence = post("voice.fcgi/desk/main/chosen?try=1", TALK);
    assert_lacks(silence, ">No.<");
    assert_contains(silence, "chosen?try=2");
    struct str last = post("voice.fcgi/desk/main/chosen?try=2", TALK);
    assert_contains(last, ">Bye.<");
    assert_lacks(last, "<Gather");
    assert_contains(post("voice.fcgi/desk/main/chosen?try=999999", TALK), ">Bye.<");
    fixture_end(&fixture);
}

static void one_digit(void **state)
{
    (void)state;
    begin(HEAD "voice = m\n[menu m]\nprompt = Hi\n1 = hangup\n2 = hangup\n");
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "numDigits=\"1\"");
    assert_contains(answer, "input=\"dtmf\"");
    assert_lacks(answer, "finishOnKey");
    fixture_end(&fixture);
}

#define DIAL                                                                                                           \
    HEAD "voice = d\n[dial d]\nto = +15551110001, +15551110002\nring = 20\ncaller_id = +15559870002\nrecord = dual\n"  \
         "no-answer = vm\nbusy = b\nafter = a\n[announce b]\nprompt = Busy.\n[announce a]\nprompt = "                  \
         "After.\n[voicemail vm]\ntranscribe = yes\n"

static void dial_together(void **state)
{
    (void)state;
    begin(DIAL);
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "<Dial action=\"https://pbx.example.com/hooks/voice.fcgi/desk/d/ended\" timeout=\"20\"");
    assert_contains(answer, "callerId=\"+15559870002\"");
    assert_contains(answer, "record=\"record-from-answer-dual\" "
                            "recordingStatusCallback=\"https://pbx.example.com/hooks/recording.fcgi/desk\"");
    assert_contains(answer, "statusCallback=\"https://pbx.example.com/hooks/status.fcgi/call/desk\"");
    assert_contains(answer, ">+15551110001</Number>");
    assert_contains(answer, ">+15551110002</Number>");
    fixture_end(&fixture);
}

static void dial_outcomes(void **state)
{
    (void)state;
    begin(DIAL);
    assert_contains(post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=no-answer"),
                    "<Record action=\"https://pbx.example.com/hooks/voice.fcgi/desk/vm/recorded\"");
    assert_contains(post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=busy"), ">Busy.<");
    assert_contains(post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=completed"), ">After.<");
    assert_contains(post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=answered"), ">After.<");
    assert_contains(post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=failed"), "nobody can take your call");
    assert_contains(post("voice.fcgi/desk/d/ended", TALK), "nobody can take your call");
    fixture_end(&fixture);
}

static void dial_in_turn(void **state)
{
    (void)state;
    begin(HEAD "voice = d\n[dial d]\nto = sip:a@example.com, +15551110002\norder = in-turn\notherwise = hangup\n");
    struct str first = post("voice.fcgi", RING);
    assert_contains(first, "sip:a@example.com</Sip>");
    assert_lacks(first, "+15551110002");
    struct str second = post("voice.fcgi/desk/d/ended?turn=1&start=2", TALK "&DialCallStatus=no-answer");
    assert_contains(second, "+15551110002</Number>");
    assert_contains(post("voice.fcgi/desk/d/ended?turn=2&start=2", TALK "&DialCallStatus=no-answer"), "<Hangup/>");
    assert_contains(post("voice.fcgi/desk/d/ended?turn=1&start=2", TALK "&DialCallStatus=completed"), "<Hangup/>");
    fixture_end(&fixture);
}

static void dial_random(void **state)
{
    bool seen[3] = { false };
    (void)state;
    begin(HEAD "voice = d\n[dial d]\nto = +15551110000, +15551110001, +15551110002\norder = random\n");
    for (int i = 0; i < 40; i++) {
        fixture.now_us++;
        struct str answer = post("voice.fcgi", RING);
        for (int leg = 0; leg < 3; leg++)
            seen[leg] =
                seen[leg] || str_find(answer, arena_format(fixture.arena, ">+1555111000%d<", leg)) < answer.length;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = d\n[dial d]\nto = +15551110000, sip:a@b\n", "cannot ring together");
}

static void number_directly(void **state)
{
    (void)state;
    begin(HEAD "voice = +15551110007\n");
    assert_contains(post("voice.fcgi", RING), "voice.fcgi/desk/-/ended");
    assert_contains(post("voice.fcgi/desk/-/ended", TALK "&DialCallStatus=busy"), "nobody can take your call");
    assert_text(post("voice.fcgi/desk/-/ended", TALK "&DialCallStatus=completed"),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Hangup/>\n</Response>\n");
    fixture_end(&fixture);
}

static void voicemail(void **state)
{
    (void)state;
    begin(DIAL);
    struct str answer = post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=no-answer");
    assert_contains(answer, "Please leave a message after the tone.");
    assert_contains(answer, "maxLength=\"120\"");
    assert_contains(answer, "transcribeCallback=\"https://pbx.example.com/hooks/recording.fcgi/desk/vm/transcribing\"");
    assert_contains(post("voice.fcgi/desk/vm/recorded",
                         TALK "&RecordingUrl=https%3A%2F%2Fx%2Fr.wav&RecordingDuration=9&Digits=%23"),
                    "Thank you. Goodbye.");
    assert_contains(post("voice.fcgi/desk/vm/recorded", "CallSid=c1&CallStatus=completed&Digits=hangup"),
                    "<Response/>");
    fixture_end(&fixture);
}

#define HOURS                                                                                                          \
    HEAD "voice = h\n[hours h]\nmon-thu = 09:00-12:30, 13:30-17:30\nfri = 22:00-02:00\nsun = 00:00-24:00\n"            \
         "closed_on = 12-25, 12-31..01-02, 2026-11-26, 2027-03-01..2027-03-02\nopen = o\nclosed = s\n[announce o]\nprompt " \
         "= Open.\n[announce s]\nprompt = Shut.\n"

static bool open_at(const char *local)
{
    struct zone *zone = zone_open("America/New_York");
    struct tm wall = { 0 };
    assert_non_null(strptime(local, "%Y-%m-%d %H:%M", &wall));
    int64_t guess = (int64_t)timegm(&wall);
    for (int offset = 4; offset <= 5; offset++) { /* the zone is 4 or 5 hours behind */
        struct zone_time at = zone_at(zone, guess + offset * 3600);
        if (at.minute == wall.tm_hour * 60 + wall.tm_min && at.day == wall.tm_mday)
            fixture.now_us = (guess + offset * 3600) * 1000000;
    }
    zone_free(zone);
    struct str answer = post("voice.fcgi", RING);
    return str_find(answer, STR("Open.")) < answer.length;
}

static void hours(void **state)
{
    (void)state;
    begin(HOURS);
    assert_true(open_at("2026-01-05 09:00")); /* a Monday */
    assert_false(open_at("2026-01-05 08:59"));
    assert_true(open_at("2026-01-05 12:29"));
    assert_false(open_at("2026-01-05 12:30"));
    assert_false(open_at("2026-01-05 17:30"));
    assert_true(open_at("2026-07-06 09:00")); /* in daylight saving time */
    assert_false(open_at("2026-07-06 17:30"));
    assert_true(open_at("2026-01-09 23:00")); /* Friday night ... */
    assert_true(open_at("2026-01-10 01:59")); /* ... goes on into Saturday */
    assert_false(open_at("2026-01-10 02:00"));
    assert_true(open_at("2026-01-11 00:00"));
    assert_true(open_at("2026-01-11 23:59"));
    assert_false(open_at("2026-12-25 23:00")); /* a Friday, closed every year */
    assert_false(open_at("2026-12-26 01:00")); /* and what belongs to it */
    assert_false(open_at("2026-12-31 10:00"));
    assert_false(open_at("2029-01-01 10:00")); /* a Monday, within 12-31..01-02 */
    assert_false(open_at("2026-11-26 10:00"));
    assert_true(open_at("2025-11-26 10:00"));
    assert_false(open_at("2027-03-01 10:00"));
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = h\n[hours h]\nmon = 9-17\nopen = hangup\nclosed = hangup\n",
                         "'9-17' is not a span; write 09:00-17:00");
    fixture_expect_error(HEAD "voice = h\n[hours h]\nmon = 09:00-17:00\nclosed_on = 02-30\nopen = hangup\nclosed = hangup\n",
                         "'02-30' is not a date");
    fixture_expect_error(HEAD "voice = h\n[hours h]\nmonday = 09:00-17:00\nopen = hangup\nclosed = hangup\n",
                         "monday: write these days as mon");
}

static void unknown_numbers(void **state)
{
    static const struct {
        const char *unknown, *answer;
    } cases[] = { { "reject", "<Reject/>" },
                  { "busy", "<Reject reason=\"busy\"/>" },
                  { "hangup", "<Hangup/>" },
                  { "apologize", "something went wrong" } };
    char config[400];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        snprintf(config, sizeof config, "[hookswitch]\nunsigned = accept\nunknown_number = %s\n", cases[i].unknown);
        begin(config);
        assert_contains(post("voice.fcgi", RING), cases[i].answer);
        fixture_end(&fixture);
    }
}

static void fallback(void **state)
{
    (void)state;
    begin(MENU);
    struct str answer =
        post("voice.fcgi", RING "&ErrorCode=11200&ErrorUrl=https%3A%2F%2Fpbx.example.com%2Fhooks%2Fvoice.fcgi");
    assert_contains(answer, "something went wrong");
    assert_contains(answer, "<Hangup/>");
    assert_lacks(answer, "<Gather");
    fixture_end(&fixture);
    begin(HEAD "fallback = +15551110008\nvoice = hangup\n");
    assert_contains(post("voice.fcgi", RING "&ErrorCode=11200&ErrorUrl=x"), "+15551110008</Number>");
    fixture_end(&fixture);
}

static void long_prompts(void **state)
{
    struct arena *arena = arena_new();
    struct buffer config = buffer_in(arena);
    size_t count = 0;
    (void)state;
    buffer_add(&config, STR(HEAD "voice = a\n[announce a]\nprompt = {{Long}}\n"));
    for (int i = 2; i < 30; i++) {
        buffer_format(&config, "prompt.%d = ", i);
        for (int word = 0; word < 90; word++)
            buffer_add(&config, STR("ten chars "));
        buffer_add(&config, STR("\n"));
    }
    begin(buffer_text(&config).at);
    struct str answer = post("voice.fcgi", RING);
    for (struct str rest = answer; str_find(rest, STR("<Say")) < rest.length; count++)
        rest = str_from(rest, str_find(rest, STR("<Say")) + 4);
    assert_int_equal(count, 28);
    fixture_end(&fixture);
    arena_free(arena);
}

static void redirects(void **state)
{
    (void)state;
    begin(HEAD
          "voice = r\n[redirect r]\nprompt = One moment.\nurl = https://other.example/ivr?a=b&c=d\nmethod = get\n");
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, ">One moment.<");
    assert_contains(answer, "<Redirect method=\"GET\">https://other.example/ivr?a=b&amp;c=d</Redirect>");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = r\n[redirect r]\nurl = javascript:x\n", "is not an address");
    fixture_expect_error(HEAD "voice = r\n[redirect r]\n", "the key 'url' is missing");
}

#define TEXTING                                                                                                        \
    HEAD "voice = t\n[text t]\nmessage = Dear {{CallerName}}, 12 Main Street.\nnext = bye\notherwise = none\n"         \
         "[announce bye]\nprompt = Bye.\n[announce none]\nprompt = No phone.\n"

static void texts_the_caller(void **state)
{
    (void)state;
    begin(TEXTING);
    struct str answer = post("voice.fcgi", RING "&CallerName=Ada+%3Cb%3E");
    assert_contains(answer, "<Sms to=\"+15551230001\" from=\"+15559870002\" "
                            "statusCallback=\"https://pbx.example.com/hooks/status.fcgi/message/desk\">"
                            "Dear Ada &lt;b&gt;, 12 Main Street.</Sms>");
    assert_contains(answer, ">Bye.<");
    /* who has no number gets no text */
    assert_contains(post("voice.fcgi", "CallSid=c&CallStatus=ringing&From=anonymous&To=%2B15559870002"), ">No phone.<");
    assert_lacks(post("voice.fcgi", "CallSid=c&CallStatus=ringing&From=sip%3Aa%40b&To=%2B15559870002"), "<Sms");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = t\n[text t]\nnext = hangup\n", "the key 'message' is missing");
    fixture_expect_error(HEAD "voice = t\n[text t]\nmessage = x\nnext = t\n", "a loop without input");
}

static const struct CMUnitTest promises[] = {
    PROMISE("hands a call over to another address", redirects),
    PROMISE("sends the caller a text, and goes elsewhere with a caller who has no number", texts_the_caller),
    PROMISE(
        "a menu asks again in fewer words, and tells silence from a wrong choice, in a voice and language of its own",
        menu_speaks),
    PROMISE("a menu's choice may be a pattern or a range, behind the very keys", menu_patterns),
    PROMISE("a menu asks for keys and words, speaks, plays and pauses, and names its own action", menu_asks),
    PROMISE("a menu goes where a key, several keys, star, pound or a spoken word leads", menu_follows),
    PROMISE("a menu asks again after a wrong choice or silence, and goes on otherwise when tries are used up",
            menu_repeats),
    PROMISE("a menu of single keys ends with the first", one_digit),
    PROMISE("dial rings several numbers together, with caller id, recording and status callbacks", dial_together),
    PROMISE("dial goes on by what came of it", dial_outcomes),
    PROMISE("dial rings one after the other", dial_in_turn),
    PROMISE("dial begins anywhere where told to, and refuses to ring numbers and sip: together", dial_random),
    PROMISE("a number can stand where a node can", number_directly),
    PROMISE("voicemail greets, records, transcribes and says goodbye, but not to a caller who hung up", voicemail),
    PROMISE("hours know spans, midnight, daylight saving time, and closed days yearly, dated and in ranges", hours),
    PROMISE("a number that no line has is answered as configured", unknown_numbers),
    PROMISE("the fallback address never tries what failed again", fallback),
    PROMISE("prompts of any length are spoken in pieces", long_prompts),
};

KEEP_PROMISES(promises)
