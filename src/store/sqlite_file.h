/* Inside of src/store: the files that SQLite's engine writes, and whose they are. */
#ifndef HOOKSWITCH_STORE_SQLITE_FILE_H
#define HOOKSWITCH_STORE_SQLITE_FILE_H

#include <stdbool.h>

#include "base/str.h"

/* Creates an empty file where `path` has none: mode 0640 under any umask, with its folder's owner and group as far as
 * this process may give it away. A database that is filled later passes all of that on to its -wal and -shm. A file
 * that exists stays as it is; with `create` false a missing one is an error. 0, or -1 with the reason. */
int sqlite_file_prepare(const char *path, bool create, struct error *error);

#endif
