#include "base/zone.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

/* struct zone is GLib's GTimeZone under the name that the rest of the house uses. */

const char *zone_advice(const char *name)
{
    static const struct {
        const char *name, *trap;
    } traps[] = {
        { "EST", "has no daylight saving time; write America/New_York, or America/Panama without it" },
        { "MST", "has no daylight saving time; write America/Denver, or America/Phoenix without it" },
        { "HST", "is an abbreviation; write Pacific/Honolulu" },
        { "CST", "is an abbreviation of several zones; write America/Chicago, or Asia/Shanghai" },
        { "PST", "is an abbreviation; write America/Los_Angeles" },
        { "EDT", "is an abbreviation; write America/New_York" },
        { "CDT", "is an abbreviation; write America/Chicago" },
        { "MDT", "is an abbreviation; write America/Denver" },
        { "PDT", "is an abbreviation; write America/Los_Angeles" },
        { "BST", "is an abbreviation; write Europe/London" },
        { "CEST", "is an abbreviation; write Europe/Berlin" },
        { "IST", "is an abbreviation of several zones; write Asia/Kolkata, Europe/Dublin or Asia/Jerusalem" },
        { "JST", "is an abbreviation; write Asia/Tokyo" },
        { "AEST", "is an abbreviation; write Australia/Sydney, or Australia/Brisbane without daylight saving time" },
    };
    /* The zone data's own names that look like what POSIX calculates with. */
    static const char *const sound[] = { "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0", "GMT-0" };
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        if (g_ascii_strcasecmp(name, traps[i].name) == 0)
            return traps[i].trap;
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        if (strcmp(name, sound[i]) == 0)
            return NULL;
    if (strchr(name, '/') == NULL && strpbrk(name, "0123456789") != NULL)
        return "is an offset from UTC, whose sign POSIX reverses; write the name of a place, such "
               "as "
               "America/New_York; without daylight saving time, five hours behind UTC are Etc/GMT+5, five ahead "
               "Etc/GMT-5";
    return NULL;
}

/* Spaces stand for '_', and a place for the zone that is named for it. */
static bool is_named(struct str zone, struct str name)
{
    return str_equal_nocase(zone, name) || str_equal_nocase(str_behind_last(zone, '/'), name);
}

struct str zone_suggest(struct arena *arena, struct str name)
{
    const char *folder = g_getenv("TZDIR");
    gchar *path = g_build_filename(folder == NULL ? "/usr/share/zoneinfo" : folder, "zone.tab", NULL), *read = NULL;
    struct str rest = STR(""), line, column;
    struct str wanted = arena_copy(arena, name);
    for (size_t i = 0; i < wanted.length; i++)
        if (wanted.at[i] == ' ')
            ((char *)(uintptr_t)wanted.at)[i] = '_';
    struct str_nearest nearest = str_nearest_to(wanted);
    if (str_equal_nocase(name, STR("UTC")))
        nearest.found = STR("UTC");
    else if (g_file_get_contents(path, &read, NULL, NULL))
        rest = arena_copy(arena, str_of(read));
    g_free(read);
    g_free(path);
    while (str_next(&rest, '\n', &line)) { /* country, coordinates, zone, comment */
        if (str_starts(line, STR("#")))
            continue;
        for (int i = 0; i < 3 && str_next(&line, '\t', &column);)
            i++;
        if (is_named(column, wanted))
            return column;
        str_nearest_offer(&nearest, column);
    }
    return nearest.found;
}

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
