#include "promise.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "engines.h"
#include "store/jobs.h"
#include "store/kv.h"
#include "store/maintenance.h"
#include "store/engine.h"
#include "store/store.h"

static char address[256];
static const struct log quiet = { LOG_TARGET_NONE, "test" };

static struct store *open_store(enum store_mode mode)
{
    struct error why;
    struct store *store = store_open(address, mode, &quiet, &why);
    assert_non_null(store);
    return store;
}

static struct event call_event(const char *sid, const char *state, long rank, long sequence, const char *mark)
{
    return (struct event){ .kind = STR("call"),
                           .name = str_of(state),
                           .sid = str_of(sid),
                           .dedup_key = str_of(mark),
                           .state = str_of(state),
                           .cause = str_of(state),
                           .rank = rank,
                           .sequence = sequence,
                           .has_current = true,
                           .from = STR("+15551230001"),
                           .to = STR("+15559870002"),
                           .received_us = 1767625445000000,
                           .parameters = STR("a=b") };
}

static enum store_result keep(struct store *store, const char *sid, const char *state, long rank, long sequence)
{
    char mark[64];
    struct error why;
    snprintf(mark, sizeof mark, "%s#%ld", state, sequence);
    struct event event = call_event(sid, state, rank, sequence, mark);
    return store_add(store, &event, &why);
}

struct seen {
    size_t count;
    char state[32];
    int64_t last_us;
    bool in_order;
};

static void see(void *context, const struct store_row *row)
{
    struct seen *seen = context;
    seen->count++;
    snprintf(seen->state, sizeof seen->state, "%.*s", STR_ARGS(row->event.state));
    seen->in_order = seen->count == 1 || row->event.received_us >= seen->last_us;
    seen->last_us = row->event.received_us;
}

static struct seen look(struct store *store, bool current, const char *sid)
{
    struct seen seen = { 0 };
    struct store_filter filter = { .sid = str_of(sid) };
    struct error why;
    int failed = current ? store_list_current(store, &filter, see, &seen, &why)
                         : store_list_events(store, &filter, see, &seen, &why);
    assert_int_equal(failed, 0);
    return seen;
}

static void once(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    (void)state;
    assert_int_equal(keep(store, "a", "ringing", 2, 1), STORE_ADDED);
    assert_int_equal(keep(store, "a", "ringing", 2, 1), STORE_DUPLICATE);
    assert_int_equal(keep(store, "a", "completed", 4, 3), STORE_ADDED);
    assert_int_equal(keep(store, "b", "ringing", 2, 1), STORE_ADDED);
    assert_int_equal(look(store, false, "a").count, 2);
    assert_int_equal(look(store, false, "").count, 3);
    store_close(store);
    store = open_store(STORE_EXISTING);
    assert_int_equal(look(store, false, "").count, 3);
    store_close(store);
}

/* Every order in which the events of a call can arrive ends in the same row. */
static void any_order(void **state)
{
    static const struct {
        const char *state;
        long rank, sequence;
    } steps[] = {
        { "initiated", 1, 0 }, { "ringing", 2, 1 }, { "in-progress", 3, 2 }, { "completed", 4, 3 }, { "ringing", 2, -1 }
    };
    struct store *store = open_store(STORE_DIRECT);
    (void)state;
    for (int order = 0; order < 120; order++) {
        int left[] = { 0, 1, 2, 3, 4 }, pick = order;
        char sid[32];
        long highest = -1;
        snprintf(sid, sizeof sid, "call-%d", order);
        for (int size = 5; size > 0; size--) {
            int at = pick % size;
            pick /= size;
            keep(store, sid, steps[left[at]].state, steps[left[at]].rank, steps[left[at]].sequence);
            if (steps[left[at]].rank > highest)
                highest = steps[left[at]].rank;
            const char *const by_rank[] = { "", "initiated", "ringing", "in-progress", "completed" };
            assert_string_equal(look(store, true, sid).state, by_rank[highest]); /* it never moved back on the way */
            left[at] = left[size - 1];
        }
        assert_string_equal(look(store, true, sid).state, "completed");
    }
    store_close(store);
}

enum { THREADS = 8, EACH = 200 };

static void *send(void *context)
{
    struct store *store = context;
    static int next;
    int self = __atomic_fetch_add(&next, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < EACH; i++) {
        char sid[32];
        snprintf(sid, sizeof sid, "t%d-%d", self, i / 2); /* each twice */
        if (keep(store, sid, "ringing", 2, 1) == STORE_FAILED)
            return "failed";
    }
    return NULL;
}

static void together(void **state)
{
    struct store *store = open_store(STORE_THREADED);
    pthread_t threads[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send, store), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    struct seen seen = look(store, false, "");
    assert_int_equal(seen.count, THREADS * EACH / 2);
    assert_true(seen.in_order);
    store_close(store);
}

static void later(void **state)
{
    struct store *store = open_store(STORE_THREADED);
    struct event event = call_event("z", "ringing", 2, 1, "x");
    struct error why;
    (void)state;
    store_queue(store, &event);
    event.dedup_key = STR("y");
    assert_int_equal(store_add_or_queue(store, &event, 3000, &why), STORE_ADDED);
    event.dedup_key = STR("z");
    store_queue(store, &event);
    store_close(store); /* writes what waits */
    store = open_store(STORE_EXISTING);
    assert_int_equal(look(store, false, "z").count, 3);
    store_close(store);
}

/* By every way there is an index for. */
static void found(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    const struct store_filter filters[] = { { .number = STR("+15551230001") },
                                            { .number = STR("+15559870002"), .kind = STR("call") },
                                            { .state = STR("completed") },
                                            { .name = STR("ring*"), .limit = 1 },
                                            { .name = STR("completed"), .limit = 7 },
                                            { .since_us = 1767625445000000 },
                                            { .since_us = 1, .limit = 2, .line = STR("") } };
    const size_t events[] = { 4, 4, 2, 1, 2, 4, 2 }, current[] = { 2, 2, 2, 0, 2, 2, 2 };
    struct error why;
    (void)state;
    keep(store, "a", "ringing", 2, 1);
    keep(store, "a", "completed", 4, 2);
    keep(store, "b", "completed", 4, 2);
    keep(store, "b", "ringing", 2, 1);
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct seen seen = { 0 }, rows = { 0 };
        assert_int_equal(store_list_events(store, &filters[i], see, &seen, &why), 0);
        assert_int_equal(seen.count, events[i]);
        assert_int_equal(store_list_current(store, &filters[i], see, &rows, &why), 0);
        assert_int_equal(rows.count, current[i]);
    }
    struct store_filter other = { .number = STR("+15550000000") }, away = { .line = STR("nobody") };
    struct seen none = { 0 };
    store_list_events(store, &other, see, &none, &why);
    store_list_events(store, &away, see, &none, &why);
    assert_int_equal(none.count, 0);
    store_close(store);
}

/* Whatever bytes a body has, they come back. */
static void bytes(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct arena *arena = arena_new();
    struct event event = call_event("a", "ringing", 2, 1, "m"), back;
    struct error why;
    (void)state;
    event.parameters = STR("a\0b\xff\xfe%00'\"\\\n");
    event.answer = STR("menu x");
    event.origin = STR("reconcile");
    assert_int_equal(store_add(store, &event, &why), STORE_ADDED);
    assert_int_equal(store_find_event(store, arena, event.sid, event.kind, event.dedup_key, &back, &why), 1);
    assert_true(str_equal(back.parameters, event.parameters));
    assert_text(back.answer, "menu x");
    assert_text(back.origin, "reconcile");
    assert_int_equal(back.sequence, 1);
    assert_int_equal(store_find_event(store, arena, event.sid, event.kind, STR("other"), &back, &why), 0);
    arena_free(arena);
    store_close(store);
}

/* What was answered first is kept last: the answer does not wait for it. */
static void as_received(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct event later = call_event("a", "completed", 4, 3, "m1"), earlier = call_event("a", "ringing", 2, 1, "m2");
    struct store_filter newest = { .limit = 2 };
    struct seen seen = { 0 };
    struct error why;
    (void)state;
    earlier.received_us -= 5000;
    store_add(store, &later, &why);
    store_add(store, &earlier, &why);
    seen = look(store, false, "");
    assert_string_equal(seen.state, "completed");
    seen = look(store, false, "a");
    assert_string_equal(seen.state, "completed");
    seen = (struct seen){ 0 };
    store_list_events(store, &newest, see, &seen, &why);
    assert_string_equal(seen.state, "completed");
    seen = (struct seen){ 0 };
    store_list_related(store, STR("a"), see, &seen, &why);
    assert_string_equal(seen.state, "completed");
    newest.since_us = later.received_us - 1;
    seen = (struct seen){ 0 };
    store_list_events(store, &newest, see, &seen, &why);
    assert_int_equal(seen.count, 1);
    store_close(store);
}

static void related(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct event recording = call_event("r", "completed", 1, -1, "m");
    struct seen seen = { 0 };
    struct error why;
    (void)state;
    recording.kind = STR("recording");
    recording.parent_sid = STR("a");
    keep(store, "a", "ringing", 2, 1);
    keep(store, "b", "ringing", 2, 1);
    store_add(store, &recording, &why);
    assert_int_equal(store_list_related(store, STR("a"), see, &seen, &why), 0);
    assert_int_equal(seen.count, 2);
    store_close(store);
}

/* --- jobs --- */

struct taken {
    struct arena *arena;
    size_t count;
    struct job jobs[64];
};

static void take(void *context, const struct job *job)
{
    struct taken *taken = context;
    struct job *copy = &taken->jobs[taken->count++];
    *copy = *job;
    struct str *const texts[] = { &copy->id,     &copy->sid,  &copy->kind,  &copy->cause,
                                  &copy->action, &copy->dedup_key, &copy->reason };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_copy(taken->arena, *texts[i]);
}

static void claim(struct store *store, struct taken *taken, const char *worker, int64_t now_us, long limit)
{
    struct error why;
    taken->count = 0;
    assert_int_equal(jobs_claim(store, str_of(worker), now_us, now_us + 60, limit, take, taken, &why), 0);
}

static void jobs(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct taken taken = { .arena = arena_new() };
    struct job_request later = { NULL, STR("on x/mail"), 500 }, now = { &later, STR("on x/run"), 100 };
    struct event event = call_event("a", "completed", 4, 3, "m1"), again;
    struct error why;
    int64_t due;
    (void)state;
    event.job_requests = &now;
    assert_int_equal(store_add(store, &event, &why), STORE_ADDED);
    assert_int_equal(store_add(store, &event, &why), STORE_DUPLICATE);
    again = event;
    again.dedup_key = STR("m2"); /* another callback of the same end: a second number's, say */
    assert_int_equal(store_add(store, &again, &why), STORE_ADDED);

    assert_int_equal(jobs_next(store, &due, &why), 0);
    assert_int_equal(due, 100);
    claim(store, &taken, "w", 99, 10);
    assert_int_equal(taken.count, 0);
    claim(store, &taken, "w", 200, 10);
    assert_int_equal(taken.count, 1);
    struct job run = taken.jobs[0];
    assert_text(run.action, "on x/run");
    assert_text(run.dedup_key, "m1");
    assert_int_equal(run.attempts, 1);
    assert_int_equal(run.id.length, 32);
    claim(store, &taken, "v", 220, 10); /* held */
    assert_int_equal(taken.count, 0);
    assert_int_equal(jobs_renew(store, STR("w"), 400, &why), 0);
    claim(store, &taken, "v", 300, 10);
    assert_int_equal(taken.count, 0);
    claim(store, &taken, "v", 401, 10); /* its holder is gone */
    assert_int_equal(taken.count, 1);
    assert_int_equal(taken.jobs[0].attempts, 2);
    struct job second = taken.jobs[0];
    assert_int_equal(jobs_end(store, &run, JOB_DONE, 0, STR(""), 402, NULL, &why), 0); /* too late */
    assert_int_equal(jobs_end(store, &second, JOB_WAITING, 450, STR("no luck"), 402, NULL, &why), 1);
    claim(store, &taken, "w", 449, 10);
    assert_int_equal(taken.count, 0);
    claim(store, &taken, "w", 600, 1);
    assert_int_equal(taken.count, 1);
    assert_text(taken.jobs[0].reason, "no luck");
    assert_int_equal(jobs_end(store, &taken.jobs[0], JOB_GIVEN_UP, 0, STR("never"), 601, NULL, &why), 1);

    struct job_filter failed = { .state = JOB_GIVEN_UP }, all = { .state = -1, .sid = STR("a"), .limit = 10 };
    taken.count = 0;
    assert_int_equal(jobs_list(store, &failed, take, &taken, &why), 0);
    assert_int_equal(taken.count, 1);
    assert_int_equal(jobs_retry(store, STR("no such job"), 700, &why), 0);
    assert_int_equal(jobs_retry(store, STR(""), 700, &why), 1);
    taken.count = 0;
    assert_int_equal(jobs_list(store, &all, take, &taken, &why), 0);
    assert_int_equal(taken.count, 2);
    assert_int_equal(jobs_delete(store, second.id, &why), 1);
    claim(store, &taken, "w", 800, 10);
    assert_int_equal(taken.count, 1);
    assert_text(taken.jobs[0].action, "on x/mail");
    struct event derived = event_derive(&event, "call.missed");
    assert_int_equal(jobs_end(store, &taken.jobs[0], JOB_DONE, 0, STR(""), 801, &derived, &why), 1);
    assert_int_equal(look(store, false, "a").count, 3);
    assert_string_equal(look(store, true, "a").state, "completed");
    assert_int_equal(jobs_next(store, &due, &why), 0);
    assert_int_equal(due, 0);
    arena_free(taken.arena);
    store_close(store);
}

static void woken(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct job_request mail = { NULL, STR("mail"), 9000000000000000 };
    struct event recording = call_event("r", "completed", 1, -1, "m"), text = call_event("t", "completed", 1, -1, "m");
    struct error why;
    int64_t due;
    (void)state;
    recording.job_requests = &mail;
    text.wakes = STR("r");
    store_add(store, &recording, &why);
    jobs_next(store, &due, &why);
    assert_int_equal(due, mail.due_us);
    store_add(store, &text, &why);
    jobs_next(store, &due, &why);
    assert_int_equal(due, text.received_us);
    store_close(store);
}

static void *work(void *context)
{
    static int next;
    char name[16];
    struct store *store = open_store(STORE_DIRECT);
    struct taken taken = { .arena = arena_new() };
    struct error why;
    size_t *claimed = context, own = 0;
    snprintf(name, sizeof name, "w%d", __atomic_fetch_add(&next, 1, __ATOMIC_SEQ_CST));
    for (;;) {
        claim(store, &taken, name, 2000000000000000, 3);
        own += taken.count;
        for (size_t i = 0; i < taken.count; i++)
            if (jobs_end(store, &taken.jobs[i], JOB_DONE, 0, STR(""), 1, NULL, &why) != 1)
                own += 1000; /* it was another's too */
        if (taken.count == 0)
            break;
    }
    __atomic_fetch_add(claimed, own, __ATOMIC_SEQ_CST);
    arena_free(taken.arena);
    store_close(store);
    return NULL;
}

static void many_workers(void **state)
{
    enum { JOBS = 90 };
    struct store *store = open_store(STORE_THREADED);
    struct job_request order = { NULL, STR("run"), 1 };
    pthread_t threads[4];
    struct error why;
    size_t claimed = 0;
    (void)state;
    for (int i = 0; i < JOBS; i++) {
        char sid[16];
        snprintf(sid, sizeof sid, "s%d", i);
        struct event event = call_event(sid, "completed", 4, 3, "m");
        event.job_requests = &order;
        store_queue(store, &event);
    }
    store_close(store);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &claimed), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(claimed, JOBS); /* each was handed out once, and ended by whom it was handed to */
    store = open_store(STORE_EXISTING);
    int64_t due;
    assert_int_equal(jobs_next(store, &due, &why), 0);
    assert_int_equal(due, 0);
    store_close(store);
}

/* --- shared state --- */

static enum kv_action set_to(void *context, bool there, struct kv_entry *entry)
{
    (void)there;
    entry->value = str_of(context);
    entry->expires_us = 1000;
    return KV_SET;
}

static enum kv_action drop(void *context, bool there, struct kv_entry *entry)
{
    (void)entry;
    *(bool *)context = there;
    return KV_DELETE;
}

static void shared_rows(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct arena *arena = arena_new();
    struct kv_entry entry;
    struct error why;
    bool there;
    (void)state;
    assert_int_equal(kv_get(store, arena, STR("a"), 1, &entry, &why), 0);
    assert_int_equal(kv_update(store, arena, STR("a"), 1, set_to, "one", &why), 0);
    assert_int_equal(kv_update(store, arena, STR("a"), 1, set_to, "two", &why), 0);
    assert_int_equal(kv_get(store, arena, STR("a"), 999, &entry, &why), 1);
    assert_text(entry.value, "two");
    assert_int_equal(entry.expires_us, 1000);
    assert_int_equal(kv_get(store, arena, STR("a"), 1000, &entry, &why), 0); /* expired */
    assert_int_equal(kv_update(store, arena, STR("a"), 1001, drop, &there, &why), 0);
    assert_false(there);
    assert_int_equal(kv_update(store, arena, STR("b"), 1, set_to, "x", &why), 0);
    assert_int_equal(kv_update(store, arena, STR("b"), 1, drop, &there, &why), 0);
    assert_true(there);
    assert_int_equal(kv_get(store, arena, STR("b"), 1, &entry, &why), 0);
    assert_int_equal(kv_increment(store, STR("n"), 2, 1, 50, &why), 2);
    assert_int_equal(kv_increment(store, STR("n"), 1, 49, 99, &why), 3);
    assert_int_equal(kv_increment(store, STR("n"), 1, 50, 99, &why), 1);
    assert_int_equal(kv_update(store, arena, STR(""), 1, set_to, "x", &why), -1);
    arena_free(arena);
    store_close(store);
}

static void *count_up(void *context)
{
    struct store *store = open_store(STORE_DIRECT);
    struct error why;
    (void)context;
    for (int i = 0; i < 50; i++)
        if (kv_increment(store, STR("n"), 1, 1, 0, &why) < 0)
            return "failed";
    store_close(store);
    return NULL;
}

static void count_together(void **state)
{
    pthread_t threads[4];
    struct error why;
    (void)state;
    store_close(open_store(STORE_DIRECT));
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, count_up, NULL);
    for (int i = 0; i < 4; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    struct store *store = open_store(STORE_DIRECT);
    assert_int_equal(kv_increment(store, STR("n"), 1, 1, 0, &why), 201);
    store_close(store);
}

/* --- speed that does not depend on how much is kept --- */

static void see_plan(void *context, const char *step)
{
    static const char *const tables[] = { "SCAN event", "SCAN current", "SCAN job", "SCAN shared",
                                          "SCAN c",     "SCAN e",       "SCAN j",   "SCAN request" };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strncmp(step, tables[i], strlen(tables[i])) == 0)
            fail_msg("%s: %s", (const char *)context, step);
}

static void no_scans(void **state)
{
    store_close(open_store(STORE_THREADED));
    for (int name = 0; name < STATEMENTS; name++) {
        bool for_tending = name == STATEMENT_PRUNE_LOOSE_EVENTS || name == STATEMENT_COUNT_PRUNABLE ||
                           name == STATEMENT_FIND_LAGGING || name == STATEMENT_NEWEST_EVENT ||
                           name == STATEMENT_EXPIRE_KV || name == STATEMENT_RETRY_JOBS;
        const char *sql = statement_sql((enum statement_name)name, DIALECT_SQLITE);
        if (!for_tending && *sql != '\0')
            sqlite_plan(*state, sql, see_plan);
    }
}

/* --- addresses --- */

static void absent(void **state)
{
    struct error why;
    struct store_filter filter = { .limit = 0 };
    char absent_address[300];
    (void)state;
    engine_absent(address, absent_address, sizeof absent_address);
    struct store *store = store_open(absent_address, STORE_DIRECT, &quiet, &why);
    assert_non_null(store);
    assert_int_equal(keep(store, "a", "ringing", 2, 1), STORE_FAILED);
    store_close(store);
    store = open_store(STORE_EXISTING); /* looking makes no database */
    assert_int_equal(store_list_events(store, &filter, see, NULL, &why), -1);
    store_close(store);
    store = open_store(STORE_EXISTING);
    assert_int_equal(store_list_events(store, &filter, see, NULL, &why), -1);
    store_close(store);
}

static void addresses(void **state)
{
    struct error why;
    (void)state;
    assert_null(store_open("mysql:/x", STORE_DIRECT, &quiet, &why));
    assert_null(store_open("sqlite:relative.db", STORE_DIRECT, &quiet, &why));
    assert_int_equal(store_address_check("postgresql://user:secret@host/db?nonsense=1", &why), -1);
    assert_lacks(str_of(why.sentence), "secret");
}

#define ON_EACH(engine)                                                                                                \
    { engine_name(engine) ": keeps an event once, however often it comes, and has it after closing", once,             \
      engine##_begin, engine##_end, address },                                                                         \
        { engine_name(engine) ": never moves a current row back, in whatever order events arrive", any_order,          \
          engine##_begin, engine##_end, address },                                                                     \
        { engine_name(engine) ": keeps what many threads send at once, each event once", together, engine##_begin,     \
          engine##_end, address },                                                                                     \
        { engine_name(engine) ": writes what nobody waited for before it closes", later, engine##_begin, engine##_end, \
          address },                                                                                                   \
        { engine_name(engine) ": finds events and current rows by number, name, state and time", found,                \
          engine##_begin, engine##_end, address },                                                                     \
        { engine_name(engine) ": gives a body back byte by byte", bytes, engine##_begin, engine##_end, address },      \
        { engine_name(engine) ": lists events in the order received, whatever the order they were kept in",            \
          as_received, engine##_begin, engine##_end, address },                                                        \
        { engine_name(engine) ": lists what belongs to a call with it", related, engine##_begin, engine##_end,         \
          address },                                                                                                   \
        { engine_name(engine) ": hands a job to one worker at a time, and orders none twice for one cause", jobs,      \
          engine##_begin, engine##_end, address },                                                                     \
        { engine_name(engine) ": lets a job go ahead when what it waited for arrives", woken, engine##_begin,          \
          engine##_end, address },                                                                                     \
        { engine_name(engine) ": lets many workers share the jobs, each done once", many_workers, engine##_begin,      \
          engine##_end, address },                                                                                     \
        { engine_name(engine) ": changes shared state as a whole, and forgets it when it expires", shared_rows,        \
          engine##_begin, engine##_end, address },                                                                     \
        { engine_name(engine) ": counts right when many count at once", count_together, engine##_begin, engine##_end,  \
          address },                                                                                                   \
    {                                                                                                                  \
        engine_name(engine) ": fails with a reason where there is no database, and makes none to look at", absent,     \
            engine##_begin, engine##_end, address                                                                      \
    }
#define engine_name(engine) #engine

static const struct CMUnitTest promises[] = {
    { "sqlite: nothing that is done for a request or a job reads a table from end to end", no_scans, sqlite_begin,
      sqlite_end, address },
    PROMISE("refuses addresses that are none, without repeating a password", addresses),
    ON_EACH(sqlite),
#ifdef HAVE_POSTGRESQL
    ON_EACH(postgresql),
#endif
};

int main(void)
{
    return cmocka_run_group_tests(promises, engines_begin, engines_end);
}
