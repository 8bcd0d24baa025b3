#include "promise.h"

#include "../fixture.h"
#include "auth/signature.h"

static const struct form_limits limits = { 1000, 65536 };

static struct signature_keys *keys_of(const char *key)
{
    struct error why;
    struct signature_keys *keys = signature_keys_new();
    assert_int_equal(signature_keys_add(keys, str_of(key), &why), 0);
    return keys;
}

static struct signature_message form_of(struct arena *arena, const char *url, const char *body)
{
    struct error why;
    struct form form;
    assert_int_equal(form_parse(arena, str_of(body), &limits, &form, &why), 0);
    return (struct signature_message){ str_of(url), str_of(body), true, form_sorted(arena, &form) };
}

/* The signature that was seen is good for the message: its identity. */
static struct identity identity_with(struct arena *arena, struct signature_keys *keys,
                                     const struct signature_message *message, enum request_method method,
                                     const char *signature)
{
    struct identity identity;
    struct str covered;
    assert_true(signature_check(keys, arena, message, str_of(signature), &covered));
    identity = identity_of(arena, message, method, covered);
    return identity;
}

static void expect_same_bytes(const struct identity *one, const struct identity *other, bool same_split)
{
    assert_memory_equal(one->digest, other->digest, IDENTITY_BYTES);
    assert_int_equal(one->split == other->split, same_split);
}

static void same(void **state)
{
    struct arena *arena = arena_new();
    struct signature_keys *keys = keys_of("key");
    char seen[SIGNATURE_TEXT_SIZE];
    (void)state;
    struct signature_message first =
        form_of(arena, "https://h/hooks/sms.fcgi", "From=%2B1555&MessageSid=SM1&NumMedia=0");
    assert_int_equal(signature_make(keys, arena, &first, seen), 0);
    struct identity original = identity_with(arena, keys, &first, REQUEST_POST, seen);
    const struct {
        const char *url, *body;
        bool same_split;
    } others[] = {
        { "https://h/hooks/sms.fcgi", "MessageSid=SM1&NumMedia=0&From=%2B1555", true }, /* in another order */
        { "https://h/hooks/sms.fcgi", "From=%2b1555&MessageSid=SM1&NumMedi%61=0", true },
        { "https://h/hooks/sms.fcgi", "From=%2B1555&MessageSid=SM1NumMedia0", false },
        { "https://h/hooks/sms.fcgi", "From=%2B1555MessageSid&SM1=NumMedia0", false },
        { "https://h/hooks/sms.fcgi", "From%2B1555MessageSidSM1NumMedia0", false },
        { "https://h/hooks/sms.fcgiFrom+1555MessageSid", "SM1=NumMedia0", false },
        { "https://h/hooks/sms.fcgiFrom+1555MessageSidSM1NumMedia0", "", false },
        { "https://h:443/hooks/sms.fcgi", "From=%2B1555&MessageSid=SM1&NumMedia=0", false },
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct signature_message other = form_of(arena, others[i].url, others[i].body);
        struct identity identity = identity_with(arena, keys, &other, REQUEST_POST, seen);
        expect_same_bytes(&original, &identity, others[i].same_split);
    }
    signature_keys_free(keys);
    arena_free(arena);
}

static void methods(void **state)
{
    struct arena *arena = arena_new();
    struct signature_keys *keys = keys_of("key");
    char seen[SIGNATURE_TEXT_SIZE], hex[SIGNATURE_TEXT_SIZE];
    (void)state;
    struct signature_message post = form_of(arena, "https://h/voice.fcgi?a=b", "CallSid=CA1");
    struct signature_message get = { STR("https://h/voice.fcgi?a=bCallSidCA1"), STR(""), false, { NULL, 0 } };
    struct signature_message json = { STR("https://h/voice.fcgi?a=b"), STR("CallSidCA1"), false, { NULL, 0 } };
    assert_int_equal(signature_make(keys, arena, &post, seen), 0);
    assert_int_equal(signature_make(keys, arena, &json, hex), 0); /* the same digest, in hex */
    struct identity posted = identity_with(arena, keys, &post, REQUEST_POST, seen);
    struct identity got = identity_with(arena, keys, &get, REQUEST_GET, seen);
    struct identity empty = identity_with(arena, keys, &get, REQUEST_POST, seen);
    struct identity encoded = identity_with(arena, keys, &json, REQUEST_POST, hex);
    expect_same_bytes(&posted, &got, false);
    expect_same_bytes(&posted, &encoded, false);
    expect_same_bytes(&got, &empty, false);
    struct signature_message another = form_of(arena, "https://h/voice.fcgi?a=b", "CallSid=CA2");
    assert_int_equal(signature_make(keys, arena, &another, seen), 0);
    struct identity unlike = identity_with(arena, keys, &another, REQUEST_POST, seen);
    assert_memory_not_equal(posted.digest, unlike.digest, IDENTITY_BYTES);
    signature_keys_free(keys);
    arena_free(arena);
}

static void ports(void **state)
{
    struct arena *arena = arena_new();
    struct signature_keys *keys = keys_of("key");
    char seen[SIGNATURE_TEXT_SIZE];
    (void)state;
    struct signature_message with = form_of(arena, "https://h:443/sms.fcgi", "MessageSid=SM1");
    struct signature_message without = form_of(arena, "https://h/sms.fcgi", "MessageSid=SM1");
    assert_int_equal(signature_make(keys, arena, &with, seen), 0);
    struct identity one = identity_with(arena, keys, &with, REQUEST_POST, seen);
    struct identity other = identity_with(arena, keys, &without, REQUEST_POST, seen);
    assert_memory_equal(one.digest, other.digest, IDENTITY_BYTES);
    signature_keys_free(keys);
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("is the same for the same signed bytes, wherever names, values and address are cut", same),
    PROMISE("is the same as a form, in the query of a GET, and as JSON under the same signature in hex", methods),
    PROMISE("is the same where the platform signed the address with its default port", ports),
};

KEEP_PROMISES(promises)
