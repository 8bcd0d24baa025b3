#include "store/request_steps.h"

#include <string.h>

#include "store/core.h"

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

int once_look(const struct engine *engine, void *database, struct once *once, struct error *error)
{
    struct value values[ONCE_WIDTH];
    if (once == NULL || once->looked)
        return 0;
    once->looked = true;
    once_values(once, once->step, values);
    return engine->query(database, STATEMENT_FIND_ANSWER, values, take_answer, once, error);
}

int once_step(const struct engine *engine, void *database, struct once *once, bool *taken, struct error *error)
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
