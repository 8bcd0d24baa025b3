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
