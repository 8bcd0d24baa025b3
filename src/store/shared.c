#include "store/shared.h"

#include "store/queue.h"

enum { SHARED_PATIENCE_MS = 2000, TRIES_MAX = 200 };

/* One look or one attempt at a change. */
struct attempt {
    struct arena *arena;
    struct str name;
    int64_t now_us;
    struct shared shared;
    bool there;
    int64_t version;
    enum shared_verdict (*decide)(void *context, bool there, struct shared *shared);
    void *context;
    struct once *once; /* of the request that asks for a change; may be NULL */
    bool repeated;     /* the request had its step before */
    bool changed;
};

static void take_row(void *context, const struct value *columns)
{
    struct attempt *attempt = context;
    attempt->there = true;
    attempt->shared.value = arena_copy(attempt->arena, columns[0].text);
    attempt->version = columns[1].number;
    attempt->shared.expires_us = columns[2].number;
}

static int look(struct store *store, void *database, void *context, struct error *error)
{
    struct attempt *attempt = context;
    const struct value values[] = { value_text(attempt->name), value_number(attempt->now_us) };
    attempt->shared = (struct shared){ STR(""), 0 };
    attempt->there = false;
    if (once_look(store->engine, database, store->once, error) != 0)
        return -1;
    return store->engine->query(database, STATEMENT_GET_SHARED, values, take_row, attempt, error);
}

int shared_get(struct store *store, struct arena *arena, struct str name, int64_t now_us, struct shared *shared,
               struct error *error)
{
    struct attempt attempt = { .arena = arena, .name = name, .now_us = now_us };
    if (store_transact(store, ENGINE_READ, SHARED_PATIENCE_MS, look, &attempt, error) != 0)
        return -1;
    *shared = attempt.shared;
    return attempt.there;
}

/* Looks, decides, and changes the row if it is still the one that was looked at. */
static int attempt_change(struct store *store, void *database, void *context, struct error *error)
{
    struct attempt *attempt = context;
    long changed = 0;
    int failed;
    attempt->repeated = attempt->changed = false;
    if (look(store, database, context, error) != 0)
        return -1;
    enum shared_verdict verdict = attempt->decide(attempt->context, attempt->there, &attempt->shared);
    if (verdict == SHARED_LEAVE || (verdict == SHARED_DROP && !attempt->there)) {
        if (attempt->once != NULL)
            attempt->once->left = true;
        return 0;
    }
    bool taken = true;
    if (attempt->once != NULL && once_step(store->engine, database, attempt->once, &taken, error) != 0)
        return -1;
    attempt->repeated = !taken;
    if (!taken)
        return 0;
    if (attempt->shared.value.length > SHARED_VALUE_MAX)
        return error_set(error, "shared state '%.*s': more than %d bytes", STR_ARGS(attempt->name), SHARED_VALUE_MAX);
    const struct value drop[] = { value_text(attempt->name), value_number(attempt->version) };
    const struct value set[] = { value_text(attempt->name), value_bytes(attempt->shared.value),
                                 value_number(attempt->shared.expires_us),
                                 value_number(attempt->there ? attempt->version : attempt->now_us) };
    if (verdict == SHARED_DROP)
        failed = store->engine->run(database, STATEMENT_DROP_SHARED, 1, drop, &changed, error);
    else
        failed = store->engine->run(database, attempt->there ? STATEMENT_CHANGE_SHARED : STATEMENT_MAKE_SHARED, 1, set,
                                    &changed, error);
    attempt->changed = changed > 0;
    /* where another changed the row between look and change, the step is given back */
    return !failed && changed == 0 ? STORE_WITHDRAWN : failed;
}

static int change(struct store *store, struct attempt *attempt, struct error *error)
{
    struct once *once = store->once;
    attempt->once = once;
    if (attempt->name.length == 0 || attempt->name.length > SHARED_NAME_MAX)
        return error_set(error, "shared state: a name has 1 to %d bytes", SHARED_NAME_MAX);
    if (once != NULL)
        once->step++;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        int failed = store_transact(store, ENGINE_WRITE, SHARED_PATIENCE_MS, attempt_change, attempt, error);
        if (once != NULL && !failed)
            once->changed = once->changed || attempt->changed;
        if (failed != STORE_WITHDRAWN)
            return failed;
    }
    return error_set(error, "shared state '%.*s': others change it all the time", STR_ARGS(attempt->name));
}

int shared_change(struct store *store, struct arena *arena, struct str name, int64_t now_us,
                  enum shared_verdict (*decide)(void *context, bool there, struct shared *shared), void *context,
                  struct error *error)
{
    struct attempt attempt = { .arena = arena, .name = name, .now_us = now_us, .decide = decide, .context = context };
    return change(store, &attempt, error);
}

/* --- counters --- */

struct counting {
    struct arena *arena;
    int64_t add, expires_us, value;
};

static enum shared_verdict count(void *context, bool there, struct shared *shared)
{
    struct counting *counting = context;
    unsigned long before = 0;
    str_to_number(shared->value, 1000000000UL, &before);
    counting->value = (int64_t)before + counting->add;
    shared->value = arena_format(counting->arena, "%lld", (long long)(counting->value < 0 ? 0 : counting->value));
    if (!there)
        shared->expires_us = counting->expires_us;
    return SHARED_SET;
}

int64_t shared_count(struct store *store, struct str name, int64_t add, int64_t now_us, int64_t expires_us,
                     struct error *error)
{
    struct arena *arena = arena_new();
    struct counting counting = { arena, add, expires_us, 0 };
    struct attempt attempt = { .arena = arena, .name = name, .now_us = now_us, .decide = count, .context = &counting };
    int failed = change(store, &attempt, error);
    arena_free(arena);
    return failed ? -1 : counting.value - (attempt.repeated ? add : 0);
}

/* --- lists --- */

struct listing {
    struct value values[2];
    void (*each)(void *context, struct str name, const struct shared *shared);
    void *context;
};

static void give(void *context, const struct value *columns)
{
    const struct listing *listing = context;
    struct shared shared = { columns[1].text, columns[2].number };
    listing->each(listing->context, columns[0].text, &shared);
}

static int list(struct store *store, void *database, void *context, struct error *error)
{
    const struct listing *listing = context;
    if (once_look(store->engine, database, store->once, error) != 0)
        return -1;
    return store->engine->ask(database,
                              "SELECT name, value, expires_us FROM shared WHERE substr(name, 1, length($1)) = $1"
                              " AND (expires_us = 0 OR expires_us > $2) ORDER BY name",
                              2, listing->values, give, context, error);
}

int shared_list(struct store *store, struct str prefix, int64_t now_us,
                void (*each)(void *context, struct str name, const struct shared *shared), void *context,
                struct error *error)
{
    struct listing listing = { { value_text(prefix), value_number(now_us) }, each, context };
    return store_transact(store, ENGINE_READ, SHARED_PATIENCE_MS, list, &listing, error);
}
