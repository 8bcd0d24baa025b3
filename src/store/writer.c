#include "store/core.h"

#include <stdlib.h>
#include <string.h>

/* Where copies are put, one behind the other; with `at` NULL their size is found out. */
struct block {
    char *at;
    size_t used;
};

static void *reserve(struct block *block, size_t size, size_t alignment)
{
    block->used = (block->used + alignment - 1) / alignment * alignment;
    void *place = block->at == NULL ? NULL : block->at + block->used;
    block->used += size;
    return place;
}

static void copy_text(struct block *block, struct str *text)
{
    char *place = reserve(block, text->length, 1);
    if (place == NULL)
        return;
    if (text->length > 0)
        memcpy(place, text->at, text->length);
    text->at = place;
}

static const struct job_request *copy_job_requests(struct block *block, const struct job_request *requests)
{
    const struct job_request *first = NULL, **end = &first;
    for (; requests != NULL; requests = requests->next) {
        struct job_request *place = reserve(block, sizeof *place, _Alignof(struct job_request)), copy = *requests;
        copy_text(block, &copy.action);
        if (place == NULL)
            continue;
        *place = copy;
        place->next = NULL;
        *end = place;
        end = &place->next;
    }
    return first;
}

static const struct event *copy_events(struct block *block, const struct event *event)
{
    const struct event *first = NULL, **end = &first;
    for (; event != NULL; event = event->also) {
        struct event *place = reserve(block, sizeof *place, _Alignof(struct event)), copy = *event;
        struct str *texts[EVENT_TEXTS];
        event_texts(&copy, texts);
        for (size_t i = 0; i < EVENT_TEXTS; i++)
            copy_text(block, texts[i]);
        copy.job_requests = copy_job_requests(block, event->job_requests);
        if (place == NULL)
            continue;
        *place = copy;
        place->also = NULL;
        *end = place;
        end = &place->also;
    }
    return first;
}

void pending_be_last(struct pending *pending, struct once *once)
{
    if (once == NULL)
        return;
    once->last = true;
    pending->ends_request = true;
    pending->once = *once;
}

struct pending *pending_copy(struct once *once, const struct event *event)
{
    struct block measure = { NULL, sizeof(struct pending) };
    struct pending ends_request = { .event = NULL };
    pending_be_last(&ends_request, once);
    copy_text(&measure, &ends_request.once.reply);
    copy_events(&measure, event);
    struct pending *pending = calloc(1, measure.used);
    if (pending == NULL)
        return NULL;
    struct block copies = { (char *)pending, sizeof(struct pending) };
    *pending = ends_request;
    copy_text(&copies, &pending->once.reply);
    pending->event = copy_events(&copies, event);
    return pending;
}

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
