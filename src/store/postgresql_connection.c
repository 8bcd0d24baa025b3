#include "store/postgresql.h"

#include <dlfcn.h>
#include <endian.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"

enum { HOSTS_MAX = 16, HOST_PATIENCE_MS = 1000 };

/* --- the library --- */

const struct libpq *libpq;

static struct libpq functions;
static struct error load_error;

static void *find(void *library, const char *name)
{
    void *function = dlsym(library, name);
    if (function == NULL)
        error_set(&load_error, "libpq is too old: it has no %s", name);
    return function;
}

/* POSIX lets a function stand in a void pointer; C wants its bytes moved. */
#define LIBPQ_FIND(function)                                                                                           \
    at = find(library, #function);                                                                                     \
    memcpy(&functions.function, &at, sizeof at);                                                                       \
    complete = complete && at != NULL;

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL), *at;
    int complete = 1;
    if (library == NULL) {
        error_set(&load_error, "libpq cannot be loaded: %s", dlerror());
        return;
    }
    LIBPQ_FUNCTIONS(LIBPQ_FIND)
    if (complete)
        libpq = &functions;
}

int libpq_load(struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (libpq != NULL)
        return 0;
    *error = load_error;
    return -1;
}

/* --- errors --- */

int postgresql_explain(const char *attempt, const char *message, struct error *error)
{
    struct str text = str_trim(str_of(message));
    error_set(error, "%s: %.*s", attempt, STR_ARGS(text));
    for (char *at = error->sentence; *at != '\0'; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    return -1;
}

int postgresql_fail(struct postgresql *database, const char *attempt, struct error *error)
{
    database->broken = true;
    return postgresql_explain(attempt, libpq->PQerrorMessage(database->connection), error);
}

/* A pooler has switched to another server connection, which lacks the session's prepared statements and search_path. */
static bool has_lost_session(const PGresult *refusal)
{
    static const char *const states[] = { "26000", "42P05",
                                          "42P01" }; /* unknown statement; duplicate statement; unknown table */
    const char *state = libpq->PQresultErrorField(refusal, PG_DIAG_SQLSTATE);
    for (size_t i = 0; i < sizeof states / sizeof *states && state != NULL; i++)
        if (strcmp(state, states[i]) == 0)
            return true;
    return false;
}

static void explain_refusal(struct postgresql *database, const PGresult *refusal, struct error *error)
{
    postgresql_explain("PostgreSQL", libpq->PQresultErrorMessage(refusal), error);
    if (has_lost_session(refusal)) {
        struct error refused = *error;
        error_set(error, "%.300s: a pooler that keeps no sessions? PgBouncer needs pool_mode = session",
                  refused.sentence);
        database->broken = true; /* the next connection sets up its session again */
    }
    if (libpq->PQstatus(database->connection) != CONNECTION_OK)
        database->broken = true;
}

/* --- sending and receiving --- */

bool postgresql_wait(PGconn *connection, short events, int64_t deadline_ms)
{
    struct pollfd wanted = { .fd = libpq->PQsocket(connection), .events = events };
    int64_t left = deadline_ms - clock_ms();
    return wanted.fd >= 0 && left > 0 && poll(&wanted, 1, (int)left) > 0;
}

int postgresql_flush(struct postgresql *database, struct error *error)
{
    for (;;) {
        int result = libpq->PQflush(database->connection);
        if (result == 0)
            return 0;
        if (result < 0)
            return postgresql_fail(database, "cannot send", error);
        if (!postgresql_wait(database->connection, POLLOUT | POLLIN, database->deadline_ms)) {
            database->broken = true;
            return error_set(error, "the database takes nothing in time");
        }
        if (!libpq->PQconsumeInput(database->connection))
            return postgresql_fail(database, "the connection broke", error);
    }
}

int postgresql_await_result(struct postgresql *database, PGresult **result, struct error *error)
{
    while (libpq->PQisBusy(database->connection)) {
        if (!postgresql_wait(database->connection, POLLIN, database->deadline_ms)) {
            database->broken = true;
            return error_set(error, "the database does not answer in time");
        }
        if (!libpq->PQconsumeInput(database->connection))
            return postgresql_fail(database, "the connection broke", error);
    }
    *result = libpq->PQgetResult(database->connection);
    if (*result != NULL && libpq->PQresultStatus(*result) == PGRES_FATAL_ERROR) {
        explain_refusal(database, *result, error);
        libpq->PQclear(*result);
        *result = NULL;
        return 1; /* the connection remains usable */
    }
    return 0;
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

int postgresql_read_rows(struct postgresql *database, engine_on_row *each, void *context, struct error *error)
{
    struct value columns[ENGINE_COLUMNS_MAX] = { { VALUE_NUMBER, { "", 0 }, 0 } };
    struct error ignored;
    int failed = 0;
    if (each != NULL)
        libpq->PQsetSingleRowMode(database->connection);
    if (postgresql_flush(database, error) != 0)
        return -1;
    for (;;) {
        PGresult *result = NULL;
        int status = postgresql_await_result(database, &result, failed ? &ignored : error);
        if (status < 0)
            return -1;
        failed = failed || status > 0;
        if (status == 0 && result == NULL)
            return failed ? -1 : 0;
        for (int row = 0; each != NULL && result != NULL && row < libpq->PQntuples(result); row++) {
            for (int i = 0; i < libpq->PQnfields(result) && i < ENGINE_COLUMNS_MAX; i++)
                columns[i] = column(result, row, i);
            each(context, columns);
        }
        libpq->PQclear(result);
    }
}

int postgresql_run_sql(struct postgresql *database, const char *sql, struct error *error)
{
    if (database->broken)
        return error_set(error, "the connection is broken");
    if (!libpq->PQsendQuery(database->connection, sql))
        return postgresql_fail(database, "cannot send", error);
    return postgresql_read_rows(database, NULL, NULL, error);
}

void postgresql_rollback(void *opened)
{
    struct postgresql *database = opened;
    struct error ignored;
    if (!database->broken && libpq->PQtransactionStatus(database->connection) != PQTRANS_IDLE)
        postgresql_run_sql(database, "ROLLBACK", &ignored);
}

/* --- connecting --- */

struct host_list {
    char *hosts[HOSTS_MAX], *addresses[HOSTS_MAX], *ports[HOSTS_MAX];
    size_t count;
    PQconninfoOption *options;
};

/* Splits "a,b,,d" in place. */
static size_t split(char *list, char *parts[HOSTS_MAX])
{
    size_t count = 0;
    if (list == NULL || *list == '\0')
        return 0;
    while (count < HOSTS_MAX && list != NULL)
        parts[count++] = strsep(&list, ",");
    return count;
}

static bool read_hosts(const char *location, struct host_list *list)
{
    char *why = NULL, *hosts = NULL, *addresses = NULL, *ports = NULL;
    *list = (struct host_list){ .count = 0 };
    list->options = libpq->PQconninfoParse(location, &why);
    libpq->PQfreemem(why);
    for (PQconninfoOption *option = list->options; option != NULL && option->keyword != NULL; option++) {
        if (strcmp(option->keyword, "host") == 0)
            hosts = option->val;
        else if (strcmp(option->keyword, "hostaddr") == 0)
            addresses = option->val;
        else if (strcmp(option->keyword, "port") == 0)
            ports = option->val;
    }
    size_t host_count = split(hosts, list->hosts), address_count = split(addresses, list->addresses),
           port_count = split(ports, list->ports);
    list->count = host_count > address_count ? host_count : address_count;
    for (size_t i = port_count; i < list->count && port_count > 0; i++)
        list->ports[i] = list->ports[0];
    list->count = list->count == 0 ? 1 : list->count;
    return list->options != NULL;
}

static PGconn *connect_to_host(const char *location, const struct host_list *list, size_t host, int64_t deadline_ms,
                               struct error *error)
{
    /* Of a keyword that is there twice the last one counts; `location` stands where the database's name does. */
    static const char *const keywords[] = { "client_encoding",
                                            "target_session_attrs",
                                            "fallback_application_name",
                                            "keepalives_idle",
                                            "keepalives_interval",
                                            "keepalives_count",
                                            "tcp_user_timeout",
                                            "dbname",
                                            "host",
                                            "hostaddr",
                                            "port",
                                            NULL };
    const char *const values[] = { "UTF8",
                                   "read-write",
                                   "hookswitch",
                                   "5",
                                   "2",
                                   "3",
                                   "8000",
                                   location,
                                   list->hosts[host],
                                   list->addresses[host],
                                   list->ports[host],
                                   NULL };
    PGconn *connection = libpq->PQconnectStartParams(keywords, values, 1);
    PostgresPollingStatusType status = connection == NULL || libpq->PQstatus(connection) == CONNECTION_BAD
                                           ? PGRES_POLLING_FAILED
                                           : PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!postgresql_wait(connection, events, deadline_ms))
            break;
        status = libpq->PQconnectPoll(connection);
    }
    if (status == PGRES_POLLING_OK)
        return connection;
    if (status == PGRES_POLLING_FAILED)
        postgresql_explain("cannot connect", connection == NULL ? "out of memory" : libpq->PQerrorMessage(connection),
                           error);
    else
        error_set(error, "cannot connect: %s does not answer in time",
                  list->hosts[host] != NULL ? list->hosts[host] : "the server");
    libpq->PQfinish(connection);
    return NULL;
}

PGconn *postgresql_connect(const char *location, int64_t deadline_ms, struct error *error)
{
    struct host_list list;
    PGconn *connection = NULL;
    if (!read_hosts(location, &list)) {
        error_set(error, "libpq does not understand this address");
        return NULL;
    }
    for (size_t host = 0; host < list.count && connection == NULL; host++) {
        int64_t now = clock_ms(), next_ms = now + HOST_PATIENCE_MS;
        if (now < deadline_ms)
            connection = connect_to_host(location, &list, host,
                                         list.count == 1 || next_ms > deadline_ms ? deadline_ms : next_ms, error);
    }
    libpq->PQconninfoFree(list.options);
    return connection;
}

int postgresql_check_location(const char *location, struct error *error)
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
