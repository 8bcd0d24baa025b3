#include <time.h>

#include "store/queue.h"

enum { REOPEN_PAUSE_MS = 500 };

int64_t store_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool batch_open(struct store *store)
{
    if (store->database != NULL && store->engine->is_there(store->database))
        return true;
    if (store->database != NULL)
        store->engine->close(store->database);
    store->database = NULL;
    if (store_now_ms() < store->reopen_ms)
        return false;
    store->database = store->engine->open(store->location, store->mode, &store->trouble);
    store->reopen_ms = store_now_ms() + REOPEN_PAUSE_MS;
    return store->database != NULL;
}

static void fail_all(struct pending *batch, const struct error *why)
{
    for (; batch != NULL; batch = batch->next) {
        batch->result = STORE_FAILED;
        batch->error = *why;
    }
}

/* One transaction for the whole batch: all of it is on disk afterwards, or none. */
static bool write_together(struct store *store, struct pending *batch, int patience_ms)
{
    struct error why;
    if (store->engine->begin(store->database, patience_ms, &why) != 0) {
        fail_all(batch, &why);
        return false;
    }
    for (struct pending *at = batch; at != NULL; at = at->next) {
        at->result = store->engine->add(store->database, at->event, &at->error);
        if (at->result == STORE_FAILED) {
            why = at->error;
            store->engine->rollback(store->database);
            fail_all(batch, &why);
            return false;
        }
    }
    if (store->engine->commit(store->database, &why) != 0) {
        fail_all(batch, &why);
        return false;
    }
    return true;
}

void batch_write(struct store *store, struct pending *batch)
{
    int64_t now = store_now_ms(), nearest = now + STORE_PATIENCE_MS;
    for (const struct pending *at = batch; at != NULL; at = at->next)
        if (at->deadline_ms < nearest)
            nearest = at->deadline_ms;
    if (batch == NULL)
        return;
    if (!batch_open(store)) {
        fail_all(batch, &store->trouble);
        return;
    }
    int patience_ms = nearest > now ? (int)(nearest - now) : 0;
    if (write_together(store, batch, patience_ms) || batch->next == NULL || store_now_ms() >= nearest)
        return;
    /* One event that the engine refuses must not take the others with it. */
    for (struct pending *at = batch; at != NULL; at = at->next) {
        struct pending *next = at->next;
        at->next = NULL;
        write_together(store, at, patience_ms / 4);
        at->next = next;
    }
}
