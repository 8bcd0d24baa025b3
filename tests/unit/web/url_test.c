#include "promise.h"

#include "web/url.h"

static void splits(void **state)
{
    struct url url;
    (void)state;
    assert_true(url_split(STR("https://u:p@pbx.example.com:8443/a//b?c=d#e"), &url));
    assert_text(url.scheme, "https");
    assert_text(url.userinfo, "u:p@");
    assert_text(url.host, "pbx.example.com");
    assert_text(url.port, "8443");
    assert_text(url.path, "/a//b");
    assert_text(url.query, "?c=d");
    assert_true(url_split(STR("http://[::1]:80/"), &url));
    assert_text(url.host, "[::1]");
    assert_true(url_split(STR("https://x?q"), &url));
    assert_text(url.path, "");
}

static void refuses(void **state)
{
    const char *const bad[] = { "ftp://x/",     "javascript:alert(1)", "https:///x", "https://a b/",
                                "https://a/\"", "https://h:99999/",    "//h/",       "",
                                "https://h:8x/" };
    struct url url;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (url_split(str_of(bad[i]), &url))
            fail_msg("'%s' passed for an address", bad[i]);
}

static void hides(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_text(url_for_log(arena, STR("https://hook:s3cret@h:1/v?x")), "https://***@h:1/v?x");
    assert_text(url_for_log(arena, STR("https://h/v")), "https://h/v");
    arena_free(arena);
}

static void segments(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_text(url_decode(arena, STR("%2e%2E"), false), "..");
    assert_text(url_decode(arena, STR("a%2"), false), "a%2");
    assert_text(url_decode(arena, STR("%+1"), false), "%+1");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("takes an address apart without changing a byte", splits),
    PROMISE("refuses what is no web address", refuses),
    PROMISE("shows no user name and password in a log", hides),
    PROMISE("decodes the escapes of a segment, malformed ones stand", segments),
};

KEEP_PROMISES(promises)
