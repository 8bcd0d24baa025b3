/* Inside of src/store: a copy of an SQLite database that is in use. */
#ifndef HOOKSWITCH_STORE_SQLITE_BACKUP_H
#define HOOKSWITCH_STORE_SQLITE_BACKUP_H

#include <sqlite3.h>

#include "base/str.h"

/* Copies the database into the file `path`, which gets its name when the copy is complete and on disk. Calls
 * `progress` with done and total pages. 0, or -1 with the reason. */
int sqlite_backup(sqlite3 *database, const char *path, void (*progress)(void *context, long done, long total),
                  void *context, struct error *error);

#endif
