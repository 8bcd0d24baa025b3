/* Inside of src/store: one connection to a PostgreSQL server. No call blocks past the deadline of the transaction. */
#ifndef HOOKSWITCH_STORE_POSTGRESQL_CONNECTION_H
#define HOOKSWITCH_STORE_POSTGRESQL_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "store/libpq.h"
#include "store/statements.h"

enum { LABEL_SIZE = 40 };

struct postgresql {
    PGconn *connection;
    bool broken;                           /* an answer is outstanding, or the connection is lost */
    bool guarded;                          /* event is partitioned: its key alone does not detect repeats */
    bool warned;                           /* the server warned about the commit in progress */
    char prepared[STATEMENTS][LABEL_SIZE]; /* the name of each prepared statement; else empty */
    int64_t deadline_ms;                   /* of clock_ms */
    struct error warning;
};

/* 0, or -1 with the reason when libpq cannot parse `location`. The reason repeats nothing of it: it may hold a
 * password. */
int postgresql_check_location(const char *location, struct error *error);

/* Connects to the first host of `location` that accepts writes. The caller owns the connection (PQfinish). NULL with
 * the reason. */
PGconn *postgresql_connect(const char *location, int64_t deadline_ms, struct error *error);

/* Sets `error` to "`attempt`: `message`", in one line. Always returns -1. */
int postgresql_explain(const char *attempt, const char *message, struct error *error);

/* Marks the connection as broken and explains it with libpq's own message. Always returns -1. */
int postgresql_fail(struct postgresql *database, const char *attempt, struct error *error);

/* Waits for poll(2)'s `events`. False after `deadline_ms` (of clock_ms). */
bool postgresql_wait(PGconn *connection, short events, int64_t deadline_ms);

/* Sends what libpq has buffered. 0, or -1 with the reason and a broken connection. */
int postgresql_flush(struct postgresql *database, struct error *error);

/* Waits for the next result, which the caller clears; NULL after a statement's last one. 1 when the server refuses the
 * statement. -1 when the connection breaks or the deadline passes: whether the server ran the statement is unknown. */
int postgresql_await_result(struct postgresql *database, PGresult **result, struct error *error);

/* Reads all results of what was sent. -1 with the first refusal. */
int postgresql_finish_results(struct postgresql *database, struct error *error);

/* Runs SQL that returns no rows. 0, or -1 with the reason. */
int postgresql_run_sql(struct postgresql *database, const char *sql, struct error *error);

/* Rolls back the current transaction, if there is one. */
void postgresql_rollback(void *opened);

#endif
