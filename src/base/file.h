/* Whole files: read as far as they are not too large, written to their end or not at all. */
#ifndef HOOKSWITCH_BASE_FILE_H
#define HOOKSWITCH_BASE_FILE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"

/* What the file holds, in the arena. 0, or -1 with the reason: it cannot be read, is no regular file, or has more than
 * `max` bytes. */
int file_read(struct arena *arena, struct str path, size_t max, struct str *content, struct error *error);

/* Lets go of what is printed so far; file_close of standard output says why when that failed. */
void file_flush_output(void);

/* Closes what was written. 0, or -1 with the reason when a part of it, the first or the last, did not get there. `name`
 * is for the reason; `synced`: it is on the disk as well, where it is a file on one. */
int file_close(FILE *file, const char *name, bool synced, struct error *error);

#endif
