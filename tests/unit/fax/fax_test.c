#include "promise.h"

#include <stdio.h>

#include "../fixture.h"
#include "fax/fax.h"

#define CONFIG                                                                                                         \
    "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\n[line fax]\nnumbers = "              \
    "+15559870009\n"                                                                                                   \
    "fax = inbox\n[fax inbox]\nmedia_type = tiff\npage_size = a4\n[line desk]\nnumbers = +15559870002\nvoice = "       \
    "hangup\n"

static void receives(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_begin(&fixture, CONFIG);
    struct str answer = fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=1&To=%2B15559870009").body;
    assert_contains(answer, "<Receive action=\"https://pbx.example.com/hooks/fax.fcgi/fax/inbox/received\" "
                            "mediaType=\"image/tiff\" pageSize=\"a4\"/>");
    assert_contains(fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=1&To=%2B15559870002").body,
                    "<Reject/>");
    assert_contains(fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=1&To=%2B15550000000").body,
                    "<Reject/>");
    fixture_end(&fixture);
}

static void never_lost(void **state)
{
    struct fixture fixture;
    struct error why;
    char address[128];
    (void)state;
    fixture_begin(&fixture, CONFIG);
    const char *received = "FaxSid=f&FaxStatus=received&NumPages=2&MediaUrl=https%3A%2F%2Fx%2Ff.pdf";
    assert_int_equal(fixture_post(&fixture, fax_handle, "fax.fcgi/fax/inbox/received", received).status, 503);
    snprintf(address, sizeof address, "sqlite:%s/events.db", fixture.folder);
    fixture.store = store_open(address, STORE_DIRECT, &fixture.log, &why);
    assert_int_equal(fixture_post(&fixture, fax_handle, "fax.fcgi/fax/inbox/received", received).status, 200);
    fixture_end(&fixture);
}

static void by_caller_and_hours(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_begin(
        &fixture,
        "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\ntimezone = UTC\n"
        "[line fax]\nnumbers = +15559870009\nfax = who\n[route who]\n+1900* = reject\n"
        "+15551230001 = small\notherwise = when\n[hours when]\nmon-sun = 09:00-17:00\nopen = inbox\nclosed = busy\n"
        "[fax inbox]\n[fax small]\npage_size = a4\n");
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    fixture.now_us = 1767610800LL * 1000000; /* 2026-01-05 11:00 */
    assert_contains(
        fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=%2B19005550100&To=%2B15559870009").body,
        "<Reject/>");
    assert_contains(
        fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=%2B15551230001&To=%2B15559870009").body,
        "/fax/small/received");
    assert_contains(
        fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=%2B15551230002&To=%2B15559870009").body,
        "/fax/inbox/received");
    fixture.now_us += 12 * 3600 * 1000000LL;
    assert_contains(
        fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=%2B15551230002&To=%2B15559870009").body,
        "<Reject/>");
    fixture_end(&fixture);
}

static void forks_are_checked(void **state)
{
    (void)state;
    const char *front = "[hookswitch]\n[line fax]\nnumbers = +15559870009\nfax = who\n[fax inbox]\n[announce "
                        "hello]\nprompt = Hi\n[route who]\n";
    char config[400];
    snprintf(config, sizeof config, "%s%s", front, "+1555* = hello\notherwise = inbox\n");
    fixture_expect_error(config,
                         "[route who] +1555*: [announce hello] is not a [fax ...] section, and faxes are routed here");
    snprintf(config, sizeof config, "%s%s", front, "otherwise = +15551110001\n");
    fixture_expect_error(
        config, "faxes are routed here and cannot go to '+15551110001'; expected a [fax ...] section, or reject");
    fixture_expect_error("[hookswitch]\n[line desk]\nvoice = who\n[fax inbox]\n[route who]\notherwise = inbox\n",
                         "[fax inbox] is not a node of a call, and calls are routed here");
}

static const struct CMUnitTest promises[] = {
    PROMISE("receives a fax in the configured form, and rejects one on a line that takes none", receives),
    PROMISE("acknowledges the pages only once their event is on disk", never_lost),
    PROMISE("takes a fax, or refuses it, by caller and by hours", by_caller_and_hours),
    PROMISE("what faxes are led through must lead to faxes, calls to nodes", forks_are_checked),
};

KEEP_PROMISES(promises)
