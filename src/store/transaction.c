#include "store/core.h"

void store_release(struct store *store)
{
    struct store_core *core = store->core;
    pthread_mutex_lock(&core->query_lock);
    core->query_busy = false;
    pthread_cond_signal(&core->query_free);
    pthread_mutex_unlock(&core->query_lock);
}

static bool take_turn(struct store_core *core, int64_t until_ms)
{
    pthread_mutex_lock(&core->query_lock);
    while (core->query_busy && clock_wait(&core->query_free, &core->query_lock, until_ms))
        ;
    bool taken = !core->query_busy;
    core->query_busy = true;
    pthread_mutex_unlock(&core->query_lock);
    return taken;
}

static bool is_open(const struct store_core *core)
{
    return core->query.database != NULL && core->store.engine->is_usable(core->query.database);
}

/* Has the writer open it: looking up a host's name, or a file on a server, may hang, and must not hold an answer. */
static void wait_for_writer_to_open(struct store_core *core, int64_t until_ms)
{
    pthread_mutex_lock(&core->query_lock);
    long seen = core->query_open_tries;
    pthread_mutex_unlock(&core->query_lock);
    pthread_mutex_lock(&core->lock);
    core->query_lost = true;
    pthread_cond_signal(&core->work);
    pthread_mutex_unlock(&core->lock);
    pthread_mutex_lock(&core->query_lock);
    while (core->query_open_tries == seen && clock_wait(&core->query_opened, &core->query_lock, until_ms))
        ;
    pthread_mutex_unlock(&core->query_lock);
}

/* Opens what this caller has the turn of. */
static bool open_own(struct store_core *core, int64_t until_ms)
{
    return core->mode == STORE_THREADED ? connection_open(core, &core->query, store_left_ms(until_ms))
                                        : connection_open_now(core, &core->query, store_left_ms(until_ms));
}

/* The turn, if the store may be asked and there is time left. */
static bool enter(struct store *store, int64_t until_ms, struct error *error)
{
    if (!breaker_allows(store, error))
        return false;
    if (!take_turn(store->core, until_ms)) {
        error_set(error, "another request had the store for too long");
        return false;
    }
    bool in_time = store_left_ms(until_ms) > 0;
    if (!in_time)
        error_set(error, "other requests had the store for too long");
    if (in_time && breaker_allows(store, error)) /* whoever had it may have found out */
        return true;
    store_release(store);
    return false;
}

bool store_acquire(struct store *store, int64_t until_ms, struct error *error)
{
    struct store_core *core = store->core;
    bool by_writer = core->has_writer && store->deadline_ms != 0;
    if (!enter(store, until_ms, error))
        return false;
    bool open = is_open(core);
    if (!open && by_writer) {
        store_release(store);
        wait_for_writer_to_open(core, until_ms);
        if (!enter(store, until_ms, error))
            return false;
        open = is_open(core);
    } else if (!open) {
        open = open_own(core, until_ms);
    }
    if (open)
        return true;
    *error = core->query.open_error;
    store_release(store);
    return false;
}

void store_open_query_connection(struct store_core *core, int patience_ms)
{
    struct error ignored;
    core->query_lost = false;
    if (store_acquire(&core->store, store_until_ms(&core->store, patience_ms), &ignored))
        store_release(&core->store);
    pthread_mutex_lock(&core->query_lock);
    core->query_open_tries++;
    pthread_cond_broadcast(&core->query_opened);
    pthread_mutex_unlock(&core->query_lock);
}

enum transacted { TRANSACTED, ROLLED_BACK, FAILED_BEFORE_COMMIT, FAILED_AT_COMMIT };

struct transaction {
    enum engine_purpose purpose;
    int (*act)(struct store *store, void *database, void *context, struct error *error);
    void *context;
};

static enum transacted transact_once(struct store *store, const struct transaction *transaction, int64_t until_ms,
                                     struct error *error)
{
    void *database = store->core->query.database;
    if (store->engine->begin(database, transaction->purpose, store_left_ms(until_ms), error) != 0)
        return FAILED_BEFORE_COMMIT;
    int acted = transaction->act(store, database, transaction->context, error);
    if (acted != 0) {
        store->engine->rollback(database);
        return acted == STORE_ROLLED_BACK ? ROLLED_BACK : FAILED_BEFORE_COMMIT;
    }
    return store->engine->commit(database, error) == 0 ? TRANSACTED : FAILED_AT_COMMIT;
}

static int transact(struct store *store, const struct transaction *transaction, int64_t until_ms, struct error *error)
{
    struct store_core *core = store->core;
    if (!store_acquire(store, until_ms, error))
        return -1;
    bool was_open = !core->query.fresh;
    core->query.fresh = false;
    enum transacted result = transact_once(store, transaction, until_ms, error);
    /* A restarted server leaves dead connections, which are noticed only when they are used. What was lost at its
     * commit may be done: it is not done again. */
    if (result == FAILED_BEFORE_COMMIT && was_open && transaction->purpose == ENGINE_WRITE && !is_open(core)) {
        store_release(store);
        if (!store_acquire(store, until_ms, error))
            return -1;
        result = transact_once(store, transaction, until_ms, error);
    }
    store_release(store);
    return result == TRANSACTED ? 0 : result == ROLLED_BACK ? STORE_ROLLED_BACK : -1;
}

int store_transact(struct store *store, enum engine_purpose purpose, int patience_ms,
                   int (*act)(struct store *store, void *database, void *context, struct error *error), void *context,
                   struct error *error)
{
    const struct transaction transaction = { purpose, act, context };
    struct store_core *core = store->core;
    int64_t began = clock_ms();
    int result =
        breaker_allows(store, error) ? transact(store, &transaction, store_until_ms(store, patience_ms), error) : -1;
    if (result < 0 && clock_ms() - began >= STORE_SLOW_MS)
        breaker_trip(core, error);
    else if (result < 0 && store->deadline_ms != 0 && !core->unavailable && core->log != NULL)
        log_limited(core->log, &core->failure_logged, LOG_EVERY_S, LOG_LEVEL_ERROR, "store: %s", error->sentence);
    breaker_report(store, result >= 0);
    return result;
}

struct single {
    enum statement_name name;
    const struct value *values;
    engine_on_row *on_row;
    void *context;
    long changed;
};

static int query_single(struct store *store, void *database, void *context, struct error *error)
{
    const struct single *single = context;
    return store->engine->query(database, single->name, single->values, single->on_row, single->context, error);
}

int store_query(struct store *store, enum statement_name name, const struct value *values, int patience_ms,
                engine_on_row *on_row, void *context, struct error *error)
{
    struct single single = { name, values, on_row, context, 0 };
    return store_transact(store, ENGINE_READ, patience_ms, query_single, &single, error);
}

static int run_single(struct store *store, void *database, void *context, struct error *error)
{
    struct single *single = context;
    return store->engine->run(database, single->name, 1, single->values, &single->changed, error);
}

long store_run(struct store *store, enum statement_name name, const struct value *values, int patience_ms,
               struct error *error)
{
    struct single single = { name, values, NULL, NULL, 0 };
    return store_transact(store, ENGINE_WRITE, patience_ms, run_single, &single, error) != 0 ? -1 : single.changed;
}

void store_read_number(void *context, const struct value *columns)
{
    *(int64_t *)context = columns[0].number;
}
