#include "store/maintenance.h"

#include <string.h>

#include "store/rows.h"

#define DAY_US INT64_C(86400000000)

enum { PRUNE_AT_ONCE = 500, PRUNE_PAUSE_MS = 20, PRUNE_PATIENCE_MS = 2000, LONG_PATIENCE_MS = 24 * 3600 * 1000 };

/* --- pruning --- */

struct pruning {
    struct value values[3];
    long events, rows;
};

static int prune_some(struct store *store, void *database, void *context, struct error *error)
{
    struct pruning *pruning = context;
    const struct engine *engine = store->engine;
    long of_items = 0, loose = 0;
    if (engine->run(database, STATEMENT_PRUNE_ITEM_EVENTS, 1, pruning->values, &of_items, error) != 0 ||
        engine->run(database, STATEMENT_PRUNE_ITEM_JOBS, 1, pruning->values, NULL, error) != 0 ||
        engine->run(database, STATEMENT_PRUNE_ITEMS, 1, pruning->values, &pruning->rows, error) != 0)
        return -1;
    if (pruning->rows == 0 &&
        engine->run(database, STATEMENT_PRUNE_LOOSE_EVENTS, 1, pruning->values, &loose, error) != 0)
        return -1;
    pruning->events = of_items + loose;
    return 0;
}

long maintenance_prune(struct store *store, struct str kind, int64_t before_us,
                       bool (*progress)(void *context, long pruned), void *context, struct error *error)
{
    struct pruning pruning = { { value_text(kind), value_number(before_us), value_number(PRUNE_AT_ONCE) }, 0, 0 };
    long pruned = 0;
    for (;;) {
        pruning.events = pruning.rows = 0;
        if (store_transact(store, ENGINE_WRITE, PRUNE_PATIENCE_MS, prune_some, &pruning, error) != 0)
            return -1;
        if (pruning.events == 0 && pruning.rows == 0)
            return pruned;
        pruned += pruning.events;
        if (!progress(context, pruned))
            return pruned;
        clock_sleep(PRUNE_PAUSE_MS);
    }
}

struct forgetting {
    struct value values[2];
    long forgotten;
};

static int forget_some(struct store *store, void *database, void *context, struct error *error)
{
    struct forgetting *forgetting = context;
    return store->engine->run(database, STATEMENT_PRUNE_REQUESTS, 1, forgetting->values, &forgetting->forgotten, error);
}

long maintenance_prune_requests(struct store *store, int64_t before_us, bool (*progress)(void *context, long pruned),
                                void *context, struct error *error)
{
    struct forgetting forgetting = { { value_number(before_us), value_number(PRUNE_AT_ONCE) }, 0 };
    long pruned = 0;
    for (;;) {
        if (store_transact(store, ENGINE_WRITE, PRUNE_PATIENCE_MS, forget_some, &forgetting, error) != 0)
            return -1;
        pruned += forgetting.forgotten;
        if (forgetting.forgotten == 0 || !progress(context, pruned))
            return pruned;
        clock_sleep(PRUNE_PAUSE_MS);
    }
}

struct counting {
    struct value values[2];
    int64_t count;
};

static void take_count(void *context, const struct value *columns)
{
    struct counting *counting = context;
    counting->count = columns[0].number;
}

static int count_prunable(struct store *store, void *database, void *context, struct error *error)
{
    struct counting *counting = context;
    return store->engine->query(database, STATEMENT_COUNT_PRUNABLE, counting->values, take_count, counting, error);
}

long maintenance_count_prunable(struct store *store, struct str kind, int64_t before_us, struct error *error)
{
    struct counting counting = { { value_text(kind), value_number(before_us) }, 0 };
    if (store_transact(store, ENGINE_READ, LONG_PATIENCE_MS, count_prunable, &counting, error) != 0)
        return -1;
    return (long)counting.count;
}

static int find_newest(struct store *store, void *database, void *context, struct error *error)
{
    struct counting *newest = context;
    return store->engine->query(database, STATEMENT_NEWEST_EVENT, newest->values, take_count, newest, error);
}

/* What the last day brought does not count: a clock that jumped ahead stamps events with its time, too. */
int maintenance_clock_is_plausible(struct store *store, int64_t now_us, struct error *error)
{
    struct counting newest = { .values = { value_number(now_us - DAY_US) } };
    if (store_transact(store, ENGINE_READ, PRUNE_PATIENCE_MS, find_newest, &newest, error) != 0)
        return -1;
    int64_t days = (now_us - newest.count) / DAY_US;
    if (newest.count == 0 || days <= MAINTENANCE_CLOCK_DAYS)
        return 1;
    error_set(error, "this host's clock is %lld days ahead of the events before today: is it right?", (long long)days);
    return 0;
}

static int expire(struct store *store, void *database, void *context, struct error *error)
{
    return store->engine->run(database, STATEMENT_EXPIRE_KV, 1, context, NULL, error);
}

int maintenance_expire(struct store *store, int64_t now_us, struct error *error)
{
    struct value now = value_number(now_us);
    return store_transact(store, ENGINE_WRITE, PRUNE_PATIENCE_MS, expire, &now, error);
}

/* --- checking --- */

static void take_lagging(void *context, const struct value *columns)
{
    struct error *found = context;
    error_set(found, "the current row of %.*s %.*s is behind its event %.*s", STR_ARGS(columns[1].text),
              STR_ARGS(columns[0].text), STR_ARGS(columns[2].text));
}

static int check(struct store *store, void *database, void *context, struct error *error)
{
    struct error found = { "" };
    (void)context;
    if (store->engine->examine(database, error) != 0 ||
        store->engine->query(database, STATEMENT_FIND_LAGGING, NULL, take_lagging, &found, error) != 0)
        return -1;
    return found.sentence[0] == '\0' ? 0 : error_set(error, "%s", found.sentence);
}

int maintenance_check(struct store *store, struct error *error)
{
    return store_transact(store, ENGINE_READ, LONG_PATIENCE_MS, check, NULL, error);
}

/* --- copying --- */

int maintenance_backup(struct store *store, const char *path, void (*progress)(void *context, long done, long total),
                       void *context, struct error *error)
{
    if (store->engine->backup == NULL)
        return 1;
    if (!store_enter(store, store_until_ms(store, STORE_PATIENCE_MS), error))
        return -1;
    int failed = store->engine->backup(store->core->other.database, path, progress, context, error);
    store_leave(store);
    return failed;
}

static void give_job(void *context, const struct value *columns)
{
    const struct dump_rows *rows = context;
    struct job job = job_of_columns(columns);
    rows->job(rows->context, &job);
}

static void give_kv(void *context, const struct value *columns)
{
    const struct dump_rows *rows = context;
    struct kv_entry entry = { columns[1].text, columns[2].number };
    rows->kv(rows->context, columns[0].text, &entry);
}

static void give_request(void *context, const struct value *columns)
{
    const struct dump_rows *rows = context;
    struct dump_request request = { .digest = columns[0].text,
                                    .split = columns[1].number,
                                    .received_us = columns[2].number,
                                    .step = columns[3].number,
                                    .answer = columns[4].text };
    rows->request(rows->context, &request);
}

static int export(struct store *store, void *database, void *context, struct error *error)
{
    const struct dump_rows *rows = context;
    struct store_filter all = { .limit = 0 };
    if (rows_list(store, database, false, &all, true, rows->event, rows->context, error) != 0 ||
        rows_list(store, database, true, &all, true, rows->current, rows->context, error) != 0)
        return -1;
    if (store->engine->ask(database, "SELECT " JOB_COLUMNS " FROM job ORDER BY created_us", 0, NULL, give_job, context,
                           error) != 0)
        return -1;
    if (store->engine->ask(database, "SELECT name, value, expires_us FROM shared ORDER BY name", 0, NULL, give_kv,
                           context, error) != 0)
        return -1;
    /* In SQLite the id is the time (statements.c). */
    static const char *const requests[] = {
        [DIALECT_SQLITE] = "SELECT digest, split, id, step, answer FROM request ORDER BY id",
        [DIALECT_POSTGRESQL] = "SELECT digest, split, received_us, step, answer FROM request ORDER BY received_us",
    };
    return store->engine->ask(database, requests[store->engine->dialect], 0, NULL, give_request, context, error);
}

int dump_export(struct store *store, const struct dump_rows *rows, struct error *error)
{
    return store_transact(store, ENGINE_READ, LONG_PATIENCE_MS, export, (void *)(uintptr_t)rows, error);
}

/* --- importing --- */

static int import_events(struct store *store, void *database, const struct dump_batch *batch, struct error *error)
{
    struct arena *arena = arena_new();
    const struct event **events = ARENA_ARRAY(arena, const struct event *, batch->event_count);
    enum store_result *results = ARENA_ARRAY(arena, enum store_result, batch->event_count);
    for (size_t i = 0; i < batch->event_count; i++)
        events[i] = &batch->events[i];
    int failed = batch_add(store, database, events, batch->event_count, results, error);
    arena_free(arena);
    return failed;
}

static int import_current(struct store *store, void *database, const struct store_row *row, struct error *error)
{
    const struct event *event = &row->event;
    const struct value values[] = { value_text(event->sid),      value_text(event->kind),
                                    value_text(event->name),     value_text(event->state),
                                    value_number(event->rank),   value_number(event->sequence),
                                    value_text(event->line),     value_text(event->from),
                                    value_text(event->to),       value_text(event->parent_sid),
                                    value_number(row->first_us), value_number(event->received_us) };
    return store->engine->run(database, STATEMENT_RESTORE_CURRENT, 1, values, NULL, error);
}

static int import_job(struct store *store, void *database, const struct job *job, struct error *error)
{
    const struct value values[] = { value_text(job->sid),          value_text(job->kind),
                                    value_text(job->cause),        value_text(job->action),
                                    value_text(job->id),           value_text(job->dedup_key),
                                    value_text(job->line),         value_number(job->due_us),
                                    value_number(job->created_us), value_number(job->state),
                                    value_number(job->attempts),   value_text(job->reason),
                                    value_number(job->ended_us) };
    return store->engine->run(database, STATEMENT_RESTORE_JOB, 1, values, NULL, error);
}

static int import_request(struct store *store, void *database, const struct dump_request *request, struct error *error)
{
    const struct value values[] = { value_bytes(request->digest), value_number(request->split),
                                    value_number(request->received_us), value_number(request->step),
                                    value_bytes(request->answer) };
    return store->engine->run(database, STATEMENT_CLAIM_REQUEST, 1, values, NULL, error);
}

static int import(struct store *store, void *database, void *context, struct error *error)
{
    const struct dump_batch *batch = context;
    int failed = import_events(store, database, batch, error);
    for (size_t i = 0; i < batch->current_count && !failed; i++)
        failed = import_current(store, database, &batch->current[i], error);
    for (size_t i = 0; i < batch->job_count && !failed; i++)
        failed = import_job(store, database, &batch->jobs[i], error);
    for (size_t i = 0; i < batch->kv_count && !failed; i++) {
        const struct value values[] = { value_text(batch->kv[i].name), value_bytes(batch->kv[i].entry.value),
                                        value_number(batch->kv[i].entry.expires_us), value_number(0) };
        failed = store->engine->run(database, STATEMENT_ADD_KV, 1, values, NULL, error);
    }
    for (size_t i = 0; i < batch->request_count && !failed; i++)
        failed = import_request(store, database, &batch->requests[i], error);
    return failed;
}

int dump_import(struct store *store, const struct dump_batch *batch, struct error *error)
{
    return store_transact(store, ENGINE_WRITE, LONG_PATIENCE_MS, import, (void *)(uintptr_t)batch, error);
}
