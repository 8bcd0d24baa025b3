#include "promise.h"

#include "base/digest.h"

static void as_ever(void **state)
{
    struct arena *arena = arena_new();
    struct buffer list = buffer_in(arena);
    (void)state;
    digest_add(&list, STR("+12065550123"));
    assert_text(digest_of(&list), "475af08a01f75576f35dc9dc1492a91b");
    digest_add(&list, STR(""));
    digest_add(&list, STR("front-desk"));
    assert_text(digest_of(&list), "dc11ea3f9072ba8cf91d0afd3986572d");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("names a list alike on every host, whatever the width of its words: a store may move", as_ever),
};

KEEP_PROMISES(promises)
