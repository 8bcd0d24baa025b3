#include "promise.h"

#include "base/arena.h"

static void repairs(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_text(utf8_repair(arena, STR("Gr\xC3\xBC\xC3\x9F"
                                       "e")),
                "Gr\xC3\xBC\xC3\x9F"
                "e");
    assert_text(utf8_repair(arena, STR("a\xFF"
                                       "b\0c\xC3")),
                "a\xEF\xBF\xBD"
                "b\xEF\xBF\xBD"
                "c\xEF\xBF\xBD");
    assert_text(utf8_repair(arena, STR("")), "");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("leaves well-formed text as it is and marks every byte that is not", repairs),
};

KEEP_PROMISES(promises)
