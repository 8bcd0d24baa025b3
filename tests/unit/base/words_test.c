#include "promise.h"

#include "base/words.h"

static void folds(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_text(words_fold(arena, TEXT("  I'd like SALES, please! ")), " id like sales please ");
    assert_text(words_fold(arena, TEXT("\xC2\xBF" "Cu\xC3\xA1ndo abren ma\xC3\xB1" "ana? \xF0\x9F\x91\x8D")), " cuando abren manana ");
    assert_text(words_fold(arena, TEXT("STRA\xC3\x9F" "E")), " strasse ");
    assert_text(words_fold(arena, TEXT("\xFF\xFE!")), " ");
    assert_text(words_fold(arena, TEXT("")), " ");
    arena_free(arena);
}

static void whole_words(void **state)
{
    struct arena *arena = arena_new();
    struct text said = words_fold(arena, TEXT("When are you open on Sundays?"));
    (void)state;
    assert_true(words_contain(said, words_fold(arena, TEXT("open"))));
    assert_true(words_contain(said, words_fold(arena, TEXT("are you OPEN"))));
    assert_false(words_contain(said, words_fold(arena, TEXT("sunday"))));
    assert_false(words_contain(said, words_fold(arena, TEXT("?"))));
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("compares words without case, accents and punctuation, in any script", folds),
    PROMISE("finds whole words only, never a part of one", whole_words),
};

KEEP_PROMISES(promises)
