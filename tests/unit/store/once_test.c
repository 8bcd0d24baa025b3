#include "promise.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engines.h"
#include "store/once.h"
#include "store/jobs.h"
#include "store/kv.h"
#include "store/maintenance.h"
#include "store/transfer.h"

enum { NOW_US = 1767625445 };

static char address[256];
static const struct log quiet = { LOG_TARGET_NONE, "test" };

static struct store *open_store(enum store_mode mode)
{
    struct error why;
    struct store *store = store_open(address, mode, &quiet, &why);
    assert_non_null(store);
    return store;
}

/* The signed bytes of the request are known by one letter, and the way in which they came by a number. */
static struct once request(struct arena *arena, char bytes, int64_t split)
{
    struct once once = { .received_us = NOW_US * INT64_C(1000000), .arena = arena };
    memset(once.identity.digest, bytes, IDENTITY_BYTES);
    once.identity.split = split;
    return once;
}

static int64_t count(struct store *store, const char *name)
{
    struct error why;
    return kv_increment(store, str_of(name), 1, 1, 0, &why);
}

static long stands_at(struct store *store, struct arena *arena, const char *name)
{
    struct kv_entry entry;
    struct error why;
    unsigned long value = 0;
    int found = kv_get(store, arena, str_of(name), 1, &entry, &why);
    assert_true(found >= 0);
    str_to_number(found > 0 ? entry.value : STR("0"), 1000000, &value);
    return (long)value;
}

static enum store_result keep(struct store *store, const char *sid)
{
    struct error why;
    struct job_request order = { NULL, STR("on *"), 1 };
    struct event derived = { .kind = STR("form"),
                             .name = STR("form.completed"),
                             .sid = str_of(sid),
                             .dedup_key = STR("form.completed"),
                             .cause = STR("form.completed"),
                             .received_us = NOW_US * INT64_C(1000000),
                             .job_requests = &order };
    struct event event = { .kind = STR("message"),
                           .name = STR("message.received"),
                           .sid = str_of(sid),
                           .dedup_key = STR("m"),
                           .state = STR("received"),
                           .cause = STR("m"),
                           .has_current = true,
                           .received_us = NOW_US * INT64_C(1000000),
                           .job_requests = &order,
                           .also = &derived };
    return store_add(store, &event, &why);
}

struct kept {
    long events, current, jobs, shared, requests;
    struct str answer;
};

static long count_rows(const char *export, const char *row)
{
    long count = 0;
    for (const char *at = export; (at = strstr(at, row)) != NULL; at++)
        count++;
    return count;
}

static struct kept all_kept(struct store *store, struct arena *arena)
{
    static const char answer[] = "\"answer\":\"<";
    char *text = NULL;
    size_t size = 0;
    struct error why;
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(transfer_export(store, to, NULL, NULL, &why), 0);
    fclose(to);
    struct kept kept = { count_rows(text, "\"row\":\"event\""), count_rows(text, "\"row\":\"current\""),
                         count_rows(text, "\"row\":\"job\""), count_rows(text, "\"row\":\"shared\""),
                         count_rows(text, "\"row\":\"request\""), STR("") };
    const char *found = strstr(text, answer);
    if (found != NULL) {
        struct str from = str_of(found + sizeof answer - 2);
        kept.answer = arena_copy(arena, str_upto(from, str_find_char(from, '"')));
    }
    free(text);
    return kept;
}

static void state_once(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct arena *arena = arena_new();
    struct once first = request(arena, 'a', 1), again = request(arena, 'a', 1), other = request(arena, 'b', 1);
    (void)state;
    store_once(store, &first);
    assert_int_equal(count(store, "n"), 1);
    assert_int_equal(count(store, "n"), 2); /* its second step */
    assert_true(store_wants_reply(store));
    store_reply(store, STR("<Response>first</Response>"));
    assert_int_equal(keep(store, "SM1"), STORE_ADDED);
    store_once(store, &again);
    assert_int_equal(count(store, "n"), 2);
    assert_int_equal(count(store, "n"), 2);
    assert_false(store_wants_reply(store));
    assert_text(again.answer, "<Response>first</Response>");
    assert_int_equal(count(store, "n"), 2); /* one that the first did not come to */
    assert_int_equal(stands_at(store, arena, "n"), 2);
    store_once(store, &other);
    assert_int_equal(count(store, "n"), 3);
    assert_text(other.answer, "");
    arena_free(arena);
    store_close(store);
}

static enum kv_action set_or_leave(void *context, bool there, struct kv_entry *entry)
{
    (void)there;
    entry->value = STR("7");
    return *(const bool *)context ? KV_SET : KV_KEEP;
}

static void not_needed(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct arena *arena = arena_new();
    struct once first = request(arena, 'a', 1), again = request(arena, 'a', 1);
    struct error why;
    bool needed = false;
    (void)state;
    store_once(store, &first);
    assert_int_equal(kv_update(store, arena, STR("n"), 1, set_or_leave, &needed, &why), 0);
    store_end_request(store);
    needed = true;
    store_once(store, &again);
    assert_int_equal(kv_update(store, arena, STR("n"), 1, set_or_leave, &needed, &why), 0);
    assert_int_equal(stands_at(store, arena, "n"), 0);
    arena_free(arena);
    store_close(store);
}

/* What was changed at first is gone when the same bytes come again. */
static void not_there_any_more(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct arena *arena = arena_new();
    struct once first = request(arena, 'a', 1), again = request(arena, 'a', 1);
    struct error why;
    bool needed = true;
    (void)state;
    store_once(store, &first);
    assert_int_equal(kv_update(store, arena, STR("n"), 1, set_or_leave, &needed, &why), 0);
    store_reply(store, STR("<Response>first</Response>"));
    store_end_request(store);
    needed = false;
    store_once(store, &again);
    assert_int_equal(kv_update(store, arena, STR("n"), 1, set_or_leave, &needed, &why), 0);
    assert_text(again.answer, "<Response>first</Response>");
    arena_free(arena);
    store_close(store);
}

static void events_once(void **state)
{
    struct store *store = open_store(STORE_THREADED);
    struct arena *arena = arena_new();
    (void)state;
    for (int64_t split = 1; split < 5; split++) {
        struct once once = request(arena, 'a', split);
        char sid[] = "SM0";
        sid[2] = (char)('0' + split); /* another split names another message */
        store_once(store, &once);
        assert_int_equal(keep(store, sid), split == 1 ? STORE_ADDED : STORE_DUPLICATE);
    }
    struct kept kept = all_kept(store, arena);
    assert_int_equal(kept.events, 2);
    assert_int_equal(kept.current, 1);
    assert_int_equal(kept.jobs, 2);
    assert_int_equal(kept.requests, 1);
    store_once(store, NULL);
    assert_int_equal(keep(store, "SM9"), STORE_ADDED); /* of no request: a worker's */
    arena_free(arena);
    store_close(store);
}

/* The first attempt counted once and died. */
static void goes_on(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct arena *arena = arena_new();
    struct once broken = request(arena, 'a', 1), split = request(arena, 'a', 2), again = request(arena, 'a', 1),
                late = request(arena, 'a', 1);
    (void)state;
    store_once(store, &broken);
    assert_int_equal(count(store, "n"), 1);
    store_once(store, &split);
    assert_int_equal(count(store, "m"), 0);
    assert_int_equal(count(store, "m"), 0);
    assert_int_equal(keep(store, "SM2"), STORE_DUPLICATE);
    store_once(store, &again);
    assert_int_equal(count(store, "n"), 1); /* it was counted */
    assert_int_equal(count(store, "m"), 1);
    assert_int_equal(keep(store, "SM1"), STORE_ADDED);
    store_once(store, &late);
    assert_int_equal(count(store, "n"), 1);
    assert_int_equal(keep(store, "SM1"), STORE_DUPLICATE);
    assert_int_equal(all_kept(store, arena).events, 2);
    arena_free(arena);
    store_close(store);
}

/* A request that keeps no event ends all the same. */
static void without_event(void **state)
{
    struct store *store = open_store(STORE_THREADED);
    struct arena *arena = arena_new();
    struct once first = request(arena, 'a', 1), nothing = request(arena, 'b', 1);
    (void)state;
    store_once(store, &first);
    assert_int_equal(count(store, "n"), 1);
    store_reply(store, STR("<Response/>"));
    store_end_request(store);
    store_once(store, &nothing);
    store_end_request(store); /* it changed nothing: nothing is kept of it */
    store_once(store, NULL);
    store_close(store);
    store = open_store(STORE_DIRECT);
    struct kept kept = all_kept(store, arena);
    assert_int_equal(kept.requests, 1);
    assert_int_equal(kept.events, 0);
    assert_text(kept.answer, "<Response/>");
    struct once again = request(arena, 'a', 1);
    store_once(store, &again);
    assert_int_equal(count(store, "m"), 0);
    assert_text(again.answer, "<Response/>");
    arena_free(arena);
    store_close(store);
}

static void *attempt(void *context)
{
    struct arena *arena = arena_new();
    struct store *store = open_store(STORE_DIRECT);
    (void)context;
    for (char bytes = 'a'; bytes < 'a' + 20; bytes++) {
        struct once once = request(arena, bytes, 1);
        char sid[] = "SMx";
        sid[2] = bytes;
        store_once(store, &once);
        if (count(store, "n") < 0 || count(store, "n") < 0 || keep(store, sid) == STORE_FAILED)
            return "failed";
    }
    arena_free(arena);
    store_close(store);
    return NULL;
}

static void at_once(void **state)
{
    pthread_t threads[4];
    struct arena *arena = arena_new();
    (void)state;
    store_close(open_store(STORE_DIRECT));
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, attempt, NULL);
    for (int i = 0; i < 4; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    struct store *store = open_store(STORE_DIRECT);
    struct kept kept = all_kept(store, arena);
    assert_int_equal(stands_at(store, arena, "n"), 40);
    assert_int_equal(kept.events, 40);
    assert_int_equal(kept.requests, 20);
    arena_free(arena);
    store_close(store);
}

static bool go_on(void *context, long pruned)
{
    (void)context;
    (void)pruned;
    return true;
}

static void pruned(void **state)
{
    struct store *store = open_store(STORE_DIRECT);
    struct arena *arena = arena_new();
    struct error why;
    (void)state;
    int64_t old_us = (NOW_US - 2 * 86400) * INT64_C(1000000);
    for (char bytes = 'a'; bytes < 'a' + 4; bytes++) {
        struct once once = request(arena, bytes, 1);
        once.received_us = bytes == 'd' ? once.received_us : old_us + bytes - 'a';
        store_once(store, &once);
        assert_int_equal(keep(store, "SM1"), bytes == 'a' ? STORE_ADDED : STORE_DUPLICATE);
    }
    store_once(store, NULL);
    assert_int_equal(maintenance_prune_requests(store, old_us + 2, go_on, NULL, &why), 2);
    assert_int_equal(all_kept(store, arena).requests, 2);
    /* the event is still there, and so is what came when it did, whatever is to go */
    assert_int_equal(maintenance_prune_requests(store, INT64_MAX, go_on, NULL, &why), 1);
    assert_int_equal(all_kept(store, arena).requests, 1);
    arena_free(arena);
    store_close(store);
}

#define ON_EACH(engine)                                                                                                \
    { #engine ": changes shared state once for the same signed bytes, and knows what they were answered", state_once,  \
      engine##_begin, engine##_end, address },                                                                         \
        { #engine ": makes no change for the same signed bytes that was not needed at first", not_needed,              \
          engine##_begin, engine##_end, address },                                                                     \
        { #engine ": knows what the same bytes were answered where nothing is left to change", not_there_any_more,     \
          engine##_begin, engine##_end, address },                                                                     \
        { #engine ": keeps one event, with all that comes with it, for the same signed bytes, however they are split", \
          events_once, engine##_begin, engine##_end, address },                                                        \
        { #engine ": lets a request that broke off go on where it was, but only in the way it came", goes_on,          \
          engine##_begin, engine##_end, address },                                                                     \
        { #engine ": ends a request that keeps no event", without_event, engine##_begin, engine##_end, address },      \
        { #engine ": does all once when the same request comes four times at once", at_once, engine##_begin,           \
          engine##_end, address },                                                                                     \
    {                                                                                                                  \
#engine ": forgets requests when they have passed their days, and none of an event that is still there",       \
            pruned, engine##_begin, engine##_end, address                                                              \
    }

static const struct CMUnitTest promises[] = {
    ON_EACH(sqlite),
#ifdef HAVE_POSTGRESQL
    ON_EACH(postgresql),
#endif
};

int main(void)
{
    return cmocka_run_group_tests(promises, engines_begin, engines_end);
}
