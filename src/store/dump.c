#include "store/dump.h"

#include "store/batch.h"
#include "store/query.h"
#include "store/transaction.h"

enum { DUMP_MS = 24 * 3600 * 1000 };

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
    if (query_list(store, database, false, &all, true, rows->event, rows->context, error) != 0 ||
        query_list(store, database, true, &all, true, rows->current, rows->context, error) != 0)
        return -1;
    if (store->engine->query_sql(database, "SELECT " JOB_COLUMNS " FROM job ORDER BY created_us", 0, NULL, give_job,
                                 context, error) != 0)
        return -1;
    if (store->engine->query_sql(database, "SELECT name, value, expires_us FROM shared ORDER BY name", 0, NULL, give_kv,
                                 context, error) != 0)
        return -1;
    /* In SQLite the id is the time (statements.c). */
    static const char *const requests[] = {
        [DIALECT_SQLITE] = "SELECT digest, split, id, step, answer FROM request ORDER BY id",
        [DIALECT_POSTGRESQL] = "SELECT digest, split, received_us, step, answer FROM request ORDER BY received_us",
    };
    return store->engine->query_sql(database, requests[store->engine->dialect], 0, NULL, give_request, context, error);
}

int dump_export(struct store *store, const struct dump_rows *rows, struct error *error)
{
    return store_transact(store, ENGINE_READ, DUMP_MS, export, (void *)(uintptr_t)rows, error);
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
    for (size_t i = 0; i < batch->current_count && !failed; i++) {
        struct value values[BATCH_CURRENT_WIDTH];
        batch_current_values(&batch->current[i].event, batch->current[i].first_us, values);
        failed = store->engine->run(database, STATEMENT_UPDATE_CURRENT, 1, values, NULL, error);
    }
    for (size_t i = 0; i < batch->job_count && !failed; i++) {
        struct value values[BATCH_JOB_WIDTH];
        batch_job_values(&batch->jobs[i], values);
        failed = store->engine->run(database, STATEMENT_ADD_JOB, 1, values, NULL, error);
    }
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
    return store_transact(store, ENGINE_WRITE, DUMP_MS, import, (void *)(uintptr_t)batch, error);
}
