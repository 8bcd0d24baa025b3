#include "promise.h"

#include <stdio.h>

#include "../fixture.h"
#include "fax/fax.h"

#define CONFIG                                                                                                         \
    "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\n[line fax]\nnumbers = +15559870009\n" \
    "fax = inbox\n[fax inbox]\nmedia_type = tiff\npage_size = a4\n[line desk]\nnumbers = +15559870002\nvoice = hangup\n"

static void receives(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_begin(&fixture, CONFIG);
    struct text answer = fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=1&To=%2B15559870009").body;
    assert_contains(answer, "<Receive action=\"https://pbx.example.com/hooks/fax.fcgi/fax/inbox/received\" mediaType=\"image/tiff\" pageSize=\"a4\"/>");
    assert_contains(fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=1&To=%2B15559870002").body, "<Reject/>");
    assert_contains(fixture_post(&fixture, fax_handle, "fax.fcgi", "FaxSid=f&From=1&To=%2B15550000000").body, "<Reject/>");
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

static const struct CMUnitTest promises[] = {
    PROMISE("receives a fax in the configured form, and rejects one on a line that takes none", receives),
    PROMISE("acknowledges the pages only once their event is on disk", never_lost),
};

KEEP_PROMISES(promises)
