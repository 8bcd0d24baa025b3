#include "store/kv.h"

#include <string.h>

#include "store/core.h"

enum { KV_PATIENCE_MS = 2000, TRIES_MAX = 200 };

/* --- the steps of a request --- */

void store_once(struct store *store, struct once *once)
{
    store->once = once;
}

bool store_wants_reply(const struct store *store)
{
    return store->once != NULL && store->once->changed;
}

void store_reply(struct store *store, struct str reply)
{
    if (store->once != NULL)
        store->once->reply = reply;
}

void once_values(const struct once *once, int64_t step, struct value values[ONCE_WIDTH])
{
    const struct value all[ONCE_WIDTH] = { value_bytes(
                                               (struct str){ (const char *)once->identity.digest, IDENTITY_BYTES }),
                                           value_number(once->identity.split), value_number(once->received_us),
                                           value_number(step), value_bytes(once->reply) };
    memcpy(values, all, sizeof all);
}

static void take_answer(void *context, const struct value *columns)
{
    struct once *once = context;
    once->answer = arena_copy(once->arena, columns[0].text);
}

/* At a request's first look at shared state: `once` (NULL: of none) gets the answer of the same bytes, if it is known.
 */
static int once_look(const struct engine *engine, void *database, struct once *once, struct error *error)
{
    struct value values[ONCE_WIDTH];
    if (once == NULL || once->looked)
        return 0;
    once->looked = true;
    once_values(once, once->step, values);
    return engine->query(database, STATEMENT_FIND_ANSWER, values, take_answer, once, error);
}

/* Takes the step at which the request is, in a transaction that stands. 0 with `taken`; where it was taken before,
 * `once` gets the answer that was given then, if it is known. Or -1 with the reason. */
static int once_step(const struct engine *engine, void *database, struct once *once, bool *taken, struct error *error)
{
    struct value values[ONCE_WIDTH];
    long changed = 0;
    once_values(once, once->step, values);
    values[ONCE_WIDTH - 1] = value_bytes(STR("")); /* it is not known yet */
    if (engine->run(database, STATEMENT_CLAIM_REQUEST, 1, values, &changed, error) != 0)
        return -1;
    *taken = changed > 0;
    return *taken ? 0 : engine->query(database, STATEMENT_FIND_ANSWER, values, take_answer, once, error);
}

/* --- rows --- */

/* One look or one attempt at a change. */
struct attempt {
    struct arena *arena;
    struct str name;
    int64_t now_us;
    struct kv_entry entry;
    bool there;
    int64_t version;
    enum kv_action (*decide)(void *context, bool there, struct kv_entry *entry);
    void *context;
    struct once *once; /* of the request that asks for a change; may be NULL */
    bool repeated;     /* the request had its step before */
    bool changed;
};

static void take_row(void *context, const struct value *columns)
{
    struct attempt *attempt = context;
    attempt->there = true;
    attempt->entry.value = arena_copy(attempt->arena, columns[0].text);
    attempt->version = columns[1].number;
    attempt->entry.expires_us = columns[2].number;
}

static int look(struct store *store, void *database, void *context, struct error *error)
{
    struct attempt *attempt = context;
    const struct value values[] = { value_text(attempt->name), value_number(attempt->now_us) };
    attempt->entry = (struct kv_entry){ STR(""), 0 };
    attempt->there = false;
    if (once_look(store->engine, database, store->once, error) != 0)
        return -1;
    return store->engine->query(database, STATEMENT_GET_KV, values, take_row, attempt, error);
}

int kv_get(struct store *store, struct arena *arena, struct str name, int64_t now_us, struct kv_entry *entry,
           struct error *error)
{
    struct attempt attempt = { .arena = arena, .name = name, .now_us = now_us };
    if (store_transact(store, ENGINE_READ, KV_PATIENCE_MS, look, &attempt, error) != 0)
        return -1;
    *entry = attempt.entry;
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
    enum kv_action verdict = attempt->decide(attempt->context, attempt->there, &attempt->entry);
    if (verdict == KV_KEEP || (verdict == KV_DELETE && !attempt->there)) {
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
    if (attempt->entry.value.length > KV_VALUE_MAX)
        return error_set(error, "shared state '%.*s': more than %d bytes", STR_ARGS(attempt->name), KV_VALUE_MAX);
    const struct value drop[] = { value_text(attempt->name), value_number(attempt->version) };
    const struct value set[] = { value_text(attempt->name), value_bytes(attempt->entry.value),
                                 value_number(attempt->entry.expires_us),
                                 value_number(attempt->there ? attempt->version : attempt->now_us) };
    if (verdict == KV_DELETE)
        failed = store->engine->run(database, STATEMENT_DELETE_KV, 1, drop, &changed, error);
    else
        failed = store->engine->run(database, attempt->there ? STATEMENT_UPDATE_KV : STATEMENT_ADD_KV, 1, set, &changed,
                                    error);
    attempt->changed = changed > 0;
    /* where another changed the row between look and change, the step is given back */
    return !failed && changed == 0 ? STORE_ROLLED_BACK : failed;
}

static int change(struct store *store, struct attempt *attempt, struct error *error)
{
    struct once *once = store->once;
    attempt->once = once;
    if (attempt->name.length == 0 || attempt->name.length > KV_NAME_MAX)
        return error_set(error, "shared state: a name has 1 to %d bytes", KV_NAME_MAX);
    if (once != NULL)
        once->step++;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        int failed = store_transact(store, ENGINE_WRITE, KV_PATIENCE_MS, attempt_change, attempt, error);
        if (once != NULL && !failed)
            once->changed = once->changed || attempt->changed;
        if (failed != STORE_ROLLED_BACK)
            return failed;
    }
    return error_set(error, "shared state '%.*s': others change it all the time", STR_ARGS(attempt->name));
}

int kv_update(struct store *store, struct arena *arena, struct str name, int64_t now_us,
              enum kv_action (*decide)(void *context, bool there, struct kv_entry *entry), void *context,
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

static enum kv_action count(void *context, bool there, struct kv_entry *entry)
{
    struct counting *counting = context;
    unsigned long before = 0;
    str_to_number(entry->value, 1000000000UL, &before);
    counting->value = (int64_t)before + counting->add;
    entry->value = arena_format(counting->arena, "%lld", (long long)(counting->value < 0 ? 0 : counting->value));
    if (!there)
        entry->expires_us = counting->expires_us;
    return KV_SET;
}

int64_t kv_increment(struct store *store, struct str name, int64_t add, int64_t now_us, int64_t expires_us,
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
    void (*each)(void *context, struct str name, const struct kv_entry *entry);
    void *context;
};

static void give(void *context, const struct value *columns)
{
    const struct listing *listing = context;
    struct kv_entry entry = { columns[1].text, columns[2].number };
    listing->each(listing->context, columns[0].text, &entry);
}

static int list(struct store *store, void *database, void *context, struct error *error)
{
    const struct listing *listing = context;
    if (once_look(store->engine, database, store->once, error) != 0)
        return -1;
    return store->engine->query_sql(database,
                                    "SELECT name, value, expires_us FROM shared WHERE substr(name, 1, length($1)) = $1"
                                    " AND (expires_us = 0 OR expires_us > $2) ORDER BY name",
                                    2, listing->values, give, context, error);
}

int kv_list(struct store *store, struct str prefix, int64_t now_us,
            void (*each)(void *context, struct str name, const struct kv_entry *entry), void *context,
            struct error *error)
{
    struct listing listing = { { value_text(prefix), value_number(now_us) }, each, context };
    return store_transact(store, ENGINE_READ, KV_PATIENCE_MS, list, &listing, error);
}
