#include "promise.h"

#include "config/value.h"

static void durations(void **state)
{
    long value = 0;
    (void)state;
    assert_true(value_duration(STR("20"), &value) && value == 20);
    assert_true(value_duration(STR("90s"), &value) && value == 90);
    assert_true(value_duration(STR("2m"), &value) && value == 120);
    assert_true(value_duration(STR("1 h"), &value) && value == 3600);
    assert_true(value_duration(STR("30d"), &value) && value == 30L * 86400);
    assert_false(value_duration(STR("367d"), &value));
    assert_false(value_duration(STR("1.5h"), &value));
    assert_false(value_duration(STR("-1"), &value));
    assert_false(value_duration(STR("99999999999h"), &value));
    assert_false(value_duration(STR("m"), &value));
}

static void numbers(void **state)
{
    struct arena *arena = arena_new();
    struct str number;
    (void)state;
    assert_true(value_number(arena, STR("+1 (555) 987-0002"), &number));
    assert_text(number, "+15559870002");
    assert_false(value_number(arena, STR("15559870002"), &number));
    assert_false(value_number(arena, STR("+0555"), &number));
    assert_false(value_number(arena, STR("+1555987000212345"), &number));
    assert_false(value_number(arena, STR("+1555x"), &number));
    arena_free(arena);
}

static void addresses(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_true(value_url_with_names(arena, STR("https://h/a/{{From}}.mp3?x={{To}}&y")));
    assert_true(value_url_with_names(arena, STR("https://h/a.mp3")));
    assert_false(value_url_with_names(arena, STR("https://{{From}}/a.mp3")));
    assert_false(value_url_with_names(arena, STR("https://h{{From}}/a.mp3")));
    assert_false(value_url_with_names(arena, STR("https://h/{{From")));
    assert_false(value_url_with_names(arena, STR("ftp://h/{{From}}")));
    arena_free(arena);
}

static void others(void **state)
{
    double share = 0;
    bool on = false;
    (void)state;
    assert_true(value_decimal(STR("0.87"), &share) && share > 0.869 && share < 0.871);
    assert_true(value_decimal(STR("1"), &share) && share >= 1);
    assert_false(value_decimal(STR("1.01"), &share));
    assert_false(value_decimal(STR(".5"), &share));
    assert_true(value_switch(STR("Yes"), &on) && on);
    assert_true(value_switch(STR("off"), &on) && !on);
    assert_false(value_switch(STR("1"), &on));
    assert_true(value_sip(STR("sip:alice@example.com")));
    assert_false(value_sip(STR("sip:a b@c")));
    assert_true(value_keys(STR("*9#")));
    assert_false(value_keys(STR("A")));
    assert_true(value_language(STR("es-419")));
    assert_false(value_language(STR("e")));
    assert_true(value_name(STR("front-desk.2")));
    assert_false(value_name(STR("../etc")));
    assert_false(value_name(STR(".hidden")));
    assert_false(value_name(STR("a b")));
}

static const struct CMUnitTest promises[] = {
    PROMISE("reads durations with and without a unit", durations),
    PROMISE("reads telephone numbers as people write them, in full", numbers),
    PROMISE("takes names of parameters in an address, but never in its host", addresses),
    PROMISE("knows shares, switches, sip: addresses, keys, languages and names", others),
};

KEEP_PROMISES(promises)
