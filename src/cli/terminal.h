/* Output for a terminal: its width, times by its clock, colours, no control characters. Where standard output is
 * something else nothing is cut, and times are UTC. */
#ifndef HOOKSWITCH_CLI_TERMINAL_H
#define HOOKSWITCH_CLI_TERMINAL_H

#include "base/zone.h"

enum colour { COLOUR_PLAIN, COLOUR_STRONG, COLOUR_QUIET, COLOUR_GOOD, COLOUR_DOUBTFUL, COLOUR_BAD };

/* The columns of standard output: COLUMNS, or the terminal's own, or 80; 0 where it is not a terminal. */
int terminal_width(void);

/* 2026-12-24 17:30:05, by the clock that TZ names, or without TZ by that of `zone`; 2026-12-24T22:30:05.000Z off a
 * terminal, or without a zone. In the arena. */
struct str terminal_time(struct arena *arena, const struct zone *zone, int64_t us);

/* The sequence that switches the colour; empty off a terminal, or where NO_COLOR is set. */
const char *terminal_colour(enum colour colour);

/* The text with its control characters replaced, as a callback can hold anything. In the arena. */
struct str terminal_safe(struct arena *arena, struct str text);
/* Prints the text line by line, each made safe. */
void terminal_print(struct arena *arena, struct str text);

/* Rewrites one line while something long goes on, where standard error is a terminal. */
void terminal_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void terminal_progress_end(void);

#endif
