/* Opening and closing a store, by its address. */
#include "store/core.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { REOPEN_PAUSE_MS = 500, POOLER_PATIENCE_MS = 2000 };

static const struct engine *const engines[] = {
    &sqlite_engine,
#ifdef HAVE_POSTGRESQL
    &postgresql_engine,
#endif
    NULL,
};

static const struct engine *find_engine(const char *address)
{
    for (const struct engine *const *engine = engines; *engine != NULL; engine++)
        if (strncmp(address, (*engine)->scheme, strlen((*engine)->scheme)) == 0)
            return *engine;
    return NULL;
}

static const char *location_of(const struct engine *engine, const char *address)
{
    return engine->is_server ? address : address + strlen(engine->scheme);
}

int store_address_check(const char *address, struct error *error)
{
    const struct engine *engine = find_engine(address);
    if (engine != NULL)
        return engine->check(location_of(engine, address), error);
#ifdef HAVE_POSTGRESQL
    return error_set(error, "no such kind of store; expected sqlite:/path/to/events.db or postgresql://user@host/name");
#else
    return error_set(error, "no such kind of store; expected sqlite:/path/to/events.db (this build has no PostgreSQL)");
#endif
}

struct store *store_open_engine(const struct engine *engine, const char *location, enum store_mode mode,
                                const struct log *log)
{
    struct store_core *core = calloc(1, sizeof *core);
    if (core != NULL)
        core->location = strdup(location);
    if (core == NULL || core->location == NULL) {
        free(core);
        return NULL;
    }
    core->store = (struct store){ .core = core, .engine = engine };
    core->mode = mode;
    core->engine_flags = (mode == STORE_EXISTING ? 0 : ENGINE_CREATE) | (mode == STORE_DIRECT ? ENGINE_SHORT_LIVED : 0);
    core->log = log;
    core->end = &core->first;
    pthread_mutex_init(&core->lock, NULL);
    pthread_mutex_init(&core->query_lock, NULL);
    clock_condition_init(&core->work);
    clock_condition_init(&core->room);
    clock_condition_init(&core->query_free);
    clock_condition_init(&core->query_opened);
    error_set(&core->events.open_error, "the database is not open");
    error_set(&core->query.open_error, "the database is not open");
    if (mode == STORE_THREADED)
        core->has_writer = pthread_create(&core->writer, NULL, writer_run, core) == 0;
    return &core->store;
}

struct store *store_open(const char *address, enum store_mode mode, const struct log *log, struct error *error)
{
    if (store_address_check(address, error) != 0)
        return NULL;
    const struct engine *engine = find_engine(address);
    struct store *store = store_open_engine(engine, location_of(engine, address), mode, log);
    if (store == NULL)
        error_set(error, "out of memory");
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    struct store_core *core = store->core;
    pthread_mutex_lock(&core->lock);
    core->stopping = true;
    pthread_cond_signal(&core->work);
    pthread_mutex_unlock(&core->lock);
    if (core->has_writer)
        pthread_join(core->writer, NULL);
    connection_close(core, &core->events);
    connection_close(core, &core->query);
    OPENSSL_cleanse(core->secret, sizeof core->secret);
    pthread_cond_destroy(&core->work);
    pthread_cond_destroy(&core->room);
    pthread_cond_destroy(&core->query_free);
    pthread_cond_destroy(&core->query_opened);
    pthread_mutex_destroy(&core->lock);
    pthread_mutex_destroy(&core->query_lock);
    free(core->location);
    free(core);
}

void connection_close(struct store_core *core, struct connection *connection)
{
    if (connection->database != NULL)
        core->store.engine->close(connection->database);
    connection->database = NULL;
}

bool connection_open_now(struct store_core *core, struct connection *connection, int patience_ms)
{
    const struct engine *engine = core->store.engine;
    struct error warning;
    if (connection->database != NULL && engine->is_usable(connection->database))
        return true;
    bool again = connection->database != NULL || connection->reopen_ms > 0;
    connection_close(core, connection);
    connection->database = engine->open(core->location, core->engine_flags, patience_ms, &connection->open_error);
    connection->reopen_ms = clock_ms() + REOPEN_PAUSE_MS;
    connection->fresh = true;
    if (connection == &core->query)
        core->has_secret = false;
    bool first = connection->database != NULL && !again && connection == &core->events;
    if (first && core->log != NULL && engine->find_warning != NULL &&
        engine->find_warning(connection->database, &warning))
        log_line(core->log, LOG_LEVEL_WARNING, "%s", warning.sentence);
    return connection->database != NULL;
}

bool connection_open(struct store_core *core, struct connection *connection, int patience_ms)
{
    bool lost = connection->database == NULL || !core->store.engine->is_usable(connection->database);
    if (lost && clock_ms() < connection->reopen_ms) {
        connection_close(core, connection);
        return false;
    }
    return connection_open_now(core, connection, patience_ms < CONNECTION_OPEN_MS ? patience_ms : CONNECTION_OPEN_MS);
}

/* --- what may stand between this host and its database --- */

/* Begins a transaction; gives the server's process that has it, or 0. */
static int64_t begin_beside(const struct engine *engine, void *database)
{
    int64_t process = 0;
    struct error ignored;
    if (engine->begin(database, ENGINE_READ, POOLER_PATIENCE_MS, &ignored) != 0 ||
        engine->query_sql(database, "SELECT pg_backend_pid()", 0, NULL, store_read_number, &process, &ignored) != 0)
        return 0;
    return process;
}

/* Two transactions side by side have a session each. A pooler gives the one that came back last to who asks next, which
 * is the second one's to the first. */
static bool swaps(const struct engine *engine, void *first, void *second)
{
    struct error ignored;
    int64_t before = begin_beside(engine, first), beside = before == 0 ? 0 : begin_beside(engine, second);
    if (beside == 0 || engine->commit(first, &ignored) != 0 || engine->commit(second, &ignored) != 0)
        return false;
    int64_t after = begin_beside(engine, first);
    engine->rollback(first);
    return after != 0 && after != before;
}

bool store_pooler_loses_sessions(const char *address)
{
    struct error ignored;
    void *databases[2] = { NULL, NULL };
    const struct engine *engine = find_engine(address);
    if (engine == NULL || !engine->is_server)
        return false;
    for (size_t i = 0; i < 2; i++)
        databases[i] = engine->open(address, 0, POOLER_PATIENCE_MS, &ignored);
    bool loses = databases[0] != NULL && databases[1] != NULL && swaps(engine, databases[0], databases[1]);
    for (size_t i = 0; i < 2; i++)
        if (databases[i] != NULL)
            engine->close(databases[i]);
    return loses;
}
