#include "store/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/engine.h"

enum {
    LATER_PATIENCE_MS = 60000,
    BATCH_MAX = 1024,
    GATHER_MS = 50,
    QUEUE_MAX = 20000,
    QUEUE_CROWDED = 3000,
    CROWD_PAUSE_MS = 100,
    REOPEN_PAUSE_MS = 500
};

static const struct engine *const engines[] = { &sqlite_engine, NULL };

/* One event that waits for the writer. */
struct pending {
    struct pending *next;
    const struct event *event;
    bool copied;   /* on the heap, to be freed by the last who has to do with it */
    bool attended; /* somebody waits for the result */
    int64_t deadline_ms;
    bool done;
    enum store_result result;
    struct error error;
    pthread_cond_t answered;
};

struct store {
    const struct engine *engine;
    char *location;
    enum store_mode mode;
    const struct log *log;
    void *database; /* the writer's; NULL while it cannot be opened */
    int64_t reopen_ms;
    struct error trouble; /* why it cannot */
    pthread_t writer;
    bool has_writer, stopping;
    pthread_mutex_t lock;
    pthread_cond_t work; /* something waits for the writer */
    pthread_cond_t room; /* the writer has taken some of it */
    struct pending *first, **end;
    size_t waiting;  /* in line */
    size_t attended; /* callers who wait for theirs */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

/* --- writing a batch --- */

static bool ensure_open(struct store *store)
{
    if (store->database != NULL && store->engine->is_there(store->database))
        return true;
    if (store->database != NULL)
        store->engine->close(store->database);
    store->database = NULL;
    if (now_ms() < store->reopen_ms)
        return false;
    store->database = store->engine->open(store->location, store->mode, &store->trouble);
    store->reopen_ms = now_ms() + REOPEN_PAUSE_MS;
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

static void write_batch(struct store *store, struct pending *batch)
{
    int64_t now = now_ms(), nearest = now + STORE_PATIENCE_MS;
    for (const struct pending *at = batch; at != NULL; at = at->next)
        if (at->deadline_ms < nearest)
            nearest = at->deadline_ms;
    if (!ensure_open(store)) {
        fail_all(batch, &store->trouble);
        return;
    }
    int patience_ms = nearest > now ? (int)(nearest - now) : 0;
    if (write_together(store, batch, patience_ms) || batch->next == NULL || now_ms() >= nearest)
        return;
    /* One event that the engine refuses must not take the others with it. */
    for (struct pending *at = batch; at != NULL; at = at->next) {
        struct pending *next = at->next;
        at->next = NULL;
        write_together(store, at, patience_ms / 4);
        at->next = next;
    }
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
        } else if (now_ms() < batch->deadline_ms && !store->stopping) {
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

static void *write_on(void *context)
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
        write_batch(store, batch);
        pthread_mutex_lock(&store->lock);
        if (answer_batch(store, batch) && store->waiting < BATCH_MAX) {
            struct timespec until = real_time_in(1000);
            pthread_cond_timedwait(&store->work, &store->lock, &until);
        }
    }
    pthread_mutex_unlock(&store->lock);
    return NULL;
}

/* --- open and close --- */

static const struct engine *find_engine(const char *address)
{
    for (const struct engine *const *engine = engines; *engine != NULL; engine++)
        if (strncmp(address, (*engine)->scheme, strlen((*engine)->scheme)) == 0)
            return *engine;
    return NULL;
}

int store_address_check(const char *address, struct error *error)
{
    const struct engine *engine = find_engine(address);
    if (engine == NULL)
        return error_set(error, "no such kind of store; expected sqlite:/path/to/events.db");
    if (address[strlen(engine->scheme)] != '/')
        return error_set(error, "expected an absolute path, such as sqlite:/var/lib/hookswitch/events.db");
    return 0;
}

struct store *store_open(const char *address, enum store_mode mode, const struct log *log, struct error *error)
{
    if (store_address_check(address, error) != 0)
        return NULL;
    const struct engine *engine = find_engine(address);
    struct store *store = calloc(1, sizeof *store);
    if (store != NULL)
        store->location = strdup(address + strlen(engine->scheme));
    if (store == NULL || store->location == NULL) {
        free(store);
        error_set(error, "out of memory");
        return NULL;
    }
    store->engine = engine;
    store->mode = mode;
    store->log = log;
    store->end = &store->first;
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->work, NULL);
    pthread_cond_init(&store->room, NULL);
    error_set(&store->trouble, "the database is not open");
    if (!ensure_open(store) && log != NULL)
        log_line(log, LOG_LEVEL_ERROR, "the store cannot be opened, no event is kept until it can: %s",
                 store->trouble.sentence);
    if (mode == STORE_SHARED)
        store->has_writer = pthread_create(&store->writer, NULL, write_on, store) == 0;
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    pthread_mutex_lock(&store->lock);
    store->stopping = true;
    pthread_cond_signal(&store->work);
    pthread_mutex_unlock(&store->lock);
    if (store->has_writer)
        pthread_join(store->writer, NULL);
    if (store->database != NULL)
        store->engine->close(store->database);
    pthread_cond_destroy(&store->work);
    pthread_cond_destroy(&store->room);
    pthread_mutex_destroy(&store->lock);
    free(store->location);
    free(store);
}

/* --- keeping --- */

static void keep_direct(struct store *store, struct pending *pending)
{
    pthread_mutex_lock(&store->lock);
    store->reopen_ms = 0;
    write_batch(store, pending);
    pthread_mutex_unlock(&store->lock);
}

enum store_result store_keep(struct store *store, const struct event *event, struct error *error)
{
    struct pending pending = { .event = event, .attended = true, .deadline_ms = now_ms() + STORE_PATIENCE_MS };
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

enum { EVENT_TEXTS = 10 };

static void texts_of(struct event *event, struct text *texts[EVENT_TEXTS])
{
    struct text *const all[EVENT_TEXTS] = { &event->kind,       &event->name,      &event->sid,  &event->mark,
                                            &event->state,      &event->line,      &event->from, &event->to,
                                            &event->parent_sid, &event->parameters };
    memcpy(texts, all, sizeof all);
}

/* One allocation for the pending, its event and all bytes of it: many may wait. NULL without memory. */
static struct pending *pending_copy(const struct event *event)
{
    struct event copy = *event;
    struct text *texts[EVENT_TEXTS];
    size_t size = 0;
    texts_of(&copy, texts);
    for (size_t i = 0; i < EVENT_TEXTS; i++)
        size += texts[i]->length;
    struct copied {
        struct pending pending;
        struct event event;
        char bytes[];
    } *copied = calloc(1, sizeof *copied + size);
    if (copied == NULL)
        return NULL;
    char *at = copied->bytes;
    for (size_t i = 0; i < EVENT_TEXTS; i++) {
        if (texts[i]->length > 0)
            memcpy(at, texts[i]->at, texts[i]->length);
        texts[i]->at = at;
        at += texts[i]->length;
    }
    copied->event = copy;
    copied->pending.event = &copied->event;
    copied->pending.copied = true;
    copied->pending.deadline_ms = now_ms() + LATER_PATIENCE_MS;
    return &copied->pending;
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
    struct pending direct = { .event = event, .deadline_ms = now_ms() + STORE_PATIENCE_MS };
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
    struct pending direct = { .event = event, .deadline_ms = now_ms() + patience_ms };
    keep_direct(store, &direct);
    *error = direct.error;
    return direct.result == STORE_FAILED ? STORE_WAITING : direct.result;
}

/* --- reading --- */

static int list(struct store *store, bool current, const struct store_filter *filter,
                void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    pthread_mutex_lock(&store->lock);
    bool open = ensure_open(store);
    int failed = open ? store->engine->list(store->database, current, filter, each, context, error) : -1;
    if (!open)
        *error = store->trouble;
    pthread_mutex_unlock(&store->lock);
    return failed;
}

int store_list_events(struct store *store, const struct store_filter *filter,
                      void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    return list(store, false, filter, each, context, error);
}

int store_list_current(struct store *store, const struct store_filter *filter,
                       void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    return list(store, true, filter, each, context, error);
}
