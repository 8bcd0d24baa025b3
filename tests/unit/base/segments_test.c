#include "promise.h"

#include <string.h>

#include "base/arena.h"
#include "base/segments.h"

static struct segments of(struct arena *arena, const char *unit, size_t times)
{
    char *at = arena_alloc(arena, times * strlen(unit) + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(at + i * strlen(unit), unit, strlen(unit));
    return segments_of((struct str){ at, times * strlen(unit) });
}

static void gsm(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_int_equal(segments_of(STR("")).count, 0);
    assert_int_equal(of(arena, "a", 160).count, 1);
    assert_int_equal(of(arena, "a", 161).count, 2);
    assert_int_equal(of(arena, "a", 306).count, 2);
    assert_int_equal(of(arena, "a", 307).count, 3);
    assert_int_equal(of(arena, "\xC3\xB1", 160).count, 1); /* n with tilde is in the alphabet */
    assert_false(of(arena, "\xC3\xB1", 160).ucs2);
    assert_int_equal(of(arena, "\xE2\x82\xAC", 80).units, 160); /* the euro sign takes two */
    assert_int_equal(of(arena, "\xE2\x82\xAC", 80).count, 1);
    assert_int_equal(of(arena, "\xE2\x82\xAC", 153).count, 3); /* and is never cut: 76 to a part */
    arena_free(arena);
}

static void ucs2(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_true(segments_of(STR("It\xE2\x80\x99s")).ucs2);
    assert_text(segments_of(STR("It\xE2\x80\x99s")).first_non_gsm, "\xE2\x80\x99");
    assert_int_equal(of(arena, "\xD0\xB0", 70).count, 1);
    assert_int_equal(of(arena, "\xD0\xB0", 71).count, 2);
    assert_int_equal(of(arena, "\xF0\x9F\x91\x8D", 35).units, 70);
    assert_int_equal(of(arena, "\xF0\x9F\x91\x8D", 67).count, 3); /* 33 to a part */
    assert_true(segments_of(STR("\xFF")).ucs2);
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("counts the segments of a message in the GSM alphabet", gsm),
    PROMISE("counts those of one that needs UCS-2, and says which character needs it", ucs2),
};

KEEP_PROMISES(promises)
