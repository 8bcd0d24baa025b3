#include <stdlib.h>

#include "store/queue.h"

enum {
    LATER_PATIENCE_MS = 60000,
    BATCH_MAX = 1024,
    GATHER_MS = 50,
    QUEUE_MAX = 20000,
    QUEUE_CROWDED = 3000,
    CROWD_PAUSE_MS = 100,
    FAILED_PAUSE_MS = 1000,
    OTHER_PATIENCE_MS = 2000
};

/* --- the writer thread --- */

static void enqueue(struct store_core *core, struct pending *pending)
{
    pending->next = NULL;
    *core->end = pending;
    core->end = &pending->next;
    core->waiting++;
}

static struct pending *take_batch(struct store_core *core)
{
    struct pending *batch = core->first, **end = &core->first;
    size_t count = 0;
    while (*end != NULL && count < BATCH_MAX) {
        end = &(*end)->next;
        count++;
    }
    core->first = *end;
    *end = NULL;
    if (core->first == NULL)
        core->end = &core->first;
    core->waiting -= count;
    pthread_cond_broadcast(&core->room);
    return batch;
}

static void log_lost(const struct store_core *core, const struct event *event, const char *why)
{
    if (core->log != NULL && event == NULL)
        log_line(core->log, LOG_LEVEL_ERROR, "the end of a request is not stored: %s", why);
    else if (core->log != NULL)
        log_line(core->log, LOG_LEVEL_ERROR, "event lost: %.*s %.*s: %s", STR_ARGS(event->name), STR_ARGS(event->sid),
                 why);
}

/* Hands results to who waits; puts what failed back while there is time. True when one was put back. */
static bool answer_batch(struct store_core *core, struct pending *batch)
{
    bool put_back = false;
    while (batch != NULL) {
        struct pending *next = batch->next;
        bool lasting = batch->persists || !batch->attended;
        bool again = batch->result == STORE_FAILED && lasting && clock_ms() < batch->deadline_ms && !core->stopping;
        if (again) {
            enqueue(core, batch);
            put_back = true;
        } else {
            if (batch->result == STORE_FAILED && lasting)
                log_lost(core, batch->event, batch->error.sentence);
            batch->done = true;
            if (batch->attended)
                pthread_cond_signal(&batch->answered);
            else
                free(batch);
        }
        batch = next;
    }
    return put_back;
}

/* Where nobody waits for an answer, a moment's wait lets one commit serve many events. */
static void gather(struct store_core *core)
{
    int64_t until = clock_ms() + GATHER_MS;
    while (core->attended == 0 && !core->other_lost && !core->stopping && core->waiting < BATCH_MAX &&
           clock_wait(&core->work, &core->lock, until))
        ;
}

/* While no other attempt is worth it. */
static void pause_after_failure(struct store_core *core)
{
    int64_t until = clock_ms() + FAILED_PAUSE_MS;
    while (!core->stopping && core->waiting < BATCH_MAX && core->attended == 0 && !core->other_lost &&
           clock_wait(&core->work, &core->lock, until))
        ;
}

void *writer_run(void *context)
{
    struct store_core *core = context;
    door_open_first(core, &core->events); /* here: what may hang must not keep a program from serving */
    pthread_mutex_lock(&core->lock);
    while (!core->stopping || core->first != NULL) {
        if (core->other_lost) {
            pthread_mutex_unlock(&core->lock);
            store_open_other(core, OTHER_PATIENCE_MS);
            pthread_mutex_lock(&core->lock);
        }
        if (core->first == NULL) {
            if (!core->other_lost && !core->stopping)
                pthread_cond_wait(&core->work, &core->lock);
            continue;
        }
        gather(core);
        struct pending *batch = take_batch(core);
        pthread_mutex_unlock(&core->lock);
        batch_write(core, batch, store_until_ms(&core->store, STORE_PATIENCE_MS));
        pthread_mutex_lock(&core->lock);
        if (batch->result != STORE_FAILED) {
            core->written_ms = clock_ms();
            core->away = false;
        }
        if (answer_batch(core, batch))
            pause_after_failure(core);
    }
    pthread_mutex_unlock(&core->lock);
    return NULL;
}

/* --- without a writer --- */

static enum store_result keep_direct(struct store *store, const struct event *event, int patience_ms,
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

/* --- into the queue --- */

/* A copy in the queue, or NULL when the queue is full. Called with the lock held. */
static struct pending *enqueue_copy(struct store *store, const struct event *event)
{
    struct store_core *core = store->core;
    struct pending *pending = core->waiting >= QUEUE_MAX ? NULL : pending_copy(store->once, event);
    if (pending == NULL)
        return NULL;
    pending->deadline_ms = clock_ms() + LATER_PATIENCE_MS;
    enqueue(core, pending);
    return pending;
}

static void wake_writer(struct store_core *core)
{
    if (core->waiting == 1 || core->waiting == BATCH_MAX)
        pthread_cond_signal(&core->work); /* it sleeps, or gathers and has enough */
}

/* The result when it is there in time; else STORE_QUEUED, and the event stays in the queue. */
static enum store_result await_writer(struct store_core *core, struct pending *pending, int64_t until_ms, bool persists,
                                      struct error *error)
{
    clock_condition_init(&pending->answered);
    pending->attended = true;
    pending->persists = persists;
    core->attended++;
    pthread_cond_signal(&core->work);
    while (!pending->done && clock_wait(&pending->answered, &core->lock, until_ms))
        ;
    pthread_cond_destroy(&pending->answered);
    pending->attended = false;
    core->attended--;
    if (!pending->done) {
        error_set(error, "the store has not written it in time");
        return STORE_QUEUED;
    }
    enum store_result result = pending->result;
    *error = pending->error;
    free(pending);
    return result;
}

static enum store_result keep_in_queue(struct store *store, const struct event *event, int patience_ms, bool persists,
                                       struct error *error)
{
    struct store_core *core = store->core;
    enum store_result result = STORE_FAILED;
    bool may = store_may_be_asked(store, error);
    int64_t began = clock_ms();
    pthread_mutex_lock(&core->lock);
    struct pending *pending = enqueue_copy(store, event);
    if (pending == NULL) {
        error_set(error, "too many events wait already");
    } else if (!may) {
        wake_writer(core);
        result = STORE_QUEUED;
    } else {
        result = await_writer(core, pending, store_until_ms(store, patience_ms), persists, error);
    }
    pthread_mutex_unlock(&core->lock);
    if (result == STORE_QUEUED && may && core->written_ms < began)
        store_goes_away(core, error);
    store_answered(store, result == STORE_ADDED || result == STORE_DUPLICATE);
    return result;
}

enum store_result store_add(struct store *store, const struct event *event, struct error *error)
{
    enum store_result result = store->core->has_writer ? keep_in_queue(store, event, STORE_PATIENCE_MS, false, error)
                                                       : keep_direct(store, event, STORE_PATIENCE_MS, error);
    return result == STORE_QUEUED ? STORE_FAILED : result;
}

enum store_result store_add_or_queue(struct store *store, const struct event *event, int patience_ms,
                                     struct error *error)
{
    if (store->core->has_writer)
        return keep_in_queue(store, event, patience_ms, true, error);
    enum store_result result = keep_direct(store, event, patience_ms, error);
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
        kept = keep_direct(&own, event, STORE_PATIENCE_MS, &why) != STORE_FAILED;
    }
    if (!kept)
        log_lost(core, event, why.sentence);
}

void store_end_request(struct store *store)
{
    if (store->once != NULL && (store->once->changed || store->once->left) && !store->once->last)
        store_queue(store, NULL);
}
