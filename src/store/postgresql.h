/* Inside of src/store: a connection to a PostgreSQL server, and the parts of its engine. No call blocks past the
 * deadline of the transaction. */
#ifndef HOOKSWITCH_STORE_POSTGRESQL_H
#define HOOKSWITCH_STORE_POSTGRESQL_H

#include <libpq-fe.h>

#include "store/engine.h"

/* libpq is loaded when an address asks for it: with all that stands behind it (Kerberos, LDAP) it would cost a CGI
 * program on SQLite half as much again at each start. */
#define LIBPQ_FUNCTIONS(X)                                                                                             \
    X(PQclear)                                                                                                         \
    X(PQcmdTuples)                                                                                                     \
    X(PQconnectPoll)                                                                                                   \
    X(PQconnectStartParams)                                                                                            \
    X(PQconninfoFree)                                                                                                  \
    X(PQconninfoParse)                                                                                                 \
    X(PQconsumeInput)                                                                                                  \
    X(PQenterPipelineMode)                                                                                             \
    X(PQerrorMessage)                                                                                                  \
    X(PQexitPipelineMode)                                                                                              \
    X(PQfinish)                                                                                                        \
    X(PQflush)                                                                                                         \
    X(PQfreemem)                                                                                                       \
    X(PQftype)                                                                                                         \
    X(PQgetResult)                                                                                                     \
    X(PQgetisnull)                                                                                                     \
    X(PQgetlength)                                                                                                     \
    X(PQgetvalue)                                                                                                      \
    X(PQisBusy)                                                                                                        \
    X(PQnfields)                                                                                                       \
    X(PQnotifies)                                                                                                      \
    X(PQntuples)                                                                                                       \
    X(PQpipelineSync)                                                                                                  \
    X(PQresultErrorField)                                                                                              \
    X(PQresultErrorMessage)                                                                                            \
    X(PQresultStatus)                                                                                                  \
    X(PQsendPrepare)                                                                                                   \
    X(PQsendQuery)                                                                                                     \
    X(PQsendQueryParams)                                                                                               \
    X(PQsendQueryPrepared)                                                                                             \
    X(PQsetNoticeReceiver)                                                                                             \
    X(PQsetSingleRowMode)                                                                                              \
    X(PQsetnonblocking)                                                                                                \
    X(PQsocket)                                                                                                        \
    X(PQstatus)                                                                                                        \
    X(PQtransactionStatus)

#define LIBPQ_MEMBER(function) __typeof__(function) *function;
struct libpq {
    LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
};
#undef LIBPQ_MEMBER

/* NULL until libpq_load has succeeded; never changed after. */
extern const struct libpq *libpq;

/* 0, or -1 with the reason when the library is not there or too old. Safe in any thread. */
int libpq_load(struct error *error);

enum { LABEL_SIZE = 40, TEXT_OID = 25, BYTEA_OID = 17, INT8_OID = 20, INT4_OID = 23, BOOL_OID = 16 };

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

/* Reads all results of what was sent; passes rows on as they arrive, unless `each` is NULL: a list of millions does not
 * fill the memory. -1 with the first refusal. */
int postgresql_read_rows(struct postgresql *database, engine_on_row *each, void *context, struct error *error);

/* Runs SQL that returns no rows. 0, or -1 with the reason. */
int postgresql_run_sql(struct postgresql *database, const char *sql, struct error *error);

/* Rolls back the current transaction, if there is one. */
void postgresql_rollback(void *opened);

/* Reads the first column of the row that `sql` returns; 0 without a row. 0, or -1 with the reason. */
int postgresql_read_number(struct postgresql *database, const char *sql, int64_t *number, struct error *error);

/* Migrates the tables to the current version and sets up the session. Without ENGINE_CREATE in `flags`, missing tables
 * are an error. 0, or -1 with the reason. */
int postgresql_prepare_schema(struct postgresql *database, unsigned flags, struct error *error);

#endif
