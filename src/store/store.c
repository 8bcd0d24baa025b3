#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/queue.h"

static const struct engine *const engines[] = { &sqlite_engine, NULL };

static const struct engine *find_engine(const char *address)
{
    for (const struct engine *const *engine = engines; *engine != NULL; engine++)
        if (strncmp(address, (*engine)->scheme, strlen((*engine)->scheme)) == 0)
            return *engine;
    return NULL;
}

int store_address_check(const char *address, struct error *error)
{
    const struct engine *engine = find_engine(address);
    if (engine == NULL)
        return error_set(error, "no such kind of store; expected sqlite:/path/to/events.db");
    if (address[strlen(engine->scheme)] != '/')
        return error_set(error, "expected an absolute path, such as sqlite:/var/lib/hookswitch/events.db");
    return 0;
}

struct store *store_open(const char *address, enum store_mode mode, const struct log *log, struct error *error)
{
    if (store_address_check(address, error) != 0)
        return NULL;
    const struct engine *engine = find_engine(address);
    struct store *store = calloc(1, sizeof *store);
    if (store != NULL)
        store->location = strdup(address + strlen(engine->scheme));
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
    pthread_cond_init(&store->work, NULL);
    pthread_cond_init(&store->room, NULL);
    error_set(&store->trouble, "the database is not open");
    if (!batch_open(store) && log != NULL)
        log_line(log, LOG_LEVEL_ERROR, "the store cannot be opened, no event is kept until it can: %s",
                 store->trouble.sentence);
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
    if (store->database != NULL)
        store->engine->close(store->database);
    pthread_cond_destroy(&store->work);
    pthread_cond_destroy(&store->room);
    pthread_mutex_destroy(&store->lock);
    free(store->location);
    free(store);
}

/* --- reading --- */

static int list(struct store *store, bool current, const struct store_filter *filter,
                void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    pthread_mutex_lock(&store->lock);
    bool open = batch_open(store);
    int failed = open ? store->engine->list(store->database, current, filter, each, context, error) : -1;
    if (!open)
        *error = store->trouble;
    pthread_mutex_unlock(&store->lock);
    return failed;
}

int store_list_events(struct store *store, const struct store_filter *filter,
                      void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    return list(store, false, filter, each, context, error);
}

int store_list_current(struct store *store, const struct store_filter *filter,
                       void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    return list(store, true, filter, each, context, error);
}
