/* The terminal that standard output is: how wide, and by which clock it shows times. Elsewhere nothing is cut, and
 * times are UTC. */
#ifndef HOOKSWITCH_CLI_TERMINAL_H
#define HOOKSWITCH_CLI_TERMINAL_H

#include "base/arena.h"
#include "base/zone.h"

/* Its columns: COLUMNS, or what it says itself, or 80; 0 where there is no terminal. */
int terminal_width(void);

/* 2026-12-24 17:30:05, by the clock that TZ names, or without TZ by that of `zone`; 2026-12-24T22:30:05.000Z where
 * there is no terminal, or no zone. In the arena. */
struct str terminal_time(struct arena *arena, const struct zone *zone, int64_t us);

#endif
