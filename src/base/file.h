/* Reads whole files, and closes written ones with a check for errors. */
#ifndef HOOKSWITCH_BASE_FILE_H
#define HOOKSWITCH_BASE_FILE_H

#include <stdio.h>

#include "base/arena.h"

/* Reads a regular file into the arena, with a NUL behind that `length` does not count. 0; or -1 with the reason, and
 * errno: EFBIG for more than `max` bytes, EISDIR, EINVAL for what else is not a regular file. */
int file_read(struct arena *arena, struct str path, size_t max, struct str *content, struct error *error);
/* The same of an open descriptor, a pipe too, from where it stands to its end. `expected`: a guess of how much comes.
 * -1 with errno. */
int file_drain(struct arena *arena, int descriptor, size_t expected, size_t max, struct str *content);

/* Why the bytes of a file are not UTF-8 as it is expected, and what to do; NULL when neither a byte-order mark nor
 * UTF-16 is in sight. */
const char *file_encoding_flaw(struct str bytes);

/* Why a file with a secret is not safe from other users, and what to do: "PATH (0644): ...". Empty when it is safe, or
 * not there. `to_group`: even its group must not read it. The one rule for all such files. */
struct str file_exposure(struct arena *arena, const char *path, bool to_group);

/* Flushes standard output; file_close of it reports a failure. */
void file_flush_output(void);

/* Closes a written file. 0, or -1 with the reason when any part could not be written. `name` is for the reason;
 * `synced`: waits until a file on a disk is there. */
int file_close(FILE *file, const char *name, bool synced, struct error *error);

#endif
