#include "store/jobs.h"

#include "store/core.h"

enum { JOBS_PATIENCE_MS = 1500, LIST_PATIENCE_MS = 30000, HIDDEN_MAX = 8 };

/* As claimed and listed. */
#define JOB_COLUMNS                                                                                                    \
    "id, sid, kind, cause, action, mark, line, state, due_us, attempts, worker, reason, created_us, ended_us"

/* Texts are borrowed. */
static struct job job_of_columns(const struct value *columns)
{
    return (struct job){
        .id = columns[0].text,
        .sid = columns[1].text,
        .kind = columns[2].text,
        .cause = columns[3].text,
        .action = columns[4].text,
        .dedup_key = columns[5].text,
        .line = columns[6].text,
        .state = columns[7].number >= JOB_WAITING && columns[7].number < JOB_UNKNOWN ? (enum job_state)columns[7].number
                                                                                     : JOB_UNKNOWN,
        .due_us = columns[8].number,
        .attempts = columns[9].number,
        .worker = columns[10].text,
        .reason = columns[11].text,
        .created_us = columns[12].number,
        .ended_us = columns[13].number,
    };
}

struct job job_copy(struct arena *arena, const struct job *job)
{
    struct job copy = *job;
    struct str *const texts[] = { &copy.id,        &copy.sid,  &copy.kind,   &copy.cause, &copy.action,
                                  &copy.dedup_key, &copy.line, &copy.worker, &copy.reason };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_copy(arena, *texts[i]);
    return copy;
}

/* --- by workers --- */

struct claim {
    struct value values[4];
    struct arena *arena;
    struct job *jobs;
    size_t count;
};

static void claim_one(void *context, const struct value *columns)
{
    struct claim *claim = context;
    struct job borrowed = job_of_columns(columns);
    claim->jobs[claim->count++] = job_copy(claim->arena, &borrowed);
}

static int claim(struct store *store, void *database, void *context, struct error *error)
{
    struct claim *claim = context;
    claim->count = 0;
    return store->engine->query(database, STATEMENT_CLAIM_JOBS, claim->values, claim_one, claim, error);
}

int jobs_claim(struct store *store, struct str worker, int64_t now_us, int64_t until_us, long limit,
               void (*each)(void *context, const struct job *job), void *context, struct error *error)
{
    struct arena *arena = arena_new();
    struct claim claims = { .values = { value_text(worker), value_number(now_us), value_number(until_us),
                                        value_number(limit) },
                            .arena = arena,
                            .jobs = ARENA_ARRAY(arena, struct job, (size_t)limit) };
    int failed = store_transact(store, ENGINE_WRITE, JOBS_PATIENCE_MS, claim, &claims, error);
    for (size_t i = 0; i < claims.count && !failed; i++)
        each(context, &claims.jobs[i]);
    arena_free(arena);
    return failed;
}

int jobs_renew(struct store *store, struct str worker, int64_t until_us, struct error *error)
{
    const struct value values[] = { value_text(worker), value_number(until_us) };
    return store_run(store, STATEMENT_RENEW_JOBS, values, JOBS_PATIENCE_MS, error) < 0 ? -1 : 0;
}

struct ending {
    const struct value *values;
    const struct event *derived;
    long ended;
};

static int end_job(struct store *store, void *database, void *context, struct error *error)
{
    struct ending *ending = context;
    enum store_result ignored;
    if (store->engine->run(database, STATEMENT_END_JOB, 1, ending->values, &ending->ended, error) != 0)
        return -1;
    return ending->derived == NULL || ending->ended == 0
               ? 0
               : batch_add(store, database, &ending->derived, 1, &ignored, error);
}

int jobs_end(struct store *store, const struct job *job, enum job_state state, int64_t due_us, struct str reason,
             int64_t now_us, const struct event *derived, struct error *error)
{
    const struct value values[] = {
        value_text(job->sid),    value_text(job->kind),       value_text(job->cause),
        value_text(job->action), value_number(job->attempts), value_number(state),
        value_number(due_us),    value_text(reason),          value_number(state == JOB_WAITING ? 0 : now_us)
    };
    struct ending ending = { values, derived, 0 };
    return store_transact(store, ENGINE_WRITE, JOBS_PATIENCE_MS, end_job, &ending, error) != 0 ? -1 : (int)ending.ended;
}

int jobs_next(struct store *store, int64_t *due_us, struct error *error)
{
    *due_us = 0;
    return store_query(store, STATEMENT_NEXT_JOB, NULL, JOBS_PATIENCE_MS, store_read_number, due_us, error);
}

static int read_clock(struct store *store, void *database, void *context, struct error *error)
{
    return store->engine->clock(database, context, error);
}

int jobs_clock(struct store *store, int64_t *now_us, struct error *error)
{
    *now_us = clock_wall_us();
    return store->engine->clock == NULL
               ? 0
               : store_transact(store, ENGINE_READ, JOBS_PATIENCE_MS, read_clock, now_us, error);
}

void jobs_wait(struct store *store, int timeout_ms)
{
    struct error ignored;
    if (!store_acquire(store, store_until_ms(store, timeout_ms), &ignored)) {
        clock_sleep(timeout_ms);
        return;
    }
    store->engine->wait(store->core->query.database, timeout_ms);
    store_release(store);
}

/* --- by people --- */

struct listing {
    const struct job_filter *filter;
    void (*each)(void *context, const struct job *job);
    void *context;
};

static void give(void *context, const struct value *columns)
{
    const struct listing *listing = context;
    struct job job = job_of_columns(columns);
    listing->each(listing->context, &job);
}

static int list(struct store *store, void *database, void *context, struct error *error)
{
    const struct job_filter *filter = ((const struct listing *)context)->filter;
    struct arena *arena = arena_new();
    struct buffer sql = buffer_in(arena);
    struct value values[2 + HIDDEN_MAX];
    size_t count = 0;
    buffer_format(&sql, "SELECT * FROM (SELECT " JOB_COLUMNS " FROM job WHERE 1 = 1");
    if (filter->state >= 0)
        buffer_format(&sql, " AND state = %d", filter->state);
    if (filter->id.length > 0) {
        values[count++] = value_text(filter->id);
        if (filter->id.length < JOB_ID_LENGTH) /* a whole one is found by the index */
            buffer_format(&sql, " AND substr(id, 1, %zu) = $%zu", filter->id.length, count);
        else
            buffer_format(&sql, " AND id = $%zu", count);
    }
    if (filter->sid.length > 0) {
        values[count++] = value_text(filter->sid);
        buffer_format(&sql, filter->sid_begins ? " AND substr(sid, 1, length($%zu)) = $%zu" : " AND sid = $%zu", count,
                      count);
    }
    for (size_t i = 0; filter->hidden != NULL && filter->hidden[i] != NULL && i < HIDDEN_MAX; i++) {
        values[count++] = value_text(str_of(filter->hidden[i]));
        buffer_format(&sql, " AND (state NOT IN (0, 1) OR action NOT LIKE $%zu)", count);
    }
    buffer_format(&sql, " ORDER BY created_us DESC, id DESC");
    if (filter->limit > 0)
        buffer_format(&sql, " LIMIT %ld", filter->limit);
    buffer_format(&sql, ") AS newest ORDER BY created_us, id");
    int failed = store->engine->query_sql(database, buffer_text(&sql).at, count, values, give, context, error);
    arena_free(arena);
    return failed;
}

int jobs_list(struct store *store, const struct job_filter *filter, void (*each)(void *context, const struct job *job),
              void *context, struct error *error)
{
    struct listing listing = { filter, each, context };
    return store_transact(store, ENGINE_READ, LIST_PATIENCE_MS, list, &listing, error);
}

long jobs_retry(struct store *store, struct str id, int64_t now_us, struct error *error)
{
    const struct value values[] = { value_text(id), value_number(now_us) };
    long changed = store_run(store, STATEMENT_RETRY_JOBS, values, JOBS_PATIENCE_MS, error);
    struct error ignored;
    if (changed > 0) /* workers that sleep are told */
        store_run(store, STATEMENT_NOTIFY_JOBS, NULL, JOBS_PATIENCE_MS, &ignored);
    return changed;
}

long jobs_delete(struct store *store, struct str id, struct error *error)
{
    const struct value value = value_text(id);
    return store_run(store, STATEMENT_DELETE_JOBS, &value, JOBS_PATIENCE_MS, error);
}
