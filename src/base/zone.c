#include "base/zone.h"

#include <glib.h>

/* struct zone is GLib's GTimeZone under the name that the rest of the house uses. */

struct zone *zone_open(const char *name)
{
    return (struct zone *)g_time_zone_new_identifier(name);
}

void zone_free(struct zone *zone)
{
    if (zone != NULL)
        g_time_zone_unref((GTimeZone *)zone);
}

struct zone_time zone_at(const struct zone *zone, int64_t epoch_s)
{
    GTimeZone *borrowed = (GTimeZone *)(uintptr_t)zone; /* GLib's reference count is atomic */
    struct zone_time time = { 1970, 1, 1, 3, 0, 0 };
    GDateTime *utc = g_date_time_new_from_unix_utc(epoch_s);
    GDateTime *local = utc == NULL ? NULL : g_date_time_to_timezone(utc, borrowed);
    if (local != NULL) {
        g_date_time_get_ymd(local, &time.year, &time.month, &time.day);
        time.weekday = g_date_time_get_day_of_week(local) - 1;
        time.minute = g_date_time_get_hour(local) * 60 + g_date_time_get_minute(local);
        time.second = g_date_time_get_second(local);
        g_date_time_unref(local);
    }
    if (utc != NULL)
        g_date_time_unref(utc);
    return time;
}

int64_t zone_epoch(const struct zone *zone, int year, int month, int day, int minute)
{
    GTimeZone *borrowed = (GTimeZone *)(uintptr_t)zone;
    GDateTime *first = g_date_time_new(borrowed, year, month, 1, 0, 0, 0);
    if (first == NULL)
        return 0;
    GDateTime *midnight = g_date_time_add_days(first, day - 1);
    GDateTime *at = g_date_time_new(borrowed, g_date_time_get_year(midnight), g_date_time_get_month(midnight),
                                    g_date_time_get_day_of_month(midnight), minute / 60, minute % 60, 0);
    int64_t epoch = at == NULL ? 0 : g_date_time_to_unix(at);
    if (at != NULL)
        g_date_time_unref(at);
    g_date_time_unref(midnight);
    g_date_time_unref(first);
    return epoch;
}
