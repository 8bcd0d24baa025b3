#include "promise.h"

#include "config/value.h"

static void durations(void **state)
{
    long value = 0;
    (void)state;
    assert_true(value_duration(TEXT("20"), &value) && value == 20);
    assert_true(value_duration(TEXT("90s"), &value) && value == 90);
    assert_true(value_duration(TEXT("2m"), &value) && value == 120);
    assert_true(value_duration(TEXT("1 h"), &value) && value == 3600);
    assert_false(value_duration(TEXT("1.5h"), &value));
    assert_false(value_duration(TEXT("-1"), &value));
    assert_false(value_duration(TEXT("99999999999h"), &value));
    assert_false(value_duration(TEXT("m"), &value));
}

static void numbers(void **state)
{
    struct arena *arena = arena_new();
    struct text number;
    (void)state;
    assert_true(value_number(arena, TEXT("+1 (555) 987-0002"), &number));
    assert_text(number, "+15559870002");
    assert_false(value_number(arena, TEXT("15559870002"), &number));
    assert_false(value_number(arena, TEXT("+0555"), &number));
    assert_false(value_number(arena, TEXT("+1555987000212345"), &number));
    assert_false(value_number(arena, TEXT("+1555x"), &number));
    arena_free(arena);
}

static void addresses(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_true(value_url_with_names(arena, TEXT("https://h/a/{{From}}.mp3?x={{To}}&y")));
    assert_true(value_url_with_names(arena, TEXT("https://h/a.mp3")));
    assert_false(value_url_with_names(arena, TEXT("https://{{From}}/a.mp3")));
    assert_false(value_url_with_names(arena, TEXT("https://h{{From}}/a.mp3")));
    assert_false(value_url_with_names(arena, TEXT("https://h/{{From")));
    assert_false(value_url_with_names(arena, TEXT("ftp://h/{{From}}")));
    arena_free(arena);
}

static void others(void **state)
{
    double share = 0;
    bool on = false;
    (void)state;
    assert_true(value_decimal(TEXT("0.87"), &share) && share > 0.869 && share < 0.871);
    assert_true(value_decimal(TEXT("1"), &share) && share >= 1);
    assert_false(value_decimal(TEXT("1.01"), &share));
    assert_false(value_decimal(TEXT(".5"), &share));
    assert_true(value_switch(TEXT("Yes"), &on) && on);
    assert_true(value_switch(TEXT("off"), &on) && !on);
    assert_false(value_switch(TEXT("1"), &on));
    assert_true(value_sip(TEXT("sip:alice@example.com")));
    assert_false(value_sip(TEXT("sip:a b@c")));
    assert_true(value_keys(TEXT("*9#")));
    assert_false(value_keys(TEXT("A")));
    assert_true(value_language(TEXT("es-419")));
    assert_false(value_language(TEXT("e")));
    assert_true(value_name(TEXT("front-desk.2")));
    assert_false(value_name(TEXT("../etc")));
    assert_false(value_name(TEXT(".hidden")));
    assert_false(value_name(TEXT("a b")));
}

static const struct CMUnitTest promises[] = {
    PROMISE("reads durations with and without a unit", durations),
    PROMISE("reads telephone numbers as people write them, in full", numbers),
    PROMISE("takes names of parameters in an address, but never in its host", addresses),
    PROMISE("knows shares, switches, sip: addresses, keys, languages and names", others),
};

KEEP_PROMISES(promises)
