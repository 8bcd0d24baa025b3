#include "promise.h"

#include "base/zone.h"

static void daylight(void **state)
{
    struct zone *zone = zone_open("America/New_York");
    (void)state;
    assert_non_null(zone);
    struct zone_time winter = zone_at(zone, 1767625445); /* 2026-01-05 15:04:05 UTC, a Monday */
    assert_int_equal(winter.minute, 10 * 60 + 4);
    assert_int_equal(winter.weekday, 0);
    assert_int_equal(winter.day, 5);
    struct zone_time before = zone_at(zone, 1772953199); /* 2026-03-08 06:59:59 UTC: 01:59:59 EST */
    struct zone_time after = zone_at(zone, 1772953200);  /* a second later: 03:00 EDT */
    assert_int_equal(before.minute, 1 * 60 + 59);
    assert_int_equal(after.minute, 3 * 60);
    zone_free(zone);
}

static void unknown(void **state)
{
    (void)state;
    assert_null(zone_open("America/Nowhere"));
}

static const struct CMUnitTest promises[] = {
    PROMISE("knows the wall clock of a zone on both sides of a change to daylight saving time", daylight),
    PROMISE("refuses a zone that does not exist", unknown),
};

KEEP_PROMISES(promises)
