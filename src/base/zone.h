/* Time zones by IANA name, without touching TZ: safe in every thread. GLib reads the zone data. */
#ifndef HOOKSWITCH_BASE_ZONE_H
#define HOOKSWITCH_BASE_ZONE_H

#include <stdint.h>

#include "base/arena.h"

struct zone;

struct zone_time {
    int year, month, day; /* month and day from 1 */
    int weekday;          /* 0 is Monday */
    int minute;           /* of the day, 0 to 1439 */
    int second;
};

/* Advice for a name that does not mean what it seems to, or has no summer time: "EST", "UTC+5" (whose sign POSIX
 * reverses). NULL when the name is fine. */
const char *zone_advice(const char *name);

/* The zone that a misspelt `name` may have meant, from the system's list: "Europe/Berlin" of "Europe/Berln", "utc" or
 * "Berlin" likewise. In the arena; empty when none is similar. */
struct str zone_suggest(struct arena *arena, struct str name);

/* The zone called `name`, or NULL when the system's zone data has none. Free with zone_free. */
struct zone *zone_open(const char *name);
void zone_free(struct zone *zone);

/* The wall clock of the zone at `epoch_s` seconds since 1970. */
struct zone_time zone_at(const struct zone *zone, int64_t epoch_s);

/* The epoch at which the zone's wall clock says so; `day` may be past the month's end, `minute` counts from midnight.
 */
int64_t zone_epoch(const struct zone *zone, int year, int month, int day, int minute);

#endif
