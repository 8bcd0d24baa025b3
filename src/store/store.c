#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/queue.h"

enum { REOPEN_PAUSE_MS = 500, OPEN_PATIENCE_MS = 2000 };

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

/* --- doors --- */

int64_t store_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void door_close(struct store *store, struct door *door)
{
    if (door->database != NULL)
        store->engine->close(door->database);
    door->database = NULL;
}

static void warn(struct store *store, struct door *door)
{
    struct error warning;
    if (store->log != NULL && store->engine->warns != NULL && store->engine->warns(door->database, &warning))
        log_line(store->log, LOG_LEVEL_WARNING, "%s", warning.sentence);
}

bool door_open_now(struct store *store, struct door *door, int patience_ms)
{
    if (door->database != NULL && store->engine->is_there(door->database))
        return true;
    bool again = door->database != NULL || door->reopen_ms > 0;
    door_close(store, door);
    door->database = store->engine->open(store->location, store->mode, patience_ms, &door->trouble);
    door->reopen_ms = store_now_ms() + REOPEN_PAUSE_MS;
    if (door->database != NULL && !again && door == &store->events)
        warn(store, door);
    return door->database != NULL;
}

bool door_open(struct store *store, struct door *door, int patience_ms)
{
    if (door->database != NULL && store->engine->is_there(door->database))
        return true;
    if (store_now_ms() < door->reopen_ms) {
        door_close(store, door);
        return false;
    }
    return door_open_now(store, door, patience_ms < OPEN_PATIENCE_MS ? patience_ms : OPEN_PATIENCE_MS);
}

/* --- opening and closing --- */

struct store *store_open(const char *address, enum store_mode mode, const struct log *log, struct error *error)
{
    if (store_address_check(address, error) != 0)
        return NULL;
    const struct engine *engine = find_engine(address);
    struct store *store = calloc(1, sizeof *store);
    if (store != NULL)
        store->location = strdup(location_of(engine, address));
    if (store == NULL || store->location == NULL) {
        free(store);
        error_set(error, "out of memory");
        return NULL;
    }
    store->engine = engine;
    store->mode = mode;
    store->log = log;
    store->end = &store->first;
    pthread_mutex_init(&store->lock, NULL);
    pthread_mutex_init(&store->other_lock, NULL);
    pthread_cond_init(&store->work, NULL);
    pthread_cond_init(&store->room, NULL);
    error_set(&store->events.trouble, "the database is not open");
    error_set(&store->other.trouble, "the database is not open");
    if (mode != STORE_PRESENT && !door_open(store, &store->events, OPEN_PATIENCE_MS) && log != NULL)
        log_line(log, LOG_LEVEL_ERROR, "the store cannot be opened, no event is kept until it can: %s",
                 store->events.trouble.sentence);
    if (mode == STORE_SHARED)
        store->has_writer = pthread_create(&store->writer, NULL, writer_run, store) == 0;
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    pthread_mutex_lock(&store->lock);
    store->stopping = true;
    pthread_cond_signal(&store->work);
    pthread_mutex_unlock(&store->lock);
    if (store->has_writer)
        pthread_join(store->writer, NULL);
    door_close(store, &store->events);
    door_close(store, &store->other);
    pthread_cond_destroy(&store->work);
    pthread_cond_destroy(&store->room);
    pthread_mutex_destroy(&store->lock);
    pthread_mutex_destroy(&store->other_lock);
    free(store->location);
    free(store);
}

/* --- transactions beside the writer's --- */

static int transact_once(struct store *store, enum engine_purpose purpose, int patience_ms,
                         int (*act)(struct store *store, void *database, void *context, struct error *error),
                         void *context, struct error *error)
{
    void *database = store->other.database;
    if (store->engine->begin(database, purpose, patience_ms, error) != 0)
        return -1;
    if (act(store, database, context, error) != 0) {
        store->engine->rollback(database);
        return -1;
    }
    return store->engine->commit(database, error);
}

int store_transact(struct store *store, enum engine_purpose purpose, int patience_ms,
                   int (*act)(struct store *store, void *database, void *context, struct error *error), void *context,
                   struct error *error)
{
    int failed = -1;
    pthread_mutex_lock(&store->other_lock);
    bool was_open = store->other.database != NULL;
    bool open = store->mode == STORE_SHARED ? door_open(store, &store->other, patience_ms)
                                            : door_open_now(store, &store->other, patience_ms);
    if (open)
        failed = transact_once(store, purpose, patience_ms, act, context, error);
    else
        *error = store->other.trouble;
    /* A server that was started anew leaves connections behind that are found dead only when used. */
    if (open && failed && was_open && purpose == ENGINE_WRITE && !store->engine->is_there(store->other.database) &&
        door_open_now(store, &store->other, patience_ms))
        failed = transact_once(store, purpose, patience_ms, act, context, error);
    pthread_mutex_unlock(&store->other_lock);
    return failed;
}
