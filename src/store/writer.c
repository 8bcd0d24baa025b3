#include "store/writer.h"

#include <stdlib.h>

#include "store/batch.h"
#include "store/breaker.h"
#include "store/connection.h"
#include "store/transaction.h"

enum { GATHER_MS = 50, FAILED_PAUSE_MS = 1000, QUERY_OPEN_MS = 2000 };

void writer_enqueue(struct store_core *core, struct pending *pending)
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
    while (*end != NULL && count < WRITER_BATCH_MAX) {
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

void writer_log_lost(const struct store_core *core, const struct event *event, const char *why)
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
        bool lasting = batch->requeue_on_failure || !batch->has_waiter;
        bool again = batch->result == STORE_FAILED && lasting && clock_ms() < batch->deadline_ms && !core->stopping;
        if (again) {
            writer_enqueue(core, batch);
            put_back = true;
        } else {
            if (batch->result == STORE_FAILED && lasting)
                writer_log_lost(core, batch->event, batch->error.sentence);
            batch->done = true;
            if (batch->has_waiter)
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
    while (core->waiters == 0 && !core->query_lost && !core->stopping && core->waiting < WRITER_BATCH_MAX &&
           clock_wait(&core->work, &core->lock, until))
        ;
}

/* While no other attempt is worth it. */
static void pause_after_failure(struct store_core *core)
{
    int64_t until = clock_ms() + FAILED_PAUSE_MS;
    while (!core->stopping && core->waiting < WRITER_BATCH_MAX && core->waiters == 0 && !core->query_lost &&
           clock_wait(&core->work, &core->lock, until))
        ;
}

void *writer_run(void *context)
{
    struct store_core *core = context;
    /* here: what may hang must not keep a program from serving */
    if (!connection_open(core, &core->events, CONNECTION_OPEN_MS) && core->log != NULL)
        log_line(core->log, LOG_LEVEL_ERROR, "open the store: %s: events are not stored until it can be opened",
                 core->events.open_error.sentence);
    pthread_mutex_lock(&core->lock);
    while (!core->stopping || core->first != NULL) {
        if (core->query_lost) {
            pthread_mutex_unlock(&core->lock);
            store_open_query_connection(core, QUERY_OPEN_MS);
            pthread_mutex_lock(&core->lock);
        }
        if (core->first == NULL) {
            if (!core->query_lost && !core->stopping)
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
            core->unavailable = false;
        }
        if (answer_batch(core, batch))
            pause_after_failure(core);
    }
    pthread_mutex_unlock(&core->lock);
    return NULL;
}
