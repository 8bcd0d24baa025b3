#include "promise.h"

static void splits(void **state)
{
    struct str rest = STR(" one, two ,,three"), part;
    (void)state;
    assert_true(str_next(&rest, ',', &part));
    assert_text(part, "one");
    assert_true(str_next(&rest, ',', &part));
    assert_text(part, "two");
    assert_true(str_next(&rest, ',', &part));
    assert_text(part, "");
    assert_true(str_next(&rest, ',', &part));
    assert_text(part, "three");
    assert_false(str_next(&rest, ',', &part));
}

static void numbers(void **state)
{
    unsigned long value = 7;
    (void)state;
    assert_true(str_to_number(STR("042"), 100, &value));
    assert_int_equal(value, 42);
    assert_false(str_to_number(STR("-1"), 100, &value));
    assert_false(str_to_number(STR("+1"), 100, &value));
    assert_false(str_to_number(STR(""), 100, &value));
    assert_false(str_to_number(STR("101"), 100, &value));
    assert_false(str_to_number(STR("99999999999999999999999999"), (unsigned long)-1, &value));
    uint64_t wide = 0;
    assert_true(str_to_wide_number(STR("1767625445000000"), INT64_MAX, &wide)); /* on a host of 32 bits too */
    assert_true(wide == UINT64_C(1767625445000000));
    assert_false(str_to_wide_number(STR("18446744073709551616"), UINT64_MAX, &wide));
    assert_true(str_is_digits(STR("15551230001999999999999")));
    assert_false(str_is_digits(STR("")));
    assert_false(str_is_digits(STR("12a")));
    assert_int_equal(value, 42);
}

static void utf8(void **state)
{
    (void)state;
    assert_true(str_is_utf8(STR("Gr\xC3\xBC\xC3\x9F"
                                "e \xF0\x9F\x91\x8D")));
    assert_false(str_is_utf8(STR("\xC0\xAF")));         /* overlong */
    assert_false(str_is_utf8(STR("\xED\xA0\x80")));     /* surrogate */
    assert_false(str_is_utf8(STR("\xF4\x90\x80\x80"))); /* past the end */
    assert_false(str_is_utf8(STR("\xE2\x82")));         /* cut */
    assert_int_equal(str_characters(STR("a\xE2\x82\xAC\xFF")), 3);
    assert_text(str_prefix(STR("\xE2\x82\xAC"
                               "bc"),
                           2),
                "\xE2\x82\xAC"
                "b");
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(str_distance(STR("slaes"), STR("sales"), 9), 1);
    assert_int_equal(str_distance(STR("hors"), STR("hours"), 9), 1);
    assert_int_equal(str_distance(STR("houres"), STR("hours"), 9), 1);
    assert_int_equal(str_distance(STR("ohusr"), STR("hours"), 9), 2);
    assert_int_equal(str_distance(STR("\xD1\x87\xD0\xB0\xD1\x81\xD1\x8B"), STR("\xD1\x87\xD1\x81\xD0\xB0\xD1\x8B"), 9),
                     1);
    assert_int_equal(str_distance(STR(""), STR("abc"), 9), 3);
    assert_int_equal(str_distance(STR("Ring"), STR("ring"), 9), 0);
    assert_int_equal(str_distance(STR("a"), STR("abcdefgh"), 3), 3);
}

static void nearest(void **state)
{
    (void)state;
    static const char *const words[] = { "hours", "sales", "a", "sale", "ring" };
    static const struct {
        const char *wanted, *found;
    } cases[] = { { "slaes", "sales" }, { "sale", "sale" }, { "rnig", "ring" },
                  { "x", "" },          { "ab", "a" },      { "quite else", "" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str_nearest near = str_nearest_to(str_of(cases[i].wanted));
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            str_nearest_offer(&near, str_of(words[j]));
        assert_text(near.found, cases[i].found);
    }
}

static const struct CMUnitTest promises[] = {
    PROMISE("splits a list at its separators and trims the parts", splits),
    PROMISE("takes decimal digits alone for a number, within its range", numbers),
    PROMISE("knows well-formed UTF-8 from overlong, surrogate and cut bytes", utf8),
    PROMISE("counts the changes between two words", distances),
    PROMISE("finds the word that a misspelt one may have meant", nearest),
};

KEEP_PROMISES(promises)
