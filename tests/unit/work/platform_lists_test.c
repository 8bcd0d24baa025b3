#include "promise.h"

#include "work/platform_lists.h"

struct page {
    struct platform_item items[4];
    size_t count;
    struct str next_query;
};

static struct page read_page(struct arena *arena, size_t list, const char *json)
{
    struct page page = { .count = 0 };
    struct error why;
    json_t *items = rest_read_page(arena, str_of(json), platform_lists[list].items, &page.next_query, &why), *item;
    size_t i;
    if (items == NULL)
        fail_msg("%s", why.sentence);
    json_array_foreach(items, i, item)
        page.count += platform_item_read(arena, &platform_lists[list], STR("acme.signalwire.com"), item, &page.items[page.count]);
    json_decref(items);
    return page;
}

static void pages(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    struct page page =
        read_page(arena, 0,
             "{\"next_page_uri\": \"https://evil.example/x?Page=1&PageToken=PA1\", \"calls\": ["
             "{\"sid\": \"c\", \"status\": \"completed\", \"from\": \"+1\", \"to\": \"+2\", \"duration\": 42, "
             "\"parent_call_sid\": null,"
             " \"end_time\": \"Wed, 19 Sept 2018 21:00:00 +0200\"}, 7, {\"nosid\": 1}, {\"sid\": \"d\"}]}");
    assert_int_equal(page.count, 2);
    assert_text(page.next_query, "Page=1&PageToken=PA1");
    assert_text(page.items[0].parameters, "CallSid=c&CallStatus=completed&From=%2B1&To=%2B2&CallDuration=42&Timestamp="
                                        "Wed%2C%2019%20Sept%202018%2021%3A00%3A00%20%2B0200");
    assert_int_equal(page.items[0].changed_us, 1537383600000000);
    assert_int_equal(page.items[1].changed_us, 0);
    page = read_page(
        arena, 2,
        "{\"next_page_uri\": null, \"recordings\": [{\"sid\": \"r\", \"call_sid\": \"c\", \"status\": \"completed\","
        "\"uri\": \"/api/laml/2010-04-01/Accounts/a/Recordings/r.json\", \"date_updated\": "
        "\"2018-11-26T20:00:00Z\"}]}");
    assert_text(page.next_query, "");
    assert_text(page.items[0].call_sid, "c");
    assert_contains(
        page.items[0].parameters,
        "RecordingUrl=https%3A%2F%2Facme.signalwire.com%2Fapi%2Flaml%2F2010-04-01%2FAccounts%2Fa%2FRecordings%2Fr.wav");
    assert_int_equal(page.items[0].changed_us, 1543262400000000);
    arena_free(arena);
}

static void no_pages(void **state)
{
    static const char *const bad[] = { "", "{", "[]", "{}", "{\"calls\": 1}", "<html>", "{\"messages\": []}" };
    struct arena *arena = arena_new();
    struct str query;
    struct error why;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(rest_read_page(arena, str_of(bad[i]), "calls", &query, &why));
    assert_text(str_of(why.sentence), "the answer is not a list of calls");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("reads a page as callbacks would have said it, dates in both writings, and never a next page elsewhere",
            pages),
    PROMISE("says of what is no page that it is none", no_pages),
};

KEEP_PROMISES(promises)
