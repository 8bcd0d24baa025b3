#include "store/maintenance.h"

#include <string.h>

#include "store/core.h"

#define DAY_US INT64_C(86400000000)

enum { PRUNE_AT_ONCE = 500, PRUNE_PAUSE_MS = 20, PRUNE_PATIENCE_MS = 2000, LONG_PATIENCE_MS = 24 * 3600 * 1000 };

/* --- pruning --- */

struct pruning {
    struct value values[3];
    long events, rows;
};

static int prune_some(struct store *store, void *database, void *context, struct error *error)
{
    struct pruning *pruning = context;
    const struct engine *engine = store->engine;
    long of_items = 0, loose = 0;
    if (engine->run(database, STATEMENT_PRUNE_ITEM_EVENTS, 1, pruning->values, &of_items, error) != 0 ||
        engine->run(database, STATEMENT_PRUNE_ITEM_JOBS, 1, pruning->values, NULL, error) != 0 ||
        engine->run(database, STATEMENT_PRUNE_ITEMS, 1, pruning->values, &pruning->rows, error) != 0)
        return -1;
    if (pruning->rows == 0 &&
        engine->run(database, STATEMENT_PRUNE_LOOSE_EVENTS, 1, pruning->values, &loose, error) != 0)
        return -1;
    pruning->events = of_items + loose;
    return 0;
}

long maintenance_prune(struct store *store, struct str kind, int64_t before_us,
                       bool (*progress)(void *context, long pruned), void *context, struct error *error)
{
    struct pruning pruning = { { value_text(kind), value_number(before_us), value_number(PRUNE_AT_ONCE) }, 0, 0 };
    long pruned = 0;
    for (;;) {
        pruning.events = pruning.rows = 0;
        if (store_transact(store, ENGINE_WRITE, PRUNE_PATIENCE_MS, prune_some, &pruning, error) != 0)
            return -1;
        if (pruning.events == 0 && pruning.rows == 0)
            return pruned;
        pruned += pruning.events;
        if (!progress(context, pruned))
            return pruned;
        clock_sleep(PRUNE_PAUSE_MS);
    }
}

long maintenance_prune_requests(struct store *store, int64_t before_us, bool (*progress)(void *context, long pruned),
                                void *context, struct error *error)
{
    const struct value values[] = { value_number(before_us), value_number(PRUNE_AT_ONCE) };
    long pruned = 0;
    for (;;) {
        long some = store_run(store, STATEMENT_PRUNE_REQUESTS, values, PRUNE_PATIENCE_MS, error);
        if (some < 0)
            return -1;
        pruned += some;
        if (some == 0 || !progress(context, pruned))
            return pruned;
        clock_sleep(PRUNE_PAUSE_MS);
    }
}

long maintenance_count_prunable(struct store *store, struct str kind, int64_t before_us, struct error *error)
{
    const struct value values[] = { value_text(kind), value_number(before_us) };
    int64_t count = 0;
    return store_query(store, STATEMENT_COUNT_PRUNABLE, values, LONG_PATIENCE_MS, store_read_number, &count, error) != 0
               ? -1
               : (long)count;
}

/* Events of the last day do not count: a clock that jumped ahead stamps them with its own time. */
int maintenance_clock_is_plausible(struct store *store, int64_t now_us, struct error *error)
{
    const struct value before = value_number(now_us - DAY_US);
    int64_t newest_us = 0;
    if (store_query(store, STATEMENT_NEWEST_EVENT, &before, PRUNE_PATIENCE_MS, store_read_number, &newest_us, error) !=
        0)
        return -1;
    int64_t days = (now_us - newest_us) / DAY_US;
    if (newest_us == 0 || days <= MAINTENANCE_CLOCK_DAYS)
        return 1;
    error_set(error, "this host's clock is %lld days ahead of the events before today: is it right?", (long long)days);
    return 0;
}

int maintenance_expire(struct store *store, int64_t now_us, struct error *error)
{
    const struct value now = value_number(now_us);
    return store_run(store, STATEMENT_EXPIRE_KV, &now, PRUNE_PATIENCE_MS, error) < 0 ? -1 : 0;
}

/* --- checking --- */

static void take_lagging(void *context, const struct value *columns)
{
    struct error *found = context;
    error_set(found, "the current row of %.*s %.*s is behind its event %.*s", STR_ARGS(columns[1].text),
              STR_ARGS(columns[0].text), STR_ARGS(columns[2].text));
}

static int check(struct store *store, void *database, void *context, struct error *error)
{
    struct error found = { "" };
    (void)context;
    if (store->engine->check_integrity(database, error) != 0 ||
        store->engine->query(database, STATEMENT_FIND_LAGGING, NULL, take_lagging, &found, error) != 0)
        return -1;
    return found.sentence[0] == '\0' ? 0 : error_set(error, "%s", found.sentence);
}

int maintenance_check(struct store *store, struct error *error)
{
    return store_transact(store, ENGINE_READ, LONG_PATIENCE_MS, check, NULL, error);
}

/* --- copying --- */

int maintenance_backup(struct store *store, const char *path, void (*progress)(void *context, long done, long total),
                       void *context, struct error *error)
{
    if (store->engine->backup == NULL)
        return 1;
    if (!store_acquire(store, store_until_ms(store, STORE_PATIENCE_MS), error))
        return -1;
    int failed = store->engine->backup(store->core->query.database, path, progress, context, error);
    store_release(store);
    return failed;
}
