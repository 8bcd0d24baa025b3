/* Inside of src/store: the tables in SQLite. */
#ifndef HOOKSWITCH_STORE_SQLITE_SCHEMA_H
#define HOOKSWITCH_STORE_SQLITE_SCHEMA_H

#include <sqlite3.h>

#include "base/str.h"

/* Migrates the tables to the current version, in one transaction. Several processes may call it at the same time: all
 * but one find the version current. 0, or -1 with the reason. */
int sqlite_migrate(sqlite3 *database, struct error *error);

#endif
