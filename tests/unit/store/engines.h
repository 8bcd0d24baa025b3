/* A database of each engine for a test: begin and end take the buffer (256 bytes) for its address. */
#ifndef HOOKSWITCH_TESTS_ENGINES_H
#define HOOKSWITCH_TESTS_ENGINES_H

#include "../fixture.h"
#include "promise.h"

/* For the group: a private PostgreSQL server, where there is one. */
int engines_begin(void **state);
int engines_end(void **state);

int sqlite_begin(void **state);
int sqlite_end(void **state);
int postgresql_begin(void **state); /* the test is skipped where no server can be started */
int postgresql_end(void **state);

/* Calls `each` with the statement and every step of how SQLite would carry it out. */
void sqlite_plan(const char *address, const char *sql, void (*each)(void *sql, const char *step));

/* The address of a database of the same engine that is not there. */
void engine_absent(const char *address, char *absent, size_t size);

#endif
