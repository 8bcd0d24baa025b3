/* Whole files, as far as they are not too large. */
#ifndef HOOKSWITCH_BASE_FILE_H
#define HOOKSWITCH_BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"

/* What the file holds, in the arena. 0, or -1 with the reason: it cannot be read, is no regular file, or has more than
 * `max` bytes. */
int file_read(struct arena *arena, struct text path, size_t max, struct text *content, struct error *error);

#endif
