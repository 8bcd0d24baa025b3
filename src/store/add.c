/* Adding events: through the queue of the writer thread, or directly where there is no such thread. */
#include <stdlib.h>

#include "store/core.h"

enum { QUEUED_MS = 60000, QUEUE_MAX = 20000, QUEUE_CROWDED = 3000, CROWD_PAUSE_MS = 100 };

static enum store_result add_direct(struct store *store, const struct event *event, int patience_ms,
                                    struct error *error)
{
    struct store_core *core = store->core;
    struct pending pending = { .event = event };
    pending_be_last(&pending, store->once);
    pthread_mutex_lock(&core->lock);
    core->events.reopen_ms = 0;
    batch_write(core, &pending, store_until_ms(store, patience_ms));
    pthread_mutex_unlock(&core->lock);
    *error = pending.error;
    return pending.result;
}

/* A copy in the queue, or NULL when the queue is full. Called with the lock held. */
static struct pending *enqueue_copy(struct store *store, const struct event *event)
{
    struct store_core *core = store->core;
    struct pending *pending = core->waiting >= QUEUE_MAX ? NULL : pending_copy(store->once, event);
    if (pending == NULL)
        return NULL;
    pending->deadline_ms = clock_ms() + QUEUED_MS;
    writer_enqueue(core, pending);
    return pending;
}

static void wake_writer(struct store_core *core)
{
    if (core->waiting == 1 || core->waiting == WRITER_BATCH_MAX)
        pthread_cond_signal(&core->work); /* it sleeps, or gathers and has enough */
}

/* The result when it is there in time; else STORE_QUEUED, and the event stays in the queue. */
static enum store_result await_writer(struct store_core *core, struct pending *pending, int64_t until_ms,
                                      bool requeue_on_failure, struct error *error)
{
    clock_condition_init(&pending->answered);
    pending->has_waiter = true;
    pending->requeue_on_failure = requeue_on_failure;
    core->waiters++;
    pthread_cond_signal(&core->work);
    while (!pending->done && clock_wait(&pending->answered, &core->lock, until_ms))
        ;
    pthread_cond_destroy(&pending->answered);
    pending->has_waiter = false;
    core->waiters--;
    if (!pending->done) {
        error_set(error, "the store has not written it in time");
        return STORE_QUEUED;
    }
    enum store_result result = pending->result;
    *error = pending->error;
    free(pending);
    return result;
}

static enum store_result add_by_writer(struct store *store, const struct event *event, int patience_ms,
                                       bool requeue_on_failure, struct error *error)
{
    struct store_core *core = store->core;
    enum store_result result = STORE_FAILED;
    bool may = breaker_allows(store, error);
    int64_t began = clock_ms();
    pthread_mutex_lock(&core->lock);
    struct pending *pending = enqueue_copy(store, event);
    if (pending == NULL) {
        error_set(error, "too many events wait already");
    } else if (!may) {
        wake_writer(core);
        result = STORE_QUEUED;
    } else {
        result = await_writer(core, pending, store_until_ms(store, patience_ms), requeue_on_failure, error);
    }
    pthread_mutex_unlock(&core->lock);
    if (result == STORE_QUEUED && may && core->written_ms < began)
        breaker_trip(core, error);
    breaker_report(store, result == STORE_ADDED || result == STORE_DUPLICATE);
    return result;
}

enum store_result store_add(struct store *store, const struct event *event, struct error *error)
{
    enum store_result result = store->core->has_writer ? add_by_writer(store, event, STORE_PATIENCE_MS, false, error)
                                                       : add_direct(store, event, STORE_PATIENCE_MS, error);
    return result == STORE_QUEUED ? STORE_FAILED : result;
}

enum store_result store_add_or_queue(struct store *store, const struct event *event, int patience_ms,
                                     struct error *error)
{
    if (store->core->has_writer)
        return add_by_writer(store, event, patience_ms, true, error);
    enum store_result result = add_direct(store, event, patience_ms, error);
    return result == STORE_FAILED ? STORE_QUEUED : result;
}

void store_queue(struct store *store, const struct event *event)
{
    struct store_core *core = store->core;
    struct error why = { "too many events wait already" };
    bool kept;
    if (core->has_writer) {
        pthread_mutex_lock(&core->lock);
        /* In a crowd, who comes later (the answer is out already) gives the writer a moment. */
        if (core->waiting >= QUEUE_CROWDED)
            clock_wait(&core->room, &core->lock, clock_ms() + CROWD_PAUSE_MS);
        kept = enqueue_copy(store, event) != NULL;
        wake_writer(core);
        pthread_mutex_unlock(&core->lock);
    } else {
        struct store own = core->store; /* its own patience: the answer is out */
        own.once = store->once;
        kept = add_direct(&own, event, STORE_PATIENCE_MS, &why) != STORE_FAILED;
    }
    if (!kept)
        writer_log_lost(core, event, why.sentence);
}

void store_end_request(struct store *store)
{
    if (store->once != NULL && (store->once->changed || store->once->left) && !store->once->last)
        store_queue(store, NULL);
}
