#include "played.h"

#include "base/zone.h"
#include "flow/holidays.h"
#include "store/kv.h"

#define SHOP                                                                                                           \
    HEAD "voice = h\n[hours h]\nmon-sun = 00:00-24:00\nopen = in\nclosed = out\n"                                        \
         "[announce in]\nprompt = Open.\n[announce out]\nprompt = Shut.\n"

static const char calendar[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261226\r\nDTEND;VALUE=DATE:20261228\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20200704\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270704\r\nEND:"
    "VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:3\r\nDTSTART:20261110T120000Z\r\nDTEND:20261110T130000Z\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

static void reads_calendars(void **state)
{
    struct holidays holidays;
    struct error why;
    struct arena *arena = arena_new();
    (void)state;
    assert_int_equal(holidays_parse(arena, str_of(calendar), 1793520000 /* 2026-11-01 */, &holidays, &why), 0);
    assert_true(holidays_has(&holidays, 20261226));
    assert_true(holidays_has(&holidays, 20261227));
    assert_false(holidays_has(&holidays, 20261228));
    assert_false(holidays_has(&holidays, 20261225));
    assert_false(holidays_has(&holidays, 20270704));
    assert_true(holidays_has(&holidays, 20280704));
    assert_int_equal(holidays.timed, 1);
    assert_int_equal(holidays_parse(arena, str_of("hello"), 1793520000, &holidays, &why), -1);
    assert_int_equal(holidays_parse(arena, str_of(""), 1793520000, &holidays, &why), -1);
    arena_free(arena);
}

static void closes_on_holidays(void **state)
{
    char path[100] = "/tmp/hookswitch-unit-holidays-XXXXXX", config[2000];
    struct zone *zone = zone_open("America/New_York");
    int opened = mkstemp(path);
    (void)state;
    assert_true(opened >= 0 && write(opened, calendar, sizeof calendar - 1) > 0);
    close(opened);

    snprintf(config, sizeof config,
             HEAD "voice = h\n[hours h]\nholidays = %s\nmon-sun = 00:00-24:00\nopen = in\nclosed = out\n"
                  "[announce in]\nprompt = Open.\n[announce out]\nprompt = Shut.\n",
             path);
    begin(config);
    fixture.now_us = zone_epoch(zone, 2028, 7, 4, 720) * 1000000;
    assert_contains(post("voice.fcgi", RING), ">Shut.<");
    fixture.now_us = zone_epoch(zone, 2028, 7, 5, 0) * 1000000;
    assert_contains(post("voice.fcgi", RING), ">Open.<");
    assert_contains(fixture_complaints(&fixture), "ignored 1 events that are not all-day");
    fixture_end(&fixture);
    unlink(path);
    zone_free(zone);
    fixture_expect_error(HEAD
                         "voice = h\n[hours h]\nmon = 09:00-10:00\nholidays = /none\nopen = hangup\nclosed = hangup\n",
                         "No such file");
}

struct wish {
    const char *verb;
    int64_t until_us;
};

static enum kv_action force(void *context, bool there, struct kv_entry *entry)
{
    const struct wish *wish = context;
    (void)there;
    *entry = (struct kv_entry){ str_of(wish->verb), wish->until_us };
    return KV_SET;
}

static void is_forced(void **state)
{
    struct error why;
    struct wish wish = { "closed", 0 };
    (void)state;
    begin_with_store(SHOP);
    assert_contains(post("voice.fcgi", RING), ">Open.<");
    wish.until_us = fixture.now_us + 3600 * 1000000LL;
    kv_update(fixture.store, fixture.arena, STR("hours h"), fixture.now_us, force, &wish, &why);
    assert_contains(post("voice.fcgi", RING), ">Shut.<");
    fixture.now_us += 3601 * 1000000LL;
    assert_contains(post("voice.fcgi", RING), ">Open.<");
    fixture_end(&fixture);
}

static void warns(void **state)
{
    (void)state;
    begin(HEAD "voice = h\n[hours h]\nmon-fri = 09:00-17:00, 16:00-18:00\nsun = 22:00-02:00\nmon = 01:00-03:00\n"
               "closed_on = 2020-12-25\n"
               "open = hangup\nclosed = hangup\n[hours never]\nopen = hangup\nclosed = hangup\n");
    struct str complaints = fixture_complaints(&fixture);
    assert_contains(complaints, "mon-fri: '16:00-18:00' overlaps another span");
    assert_contains(complaints, "overlaps another span");
    assert_contains(complaints, "mon: '01:00-03:00' overlaps");
    assert_contains(complaints, "closed_on: 2020-12-25 is in the past");
    assert_contains(complaints, "never open");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = h\n[hours h]\nmon = 09:00-10:00\nopen = hangup\n", "the key 'closed' is missing");
}

static const struct CMUnitTest promises[] = {
    PROMISE("holidays are read from a calendar, repeated and excepted ones too, whole days only", reads_calendars),
    PROMISE("hours are closed on holidays of their file, by the clock of the line", closes_on_holidays),
    PROMISE("hours forced closed are so at the next request, and open again by themselves", is_forced),
    PROMISE("spans that overlap, closed days that have gone by and hours that never open are complained of", warns),
};

KEEP_PROMISES(promises)
