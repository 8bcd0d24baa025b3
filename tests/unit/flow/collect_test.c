#include "played.h"

#define ACCOUNT                                                                                                        \
    HEAD "voice = c\n[collect c]\nprompt = Your account?\nagain = Once more.\nno_input = Hello?\nkeep = "              \
         "Account\ndigits = 6-8\n"                                                                                     \
         "confirm = You said {{Account.spelt}}. Right?\nnext = done\notherwise = sorry\npost = "                       \
         "https://crm.example.com/\nsecret = s\n"                                                                      \
         "[announce done]\nprompt = Thanks, {{Account}}.\n[announce sorry]\nprompt = Sorry.\n"

static void asks_and_confirms(void **state)
{
    (void)state;
    begin(ACCOUNT);
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "c/given?try=1\"");
    assert_contains(answer, "numDigits=\"8\"");
    answer = post("voice.fcgi/desk/c/given?try=1", TALK "&Digits=123456");
    assert_contains(answer, ">You said 1, 2, 3, 4, 5, 6. Right?<");
    assert_contains(answer, "c/confirmed?try=1&amp;k.Account=123456\"");
    assert_contains(post("voice.fcgi/desk/c/confirmed?try=1&k.Account=123456", TALK "&Digits=1"), ">Thanks, 123456.<");
    answer = post("voice.fcgi/desk/c/confirmed?try=1&k.Account=123456", TALK "&Digits=2");
    assert_contains(answer, ">Once more.<");
    assert_contains(answer, "c/given?try=2\""); /* it is forgotten */
    answer = post("voice.fcgi/desk/c/given?try=2", TALK "&Digits=12345");
    assert_contains(answer, ">Sorry, that cannot be right.<");
    assert_contains(post("voice.fcgi/desk/c/given?try=2", TALK), ">Hello?<");
    assert_contains(post("voice.fcgi/desk/c/given?try=3", TALK), ">Sorry.<");
    fixture_end(&fixture);
}

struct seen {
    int count;
    bool value;
};

static void look(void *context, const struct store_row *row)
{
    struct seen *seen = context;
    seen->count++;
    seen->value = str_find(row->event.parameters, STR("Account=123456")) < row->event.parameters.length;
}

static void hands_to_an_event(void **state)
{
    struct store_filter filter = { .name = STR("call.collected") };
    struct seen seen = { 0, false };
    struct error why;
    (void)state;
    begin_with_store(ACCOUNT);
    post("voice.fcgi/desk/c/confirmed?try=1&k.Account=123456", TALK "&Digits=1");
    assert_int_equal(store_list_events(fixture.store, &filter, look, &seen, &why), 0);
    assert_int_equal(seen.count, 1);
    assert_true(seen.value);
    fixture_end(&fixture);
}

static void checks_what_is_given(void **state)
{
    static const struct {
        const char *keys, *said;
        bool right;
    } cases[] = { { "check = luhn", "Digits=4539578763621486", true },
                  { "check = luhn", "Digits=4539578763621487", false },
                  { "check = date", "Digits=02292024", true },
                  { "check = date", "Digits=02292023", false },
                  { "check = date", "Digits=13012024", false },
                  { "pattern = 20xxxx", "Digits=201234", true },
                  { "pattern = 20xxxx", "Digits=211234", false },
                  { "digits = 4", "Digits=12345", false },
                  { "digits = 4\nspeech = yes", "SpeechResult=1+2+3+4.", true },
                  { "digits = 4\nspeech = yes", "SpeechResult=one", false },
                  { "speech = yes", "SpeechResult=My+name+is+Ada", true },
                  { "speech = yes", "SpeechResult=x&Confidence=0.1", false },
                  { "digits = 4", "Digits=12%2A4", false } };
    char config[700];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(config, sizeof config,
                 HEAD
                 "voice = c\n[collect c]\nprompt = ?\nkeep = It\n%s\nnext = done\n[announce done]\nprompt = Done.\n",
                 cases[i].keys);
        begin(config);
        struct str answer =
            post("voice.fcgi/desk/c/given?try=1", arena_format(fixture.arena, "%s&%s", TALK, cases[i].said).at);
        if ((str_find(answer, STR(">Done.<")) < answer.length) != cases[i].right)
            fail_msg("%s with %s", cases[i].keys, cases[i].said);
        fixture_end(&fixture);
    }
    fixture_expect_error(HEAD "voice = c\n[collect c]\nprompt = x\nkeep = a b\n", "'a b' is not a name");
    fixture_expect_error(HEAD "voice = c\n[collect c]\nprompt = x\nkeep = a\ndigits = 9-8\n", "'9-8' is not a length");
    fixture_expect_error(HEAD "voice = c\n[collect c]\nprompt = x\nkeep = a\npattern = 2y\n",
                         "pattern: expected digits");
}

static void takes_callbacks(void **state)
{
    (void)state;
    begin(HEAD "voice = b\n[callback b]\n");
    assert_contains(post("voice.fcgi", RING), "called back at 1, 5, 5, 5, 1, 2, 3, 0, 0, 0, 1, press 1");
    assert_contains(post("voice.fcgi/desk/b/number?try=1", TALK "&Digits=1"), "We will call you back");
    assert_contains(post("voice.fcgi/desk/b/number?try=1", TALK "&Digits=5551234567"), "We will call you back");
    assert_contains(post("voice.fcgi/desk/b/number?try=1", TALK "&Digits=55"), "not a number we can call");
    assert_contains(post("voice.fcgi/desk/b/number?try=3", TALK), "<Hangup/>");
    assert_contains(post("voice.fcgi", "CallSid=c1&CallStatus=ringing&From=anonymous&To=%2B15559870002"),
                    "enter the number to call you at");
    fixture_end(&fixture);
}

static const struct CMUnitTest promises[] = {
    PROMISE("collect asks, reads back sign by sign, has it confirmed, and knows it for the rest of the call",
            asks_and_confirms),
    PROMISE("what was collected is handed to an event", hands_to_an_event),
    PROMISE("collect checks length, pattern, Luhn's digit, dates, and digits that were spoken", checks_what_is_given),
    PROMISE("callback takes the caller's number or another, and promises nothing without one", takes_callbacks),
};

KEEP_PROMISES(promises)
