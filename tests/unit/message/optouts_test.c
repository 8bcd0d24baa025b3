#include "promise.h"

#include <stdio.h>

#include "../fixture.h"
#include "message/sms.h"

#define HEAD                                                                                                           \
    "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\n[line desk]\nnumbers = "             \
    "+15559870002\nsms = t\n"

static struct fixture fixture;

static struct str text(const char *from, const char *body)
{
    static int serial;
    const char *form =
        arena_format(fixture.arena, "MessageSid=m%d&From=%%2B%s&To=%%2B15559870002&Body=%s", serial++, from, body).at;
    struct response response = fixture_post(&fixture, sms_handle, "sms.fcgi", form);
    assert_int_equal(response.status, 200);
    return response.body;
}

static void begin(const char *config)
{
    char address[160];
    struct error why;
    fixture_begin(&fixture, config);
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    snprintf(address, sizeof address, "sqlite:%s/events.db", fixture.folder);
    fixture.store = store_open(address, STORE_DIRECT, &fixture.log, &why);
    assert_non_null(fixture.store);
}

static void heeds_stop(void **state)
{
    static const char *const stops[] = { "STOP",        "stop.",  "Stop+All", "STOPALL",
                                         "unsubscribe", "Cancel", "END",      "quit%21" };
    (void)state;
    begin(HEAD "[texts t]\noptout_help = We are Acme.\notherwise = Thanks!\n");
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        assert_contains(text("15551230001", stops[i]), "You will get no more messages");
        assert_contains(text("15551230001", "hello"), "<Response/>");
        assert_contains(text("15551230002", "hello"), ">Thanks!<");
        assert_contains(text("15551230001", i % 2 ? "START" : "unstop"), "messages from this number again");
        assert_contains(text("15551230001", "hello"), ">Thanks!<");
        fixture.now_us += 7200 * 1000000LL;
    }
    assert_contains(text("15551230001", "please+stop+by+tomorrow"), ">Thanks!<"); /* a sentence is no command */
    assert_contains(text("15551230001", "HELP"), ">We are Acme.<");
    assert_contains(text("15551230001", "info"), ">We are Acme.<");
    assert_contains(text("15551230001", "alto"), ">Thanks!<"); /* the line speaks no Spanish */
    fixture_end(&fixture);
}

static void knows_languages(void **state)
{
    (void)state;
    begin(HEAD "language = es\nlanguages = fr-CA\n[texts t]\noptout_stopped = Hecho.\notherwise = Hola\n");
    assert_contains(text("15551230001", "Alto"), ">Hecho.<");
    assert_contains(text("15551230001", "hola"), "<Response/>");
    assert_contains(text("15551230002", "Arr%C3%AAt"), ">Hecho.<");
    fixture_end(&fixture);
    begin(HEAD "[texts t]\noptout = no\nstop = We never stop.\n");
    assert_contains(text("15551230001", "stop"), ">We never stop.<");
    fixture_end(&fixture);
}

static void never_loops(void **state)
{
    int replies = 0;
    (void)state;
    begin(HEAD "[texts t]\nreplies_per_hour = 3\notherwise = I am away.\n");
    for (int i = 0; i < 10; i++) {
        struct str answer = text("15551230001", "I+am+away.");
        replies += str_find(answer, STR("<Message")) < answer.length;
    }
    assert_int_equal(replies, 3);
    assert_contains(text("15551230002", "hello"), ">I am away.<");
    fixture.now_us += 3700 * 1000000LL;
    assert_contains(text("15551230001", "hello"), ">I am away.<");
    fixture_end(&fixture);
}

static const struct CMUnitTest promises[] = {
    PROMISE("STOP and its like end automatic replies, START and UNSTOP begin them anew, HELP is answered", heeds_stop),
    PROMISE("STOP is known in the languages of the line, and can be left to the keywords", knows_languages),
    PROMISE("two robots that text each other stop after so many replies an hour", never_loops),
};

KEEP_PROMISES(promises)
