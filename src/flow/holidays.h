/* Holidays from an iCalendar file (RFC 5545). libical is loaded only when a configuration names such a file, because
 * loading it slows the start of a CGI program. */
#ifndef HOOKSWITCH_FLOW_HOLIDAYS_H
#define HOOKSWITCH_FLOW_HOLIDAYS_H

#include <stdint.h>

#include "base/arena.h"

enum { HOLIDAYS_MAX_BYTES = 1024 * 1024, HOLIDAYS_MAX_DAYS = 20000, HOLIDAYS_YEARS = 5 };

struct holidays {
    long *days; /* 20261225 */
    size_t count;
    size_t timed; /* events that are not all-day, which are skipped */
};

/* Reads the days of all-day events, repeated ones included, from the day before `now_s` to HOLIDAYS_YEARS later, into
 * the arena. Returns 0, or -1 with the reason. */
int holidays_read(struct arena *arena, struct str path, int64_t now_s, struct holidays *holidays, struct error *error);
int holidays_parse(struct arena *arena, struct str calendar, int64_t now_s, struct holidays *holidays,
                   struct error *error);
bool holidays_has(const struct holidays *holidays, long day);

#endif
