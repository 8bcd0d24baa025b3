#include "promise.h"

#include <pthread.h>
#include <string.h>

#include "engines.h"
#include "store/secret.h"
#include "store/jobs.h"
#include "store/kv.h"
#include "store/maintenance.h"

static char address[256];
static const struct log quiet = { LOG_TARGET_NONE, "test" };

static struct store *open_store(enum store_mode mode)
{
    struct error why;
    struct store *store = store_open(address, mode, &quiet, &why);
    assert_non_null(store);
    return store;
}

static struct str name_of(struct store *store, struct arena *arena, const char *what)
{
    struct str name = STR("");
    struct error why;
    if (secret_pseudonym(store, arena, str_of(what), &name, &why) != 0)
        fail_msg("%s", why.sentence);
    return name;
}

static void lasting(void **state)
{
    struct arena *arena = arena_new();
    struct store *store = open_store(STORE_THREADED);
    (void)state;
    struct str ann = name_of(store, arena, "+15551230001"), bob = name_of(store, arena, "+15551230002");
    assert_int_equal(ann.length, 32);
    assert_false(str_equal(ann, bob));
    assert_true(str_equal(name_of(store, arena, "+15551230001"), ann));
    store_close(store);
    store = open_store(STORE_DIRECT);
    assert_true(str_equal(name_of(store, arena, "+15551230001"), ann));
    assert_int_equal(maintenance_expire(store, INT64_MAX, &(struct error){ "" }), 0);
    store_close(store);
    store = open_store(STORE_DIRECT);
    assert_true(str_equal(name_of(store, arena, "+15551230001"), ann));
    store_close(store);
    arena_free(arena);
}

static void *make_one(void *context)
{
    struct arena *arena = arena_new();
    struct store *store = open_store(STORE_DIRECT);
    struct str name = name_of(store, arena, "+15551230001");
    memcpy(context, name.at, 32);
    store_close(store);
    arena_free(arena);
    return NULL;
}

static void together(void **state)
{
    enum { HOSTS = 6 };
    pthread_t threads[HOSTS];
    char names[HOSTS][33] = { "" };
    (void)state;
    store_close(open_store(STORE_DIRECT));
    for (int i = 0; i < HOSTS; i++)
        pthread_create(&threads[i], NULL, make_one, names[i]);
    for (int i = 0; i < HOSTS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 1; i < HOSTS; i++)
        assert_string_equal(names[i], names[0]);
}

static void unreachable(void **state)
{
    char absent[300];
    struct str name = STR("");
    struct error why = { "" };
    struct arena *arena = arena_new();
    (void)state;
    engine_absent(address, absent, sizeof absent);
    struct store *store = store_open(absent, STORE_DIRECT, &quiet, &why);
    assert_non_null(store);
    assert_int_equal(secret_pseudonym(store, arena, STR("+15551230001"), &name, &why), -1);
    assert_text(name, "");
    assert_true(why.sentence[0] != '\0');
    store_close(store);
    arena_free(arena);
}

#define ON_EACH(engine)                                                                                                \
    { #engine ": a number's name stays the same for as long as the store does", lasting, engine##_begin, engine##_end, \
      address },                                                                                                       \
        { #engine ": hosts that make the secret at once end with one", together, engine##_begin, engine##_end,         \
          address },                                                                                                   \
    {                                                                                                                  \
#engine ": without the store there is no name", unreachable, engine##_begin, engine##_end, address             \
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
