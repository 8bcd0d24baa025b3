#include "promise.h"

#include "base/words.h"

static void folds(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_text(words_fold(arena, STR("  I'd like SALES, please! ")), " id like sales please ");
    assert_text(words_fold(arena, STR("\xC2\xBF"
                                      "Cu\xC3\xA1ndo abren ma\xC3\xB1"
                                      "ana? \xF0\x9F\x91\x8D")),
                " cuando abren manana ");
    assert_text(words_fold(arena, STR("STRA\xC3\x9F"
                                      "E")),
                " strasse ");
    assert_text(words_fold(arena, STR("\xFF\xFE!")), " ");
    assert_text(words_fold(arena, STR("")), " ");
    arena_free(arena);
}

static void whole_words(void **state)
{
    struct arena *arena = arena_new();
    struct str said = words_fold(arena, STR("When are you open on Sundays?"));
    (void)state;
    assert_true(words_contain(said, words_fold(arena, STR("open"))));
    assert_true(words_contain(said, words_fold(arena, STR("are you OPEN"))));
    assert_false(words_contain(said, words_fold(arena, STR("sunday"))));
    assert_false(words_contain(said, words_fold(arena, STR("?"))));
    arena_free(arena);
}

static void without_spaces(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    /* "What are the opening hours?" in Japanese: no spaces stand between the words. */
    struct str said =
        words_fold(arena, STR("\xE5\x96\xB6\xE6\xA5\xAD\xE6\x99\x82\xE9\x96\x93\xE3\x81\xAF\xEF\xBC\x9F"));
    assert_true(words_contain(said, words_fold(arena, STR("\xE5\x96\xB6\xE6\xA5\xAD\xE6\x99\x82\xE9\x96\x93"))));
    assert_false(words_contain(said, words_fold(arena, STR("\xE6\x99\x82\xE6\xA5\xAD"))));
    arena_free(arena);
}

static size_t far(struct arena *arena, const char *said, const char *phrase)
{
    return words_distance(words_fold(arena, str_of(said)), words_fold(arena, str_of(phrase)));
}

static void near_misses(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_int_equal(far(arena, "hours", "hours"), 0);
    assert_int_equal(far(arena, "your huors please?", "hours"), 1);
    assert_int_equal(far(arena, "horus", "hours"), 1);
    assert_int_equal(far(arena, "oepning hours", "opening hours"), 1);
    assert_int_equal(far(arena, "apointmnet", "appointment"), 2);
    assert_int_equal(far(arena, "house", "hours"), WORDS_NO_MATCH);
    assert_int_equal(far(arena, "nay", "yes"), WORDS_NO_MATCH);
    assert_int_equal(far(arena, "yas", "yes"), WORDS_NO_MATCH);
    assert_int_equal(far(arena, "", "hours"), WORDS_NO_MATCH);
    assert_int_equal(far(arena, "open", "open day"), WORDS_NO_MATCH);
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("compares words without case, accents and punctuation, in any script", folds),
    PROMISE("finds whole words only, never a part of one", whole_words),
    PROMISE("finds words where no spaces stand between them", without_spaces),
    PROMISE("tells a slip of the pen from another word", near_misses),
};

KEEP_PROMISES(promises)
