/* A file of numbers and prefixes such as +1555*, one per line, with binary search. */
#ifndef HOOKSWITCH_FLOW_NUMBERS_H
#define HOOKSWITCH_FLOW_NUMBERS_H

#include <stdint.h>

#include "base/arena.h"

enum { NUMBERS_MAX_BYTES = 32 * 1024 * 1024 };

struct numbers {
    uint64_t *at; /* ascending; the highest bit marks a prefix */
    size_t count;
    size_t first_prefix; /* prefixes are at the end; count when there is none */
};

/* Reads a file of numbers with a plus sign, which may contain spaces, dots, dashes and brackets, and comments after '#'
 * or ';'. Uses the arena. Returns 0, or -1 with the line and the error. */
int numbers_parse(struct arena *arena, struct str content, struct numbers *numbers, struct error *error);
int numbers_read(struct arena *arena, struct str path, struct numbers *numbers, struct error *error);
/* Whether the file has the number or a prefix of it. */
bool numbers_contain(const struct numbers *numbers, struct str number);

#endif
