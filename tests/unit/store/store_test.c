#include "promise.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../fixture.h"
#include "store/store.h"

static char folder[64], address[128];
static const struct log quiet = { LOG_TARGET_NONE, "test" };

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/hookswitch-store-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(address, sizeof address, "sqlite:%s/events.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = { "events.db", "events.db-wal", "events.db-shm" };
    char path[160];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static struct store *open_store(enum store_mode mode)
{
    struct error why;
    struct store *store = store_open(address, mode, &quiet, &why);
    assert_non_null(store);
    return store;
}

static struct event call_event(const char *sid, const char *state, long rank, long sequence, const char *mark)
{
    return (struct event){ .kind = TEXT("call"), .name = text_of(state), .sid = text_of(sid), .mark = text_of(mark),
                           .state = text_of(state), .rank = rank, .sequence = sequence, .folded = true,
                           .from = TEXT("+15551230001"), .to = TEXT("+15559870002"), .received_us = 1767625445000000,
                           .parameters = TEXT("a=b") };
}

static enum store_result keep(struct store *store, const char *sid, const char *state, long rank, long sequence)
{
    char mark[64];
    struct error why;
    snprintf(mark, sizeof mark, "%s#%ld", state, sequence);
    struct event event = call_event(sid, state, rank, sequence, mark);
    return store_keep(store, &event, &why);
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
    snprintf(seen->state, sizeof seen->state, "%.*s", TEXT_ARGS(row->event.state));
    seen->in_order = seen->count == 1 || row->event.received_us >= seen->last_us;
    seen->last_us = row->event.received_us;
}

static struct seen look(struct store *store, bool current, const char *sid)
{
    struct seen seen = { 0 };
    struct store_filter filter = { text_of(sid), TEXT(""), 0, 0 };
    struct error why;
    int failed = current ? store_list_current(store, &filter, see, &seen, &why) : store_list_events(store, &filter, see, &seen, &why);
    assert_int_equal(failed, 0);
    return seen;
}

static void once(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    (void)state;
    assert_int_equal(keep(store, "a", "ringing", 2, 1), STORE_KEPT);
    assert_int_equal(keep(store, "a", "ringing", 2, 1), STORE_REPEATED);
    assert_int_equal(keep(store, "a", "completed", 4, 3), STORE_KEPT);
    assert_int_equal(keep(store, "b", "ringing", 2, 1), STORE_KEPT);
    assert_int_equal(look(store, false, "a").count, 2);
    assert_int_equal(look(store, false, "").count, 3);
    store_close(store);
    store = open_store(STORE_PRESENT);
    assert_int_equal(look(store, false, "").count, 3);
    store_close(store);
}

/* Every order in which the events of a call can arrive ends in the same row. */
static void any_order(void **state)
{
    static const struct {
        const char *state;
        long rank, sequence;
    } steps[] = { { "initiated", 1, 0 }, { "ringing", 2, 1 }, { "in-progress", 3, 2 }, { "completed", 4, 3 }, { "ringing", 2, -1 } };
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
    struct store *store = open_store(STORE_SHARED);
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
    struct store *store = open_store(STORE_SHARED);
    struct event event = call_event("z", "ringing", 2, 1, "x");
    struct error why;
    (void)state;
    store_keep_later(store, &event);
    event.mark = TEXT("y");
    assert_int_equal(store_keep_soon(store, &event, 3000, &why), STORE_KEPT);
    event.mark = TEXT("z");
    store_keep_later(store, &event);
    store_close(store); /* writes what waits */
    store = open_store(STORE_PRESENT);
    assert_int_equal(look(store, false, "z").count, 3);
    store_close(store);
}

static void absent(void **state)
{
    struct error why;
    struct store_filter filter = { TEXT(""), TEXT(""), 0, 0 };
    (void)state;
    assert_null(store_open("mysql:/x", STORE_DIRECT, &quiet, &why));
    assert_null(store_open("sqlite:relative.db", STORE_DIRECT, &quiet, &why));
    struct store *store = store_open("sqlite:/nonexistent/events.db", STORE_DIRECT, &quiet, &why);
    assert_non_null(store);
    assert_int_equal(keep(store, "a", "ringing", 2, 1), STORE_FAILED);
    store_close(store);
    store = open_store(STORE_PRESENT); /* looking makes no database */
    assert_int_equal(store_list_events(store, &filter, see, NULL, &why), -1);
    store_close(store);
    assert_int_equal(access(address + 7, F_OK), -1);
}

#define IN_FOLDER(sentence, function) { sentence, function, make_folder, remove_folder, NULL }

static const struct CMUnitTest promises[] = {
    IN_FOLDER("keeps an event once, however often it comes, and has it after closing", once),
    IN_FOLDER("never moves a current row back, in whatever order events arrive", any_order),
    IN_FOLDER("keeps what many threads send at once, each event once", together),
    IN_FOLDER("writes what nobody waited for before it closes", later),
    IN_FOLDER("fails with a reason where there is no database, and makes none to look at", absent),
};

KEEP_PROMISES(promises)
