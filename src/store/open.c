/* Opening and closing a store, by its address. */
#include "store/open.h"

#include <stdlib.h>
#include <string.h>

#include "store/connection.h"
#include "store/secret.h"
#include "store/writer.h"

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
    secrets_forget(&core->secrets);
    pthread_cond_destroy(&core->work);
    pthread_cond_destroy(&core->room);
    pthread_cond_destroy(&core->query_free);
    pthread_cond_destroy(&core->query_opened);
    pthread_mutex_destroy(&core->lock);
    pthread_mutex_destroy(&core->query_lock);
    free(core->location);
    free(core);
}
