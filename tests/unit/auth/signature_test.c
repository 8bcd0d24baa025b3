#include "promise.h"

#include "../fixture.h"
#include "auth/signature.h"

static const struct form_limits limits = { 1000, 65536 };

static struct signature_keys *keys_of(struct str key)
{
    struct error why;
    struct signature_keys *keys = signature_keys_new();
    if (key.length > 0)
        assert_int_equal(signature_keys_add(keys, key, &why), 0);
    return keys;
}

static struct signature_message message_of(struct arena *arena, struct str url, struct str type, struct str body)
{
    struct error why;
    struct form form = { NULL, 0 };
    bool is_form = str_is(type, "application/x-www-form-urlencoded");
    if (is_form)
        assert_int_equal(form_parse(arena, body, &limits, &form, &why), 0);
    return (struct signature_message){ url, body, is_form, form_sorted(arena, &form) };
}

/* name, key, method, url, content type, body, signature, valid, note */
static struct str column(struct str line, int wanted)
{
    for (; wanted > 0; wanted--)
        line = str_from(line, str_find_char(line, '\t') + 1);
    return str_upto(line, str_find_char(line, '\t'));
}

static void vectors(void **state)
{
    struct arena *arena = arena_new();
    struct str all = fixture_data(arena, "signature-vectors.tsv");
    int count = 0;
    (void)state;
    all = str_from(all, str_find_char(all, '\n') + 1);
    for (; all.length > 0; all = str_from(all, str_find_char(all, '\n') + 1)) {
        struct str line = str_upto(all, str_find_char(all, '\n'));
        struct signature_keys *keys = keys_of(column(line, 1));
        struct signature_message message = message_of(arena, column(line, 3), column(line, 4), column(line, 5));
        struct str covered;
        bool valid = signature_check(keys, arena, &message, column(line, 6), &covered);
        if (valid != str_is(column(line, 7), "1"))
            fail_msg("%.*s came out as %s", STR_ARGS(column(line, 0)), valid ? "valid" : "refused");
        signature_keys_free(keys);
        count++;
    }
    assert_int_equal(count, 65);
    arena_free(arena);
}

static void rotation(void **state)
{
    struct arena *arena = arena_new();
    struct signature_message message =
        message_of(arena, STR("https://h/v"), STR("application/x-www-form-urlencoded"), STR("a=b"));
    struct signature_keys *old = keys_of(STR("old")), *both = keys_of(STR("new")), *fresh = keys_of(STR("new"));
    struct error why;
    struct str covered;
    char by_old[SIGNATURE_TEXT_SIZE], by_new[SIGNATURE_TEXT_SIZE];
    (void)state;
    assert_int_equal(signature_keys_add(both, STR("old"), &why), 0);
    assert_int_equal(signature_make(old, arena, &message, by_old), 0);
    assert_int_equal(signature_make(fresh, arena, &message, by_new), 0);
    assert_true(signature_check(both, arena, &message, str_of(by_old), &covered));
    assert_true(signature_check(both, arena, &message, str_of(by_new), &covered));
    assert_false(signature_check(fresh, arena, &message, str_of(by_old), &covered));
    assert_int_equal(signature_keys_add(both, STR("third"), &why), -1);
    signature_keys_free(old);
    signature_keys_free(both);
    signature_keys_free(fresh);
    arena_free(arena);
}

static void no_key(void **state)
{
    struct arena *arena = arena_new();
    struct signature_keys *none = signature_keys_new();
    struct signature_message message = message_of(arena, STR("https://h/v"), STR(""), STR(""));
    struct error why;
    struct str covered;
    (void)state;
    assert_int_equal(signature_keys_add(none, STR(""), &why), -1);
    assert_false(signature_check(none, arena, &message, STR("2jmj7l5rSw0yVb/vlWAYkK/YBwk="), &covered));
    assert_false(signature_check(NULL, arena, &message, STR("2jmj7l5rSw0yVb/vlWAYkK/YBwk="), &covered));
    signature_keys_free(none);
    arena_free(arena);
}

static void uncovered(void **state)
{
    struct arena *arena = arena_new();
    struct signature_keys *keys = keys_of(STR("key"));
    struct signature_message bare = message_of(arena, STR("https://h/v"), STR(""), STR(""));
    struct signature_message form =
        message_of(arena, STR("https://h/v"), STR("application/x-www-form-urlencoded"), STR("a=b"));
    struct signature_message json = message_of(arena, STR("https://h/v"), STR("application/json"), STR("{}"));
    struct str covered;
    char seen[SIGNATURE_TEXT_SIZE];
    (void)state;
    assert_int_equal(signature_make(keys, arena, &bare, seen), 0);
    assert_true(signature_check(keys, arena, &bare, str_of(seen), &covered));
    assert_false(signature_check(keys, arena, &form, str_of(seen), &covered));
    assert_false(signature_check(keys, arena, &json, str_of(seen), &covered));
    signature_keys_free(keys);
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("comes out as the platform's SDK does in all 65 vectors", vectors),
    PROMISE("accepts the old key and the new one during a rotation", rotation),
    PROMISE("accepts nothing without a key, and takes no empty key", no_key),
    PROMISE("refuses a signature of the URL alone for a posted body", uncovered),
};

KEEP_PROMISES(promises)
