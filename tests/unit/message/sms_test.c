#include "promise.h"

#include "../fixture.h"
#include "message/sms.h"

#define HEAD                                                                                                           \
    "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\n[line desk]\nnumbers = "             \
    "+15559870002\n"                                                                                                   \
    "sms = t\n"
#define FROM "MessageSid=m&From=%2B15551230001&To=%2B15559870002&Body="

static struct fixture fixture;

static struct str text(const char *body)
{
    struct response response =
        fixture_post(&fixture, sms_handle, "sms.fcgi", arena_format(fixture.arena, "%s%s", FROM, body).at);
    assert_int_equal(response.status, 200);
    return response.body;
}

static void keywords(void **state)
{
    (void)state;
    fixture_begin(
        &fixture, HEAD
        "[texts t]\nhours = Nine to five.\nhours.words = open, when\nhours.2 = And Saturdays.\nopen day = In May.\n"
        "quiet =\nma\xC3\xB1"
        "ana = Hasta luego, {{From}}.\notherwise = Thanks!\n");
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    assert_contains(text("++HOURS%3F+"), ">Nine to five.<");
    assert_contains(text("hours"), ">And Saturdays.<");
    assert_contains(text("when+are+you+there"), ">Nine to five.<");
    assert_contains(text("Open+Day"), ">In May.<");
    assert_contains(text("Ma%C3%B1ana"), ">Hasta luego, +15551230001.<");
    assert_contains(text("manana"), ">Hasta luego");
    assert_contains(text("quiet"), "<Response/>");
    assert_contains(text("opening"), ">Thanks!<");
    assert_contains(text(""), ">Thanks!<");
    assert_contains(text("hours"), "statusCallback=\"https://pbx.example.com/hooks/status.fcgi/message/desk\"");
    fixture_end(&fixture);
}

static void nothing(void **state)
{
    (void)state;
    fixture_begin(&fixture, HEAD "[texts t]\nhours = Nine to five.\n");
    assert_contains(text("hello"), "<Response/>");
    struct response other =
        fixture_post(&fixture, sms_handle, "sms.fcgi", "MessageSid=m&From=1&To=%2B15550000000&Body=hours");
    assert_contains(other.body, "<Response/>");
    fixture_end(&fixture);
}

static void mistakes(void **state)
{
    (void)state;
    fixture_expect_error(HEAD "[texts t]\nhours.words = open\n",
                         "the keyword has no reply; expected 'hours = ...' or 'hours.next = ...' too");
    fixture_expect_error(HEAD "[texts t]\n!!! = x\n", "contains no word that can be typed");
    fixture_expect_error(HEAD "[texts t]\nhours.nine = x\n", "unknown key in a ");
    fixture_expect_error("[hookswitch]\n[line desk]\nsms = gone\n", "gone");
}

static const struct CMUnitTest promises[] = {
    PROMISE("answers by keyword and other words, whole words, the longest first, whatever case and accents", keywords),
    PROMISE("gives an empty answer where nothing is to be said", nothing),
    PROMISE("reports keywords without a reply and keys that make no sense", mistakes),
};

KEEP_PROMISES(promises)
