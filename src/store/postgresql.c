/* The PostgreSQL engine: one connection, never blocked for longer than the transaction's patience; rows of values go
 * down the wire together (pipeline mode, libpq 14). Several hosts in one address are tried in turn, each for a moment:
 * after a failover the first that takes writes is used. */
#include <endian.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "store/engine.h"
#include "store/libpq.h"

enum { TEXT_OID = 25, BYTEA_OID = 17, INT8_OID = 20, INT4_OID = 23, BOOL_OID = 16 };
enum {
    HOSTS_MAX = 16,
    VALUES_MAX = 20,
    HOST_PATIENCE_MS = 1000,
    MIGRATE_PATIENCE_MS = 10000,
    PIPELINE_MAX = 64,
    LABEL_SIZE = 40
};

/* The tables live in a schema of their own. Every unique key has the sid in it (or, where there is none, is one
 * column), so that all can be distributed by that column. An operator who wants other tables, partitioned ones for
 * instance, makes them ahead: what is there stays. */
static const char *const migrations[] = {
    "CREATE TABLE IF NOT EXISTS event ("
    " sid text NOT NULL, kind text NOT NULL, mark text NOT NULL,"
    " name text NOT NULL, state text NOT NULL, rank bigint NOT NULL, sequence bigint NOT NULL,"
    " line text NOT NULL, from_number text NOT NULL, to_number text NOT NULL, parent_sid text NOT NULL,"
    " received_us bigint NOT NULL, parameters bytea NOT NULL, origin text NOT NULL, answer text NOT NULL,"
    " PRIMARY KEY (sid, kind, mark));"
    "CREATE INDEX IF NOT EXISTS event_time ON event (received_us);"
    "CREATE INDEX IF NOT EXISTS event_parent ON event (parent_sid) WHERE parent_sid <> '';"
    "CREATE TABLE IF NOT EXISTS current ("
    " sid text NOT NULL, kind text NOT NULL,"
    " name text NOT NULL, state text NOT NULL, rank bigint NOT NULL, sequence bigint NOT NULL,"
    " line text NOT NULL, from_number text NOT NULL, to_number text NOT NULL, parent_sid text NOT NULL,"
    " first_us bigint NOT NULL, updated_us bigint NOT NULL,"
    " PRIMARY KEY (sid, kind));"
    "CREATE INDEX IF NOT EXISTS current_from ON current (from_number);"
    "CREATE INDEX IF NOT EXISTS current_to ON current (to_number);"
    "CREATE INDEX IF NOT EXISTS current_state ON current (state, updated_us);"
    "CREATE INDEX IF NOT EXISTS current_updated ON current (updated_us);"
    "CREATE TABLE IF NOT EXISTS job ("
    " sid text NOT NULL, kind text NOT NULL, cause text NOT NULL, action text NOT NULL, id text NOT NULL,"
    " mark text NOT NULL, line text NOT NULL, state bigint NOT NULL DEFAULT 0, due_us bigint NOT NULL,"
    " attempts bigint NOT NULL DEFAULT 0, worker text NOT NULL DEFAULT '', reason text NOT NULL DEFAULT '',"
    " created_us bigint NOT NULL, ended_us bigint NOT NULL DEFAULT 0,"
    " PRIMARY KEY (sid, kind, cause, action));"
    "CREATE INDEX IF NOT EXISTS job_due ON job (due_us) WHERE state = 0;"
    "CREATE INDEX IF NOT EXISTS job_failed ON job (ended_us) WHERE state = 2;"
    "CREATE INDEX IF NOT EXISTS job_id ON job (id);"
    "CREATE INDEX IF NOT EXISTS job_worker ON job (worker) WHERE worker <> '';"
    "CREATE TABLE IF NOT EXISTS shared (name text PRIMARY KEY, value bytea NOT NULL, version bigint NOT NULL,"
    " expires_us bigint NOT NULL);",
    /* What was done for a request's signed bytes (once.h). */
    "CREATE TABLE IF NOT EXISTS request (digest bytea PRIMARY KEY, split bigint NOT NULL, received_us bigint NOT NULL,"
    " step bigint NOT NULL, answer bytea NOT NULL);"
    "CREATE INDEX IF NOT EXISTS request_time ON request (received_us);",
};

enum { SCHEMA_VERSION = (int)(sizeof migrations / sizeof *migrations) };

struct database {
    PGconn *connection;
    bool broken;                           /* an answer is outstanding, or the connection is gone */
    bool guarded;                          /* event is partitioned: its key alone does not tell repeats */
    bool warned;                           /* the server said something about the commit in hand */
    char prepared[STATEMENTS][LABEL_SIZE]; /* the name of each statement that the connection has; else empty */
    int64_t deadline_ms;
    struct error warning;
};

/* --- waiting --- */

/* What the server (or libpq) says, in one line. */
static int explain(const char *attempt, const char *said, struct error *error)
{
    struct str text = str_trim(str_of(said));
    error_set(error, "%s: %.*s", attempt, STR_ARGS(text));
    for (char *at = error->sentence; *at != '\0'; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    return -1;
}

static int give_up(struct database *database, const char *attempt, struct error *error)
{
    database->broken = true;
    return explain(attempt, libpq->PQerrorMessage(database->connection), error);
}

/* What was set up for the connection is gone: a pooler has given it another one to the server, of somebody else. The
 * table is one that is found by search_path. */
static bool is_other_session(const PGresult *refusal)
{
    static const char *const states[] = { "26000", "42P05", "42P01" }; /* no such statement; it exists; no such table */
    const char *state = libpq->PQresultErrorField(refusal, PG_DIAG_SQLSTATE);
    for (size_t i = 0; i < sizeof states / sizeof *states && state != NULL; i++)
        if (strcmp(state, states[i]) == 0)
            return true;
    return false;
}

static void explain_refusal(struct database *database, const PGresult *refusal, struct error *error)
{
    explain("PostgreSQL", libpq->PQresultErrorMessage(refusal), error);
    if (is_other_session(refusal)) {
        struct error said = *error;
        error_set(error, "%.300s: a pooler that keeps no sessions? PgBouncer needs pool_mode = session", said.sentence);
        database->broken = true; /* the next connection is set up from the start */
    }
    if (libpq->PQstatus(database->connection) != CONNECTION_OK)
        database->broken = true;
}

static bool wait_for_socket(PGconn *connection, short events, int64_t deadline_ms)
{
    struct pollfd wanted = { .fd = libpq->PQsocket(connection), .events = events };
    int64_t left = deadline_ms - clock_ms();
    return wanted.fd >= 0 && left > 0 && poll(&wanted, 1, (int)left) > 0;
}

static int flush(struct database *database, struct error *error)
{
    for (;;) {
        int result = libpq->PQflush(database->connection);
        if (result == 0)
            return 0;
        if (result < 0)
            return give_up(database, "cannot send", error);
        if (!wait_for_socket(database->connection, POLLOUT | POLLIN, database->deadline_ms)) {
            database->broken = true;
            return error_set(error, "the database takes nothing in time");
        }
        if (!libpq->PQconsumeInput(database->connection))
            return give_up(database, "the connection broke", error);
    }
}

/* The next result, or NULL at the end of a statement's results. A result that does not come in time, or a connection
 * that breaks, is -1: whether the server has done it is not known then. */
static int await_result(struct database *database, PGresult **result, struct error *error)
{
    while (libpq->PQisBusy(database->connection)) {
        if (!wait_for_socket(database->connection, POLLIN, database->deadline_ms)) {
            database->broken = true;
            return error_set(error, "the database does not answer in time");
        }
        if (!libpq->PQconsumeInput(database->connection))
            return give_up(database, "the connection broke", error);
    }
    *result = libpq->PQgetResult(database->connection);
    if (*result != NULL && libpq->PQresultStatus(*result) == PGRES_FATAL_ERROR) {
        explain_refusal(database, *result, error);
        libpq->PQclear(*result);
        *result = NULL;
        return 1; /* refused, and the connection goes on */
    }
    return 0;
}

/* Takes all results of what was sent; the first refusal is the one that is told. */
static int finish_results(struct database *database, struct error *error)
{
    struct error ignored;
    int failed = 0;
    for (;;) {
        PGresult *result = NULL;
        int taken = await_result(database, &result, failed ? &ignored : error);
        if (taken < 0)
            return -1;
        failed = failed || taken > 0;
        if (taken == 0 && result == NULL)
            return failed ? -1 : 0;
        libpq->PQclear(result);
    }
}

static int run_text(struct database *database, const char *sql, struct error *error)
{
    if (database->broken)
        return error_set(error, "the connection is broken");
    if (!libpq->PQsendQuery(database->connection, sql))
        return give_up(database, "cannot send", error);
    return flush(database, error) != 0 ? -1 : finish_results(database, error);
}

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

static struct value column(const PGresult *result, int row, int position)
{
    const char *at = libpq->PQgetvalue(result, row, position);
    size_t length = (size_t)libpq->PQgetlength(result, row, position);
    uint64_t wide;
    uint32_t narrow;
    if (libpq->PQgetisnull(result, row, position))
        return value_number(0);
    switch (libpq->PQftype(result, position)) {
    case INT8_OID:
        memcpy(&wide, at, sizeof wide);
        return value_number((int64_t)be64toh(wide));
    case INT4_OID:
        memcpy(&narrow, at, sizeof narrow);
        return value_number((int32_t)be32toh(narrow));
    case BOOL_OID:
        return value_number(*at);
    default:
        return value_bytes((struct str){ at, length });
    }
}

/* --- statements --- */

/* Named by what it says: behind a pooler a name may be taken already, by this program or by another version of it, and
 * then it means the same. */
static void name_statement(enum statement_name name, char label[LABEL_SIZE])
{
    struct arena *arena = arena_new();
    struct buffer list = buffer_in(arena);
    digest_add(&list, str_of(statements[name].values));
    digest_add(&list, str_of(statement_sql(name, DIALECT_POSTGRESQL)));
    snprintf(label, LABEL_SIZE, "hs_%.*s", STR_ARGS(digest_of(&list)));
    arena_free(arena);
}

static int prepare(struct database *database, enum statement_name name, struct error *error)
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
        return give_up(database, "cannot send", error);
    if (flush(database, error) != 0 || finish_results(database, error) != 0)
        return -1;
    memcpy(database->prepared[name], label, sizeof label);
    return 0;
}

static int send_prepared(struct database *database, enum statement_name name, const struct value *values)
{
    struct bound bound;
    size_t count = strlen(statements[name].values);
    bind(&bound, count, values);
    return libpq->PQsendQueryPrepared(database->connection, database->prepared[name], (int)count, bound.values,
                                      bound.lengths, bound.formats, 1);
}

/* The results of `count` statements of a pipeline, then the mark at its end. */
static int take_pipeline(struct database *database, size_t count, size_t stride, long *changed, struct error *error)
{
    struct error ignored;
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        PGresult *result = NULL;
        int taken = await_result(database, &result, failed ? &ignored : error);
        if (taken < 0)
            return -1;
        if (taken > 0) {
            failed = -1;
        } else if (result != NULL) {
            if (libpq->PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
                failed = -1;
            if (changed != NULL && (i + 1) % stride == 0)
                changed[i / stride] = strtol(libpq->PQcmdTuples(result), NULL, 10);
            libpq->PQclear(result);
        }
        if (await_result(database, &result, &ignored) != 0 || result != NULL) { /* the NULL behind each */
            libpq->PQclear(result);
            return give_up(database, "the pipeline is out of step", error);
        }
    }
    PGresult *end = NULL;
    if (await_result(database, &end, &ignored) != 0 || libpq->PQresultStatus(end) != PGRES_PIPELINE_SYNC) {
        libpq->PQclear(end);
        return give_up(database, "the pipeline is out of step", error);
    }
    libpq->PQclear(end);
    return failed;
}

static int run_pipeline(struct database *database, enum statement_name name, size_t count, const struct value *values,
                        bool guarded, long *changed, struct error *error)
{
    size_t width = strlen(statements[name].values), stride = guarded ? 2 : 1;
    int sent = libpq->PQenterPipelineMode(database->connection);
    for (size_t i = 0; i < count && sent; i++) {
        const struct value *row = values + i * width;
        sent = (!guarded || send_prepared(database, STATEMENT_GUARD_EVENT, row)) && send_prepared(database, name, row);
    }
    if (!sent || !libpq->PQpipelineSync(database->connection))
        return give_up(database, "cannot send", error);
    if (flush(database, error) != 0)
        return -1;
    int failed = take_pipeline(database, count * stride, stride, changed, error);
    if (!database->broken && !libpq->PQexitPipelineMode(database->connection))
        return give_up(database, "the pipeline is out of step", error);
    return failed;
}

static int database_run(void *opened, enum statement_name name, size_t count, const struct value *values, long *changed,
                        struct error *error)
{
    struct database *database = opened;
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

/* Rows one by one as they arrive: a list of millions needs no memory for them. */
static int give_rows(struct database *database, engine_on_row *each, void *context, struct error *error)
{
    struct value columns[ENGINE_COLUMNS_MAX] = { { VALUE_NUMBER, { "", 0 }, 0 } };
    struct error ignored;
    int failed = 0;
    libpq->PQsetSingleRowMode(database->connection);
    if (flush(database, error) != 0)
        return -1;
    for (;;) {
        PGresult *result = NULL;
        int taken = await_result(database, &result, failed ? &ignored : error);
        if (taken < 0)
            return -1;
        failed = failed || taken > 0;
        if (taken == 0 && result == NULL)
            return failed ? -1 : 0;
        int count = result == NULL ? 0 : libpq->PQnfields(result);
        for (int row = 0; result != NULL && row < libpq->PQntuples(result); row++) {
            for (int i = 0; i < count && i < ENGINE_COLUMNS_MAX; i++)
                columns[i] = column(result, row, i);
            each(context, columns);
        }
        libpq->PQclear(result);
    }
}

static int database_query(void *opened, enum statement_name name, const struct value *values, engine_on_row *each,
                          void *context, struct error *error)
{
    struct database *database = opened;
    if (prepare(database, name, error) != 0)
        return -1;
    if (!send_prepared(database, name, values))
        return give_up(database, "cannot send", error);
    return give_rows(database, each, context, error);
}

static int database_ask(void *opened, const char *sql, size_t count, const struct value *values, engine_on_row *each,
                        void *context, struct error *error)
{
    struct database *database = opened;
    struct bound bound;
    if (database->broken)
        return error_set(error, "the connection is broken");
    bind(&bound, count, values);
    if (!libpq->PQsendQueryParams(database->connection, sql, (int)count, bound.types, bound.values, bound.lengths,
                                  bound.formats, 1))
        return give_up(database, "cannot send", error);
    return give_rows(database, each, context, error);
}

/* --- transactions --- */

static int database_begin(void *opened, enum engine_purpose purpose, int patience_ms, struct error *error)
{
    struct database *database = opened;
    database->deadline_ms = clock_ms() + patience_ms;
    return run_text(database, purpose == ENGINE_WRITE ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                    error);
}

static void database_rollback(void *opened)
{
    struct database *database = opened;
    struct error ignored;
    if (!database->broken && libpq->PQtransactionStatus(database->connection) != PQTRANS_IDLE)
        run_text(database, "ROLLBACK", &ignored);
}

/* A server that gives up waiting for its standby says so in a warning, and answers COMMIT all the same: that is no
 * promise, so it does not count. */
static int database_commit(void *opened, struct error *error)
{
    struct database *database = opened;
    database->warned = false;
    bool failed_before = libpq->PQtransactionStatus(database->connection) == PQTRANS_INERROR;
    if (run_text(database, "COMMIT", error) != 0)
        return -1;
    if (failed_before)
        return error_set(error, "the transaction was rolled back");
    if (database->warned) {
        *error = database->warning;
        return -1;
    }
    return 0;
}

static void take_notice(void *context, const PGresult *notice)
{
    struct database *database = context;
    const char *severity = libpq->PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity != NULL && strcmp(severity, "WARNING") == 0) {
        database->warned = true;
        explain("PostgreSQL", libpq->PQresultErrorMessage(notice), &database->warning);
    }
}

/* --- opening --- */

struct host_list {
    const char *keywords[64], *values[64]; /* ended by NULL; host and port are set for each try */
    char *hosts[HOSTS_MAX], *addresses[HOSTS_MAX], *ports[HOSTS_MAX];
    size_t count, host_at, address_at, port_at;
    PQconninfoOption *options;
};

/* "a,b,,d" into its parts, in place. */
static size_t split(char *list, char *parts[HOSTS_MAX])
{
    size_t count = 0;
    if (list == NULL || *list == '\0')
        return 0;
    while (count < HOSTS_MAX) {
        parts[count++] = list;
        list = strchr(list, ',');
        if (list == NULL)
            break;
        *list++ = '\0';
    }
    return count;
}

static void add_option(struct host_list *list, size_t *used, const char *keyword, const char *value)
{
    list->keywords[*used] = keyword;
    list->values[(*used)++] = value;
}

/* What libpq has as defaults, over which the address goes. */
static bool read_hosts(const char *location, struct host_list *list)
{
    char *why = NULL, *hosts = NULL, *addresses = NULL, *ports = NULL;
    size_t used = 0;
    *list = (struct host_list){ .count = 0 };
    list->options = libpq->PQconninfoParse(location, &why);
    libpq->PQfreemem(why);
    if (list->options == NULL)
        return false;
    for (PQconninfoOption *option = list->options; option->keyword != NULL && used < 48; option++) {
        if (option->val == NULL)
            continue;
        if (strcmp(option->keyword, "host") == 0)
            hosts = option->val;
        else if (strcmp(option->keyword, "hostaddr") == 0)
            addresses = option->val;
        else if (strcmp(option->keyword, "port") == 0)
            ports = option->val;
        else
            add_option(list, &used, option->keyword, option->val);
    }
    size_t host_count = split(hosts, list->hosts), address_count = split(addresses, list->addresses),
           port_count = split(ports, list->ports);
    list->count = host_count > address_count ? host_count : address_count;
    for (size_t i = port_count; i < list->count && port_count > 0; i++)
        list->ports[i] = list->ports[0];
    list->count = list->count == 0 ? 1 : list->count;
    const struct {
        const char *keyword, *value;
    } own[] = { { "client_encoding", "UTF8" },
                { "target_session_attrs", "read-write" },
                { "fallback_application_name", "hookswitch" },
                { "keepalives_idle", "5" },
                { "keepalives_interval", "2" },
                { "keepalives_count", "3" },
                { "tcp_user_timeout", "8000" } };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        bool given = false;
        for (size_t j = 0; j < used; j++)
            given = given || strcmp(list->keywords[j], own[i].keyword) == 0;
        if (!given)
            add_option(list, &used, own[i].keyword, own[i].value);
    }
    list->host_at = used++;
    list->address_at = used++;
    list->port_at = used++;
    list->keywords[list->host_at] = "host";
    list->keywords[list->address_at] = "hostaddr";
    list->keywords[list->port_at] = "port";
    return true;
}

static PGconn *connect_to(struct host_list *list, size_t host, int64_t deadline_ms, struct error *error)
{
    list->values[list->host_at] = list->hosts[host];
    list->values[list->address_at] = list->addresses[host];
    list->values[list->port_at] = list->ports[host];
    PGconn *connection = libpq->PQconnectStartParams(list->keywords, list->values, 0);
    PostgresPollingStatusType status = connection == NULL || libpq->PQstatus(connection) == CONNECTION_BAD
                                           ? PGRES_POLLING_FAILED
                                           : PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!wait_for_socket(connection, events, deadline_ms))
            break;
        status = libpq->PQconnectPoll(connection);
    }
    if (status == PGRES_POLLING_OK)
        return connection;
    if (status == PGRES_POLLING_FAILED)
        explain("cannot connect", connection == NULL ? "out of memory" : libpq->PQerrorMessage(connection), error);
    else
        error_set(error, "cannot connect: %s does not answer in time",
                  list->hosts[host] != NULL ? list->hosts[host] : "the server");
    libpq->PQfinish(connection);
    return NULL;
}

static PGconn *connect_to_any(const char *location, int64_t deadline_ms, struct error *error)
{
    struct host_list list;
    PGconn *connection = NULL;
    if (!read_hosts(location, &list)) {
        error_set(error, "this is no address that libpq understands");
        return NULL;
    }
    for (size_t host = 0; host < list.count && connection == NULL; host++) {
        int64_t now = clock_ms(), own = now + HOST_PATIENCE_MS;
        if (now < deadline_ms)
            connection = connect_to(&list, host, list.count == 1 || own > deadline_ms ? deadline_ms : own, error);
    }
    libpq->PQconninfoFree(list.options);
    return connection;
}

static void take_number(void *context, const struct value *columns)
{
    *(int64_t *)context = columns[0].number;
}

static int read_number(struct database *database, const char *sql, int64_t *number, struct error *error)
{
    *number = 0;
    return database_ask(database, sql, 0, NULL, take_number, number, error);
}

static int read_version(struct database *database, int64_t *version, struct error *error)
{
    int64_t there;
    *version = -1;
    if (read_number(database, "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('hookswitch.meta')",
                    &there, error) != 0)
        return -1;
    return there == 0 ? 0 : read_number(database, "SELECT version FROM hookswitch.meta", version, error);
}

/* Several hosts may start at once: whoever holds the lock does it. */
static int migrate(struct database *database, struct error *error)
{
    char set_version[80];
    int64_t version;
    database->deadline_ms = clock_ms() + MIGRATE_PATIENCE_MS;
    if (run_text(database,
                 "BEGIN; SELECT pg_advisory_xact_lock(7236837162910);"
                 "CREATE SCHEMA IF NOT EXISTS hookswitch; SET LOCAL search_path = hookswitch;"
                 "CREATE TABLE IF NOT EXISTS meta (version bigint NOT NULL);"
                 "INSERT INTO meta SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM meta)",
                 error) != 0 ||
        read_number(database, "SELECT version FROM meta", &version, error) != 0)
        return -1;
    int failed = 0;
    if (version > SCHEMA_VERSION)
        failed = error_set(error, "the database has version %d, this hookswitch knows versions up to %d", (int)version,
                           SCHEMA_VERSION);
    for (int step = (int)version; !failed && step < SCHEMA_VERSION; step++) {
        snprintf(set_version, sizeof set_version, "UPDATE meta SET version = %d", step + 1);
        failed = run_text(database, migrations[step], error) != 0 || run_text(database, set_version, error) != 0;
    }
    if (failed) {
        database_rollback(database);
        return -1;
    }
    return run_text(database, "COMMIT", error);
}

static int set_up(struct database *database, unsigned flags, struct error *error)
{
    int64_t version, partitioned;
    if (read_version(database, &version, error) != 0)
        return -1;
    if (version != SCHEMA_VERSION && (flags & ENGINE_CREATE) == 0 && version < 0)
        return error_set(error, "there are no tables of hookswitch in this database");
    if (version != SCHEMA_VERSION && migrate(database, error) != 0)
        return -1;
    /* A commit that is told before it is on disk would be a lie; remote_apply and on stay as they are. */
    if (run_text(database,
                 "SET search_path = hookswitch; SELECT set_config('synchronous_commit', 'on', false)"
                 " WHERE current_setting('synchronous_commit') IN ('off', 'local')",
                 error) != 0 ||
        read_number(database,
                    "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('event') AND relkind = 'p'",
                    &partitioned, error) != 0)
        return -1;
    database->guarded = partitioned > 0;
    return 0;
}

static void database_close(void *opened)
{
    struct database *database = opened;
    libpq->PQfinish(database->connection);
    free(database);
}

static void *database_open(const char *location, unsigned flags, int patience_ms, struct error *error)
{
    if (libpq_load(error) != 0)
        return NULL;
    struct database *database = calloc(1, sizeof *database);
    if (database == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    database->deadline_ms = clock_ms() + patience_ms;
    database->connection = connect_to_any(location, database->deadline_ms, error);
    if (database->connection != NULL) {
        libpq->PQsetnonblocking(database->connection, 1);
        libpq->PQsetNoticeReceiver(database->connection, take_notice, database);
    }
    if (database->connection == NULL || set_up(database, flags, error) != 0) {
        database_close(database);
        return NULL;
    }
    return database;
}

static int database_check(const char *location, struct error *error)
{
    struct host_list list;
    if (libpq_load(error) != 0)
        return -1;
    bool read = read_hosts(location, &list);
    libpq->PQconninfoFree(list.options);
    if (read)
        return 0;
    return error_set(error,
                     "libpq does not understand it; expected such as postgresql://hookswitch@db1,db2/hookswitch");
}

static bool database_is_there(void *opened)
{
    struct database *database = opened;
    return !database->broken && libpq->PQstatus(database->connection) == CONNECTION_OK;
}

/* --- around it --- */

static void database_wait(void *opened, int timeout_ms)
{
    struct database *database = opened;
    struct error ignored;
    database->deadline_ms = clock_ms() + 2000;
    if (database->broken || run_text(database, "LISTEN hookswitch_jobs", &ignored) != 0)
        return;
    PGnotify *notice = libpq->PQnotifies(database->connection);
    if (notice == NULL && wait_for_socket(database->connection, POLLIN, clock_ms() + timeout_ms)) {
        if (!libpq->PQconsumeInput(database->connection))
            database->broken = true;
        notice = libpq->PQnotifies(database->connection);
    }
    for (; notice != NULL; notice = libpq->PQnotifies(database->connection))
        libpq->PQfreemem(notice);
}

static int database_clock(void *opened, int64_t *now_us, struct error *error)
{
    return read_number(opened, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", now_us, error);
}

static bool database_warns(void *opened, struct error *warning)
{
    int64_t off;
    struct error ignored;
    if (read_number(opened, "SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'off'", &off,
                    &ignored) != 0 ||
        off == 0)
        return false;
    error_set(warning, "the PostgreSQL server runs with fsync = off: what it acknowledges is lost with its power");
    return true;
}

/* Every row of every index is looked at where the server has amcheck; what it has not, reading everything still shows.
 */
static int database_examine(void *opened, struct error *error)
{
    static const char *const all[] = { "SELECT count(*) FROM event WHERE length(parameters) < 0",
                                       "SELECT count(*) FROM current WHERE updated_us < 0",
                                       "SELECT count(*) FROM job WHERE due_us < 0",
                                       "SELECT count(*) FROM shared WHERE length(value) < 0" };
    int64_t count;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (read_number(opened, all[i], &count, error) != 0)
            return -1;
    return 0;
}

const struct engine postgresql_engine = {
    .scheme = "postgresql:",
    .is_server = true,
    .dialect = DIALECT_POSTGRESQL,
    .check = database_check,
    .open = database_open,
    .close = database_close,
    .is_usable = database_is_there,
    .begin = database_begin,
    .commit = database_commit,
    .rollback = database_rollback,
    .run = database_run,
    .query = database_query,
    .query_sql = database_ask,
    .wait = database_wait,
    .clock = database_clock,
    .find_warning = database_warns,
    .check_integrity = database_examine,
};
