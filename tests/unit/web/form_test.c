#include "promise.h"

#include "web/form.h"

static const struct form_limits limits = { 5, 20 };

static struct form parse(struct arena *arena, struct str raw)
{
    struct form form;
    struct error why;
    assert_int_equal(form_parse(arena, raw, &limits, &form, &why), 0);
    return form;
}

static void decodes(void **state)
{
    struct arena *arena = arena_new();
    struct form form = parse(arena, STR("a=1+%2B%20%c3%bc&b&=c&d=x=y&a=2"));
    (void)state;
    assert_int_equal(form.count, 5);
    assert_text(form.at[0].value, "1 + \xC3\xBC");
    assert_text(form.at[1].name, "b");
    assert_text(form.at[1].value, "");
    assert_text(form.at[2].name, "");
    assert_text(form.at[3].value, "x=y");
    assert_text(form_value(&form, "a"), "1 + \xC3\xBC");
    arena_free(arena);
}

static void malformed(void **state)
{
    struct arena *arena = arena_new();
    struct form form = parse(arena, STR("a=%&b=%4&c=%zz&d=%00x"));
    (void)state;
    assert_text(form.at[0].value, "%");
    assert_text(form.at[1].value, "%4");
    assert_text(form.at[2].value, "%zz");
    assert_int_equal(form.at[3].value.length, 2);
    assert_int_equal(form.at[3].value.at[0], 0);
    arena_free(arena);
}

static void limited(void **state)
{
    struct arena *arena = arena_new();
    struct form form;
    struct error why;
    (void)state;
    assert_int_equal(form_parse(arena, STR("a&b&c&d&e&f"), &limits, &form, &why), -1);
    assert_int_equal(form_parse(arena, STR("a=123456789012345678901"), &limits, &form, &why), -1);
    assert_int_equal(form_parse(arena, STR("a=12345678901234567890"), &limits, &form, &why), 0);
    arena_free(arena);
}

static void sorts(void **state)
{
    struct arena *arena = arena_new();
    struct form form = parse(arena, STR("b=1&B=2&a=3&b=0&ab=5"));
    struct form sorted = form_sorted(arena, &form);
    const char *const expected[] = { "B", "2", "a", "3", "ab", "5", "b", "1", "b", "0" };
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_text(sorted.at[i].name, expected[2 * i]);
        assert_text(sorted.at[i].value, expected[2 * i + 1]);
    }
    arena_free(arena);
}

static void round_trip(void **state)
{
    struct arena *arena = arena_new();
    struct buffer raw = buffer_in(arena);
    (void)state;
    form_add(&raw, STR("Body"), STR("a&b=c +%\xC3\xBC\n"));
    struct form form = parse(arena, buffer_text(&raw));
    assert_text(form.at[0].value, "a&b=c +%\xC3\xBC\n");
    arena_free(arena);
}

static void odd_names(void **state)
{
    static const char *const fine[] = {
        "a=b", "SipHeader_X-Campaign=1", "Media[0]=x&New.Parameter=%00", "a", "_=&9=%2B1", "&&"
    };
    static const char *const odd[] = { "=x",           "%00=x",  "From%2B15557777777=", "a=b&Fr+om=c", "a%0A=b",
                                       "na%C3%AFve=b", "a%26b=c" };
    struct arena *arena = arena_new();
    struct form form;
    struct error why;
    (void)state;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        assert_int_equal(form_parse(arena, str_of(fine[i]), &limits, &form, &why), 0);
        assert_null(form_find_malformed(&form));
    }
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_int_equal(form_parse(arena, str_of(odd[i]), &limits, &form, &why), 0);
        assert_non_null(form_find_malformed(&form));
    }
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("decodes names and values, and keeps order and repeats", decodes),
    PROMISE("takes a malformed escape for itself and lets a NUL through as a byte", malformed),
    PROMISE("refuses too many parameters and too long a value", limited),
    PROMISE("sorts names by byte and leaves equal names in the order sent", sorts),
    PROMISE("reads back what it escapes", round_trip),
    PROMISE("tells names that no platform sends, and takes unknown ones that are well formed", odd_names),
};

KEEP_PROMISES(promises)
