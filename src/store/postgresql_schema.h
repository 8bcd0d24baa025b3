/* Inside of src/store: the tables in PostgreSQL, and the settings that a session needs to use them. */
#ifndef HOOKSWITCH_STORE_POSTGRESQL_SCHEMA_H
#define HOOKSWITCH_STORE_POSTGRESQL_SCHEMA_H

#include "store/postgresql_connection.h"

/* Migrates the tables to the current version and sets up the session. Without ENGINE_CREATE in `flags`, missing tables
 * are an error. 0, or -1 with the reason. */
int postgresql_prepare_schema(struct postgresql *database, unsigned flags, struct error *error);

#endif
