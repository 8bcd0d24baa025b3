/* Events into the database: many in one transaction. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "store/core.h"
#include "store/jobs.h"

enum {
    CHUNK = 64,
    EVENT_WIDTH = 15,
    CURRENT_WIDTH = 12,
    JOB_WIDTH = 13,
    WAKE_WIDTH = 2,
    PATIENCE_LEAST_MS = 300,
    RETRY_PAUSE_MS = 100
};

/* --- the values of a row --- */

static void event_values(const struct event *event, struct value *values)
{
    const struct value all[EVENT_WIDTH] = {
        value_text(event->sid),         value_text(event->kind),       value_text(event->dedup_key),
        value_text(event->name),        value_text(event->state),      value_number(event->rank),
        value_number(event->sequence),  value_text(event->line),       value_text(event->from),
        value_text(event->to),          value_text(event->parent_sid), value_number(event->received_us),
        value_bytes(event->parameters), value_text(event->origin),     value_text(event->answer),
    };
    memcpy(values, all, sizeof all);
}

static void current_values(const struct event *event, struct value *values)
{
    const struct value all[CURRENT_WIDTH] = {
        value_text(event->sid),        value_text(event->kind),          value_text(event->name),
        value_text(event->state),      value_number(event->rank),        value_number(event->sequence),
        value_text(event->line),       value_text(event->from),          value_text(event->to),
        value_text(event->parent_sid), value_number(event->received_us), value_number(event->received_us),
    };
    memcpy(values, all, sizeof all);
}

/* The job's name for people and for receivers, from its key. */
static struct str job_id(struct arena *arena, const struct event *event, struct str action)
{
    struct buffer list = buffer_in(arena);
    digest_add(&list, event->sid);
    digest_add(&list, event->kind);
    digest_add(&list, event->cause);
    digest_add(&list, action);
    return digest_of(&list);
}

static void job_values(struct arena *arena, const struct event *event, const struct job_request *request,
                       struct value *values)
{
    const struct value all[JOB_WIDTH] = {
        value_text(event->sid),
        value_text(event->kind),
        value_text(event->cause),
        value_text(request->action),
        value_text(job_id(arena, event, request->action)),
        value_text(event->dedup_key),
        value_text(event->line),
        value_number(request->due_us),
        value_number(event->received_us),
        value_number(JOB_WAITING),
        value_number(0),
        value_text(STR("")),
        value_number(0),
    };
    memcpy(values, all, sizeof all);
}

/* --- a chunk of them --- */

struct chunk {
    void *database;
    const struct engine *engine;
    struct arena *arena;
    const struct event *events[CHUNK];
    size_t count;
    bool jobs; /* some were written */
};

static int update_current(const struct chunk *chunk, const long *added, struct value *values, struct error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < chunk->count; i++)
        if (added[i] > 0 && chunk->events[i]->has_current)
            current_values(chunk->events[i], values + CURRENT_WIDTH * count++);
    return chunk->engine->run(chunk->database, STATEMENT_UPDATE_CURRENT, count, values, NULL, error);
}

static int wake_jobs(struct chunk *chunk, const long *added, struct value *values, struct error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < chunk->count; i++)
        if (added[i] > 0 && chunk->events[i]->wakes.length > 0) {
            values[WAKE_WIDTH * count] = value_text(chunk->events[i]->wakes);
            values[WAKE_WIDTH * count++ + 1] = value_number(chunk->events[i]->received_us);
        }
    chunk->jobs = chunk->jobs || count > 0;
    return chunk->engine->run(chunk->database, STATEMENT_WAKE_JOBS, count, values, NULL, error);
}

static int add_jobs(struct chunk *chunk, const long *added, struct value *values, struct error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < chunk->count; i++)
        for (const struct job_request *at = added[i] > 0 ? chunk->events[i]->job_requests : NULL; at != NULL;
             at = at->next) {
            job_values(chunk->arena, chunk->events[i], at, values + JOB_WIDTH * count++);
            if (count == CHUNK) {
                if (chunk->engine->run(chunk->database, STATEMENT_ADD_JOB, count, values, NULL, error) != 0)
                    return -1;
                count = 0;
            }
            chunk->jobs = true;
        }
    return chunk->engine->run(chunk->database, STATEMENT_ADD_JOB, count, values, NULL, error);
}

static int write_chunk(struct chunk *chunk, long *added, struct error *error)
{
    struct value *values = ARENA_ARRAY(chunk->arena, struct value, CHUNK * EVENT_WIDTH);
    for (size_t i = 0; i < chunk->count; i++)
        event_values(chunk->events[i], values + EVENT_WIDTH * i);
    if (chunk->engine->run(chunk->database, STATEMENT_ADD_EVENT, chunk->count, values, added, error) != 0 ||
        update_current(chunk, added, values, error) != 0 || add_jobs(chunk, added, values, error) != 0)
        return -1;
    return wake_jobs(chunk, added, values, error);
}

/* --- events side by side --- */

/* An event on its way, and whose result its own is. */
struct item {
    const struct event *event;
    enum store_result *result; /* NULL: it was brought along */
};

/* Hosts that add the same events at once must not wait for each other in a ring: all go in one order. */
static int compare_items(const void *a, const void *b)
{
    const struct event *first = ((const struct item *)a)->event, *second = ((const struct item *)b)->event;
    int by_sid = str_compare(first->sid, second->sid);
    return by_sid != 0 ? by_sid : str_compare(first->kind, second->kind);
}

static size_t list_items(const struct event *const *events, size_t count, enum store_result *results,
                         struct item *items)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        for (const struct event *at = events[i]; at != NULL; at = at->also) {
            if (items != NULL)
                items[used] = (struct item){ at, at == events[i] ? &results[i] : NULL };
            used++;
        }
    return used;
}

/* With one writer at a time the order in which events came is the order in which they are written. */
static bool must_sort(const struct store *store)
{
    return store->engine->dialect != DIALECT_SQLITE;
}

static int add_items(struct store *store, struct chunk *chunk, const struct item *items, size_t all,
                     struct error *error)
{
    long added[CHUNK];
    for (size_t done = 0; done < all; done += chunk->count) {
        chunk->count = all - done < CHUNK ? all - done : CHUNK;
        for (size_t i = 0; i < chunk->count; i++)
            chunk->events[i] = items[done + i].event;
        if (write_chunk(chunk, added, error) != 0)
            return -1;
        for (size_t i = 0; i < chunk->count; i++)
            if (items[done + i].result != NULL)
                *items[done + i].result = added[i] > 0 ? STORE_ADDED : STORE_DUPLICATE;
    }
    return chunk->jobs ? store->engine->run(chunk->database, STATEMENT_NOTIFY_JOBS, 1, NULL, NULL, error) : 0;
}

int batch_add(struct store *store, void *database, const struct event *const *events, size_t count,
              enum store_result *results, struct error *error)
{
    struct arena *arena = arena_new();
    struct chunk chunk = { .database = database, .engine = store->engine, .arena = arena };
    struct item *items = ARENA_ARRAY(arena, struct item, list_items(events, count, results, NULL));
    size_t all = list_items(events, count, results, items);
    if (must_sort(store) && all > 1)
        qsort(items, all, sizeof *items, compare_items);
    int failed = add_items(store, &chunk, items, all, error);
    arena_free(arena);
    return failed;
}

/* --- what waits in line --- */

static void fail_all(struct pending *batch, const struct error *why)
{
    for (; batch != NULL; batch = batch->next) {
        batch->result = STORE_FAILED;
        batch->error = *why;
    }
}

static int compare_requests(const void *a, const void *b)
{
    const struct pending *first = *(struct pending *const *)a, *second = *(struct pending *const *)b;
    return memcmp(first->once.identity.digest, second->once.identity.digest, IDENTITY_BYTES);
}

/* Takes the last step of those that are of a request: STORE_ADDED where it was taken now, or there is none to take. */
static int take_last_steps(struct store_core *core, struct arena *arena, struct pending **all, size_t count,
                           struct error *error)
{
    struct pending **asking = ARENA_ARRAY(arena, struct pending *, count);
    struct value *values = ARENA_ARRAY(arena, struct value, ONCE_WIDTH * count);
    long *taken = ARENA_ARRAY(arena, long, count);
    size_t asked = 0;
    for (size_t i = 0; i < count; i++) {
        all[i]->result = STORE_ADDED;
        if (all[i]->ends_request)
            asking[asked++] = all[i];
    }
    if (must_sort(&core->store) && asked > 1)
        qsort(asking, asked, sizeof *asking, compare_requests);
    for (size_t i = 0; i < asked; i++)
        once_values(&asking[i]->once, ONCE_LAST_STEP, values + ONCE_WIDTH * i);
    if (core->store.engine->run(core->events.database, STATEMENT_CLAIM_REQUEST, asked, values, taken, error) != 0)
        return -1;
    for (size_t i = 0; i < asked; i++)
        asking[i]->result = taken[i] > 0 ? STORE_ADDED : STORE_DUPLICATE;
    return 0;
}

/* Within a transaction that stands: the last step of each request, and the events of those that could take it. */
static int write_all(struct store_core *core, struct arena *arena, struct pending **all, size_t count,
                     struct error *error)
{
    const struct event **events = ARENA_ARRAY(arena, const struct event *, count);
    enum store_result *results = ARENA_ARRAY(arena, enum store_result, count);
    size_t used = 0, taken = 0;
    if (take_last_steps(core, arena, all, count, error) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (all[i]->result == STORE_ADDED && all[i]->event != NULL)
            events[used++] = all[i]->event;
    if (batch_add(&core->store, core->events.database, events, used, results, error) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (all[i]->result == STORE_ADDED && all[i]->event != NULL)
            all[i]->result = results[taken++];
    return 0;
}

/* One transaction for the whole batch: all of it is on disk afterwards, or none. */
static bool write_together(struct store_core *core, struct pending *batch, int patience_ms)
{
    const struct engine *engine = core->store.engine;
    void *database = core->events.database;
    struct arena *arena = arena_new();
    struct error why;
    size_t count = 0, listed = 0;
    bool written = false;
    for (struct pending *at = batch; at != NULL; at = at->next)
        count++;
    struct pending **all = ARENA_ARRAY(arena, struct pending *, count);
    for (struct pending *at = batch; at != NULL; at = at->next)
        all[listed++] = at;
    if (engine->begin(database, ENGINE_WRITE, patience_ms, &why) == 0) {
        if (write_all(core, arena, all, count, &why) != 0)
            engine->rollback(database);
        else
            written = engine->commit(database, &why) == 0;
    }
    if (!written)
        fail_all(batch, &why);
    arena_free(arena);
    return written;
}

static int patience_left_ms(int64_t until_ms)
{
    int left = store_left_ms(until_ms);
    return left < PATIENCE_LEAST_MS ? PATIENCE_LEAST_MS : left;
}

/* A server that was lost while it was written to may be there again in a moment, or another in its place: it is tried
 * while there is time. Nothing was acknowledged, so nothing is told twice. */
static bool write_until(struct store_core *core, struct pending *batch, int64_t until_ms)
{
    struct connection *connection = &core->events;
    bool opened = connection_open(core, connection, patience_left_ms(until_ms));
    for (;;) {
        if (opened && write_together(core, batch, patience_left_ms(until_ms)))
            return true;
        if (!opened)
            fail_all(batch, &connection->open_error);
        bool lost = !opened || !core->store.engine->is_usable(connection->database);
        if (!lost || !core->store.engine->is_server || core->mode == STORE_EXISTING ||
            clock_ms() + RETRY_PAUSE_MS >= until_ms)
            return false;
        if (core->log != NULL)
            log_limited(core->log, &core->lost, LOG_EVERY_S, LOG_LEVEL_WARNING, "the database is tried again: %s",
                        batch->error.sentence);
        clock_sleep(RETRY_PAUSE_MS);
        opened = connection_open_now(core, connection, patience_left_ms(until_ms));
    }
}

void batch_write(struct store_core *core, struct pending *batch, int64_t until_ms)
{
    int64_t began = clock_ms();
    if (batch == NULL || write_until(core, batch, until_ms))
        return;
    if (clock_ms() - began >= STORE_SLOW_MS)
        breaker_trip(core, &batch->error);
    if (batch->next == NULL || clock_ms() >= until_ms || core->events.database == NULL)
        return;
    /* One event that the engine refuses must not take the others with it. */
    for (struct pending *at = batch; at != NULL; at = at->next) {
        struct pending *next = at->next;
        at->next = NULL;
        if (connection_open(core, &core->events, patience_left_ms(until_ms)))
            write_together(core, at, patience_left_ms(until_ms) / 4);
        at->next = next;
    }
}
