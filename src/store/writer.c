#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/queue.h"

enum {
    LATER_PATIENCE_MS = 60000,
    BATCH_MAX = 1024,
    GATHER_MS = 50,
    QUEUE_MAX = 20000,
    QUEUE_CROWDED = 3000,
    CROWD_PAUSE_MS = 100
};

static struct timespec real_time_in(int ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return until;
}

/* --- the writer thread --- */

static void enqueue(struct store *store, struct pending *pending)
{
    pending->next = NULL;
    *store->end = pending;
    store->end = &pending->next;
    store->waiting++;
}

static struct pending *take_batch(struct store *store)
{
    struct pending *batch = store->first, **end = &store->first;
    size_t count = 0;
    while (*end != NULL && count < BATCH_MAX) {
        end = &(*end)->next;
        count++;
    }
    store->first = *end;
    *end = NULL;
    if (store->first == NULL)
        store->end = &store->first;
    store->waiting -= count;
    pthread_cond_broadcast(&store->room);
    return batch;
}

static void log_lost(const struct store *store, const struct pending *pending)
{
    log_line(store->log, LOG_LEVEL_ERROR, "not kept: %.*s %.*s: %s", TEXT_ARGS(pending->event->name),
             TEXT_ARGS(pending->event->sid), pending->error.sentence);
}

/* Hands results to who waits; puts copies that failed back while there is time. True when one was put back. */
static bool answer_batch(struct store *store, struct pending *batch)
{
    bool put_back = false;
    while (batch != NULL) {
        struct pending *next = batch->next;
        bool again = batch->copied && batch->result == STORE_FAILED;
        if (batch->attended && !again) {
            batch->done = true;
            pthread_cond_signal(&batch->answered);
        } else if (!again) {
            free(batch);
        } else if (store_now_ms() < batch->deadline_ms && !store->stopping) {
            enqueue(store, batch);
            put_back = true;
        } else {
            log_lost(store, batch);
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
static void gather(struct store *store)
{
    struct timespec until = real_time_in(GATHER_MS);
    int waited = 0;
    while (store->attended == 0 && !store->stopping && store->waiting < BATCH_MAX && waited == 0)
        waited = pthread_cond_timedwait(&store->work, &store->lock, &until);
}

void *writer_run(void *context)
{
    struct store *store = context;
    pthread_mutex_lock(&store->lock);
    while (!store->stopping || store->first != NULL) {
        if (store->first == NULL) {
            pthread_cond_wait(&store->work, &store->lock);
            continue;
        }
        gather(store);
        struct pending *batch = take_batch(store);
        pthread_mutex_unlock(&store->lock);
        batch_write(store, batch);
        pthread_mutex_lock(&store->lock);
        if (answer_batch(store, batch) && store->waiting < BATCH_MAX) {
            struct timespec until = real_time_in(1000);
            pthread_cond_timedwait(&store->work, &store->lock, &until);
        }
    }
    pthread_mutex_unlock(&store->lock);
    return NULL;
}

/* --- getting in line --- */

static void keep_direct(struct store *store, struct pending *pending)
{
    pthread_mutex_lock(&store->lock);
    store->events.reopen_ms = 0;
    batch_write(store, pending);
    pthread_mutex_unlock(&store->lock);
}

enum store_result store_keep(struct store *store, const struct event *event, struct error *error)
{
    struct pending pending = { .event = event, .attended = true, .deadline_ms = store_now_ms() + STORE_PATIENCE_MS };
    if (!store->has_writer) {
        keep_direct(store, &pending);
    } else {
        pthread_cond_init(&pending.answered, NULL);
        pthread_mutex_lock(&store->lock);
        enqueue(store, &pending);
        store->attended++;
        pthread_cond_signal(&store->work);
        while (!pending.done)
            pthread_cond_wait(&pending.answered, &store->lock);
        store->attended--;
        pthread_mutex_unlock(&store->lock);
        pthread_cond_destroy(&pending.answered);
    }
    *error = pending.error;
    return pending.result;
}

enum { EVENT_TEXTS = 14 };

static void texts_of(struct event *event, struct text *texts[EVENT_TEXTS])
{
    struct text *const all[EVENT_TEXTS] = { &event->kind,       &event->name,       &event->sid,   &event->mark,
                                            &event->state,      &event->line,       &event->from,  &event->to,
                                            &event->parent_sid, &event->parameters, &event->cause, &event->origin,
                                            &event->answer,     &event->wakes };
    memcpy(texts, all, sizeof all);
}

/* Where copies are put, one behind the other; with `at` NULL their size is found out. */
struct room {
    char *at;
    size_t used;
};

static void *take_room(struct room *room, size_t size, size_t alignment)
{
    room->used = (room->used + alignment - 1) / alignment * alignment;
    void *place = room->at == NULL ? NULL : room->at + room->used;
    room->used += size;
    return place;
}

static void copy_text(struct room *room, struct text *text)
{
    char *place = take_room(room, text->length, 1);
    if (place == NULL)
        return;
    if (text->length > 0)
        memcpy(place, text->at, text->length);
    text->at = place;
}

static const struct order *copy_orders(struct room *room, const struct order *orders)
{
    const struct order *first = NULL, **end = &first;
    for (; orders != NULL; orders = orders->next) {
        struct order *place = take_room(room, sizeof *place, _Alignof(struct order)), copy = *orders;
        copy_text(room, &copy.action);
        if (place == NULL)
            continue;
        *place = copy;
        place->next = NULL;
        *end = place;
        end = &place->next;
    }
    return first;
}

static const struct event *copy_events(struct room *room, const struct event *event)
{
    const struct event *first = NULL, **end = &first;
    for (; event != NULL; event = event->with) {
        struct event *place = take_room(room, sizeof *place, _Alignof(struct event)), copy = *event;
        struct text *texts[EVENT_TEXTS];
        texts_of(&copy, texts);
        for (size_t i = 0; i < EVENT_TEXTS; i++)
            copy_text(room, texts[i]);
        copy.orders = copy_orders(room, event->orders);
        if (place == NULL)
            continue;
        *place = copy;
        place->with = NULL;
        *end = place;
        end = &place->with;
    }
    return first;
}

/* One allocation for the pending, its events and all bytes of them: many may wait. NULL without memory. */
static struct pending *pending_copy(const struct event *event)
{
    struct room measure = { NULL, sizeof(struct pending) };
    copy_events(&measure, event);
    struct pending *pending = calloc(1, measure.used);
    if (pending == NULL)
        return NULL;
    struct room room = { (char *)pending, sizeof(struct pending) };
    pending->event = copy_events(&room, event);
    pending->copied = true;
    pending->deadline_ms = store_now_ms() + LATER_PATIENCE_MS;
    return pending;
}

static void log_full(const struct store *store, const struct event *event)
{
    struct pending lost = { .event = event };
    error_set(&lost.error, "too many events wait already");
    log_lost(store, &lost);
}

/* A copy in line, or NULL when the line is full. Called with the lock held. */
static struct pending *enqueue_copy(struct store *store, const struct event *event)
{
    struct pending *pending = store->waiting >= QUEUE_MAX ? NULL : pending_copy(event);
    if (pending == NULL) {
        log_full(store, event);
        return NULL;
    }
    enqueue(store, pending);
    return pending;
}

void store_keep_later(struct store *store, const struct event *event)
{
    if (store->has_writer) {
        pthread_mutex_lock(&store->lock);
        /* In a crowd, who comes later (the answer is out already) gives the writer a moment. */
        struct timespec until = real_time_in(CROWD_PAUSE_MS);
        if (store->waiting >= QUEUE_CROWDED)
            pthread_cond_timedwait(&store->room, &store->lock, &until);
        enqueue_copy(store, event);
        if (store->waiting == 1 || store->waiting == BATCH_MAX)
            pthread_cond_signal(&store->work); /* the writer sleeps, or gathers and has enough */
        pthread_mutex_unlock(&store->lock);
        return;
    }
    struct pending direct = { .event = event, .deadline_ms = store_now_ms() + STORE_PATIENCE_MS };
    keep_direct(store, &direct);
    if (direct.result == STORE_FAILED)
        log_lost(store, &direct);
}

static enum store_result wait_in_line(struct store *store, const struct event *event, int patience_ms,
                                      struct error *error)
{
    struct timespec until = real_time_in(patience_ms);
    enum store_result result = STORE_FAILED;
    error_set(error, "too many events wait already");
    pthread_mutex_lock(&store->lock);
    struct pending *pending = enqueue_copy(store, event);
    if (pending != NULL) {
        pthread_cond_init(&pending->answered, NULL);
        pending->attended = true;
        store->attended++;
        pthread_cond_signal(&store->work);
        int waited = 0;
        while (!pending->done && waited == 0)
            waited = pthread_cond_timedwait(&pending->answered, &store->lock, &until);
        pthread_cond_destroy(&pending->answered);
        pending->attended = false;
        store->attended--;
        result = pending->done ? pending->result : STORE_WAITING;
        *error = pending->error;
        if (pending->done)
            free(pending);
    }
    pthread_mutex_unlock(&store->lock);
    return result;
}

enum store_result store_keep_soon(struct store *store, const struct event *event, int patience_ms, struct error *error)
{
    if (store->has_writer)
        return wait_in_line(store, event, patience_ms, error);
    struct pending direct = { .event = event, .deadline_ms = store_now_ms() + patience_ms };
    keep_direct(store, &direct);
    *error = direct.error;
    return direct.result == STORE_FAILED ? STORE_WAITING : direct.result;
}
