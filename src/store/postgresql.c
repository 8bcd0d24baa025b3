/* The PostgreSQL engine: opens a database, and runs transactions and statements in it. Its tables are in
 * postgresql_schema.c, waiting for the server in postgresql_connection.c. */
#include "store/postgresql.h"

#include <endian.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "store/core.h"

enum { VALUES_MAX = 20, PIPELINE_MAX = 64 };

/* --- values --- */

struct bound {
    const char *values[VALUES_MAX];
    int lengths[VALUES_MAX], formats[VALUES_MAX];
    Oid types[VALUES_MAX];
    uint64_t numbers[VALUES_MAX];
};

static void bind(struct bound *bound, size_t count, const struct value *values)
{
    for (size_t i = 0; i < count; i++) {
        const struct value *value = &values[i];
        bound->formats[i] = 1;
        if (value->type == VALUE_NUMBER) {
            bound->numbers[i] = htobe64((uint64_t)value->number);
            bound->values[i] = (const char *)&bound->numbers[i];
            bound->lengths[i] = 8;
            bound->types[i] = INT8_OID;
        } else {
            bound->values[i] = value->text.length == 0 ? "" : value->text.at;
            bound->lengths[i] = (int)value->text.length;
            bound->types[i] = value->type == VALUE_TEXT ? TEXT_OID : BYTEA_OID;
        }
    }
}

/* --- statements --- */

/* The name is a digest of the SQL: behind a pooler, a statement that another version of hookswitch has prepared under
 * the same name is the same statement. */
static void name_statement(enum statement_name name, char label[LABEL_SIZE])
{
    struct arena *arena = arena_new();
    struct buffer list = buffer_in(arena);
    digest_add(&list, str_of(statements[name].values));
    digest_add(&list, str_of(statement_sql(name, DIALECT_POSTGRESQL)));
    snprintf(label, LABEL_SIZE, "hs_%.*s", STR_ARGS(digest_of(&list)));
    arena_free(arena);
}

static int prepare(struct postgresql *database, enum statement_name name, struct error *error)
{
    const char *types = statements[name].values;
    Oid oids[VALUES_MAX];
    char label[LABEL_SIZE];
    if (database->broken)
        return error_set(error, "the connection is broken");
    if (database->prepared[name][0] != '\0')
        return 0;
    name_statement(name, label);
    size_t count = strlen(types);
    for (size_t i = 0; i < count; i++)
        oids[i] = types[i] == 'n' ? INT8_OID : types[i] == 't' ? TEXT_OID : BYTEA_OID;
    if (!libpq->PQsendPrepare(database->connection, label, statement_sql(name, DIALECT_POSTGRESQL), (int)count, oids))
        return postgresql_fail(database, "cannot send", error);
    if (postgresql_read_rows(database, NULL, NULL, error) != 0)
        return -1;
    memcpy(database->prepared[name], label, sizeof label);
    return 0;
}

static int send_prepared(struct postgresql *database, enum statement_name name, const struct value *values)
{
    struct bound bound;
    size_t count = strlen(statements[name].values);
    bind(&bound, count, values);
    return libpq->PQsendQueryPrepared(database->connection, database->prepared[name], (int)count, bound.values,
                                      bound.lengths, bound.formats, 1);
}

/* Reads the results of a pipeline of `count` statements, and the sync that ends it. */
static int read_pipeline(struct postgresql *database, size_t count, size_t stride, long *changed, struct error *error)
{
    struct error ignored;
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        PGresult *result = NULL;
        int status = postgresql_await_result(database, &result, failed ? &ignored : error);
        if (status < 0)
            return -1;
        if (status > 0) {
            failed = -1;
        } else if (result != NULL) {
            if (libpq->PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
                failed = -1;
            if (changed != NULL && (i + 1) % stride == 0)
                changed[i / stride] = strtol(libpq->PQcmdTuples(result), NULL, 10);
            libpq->PQclear(result);
        }
        if (postgresql_await_result(database, &result, &ignored) != 0 || result != NULL) { /* the NULL after each */
            libpq->PQclear(result);
            return postgresql_fail(database, "the pipeline is out of step", error);
        }
    }
    PGresult *end = NULL;
    if (postgresql_await_result(database, &end, &ignored) != 0 || libpq->PQresultStatus(end) != PGRES_PIPELINE_SYNC) {
        libpq->PQclear(end);
        return postgresql_fail(database, "the pipeline is out of step", error);
    }
    libpq->PQclear(end);
    return failed;
}

static int run_pipeline(struct postgresql *database, enum statement_name name, size_t count, const struct value *values,
                        bool guarded, long *changed, struct error *error)
{
    size_t width = strlen(statements[name].values), stride = guarded ? 2 : 1;
    int sent = libpq->PQenterPipelineMode(database->connection);
    for (size_t i = 0; i < count && sent; i++) {
        const struct value *row = values + i * width;
        sent = (!guarded || send_prepared(database, STATEMENT_GUARD_EVENT, row)) && send_prepared(database, name, row);
    }
    if (!sent || !libpq->PQpipelineSync(database->connection))
        return postgresql_fail(database, "cannot send", error);
    if (postgresql_flush(database, error) != 0)
        return -1;
    int failed = read_pipeline(database, count * stride, stride, changed, error);
    if (!database->broken && !libpq->PQexitPipelineMode(database->connection))
        return postgresql_fail(database, "the pipeline is out of step", error);
    return failed;
}

static int database_run(void *opened, enum statement_name name, size_t count, const struct value *values, long *changed,
                        struct error *error)
{
    struct postgresql *database = opened;
    size_t width = strlen(statements[name].values);
    bool guarded = name == STATEMENT_ADD_EVENT && database->guarded;
    if (count == 0)
        return 0;
    if (prepare(database, name, error) != 0 || (guarded && prepare(database, STATEMENT_GUARD_EVENT, error) != 0))
        return -1;
    for (size_t done = 0; done < count; done += PIPELINE_MAX) {
        size_t some = count - done < PIPELINE_MAX ? count - done : PIPELINE_MAX;
        if (run_pipeline(database, name, some, values + done * width, guarded, changed == NULL ? NULL : changed + done,
                         error) != 0)
            return -1;
    }
    return 0;
}

static int database_query(void *opened, enum statement_name name, const struct value *values, engine_on_row *each,
                          void *context, struct error *error)
{
    struct postgresql *database = opened;
    if (prepare(database, name, error) != 0)
        return -1;
    if (!send_prepared(database, name, values))
        return postgresql_fail(database, "cannot send", error);
    return postgresql_read_rows(database, each, context, error);
}

static int database_query_sql(void *opened, const char *sql, size_t count, const struct value *values,
                              engine_on_row *each, void *context, struct error *error)
{
    struct postgresql *database = opened;
    struct bound bound;
    if (database->broken)
        return error_set(error, "the connection is broken");
    bind(&bound, count, values);
    if (!libpq->PQsendQueryParams(database->connection, sql, (int)count, bound.types, bound.values, bound.lengths,
                                  bound.formats, 1))
        return postgresql_fail(database, "cannot send", error);
    return postgresql_read_rows(database, each, context, error);
}

int postgresql_read_number(struct postgresql *database, const char *sql, int64_t *number, struct error *error)
{
    *number = 0;
    return database_query_sql(database, sql, 0, NULL, store_read_number, number, error);
}

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
    .run = database_run,
    .query = database_query,
    .query_sql = database_query_sql,
    .wait = database_wait,
    .clock = database_clock,
    .find_warning = database_find_warning,
    .check_integrity = database_check_integrity,
};
