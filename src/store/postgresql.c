/* The PostgreSQL engine: opens a database, and runs transactions in it. Its statements are in postgresql_statement.c,
 * its tables in postgresql_schema.c, waiting for the server in postgresql_connection.c. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/postgresql_schema.h"
#include "store/postgresql_statement.h"

/* --- opening --- */

static void on_notice(void *context, const PGresult *notice)
{
    struct postgresql *database = context;
    const char *severity = libpq->PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity != NULL && strcmp(severity, "WARNING") == 0) {
        database->warned = true;
        postgresql_explain("PostgreSQL", libpq->PQresultErrorMessage(notice), &database->warning);
    }
}

static void database_close(void *opened)
{
    struct postgresql *database = opened;
    libpq->PQfinish(database->connection);
    free(database);
}

static void *database_open(const char *location, unsigned flags, int patience_ms, struct error *error)
{
    if (libpq_load(error) != 0)
        return NULL;
    struct postgresql *database = calloc(1, sizeof *database);
    if (database == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    database->deadline_ms = clock_ms() + patience_ms;
    database->connection = postgresql_connect(location, database->deadline_ms, error);
    if (database->connection != NULL) {
        libpq->PQsetnonblocking(database->connection, 1);
        libpq->PQsetNoticeReceiver(database->connection, on_notice, database);
    }
    if (database->connection == NULL || postgresql_prepare_schema(database, flags, error) != 0) {
        database_close(database);
        return NULL;
    }
    return database;
}

static bool database_is_usable(void *opened)
{
    struct postgresql *database = opened;
    return !database->broken && libpq->PQstatus(database->connection) == CONNECTION_OK;
}

/* --- transactions --- */

static int database_begin(void *opened, enum engine_purpose purpose, int patience_ms, struct error *error)
{
    struct postgresql *database = opened;
    database->deadline_ms = clock_ms() + patience_ms;
    return postgresql_run_sql(
        database, purpose == ENGINE_WRITE ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
}

/* A server that stops waiting for its standby warns and acknowledges COMMIT. Such a commit may be lost on failover, so
 * it counts as failed. */
static int database_commit(void *opened, struct error *error)
{
    struct postgresql *database = opened;
    database->warned = false;
    bool failed_before = libpq->PQtransactionStatus(database->connection) == PQTRANS_INERROR;
    if (postgresql_run_sql(database, "COMMIT", error) != 0)
        return -1;
    if (failed_before)
        return error_set(error, "the transaction was rolled back");
    if (database->warned) {
        *error = database->warning;
        return -1;
    }
    return 0;
}

/* --- notifications, clock, checks --- */

static void database_wait(void *opened, int timeout_ms)
{
    struct postgresql *database = opened;
    struct error ignored;
    database->deadline_ms = clock_ms() + 2000;
    if (database->broken || postgresql_run_sql(database, "LISTEN hookswitch_jobs", &ignored) != 0)
        return;
    PGnotify *notice = libpq->PQnotifies(database->connection);
    if (notice == NULL && postgresql_wait(database->connection, POLLIN, clock_ms() + timeout_ms)) {
        if (!libpq->PQconsumeInput(database->connection))
            database->broken = true;
        notice = libpq->PQnotifies(database->connection);
    }
    for (; notice != NULL; notice = libpq->PQnotifies(database->connection))
        libpq->PQfreemem(notice);
}

static int database_clock(void *opened, int64_t *now_us, struct error *error)
{
    return postgresql_read_number(opened, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", now_us,
                                  error);
}

static bool database_find_warning(void *opened, struct error *warning)
{
    int64_t off;
    struct error ignored;
    if (postgresql_read_number(opened, "SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'off'",
                               &off, &ignored) != 0 ||
        off == 0)
        return false;
    error_set(warning, "the PostgreSQL server runs with fsync = off: what it acknowledges is lost with its power");
    return true;
}

/* Reads every row of every table: the server reports damage. */
static int database_check_integrity(void *opened, struct error *error)
{
    static const char *const all[] = { "SELECT count(*) FROM event WHERE length(parameters) < 0",
                                       "SELECT count(*) FROM current WHERE updated_us < 0",
                                       "SELECT count(*) FROM job WHERE due_us < 0",
                                       "SELECT count(*) FROM shared WHERE length(value) < 0" };
    int64_t count;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (postgresql_read_number(opened, all[i], &count, error) != 0)
            return -1;
    return 0;
}

const struct engine postgresql_engine = {
    .scheme = "postgresql:",
    .is_server = true,
    .dialect = DIALECT_POSTGRESQL,
    .check = postgresql_check_location,
    .open = database_open,
    .close = database_close,
    .is_usable = database_is_usable,
    .begin = database_begin,
    .commit = database_commit,
    .rollback = postgresql_rollback,
    .run = postgresql_run,
    .query = postgresql_query,
    .query_sql = postgresql_query_sql,
    .wait = database_wait,
    .clock = database_clock,
    .find_warning = database_find_warning,
    .check_integrity = database_check_integrity,
};
