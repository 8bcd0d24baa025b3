/* Times as people write them. */
#ifndef HOOKSWITCH_CLI_TIMESTAMP_H
#define HOOKSWITCH_CLI_TIMESTAMP_H

#include "base/zone.h"

/* 2h (ago), 90d, 2026-01-05, 2026-01-05T15:04:05 (UTC), in microseconds since 1970. False for anything else. */
bool timestamp_parse(const char *word, int64_t *us);
/* 2026-12-24T17:30, 2026-12-24 17:30 or 2026-12-24, by the zone's wall clock. False for anything else. */
bool timestamp_parse_local(const char *word, const struct zone *zone, int64_t *us);

#endif
