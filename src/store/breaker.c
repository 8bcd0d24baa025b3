#include "store/core.h"

enum { PROBE_MS = 300 };

int64_t store_until_ms(const struct store *store, int patience_ms)
{
    int64_t until = clock_ms() + patience_ms, end = store->core->end_by_ms;
    if (store->deadline_ms != 0 && store->deadline_ms < until)
        until = store->deadline_ms;
    if (store->is_probe && clock_ms() + PROBE_MS < until) /* it may have waited for its turn already */
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

bool breaker_allows(struct store *store, struct error *why)
{
    if (store->deadline_ms == 0 || store->is_probe || !store->core->unavailable)
        return true;
    store->is_probe = !atomic_exchange(&store->core->probing, true);
    if (!store->is_probe)
        error_set(why, "the store does not answer, and another request tries it");
    return store->is_probe;
}

void breaker_report(struct store *store, bool well)
{
    if (well)
        store->core->unavailable = false;
    if (!store->is_probe)
        return;
    store->core->probing = false;
    store->is_probe = false;
}

void breaker_trip(struct store_core *core, const struct error *why)
{
    core->unavailable = true;
    if (core->log != NULL)
        log_limited(core->log, &core->unavailable_logged, LOG_EVERY_S, LOG_LEVEL_ERROR,
                    "the store does not answer: until it does one request at a time tries it, and the others go on "
                    "without it: %s",
                    why->sentence);
}

void store_limit_shutdown(struct store *store, int patience_ms)
{
    if (store != NULL)
        store->core->end_by_ms = clock_ms() + patience_ms;
}
