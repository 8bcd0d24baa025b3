#include "store/postgresql_connection.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"

enum { HOSTS_MAX = 16, HOST_PATIENCE_MS = 1000 };

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

int postgresql_finish_results(struct postgresql *database, struct error *error)
{
    struct error ignored;
    int failed = 0;
    for (;;) {
        PGresult *result = NULL;
        int status = postgresql_await_result(database, &result, failed ? &ignored : error);
        if (status < 0)
            return -1;
        failed = failed || status > 0;
        if (status == 0 && result == NULL)
            return failed ? -1 : 0;
        libpq->PQclear(result);
    }
}

int postgresql_run_sql(struct postgresql *database, const char *sql, struct error *error)
{
    if (database->broken)
        return error_set(error, "the connection is broken");
    if (!libpq->PQsendQuery(database->connection, sql))
        return postgresql_fail(database, "cannot send", error);
    return postgresql_flush(database, error) != 0 ? -1 : postgresql_finish_results(database, error);
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
    const char *keywords[64], *values[64]; /* ended by NULL; host and port change with each attempt */
    char *hosts[HOSTS_MAX], *addresses[HOSTS_MAX], *ports[HOSTS_MAX];
    size_t count, host_at, address_at, port_at;
    PQconninfoOption *options;
};

/* Splits "a,b,,d" in place. */
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

/* Combines `location`, libpq's defaults and hookswitch's own defaults. */
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

static PGconn *connect_to_host(struct host_list *list, size_t host, int64_t deadline_ms, struct error *error)
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
            connection =
                connect_to_host(&list, host, list.count == 1 || next_ms > deadline_ms ? deadline_ms : next_ms, error);
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
