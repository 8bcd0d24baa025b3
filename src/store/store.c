#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/queue.h"

enum { REOPEN_PAUSE_MS = 500, OPEN_PATIENCE_MS = 2000, PROBE_MS = 300 };

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

/* --- time --- */

int64_t store_until_ms(const struct store *store, int patience_ms)
{
    int64_t until = clock_ms() + patience_ms, end = store->core->end_by_ms;
    if (store->deadline_ms != 0 && store->deadline_ms < until)
        until = store->deadline_ms;
    if (store->probes && clock_ms() + PROBE_MS < until) /* it may have waited for its turn already */
        until = clock_ms() + PROBE_MS;
    return end != 0 && end < until ? end : until;
}

int store_left_ms(int64_t until_ms)
{
    int64_t left = until_ms - clock_ms();
    return left < 0 ? 0 : (int)left;
}

struct store *store_with_deadline(struct store *store, struct arena *arena, int patience_ms)
{
    if (store == NULL)
        return NULL;
    struct store *limited = ARENA_NEW(arena, struct store);
    *limited = *store;
    limited->deadline_ms = store_until_ms(store, patience_ms);
    return limited;
}

bool store_may_be_asked(struct store *store, struct error *why)
{
    if (store->deadline_ms == 0 || store->probes || !store->core->away)
        return true;
    store->probes = !atomic_exchange(&store->core->probed, true);
    if (!store->probes)
        error_set(why, "the store does not answer, and another request tries it");
    return store->probes;
}

void store_answered(struct store *store, bool well)
{
    if (well)
        store->core->away = false;
    if (!store->probes)
        return;
    store->core->probed = false;
    store->probes = false;
}

void store_goes_away(struct store_core *core, const struct error *why)
{
    core->away = true;
    if (core->log != NULL)
        log_limited(core->log, &core->away_said, LOG_EVERY_S, LOG_LEVEL_ERROR,
                    "the store does not answer: until it does one request at a time tries it, and the others go on "
                    "without it: %s",
                    why->sentence);
}

void store_limit_shutdown(struct store *store, int patience_ms)
{
    if (store != NULL)
        store->core->end_by_ms = clock_ms() + patience_ms;
}

/* --- doors --- */

void door_close(struct store_core *core, struct door *door)
{
    if (door->database != NULL)
        core->store.engine->close(door->database);
    door->database = NULL;
}

static void warn(struct store_core *core, struct door *door)
{
    const struct engine *engine = core->store.engine;
    struct error warning;
    if (core->log != NULL && engine->warns != NULL && engine->warns(door->database, &warning))
        log_line(core->log, LOG_LEVEL_WARNING, "%s", warning.sentence);
}

bool door_open_now(struct store_core *core, struct door *door, int patience_ms)
{
    const struct engine *engine = core->store.engine;
    if (door->database != NULL && engine->is_there(door->database))
        return true;
    bool again = door->database != NULL || door->reopen_ms > 0;
    door_close(core, door);
    door->database = engine->open(core->location, core->mode, patience_ms, &door->trouble);
    door->reopen_ms = clock_ms() + REOPEN_PAUSE_MS;
    door->fresh = true;
    if (door == &core->other)
        core->secrets.current = NULL;
    if (door->database != NULL && !again && door == &core->events)
        warn(core, door);
    return door->database != NULL;
}

bool door_open(struct store_core *core, struct door *door, int patience_ms)
{
    bool lost = door->database == NULL || !core->store.engine->is_there(door->database);
    if (lost && clock_ms() < door->reopen_ms) {
        door_close(core, door);
        return false;
    }
    return door_open_now(core, door, patience_ms < OPEN_PATIENCE_MS ? patience_ms : OPEN_PATIENCE_MS);
}

void door_open_first(struct store_core *core, struct door *door)
{
    if (!door_open(core, door, OPEN_PATIENCE_MS) && core->log != NULL)
        log_line(core->log, LOG_LEVEL_ERROR, "the store cannot be opened, no event is kept until it can: %s",
                 door->trouble.sentence);
}

/* --- opening and closing --- */

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
    core->log = log;
    core->end = &core->first;
    pthread_mutex_init(&core->lock, NULL);
    pthread_mutex_init(&core->other_lock, NULL);
    clock_condition_init(&core->work);
    clock_condition_init(&core->room);
    clock_condition_init(&core->other_free);
    clock_condition_init(&core->other_tried);
    error_set(&core->events.trouble, "the database is not open");
    error_set(&core->other.trouble, "the database is not open");
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
    door_close(core, &core->events);
    door_close(core, &core->other);
    secrets_forget(&core->secrets);
    pthread_cond_destroy(&core->work);
    pthread_cond_destroy(&core->room);
    pthread_cond_destroy(&core->other_free);
    pthread_cond_destroy(&core->other_tried);
    pthread_mutex_destroy(&core->lock);
    pthread_mutex_destroy(&core->other_lock);
    free(core->location);
    free(core);
}

/* --- transactions beside the writer's --- */

void store_leave(struct store *store)
{
    struct store_core *core = store->core;
    pthread_mutex_lock(&core->other_lock);
    core->other_taken = false;
    pthread_cond_signal(&core->other_free);
    pthread_mutex_unlock(&core->other_lock);
}

static bool take_turn(struct store_core *core, int64_t until_ms)
{
    pthread_mutex_lock(&core->other_lock);
    while (core->other_taken && clock_wait(&core->other_free, &core->other_lock, until_ms))
        ;
    bool taken = !core->other_taken;
    core->other_taken = true;
    pthread_mutex_unlock(&core->other_lock);
    return taken;
}

static bool is_open(const struct store_core *core)
{
    return core->other.database != NULL && core->store.engine->is_there(core->other.database);
}

/* Has the writer open it: looking up a host's name, or a file on a server, may hang, and must not hold an answer. */
static void have_it_opened(struct store_core *core, int64_t until_ms)
{
    pthread_mutex_lock(&core->other_lock);
    long seen = core->other_tries;
    pthread_mutex_unlock(&core->other_lock);
    pthread_mutex_lock(&core->lock);
    core->other_lost = true;
    pthread_cond_signal(&core->work);
    pthread_mutex_unlock(&core->lock);
    pthread_mutex_lock(&core->other_lock);
    while (core->other_tries == seen && clock_wait(&core->other_tried, &core->other_lock, until_ms))
        ;
    pthread_mutex_unlock(&core->other_lock);
}

/* Opens what this caller has the turn of. */
static bool open_own(struct store_core *core, int64_t until_ms)
{
    return core->mode == STORE_THREADED ? door_open(core, &core->other, store_left_ms(until_ms))
                                        : door_open_now(core, &core->other, store_left_ms(until_ms));
}

/* The turn, if the store may be asked and there is time left. */
static bool enter(struct store *store, int64_t until_ms, struct error *error)
{
    if (!store_may_be_asked(store, error))
        return false;
    if (!take_turn(store->core, until_ms)) {
        error_set(error, "another request had the store for too long");
        return false;
    }
    bool in_time = store_left_ms(until_ms) > 0;
    if (!in_time)
        error_set(error, "other requests had the store for too long");
    if (in_time && store_may_be_asked(store, error)) /* whoever had it may have found out */
        return true;
    store_leave(store);
    return false;
}

bool store_enter(struct store *store, int64_t until_ms, struct error *error)
{
    struct store_core *core = store->core;
    bool by_writer = core->has_writer && store->deadline_ms != 0;
    if (!enter(store, until_ms, error))
        return false;
    bool open = is_open(core);
    if (!open && by_writer) {
        store_leave(store);
        have_it_opened(core, until_ms);
        if (!enter(store, until_ms, error))
            return false;
        open = is_open(core);
    } else if (!open) {
        open = open_own(core, until_ms);
    }
    if (open)
        return true;
    *error = core->other.trouble;
    store_leave(store);
    return false;
}

void store_open_other(struct store_core *core, int patience_ms)
{
    struct error ignored;
    core->other_lost = false;
    if (store_enter(&core->store, store_until_ms(&core->store, patience_ms), &ignored))
        store_leave(&core->store);
    pthread_mutex_lock(&core->other_lock);
    core->other_tries++;
    pthread_cond_broadcast(&core->other_tried);
    pthread_mutex_unlock(&core->other_lock);
}

enum transacted { TRANSACTED, WITHDRAWN, FAILED_BEFORE_COMMIT, FAILED_AT_COMMIT };

struct transaction {
    enum engine_purpose purpose;
    int (*act)(struct store *store, void *database, void *context, struct error *error);
    void *context;
};

static enum transacted transact_once(struct store *store, const struct transaction *transaction, int64_t until_ms,
                                     struct error *error)
{
    void *database = store->core->other.database;
    if (store->engine->begin(database, transaction->purpose, store_left_ms(until_ms), error) != 0)
        return FAILED_BEFORE_COMMIT;
    int acted = transaction->act(store, database, transaction->context, error);
    if (acted != 0) {
        store->engine->rollback(database);
        return acted == STORE_WITHDRAWN ? WITHDRAWN : FAILED_BEFORE_COMMIT;
    }
    return store->engine->commit(database, error) == 0 ? TRANSACTED : FAILED_AT_COMMIT;
}

static int transact(struct store *store, const struct transaction *transaction, int64_t until_ms, struct error *error)
{
    struct store_core *core = store->core;
    if (!store_enter(store, until_ms, error))
        return -1;
    bool was_open = !core->other.fresh;
    core->other.fresh = false;
    enum transacted result = transact_once(store, transaction, until_ms, error);
    /* A server that was started anew leaves connections behind that are found dead only when used. What was lost at its
     * commit may be done: it is not done again. */
    if (result == FAILED_BEFORE_COMMIT && was_open && transaction->purpose == ENGINE_WRITE && !is_open(core)) {
        store_leave(store);
        if (!store_enter(store, until_ms, error))
            return -1;
        result = transact_once(store, transaction, until_ms, error);
    }
    store_leave(store);
    return result == TRANSACTED ? 0 : result == WITHDRAWN ? STORE_WITHDRAWN : -1;
}

int store_transact(struct store *store, enum engine_purpose purpose, int patience_ms,
                   int (*act)(struct store *store, void *database, void *context, struct error *error), void *context,
                   struct error *error)
{
    const struct transaction transaction = { purpose, act, context };
    struct store_core *core = store->core;
    int64_t began = clock_ms();
    int result = store_may_be_asked(store, error)
                     ? transact(store, &transaction, store_until_ms(store, patience_ms), error)
                     : -1;
    if (result < 0 && clock_ms() - began >= STORE_SLOW_MS)
        store_goes_away(core, error);
    else if (result < 0 && store->deadline_ms != 0 && !core->away && core->log != NULL)
        log_limited(core->log, &core->failure_said, LOG_EVERY_S, LOG_LEVEL_ERROR, "store: %s", error->sentence);
    store_answered(store, result >= 0);
    return result;
}
