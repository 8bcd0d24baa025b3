/* What a store does when its database fails: every commit made to fail once, slow locks, a writer that hangs. */
#include "promise.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "engines.h"
#include "store/jobs.h"
#include "store/core.h"
#include "store/kv.h"
#include "store/maintenance.h"
#include "store/transfer.h"

static char address[256];
static const struct log quiet = { LOG_TARGET_NONE, "test" };

/* SQLite, whose commits and beginnings fail or hang when told to. */
static struct engine faulty;
static atomic_int failing_commits, lost_commits, hang_ms, acts;

static int commit(void *database, struct error *error)
{
    if (hang_ms > 0)
        clock_sleep(hang_ms);
    if (failing_commits > 0) {
        failing_commits--;
        sqlite_engine.rollback(database);
        return error_set(error, "database or disk is full");
    }
    if (lost_commits > 0) { /* done, and never told */
        lost_commits--;
        sqlite_engine.commit(database, error);
        return error_set(error, "the connection broke");
    }
    return sqlite_engine.commit(database, error);
}

static bool is_usable(void *database)
{
    return lost_commits == 0 && sqlite_engine.is_usable(database);
}

static struct store *open_faulty(enum store_mode mode)
{
    failing_commits = lost_commits = hang_ms = acts = 0;
    struct store *store = store_open_engine(&faulty, address + strlen("sqlite:"), mode, &quiet);
    assert_non_null(store);
    return store;
}

static const struct job_request run_order = { NULL, { "run", 3 }, 1 };

static struct event event_of(const char *sid)
{
    return (struct event){ .kind = STR("call"),
                           .name = STR("call.completed"),
                           .sid = str_of(sid),
                           .dedup_key = STR("m"),
                           .state = STR("completed"),
                           .cause = STR("completed"),
                           .rank = 4,
                           .has_current = true,
                           .received_us = 1767625445000000,
                           .job_requests = &run_order };
}

/* --- each transaction, with a commit that fails --- */

struct handed {
    struct arena *arena;
    struct job job; /* the last */
    size_t count;
};

static void hand_out(void *context, const struct job *job)
{
    struct handed *handed = context;
    handed->job = job_copy(handed->arena, job);
    handed->count++;
}

static void count_row(void *context, const struct store_row *row)
{
    (void)row;
    ++*(size_t *)context;
}

static size_t count_events(struct store *store)
{
    struct store_filter all = { .limit = 0 };
    struct error why;
    size_t count = 0;
    assert_int_equal(store_list_events(store, &all, count_row, &count, &why), 0);
    return count;
}

static int claim(struct store *store, struct handed *handed, long limit)
{
    struct error why;
    handed->count = 0;
    return jobs_claim(store, STR("w"), 10, 20, limit, hand_out, handed, &why);
}

static void nothing_is_handed_out(void **state)
{
    struct store *store = open_faulty(STORE_DIRECT);
    struct event event = event_of("a");
    struct handed handed = { .arena = arena_new() };
    struct error why;
    (void)state;
    failing_commits = 1;
    assert_int_equal(store_add(store, &event, &why), STORE_FAILED);
    assert_string_equal(why.sentence, "database or disk is full");
    assert_int_equal(count_events(store), 0);
    assert_int_equal(store_add(store, &event, &why), STORE_ADDED);

    for (int attempt = 0; attempt < 5; attempt++) {
        failing_commits = 1;
        assert_int_equal(claim(store, &handed, 5), -1);
        assert_int_equal(handed.count, 0);
    }
    assert_int_equal(claim(store, &handed, 5), 0);
    assert_int_equal(handed.count, 1);
    assert_int_equal(handed.job.attempts, 1);

    failing_commits = 1;
    assert_int_equal(jobs_renew(store, STR("w"), 30, &why), -1);
    struct event derived = event_derive(&event, "call.missed");
    failing_commits = 1;
    assert_int_equal(jobs_end(store, &handed.job, JOB_DONE, 0, STR(""), 21, &derived, &why), -1);
    assert_int_equal(count_events(store), 1);
    assert_int_equal(jobs_end(store, &handed.job, JOB_DONE, 0, STR(""), 21, &derived, &why), 1);
    assert_int_equal(count_events(store), 2);
    failing_commits = 1;
    assert_int_equal(jobs_retry(store, STR(""), 1, &why), -1);
    failing_commits = 1;
    assert_int_equal(jobs_delete(store, handed.job.id, &why), -1);
    arena_free(handed.arena);
    store_close(store);
}

static bool go_on(void *context, long pruned)
{
    (void)context;
    (void)pruned;
    return true;
}

static void no_progress(void *context, long rows)
{
    (void)context;
    (void)rows;
}

static int import_event(struct store *store, struct error *why)
{
    char rows[] = "{\"row\":\"hookswitch\",\"version\":1}\n"
                  "{\"row\":\"event\",\"sid\":\"a\",\"kind\":\"call\",\"name\":\"call.completed\",\"state\":\"completed\","
                  "\"rank\":4,\"sequence\":-1,\"line\":\"\",\"from\":\"\",\"to\":\"\",\"parent_sid\":\"\",\"received_us\":1,"
                  "\"mark\":\"m\",\"origin\":\"\",\"answer\":\"\",\"parameters\":\"\"}\n"
                  "{\"row\":\"end\",\"rows\":1}\n";
    long count;
    FILE *from = fmemopen(rows, sizeof rows - 1, "r");
    int failed = transfer_import(store, from, no_progress, NULL, &count, why);
    fclose(from);
    return failed;
}

static void state_is_whole(void **state)
{
    struct store *store = open_faulty(STORE_DIRECT);
    struct error why;
    (void)state;
    for (int i = 1; i <= 3; i++) {
        failing_commits = 1;
        assert_int_equal(kv_increment(store, STR("n"), 1, 1, 0, &why), -1);
        assert_int_equal(kv_increment(store, STR("n"), 1, 1, 0, &why), i);
    }
    failing_commits = 1;
    assert_int_equal(import_event(store, &why), -1);
    assert_int_equal(count_events(store), 0);
    assert_int_equal(import_event(store, &why), 0);
    failing_commits = 1;
    assert_int_equal(maintenance_expire(store, 5, &why), -1);
    failing_commits = 1;
    assert_int_equal(maintenance_prune(store, STR("call"), INT64_MAX, go_on, NULL, &why), -1);
    assert_int_equal(count_events(store), 1);
    store_close(store);
}

static int act(struct store *store, void *database, void *context, struct error *error)
{
    (void)store;
    (void)database;
    (void)context;
    (void)error;
    acts++;
    return 0;
}

static void lost_at_commit(void **state)
{
    struct store *store = open_faulty(STORE_DIRECT);
    struct error why;
    (void)state;
    assert_int_equal(store_transact(store, ENGINE_WRITE, 1000, act, NULL, &why), 0);
    lost_commits = 1;
    acts = 0;
    assert_int_equal(store_transact(store, ENGINE_WRITE, 1000, act, NULL, &why), -1);
    assert_int_equal(acts, 1);
    store_close(store);
}

/* --- time --- */

enum { CALLERS = 64 };

struct callers {
    struct store *store;
    atomic_int failed, slow;
    int64_t bound_ms;
};

static void *ask(void *context)
{
    struct callers *callers = context;
    struct arena *arena = arena_new();
    struct error why;
    int64_t began = clock_ms();
    struct store *limited = store_with_deadline(callers->store, arena, 300);
    for (int i = 0; i < 3; i++)
        if (kv_increment(limited, STR("n"), 1, 1, 0, &why) < 0)
            callers->failed++;
    if (clock_ms() - began > callers->bound_ms)
        callers->slow++;
    arena_free(arena);
    return NULL;
}

static void together(struct callers *callers, void *(*act_of)(void *context))
{
    pthread_t threads[CALLERS];
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, act_of, callers), 0);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
}

/* Somebody else's transaction holds the write lock all the while. */
static void locked(void **state)
{
    struct store *store = open_faulty(STORE_THREADED), *other = open_faulty(STORE_DIRECT);
    struct callers callers = { .store = store, .bound_ms = 2000 };
    struct error why;
    (void)state;
    assert_int_equal(kv_increment(store, STR("n"), 1, 1, 0, &why), 1);
    assert_true(store_acquire(other, clock_ms() + 1000, &why));
    assert_int_equal(faulty.begin(other->core->query.database, ENGINE_WRITE, 1000, &why), 0);
    together(&callers, ask);
    assert_int_equal(callers.failed, 3 * CALLERS);
    assert_int_equal(callers.slow, 0); /* one after the other they would take 20 s */
    faulty.rollback(other->core->query.database);
    store_release(other);
    callers.failed = 0;
    ask(&callers);
    assert_int_equal(callers.failed, 0);
    store_close(other);
    store_close(store);
}

static void *keep(void *context)
{
    static atomic_int next;
    struct callers *callers = context;
    struct arena *arena = arena_new();
    struct error why;
    char sid[16];
    int64_t began = clock_ms();
    snprintf(sid, sizeof sid, "h%d", next++);
    struct event event = event_of(sid);
    if (store_add(store_with_deadline(callers->store, arena, 500), &event, &why) == STORE_FAILED)
        callers->failed++;
    if (clock_ms() - began > callers->bound_ms)
        callers->slow++;
    arena_free(arena);
    return NULL;
}

static void hanging(void **state)
{
    struct store *store = open_faulty(STORE_THREADED);
    struct callers callers = { .store = store, .bound_ms = 2500 };
    (void)state;
    hang_ms = 4000;
    together(&callers, keep);
    assert_int_equal(callers.failed, CALLERS); /* none is said to be on disk */
    assert_int_equal(callers.slow, 0);
    hang_ms = 0;
    store_close(store);
    store = open_faulty(STORE_EXISTING);
    assert_int_equal(count_events(store), CALLERS); /* they were in the queue, and are kept after all */
    store_close(store);
}

static void ending(void **state)
{
    struct store *store = open_faulty(STORE_THREADED), *other = open_faulty(STORE_DIRECT);
    struct error why;
    (void)state;
    assert_true(store_acquire(other, clock_ms() + 1000, &why));
    assert_int_equal(faulty.begin(other->core->query.database, ENGINE_WRITE, 1000, &why), 0);
    for (int i = 0; i < 3000; i++) {
        char sid[16];
        snprintf(sid, sizeof sid, "e%d", i);
        struct event event = event_of(sid);
        store_queue(store, &event);
    }
    int64_t began = clock_ms();
    store_limit_shutdown(store, 500);
    store_close(store);
    assert_in_range(clock_ms() - began, 0, 5000); /* three batches, each with its patience, would take 12 s */
    faulty.rollback(other->core->query.database);
    store_release(other);
    store_close(other);
}

/* --- pruning --- */

static void waiting_jobs_stay(void **state)
{
    struct store *store = open_faulty(STORE_DIRECT);
    struct event has_current = event_of("a"), loose = event_of("b");
    struct error why;
    (void)state;
    loose.has_current = false;
    loose.kind = STR("other");
    assert_int_equal(store_add(store, &has_current, &why), STORE_ADDED);
    assert_int_equal(store_add(store, &loose, &why), STORE_ADDED);
    /* both jobs are due since long ago, and nobody has done them */
    assert_int_equal(maintenance_count_prunable(store, STR("call"), INT64_MAX, &why), 0);
    assert_int_equal(maintenance_prune(store, STR("call"), INT64_MAX, go_on, NULL, &why), 0);
    assert_int_equal(maintenance_prune(store, STR("other"), INT64_MAX, go_on, NULL, &why), 0);
    assert_int_equal(count_events(store), 2);
    struct handed handed = { .arena = arena_new() };
    while (claim(store, &handed, 1) == 0 && handed.count > 0)
        assert_int_equal(jobs_end(store, &handed.job, JOB_GIVEN_UP, 0, STR("no"), 11, NULL, &why), 1);
    assert_int_equal(maintenance_prune(store, STR("call"), INT64_MAX, go_on, NULL, &why), 1);
    assert_int_equal(maintenance_prune(store, STR("other"), INT64_MAX, go_on, NULL, &why), 1);
    arena_free(handed.arena);
    store_close(store);
}

static void clock_ahead(void **state)
{
    struct store *store = open_faulty(STORE_DIRECT);
    struct event event = event_of("a");
    struct error why;
    int64_t day_us = INT64_C(86400000000);
    (void)state;
    assert_int_equal(maintenance_clock_is_plausible(store, event.received_us, &why), 1); /* nothing to lose */
    assert_int_equal(store_add(store, &event, &why), STORE_ADDED);
    assert_int_equal(maintenance_clock_is_plausible(store, event.received_us + 20 * day_us, &why), 1);
    assert_int_equal(maintenance_clock_is_plausible(store, event.received_us + 400 * day_us, &why), 0);
    assert_string_equal(why.sentence, "this host's clock is 400 days ahead of the events before today: is it right?");
    /* what is kept under such a clock makes it no better, until that has said the same for a day */
    struct event ahead = event_of("b");
    ahead.received_us += 400 * day_us;
    assert_int_equal(store_add(store, &ahead, &why), STORE_ADDED);
    assert_int_equal(maintenance_clock_is_plausible(store, ahead.received_us + day_us / 24, &why), 0);
    assert_int_equal(maintenance_clock_is_plausible(store, ahead.received_us + day_us + 1, &why), 1);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "hands out no job, and keeps no end of one, whose commit failed", nothing_is_handed_out, sqlite_begin,
          sqlite_end, address },
        { "changes state as a whole or not at all when a commit fails", state_is_whole, sqlite_begin, sqlite_end,
          address },
        { "does not do again what was lost at its commit", lost_at_commit, sqlite_begin, sqlite_end, address },
        { "answers 64 callers within their time while another program holds the lock", locked, sqlite_begin, sqlite_end,
          address },
        { "fails in time while the disk hangs, and keeps the events when it goes on", hanging, sqlite_begin, sqlite_end,
          address },
        { "ends in time with events that cannot be written", ending, sqlite_begin, sqlite_end, address },
        { "prunes no item with a job that waits, due or not", waiting_jobs_stay, sqlite_begin, sqlite_end, address },
        { "doubts a clock that is far ahead of the events, whatever came since it jumped", clock_ahead, sqlite_begin,
          sqlite_end, address },
    };
    faulty = sqlite_engine; /* once: the writers of several stores read it */
    faulty.commit = commit;
    faulty.is_usable = is_usable;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
