/* A file of numbers, one a line, and of fronts such as +1555*: whether a caller is in it. Looked up by halving, however
 * many there are. */
#ifndef HOOKSWITCH_FLOW_NUMBERS_H
#define HOOKSWITCH_FLOW_NUMBERS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum { NUMBERS_MAX_BYTES = 32 * 1024 * 1024 };

struct numbers {
    uint64_t *at; /* ascending; of a front the highest bit is set */
    size_t count;
    size_t first_front; /* they stand at the end; count when there is none */
};

/* Reads what a file holds: numbers with a plus sign, which may be written with spaces, dots, dashes and brackets;
 * comments behind '#' or ';'. In the arena. 0, or -1 with the line and what is wrong in it. */
int numbers_parse(struct arena *arena, struct str content, struct numbers *numbers, struct error *error);
int numbers_read(struct arena *arena, struct str path, struct numbers *numbers, struct error *error);
/* Whether the number, or a front of it, is there. */
bool numbers_have(const struct numbers *numbers, struct str number);

#endif
