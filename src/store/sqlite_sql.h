/* Inside of src/store: SQL without values on an SQLite handle. */
#ifndef HOOKSWITCH_STORE_SQLITE_SQL_H
#define HOOKSWITCH_STORE_SQLITE_SQL_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/str.h"

/* Sets `error` to "`attempt`: " with SQLite's message and the system's. Always returns -1. */
int sqlite_explain(sqlite3 *database, const char *attempt, struct error *error);

/* Runs one or more statements that return no rows. 0, or -1 with the reason. */
int sqlite_run_sql(sqlite3 *database, const char *sql, struct error *error);

/* The first column of the first row that `sql` returns; -1 without a row and on an error. */
int64_t sqlite_read_number(sqlite3 *database, const char *sql);

#endif
