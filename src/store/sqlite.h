/* Inside of src/store: the parts of SQLite's engine. */
#ifndef HOOKSWITCH_STORE_SQLITE_H
#define HOOKSWITCH_STORE_SQLITE_H

#include <sqlite3.h>

#include "store/engine.h"

/* Sets `error` to "`attempt`: " with SQLite's message and the system's. Always returns -1. */
int sqlite_explain(sqlite3 *database, const char *attempt, struct error *error);

/* Runs one or more statements that return no rows. 0, or -1 with the reason. */
int sqlite_run_sql(sqlite3 *database, const char *sql, struct error *error);

/* Migrates the tables to the current version, in one transaction. Several processes may call it at the same time: all
 * but one find the version current. 0, or -1 with the reason. */
int sqlite_migrate(sqlite3 *database, struct error *error);

/* Creates an empty file where `path` has none: mode 0640 under any umask, with its folder's owner and group as far as
 * this process may give it away. A database that is filled later passes all of that on to its -wal and -shm. A file
 * that exists stays as it is; with `create` false a missing one is an error. 0, or -1 with the reason. */
int sqlite_file_prepare(const char *path, bool create, struct error *error);

#endif
