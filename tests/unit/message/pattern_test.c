#include "promise.h"

#include <string.h>

#include "message/pattern.h"

static struct arena *arena;

static enum pattern_result match(const char *pattern, const char *text, struct form *groups)
{
    struct error why;
    struct pattern *compiled = pattern_compile(arena, str_of(pattern), &why);
    assert_non_null(compiled);
    if (groups != NULL)
        *groups = (struct form){ NULL, 0 };
    return pattern_match(compiled, arena, str_of(text), groups);
}

static void groups(void **state)
{
    struct form found;
    (void)state;
    arena = arena_new();
    assert_int_equal(match("order +#?(\\d{4,8})", "Where is ORDER 12345?", &found), PATTERN_YES);
    assert_text(form_value(&found, "1"), "12345");
    assert_int_equal(match("(?<Day>mon|tue)\\w* at (\\d+)", "Tuesday at 5 please", &found), PATTERN_YES);
    assert_text(form_value(&found, "Day"), "Tue");
    assert_text(form_value(&found, "2"), "5");
    assert_int_equal(match("(a)?(b)?c", "bc", &found), PATTERN_YES);
    assert_false(form_has(&found, "1"));
    assert_text(form_value(&found, "2"), "b");
    assert_int_equal(match("^hello$", "good-bye", &found), PATTERN_NO);
    assert_int_equal(match("MA\xC3\x91"
                           "ANA",
                           "ma\xC3\xB1"
                           "ana",
                           NULL),
                     PATTERN_YES);
    assert_int_equal(match("^\\w+$", "\xD0\xB4\xD0\xB0", NULL), PATTERN_YES);
    arena_free(arena);
}

static void no_message_hangs(void **state)
{
    char text[1601];
    (void)state;
    arena = arena_new();
    memset(text, 'a', sizeof text - 2);
    strcpy(text + sizeof text - 2, "!");
    assert_int_equal(match("^(a+)+$", text, NULL), PATTERN_GAVE_UP);
    assert_int_equal(match("^(a|aa)+$", text, NULL), PATTERN_GAVE_UP);
    assert_int_equal(match("(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL), PATTERN_NO); /* seen at once */
    assert_int_equal(match("^a+!$", text, NULL), PATTERN_YES);
    arena_free(arena);
}

static void any_bytes(void **state)
{
    struct arena *own = arena_new();
    struct error why;
    (void)state;
    struct pattern *pattern = pattern_compile(own, STR("(.+)x"), &why);
    struct form found = { NULL, 0 };
    assert_int_equal(pattern_match(pattern, own, STR("\xFF\xC3\0x"), &found), PATTERN_YES);
    assert_true(str_is_utf8(form_value(&found, "1")));
    assert_int_equal(pattern_match(pattern, own, STR(""), &found), PATTERN_NO);
    arena_free(own);
}

static void mistakes(void **state)
{
    struct arena *own = arena_new();
    struct error why;
    (void)state;
    assert_null(pattern_compile(own, STR("order (\\d+"), &why));
    assert_non_null(strstr(why.sentence, "missing closing parenthesis, at character 11"));
    assert_null(pattern_compile(own, STR("(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)"), &why));
    assert_non_null(strstr(why.sentence, "21 groups; a pattern has at most 20"));
    assert_null(pattern_compile(own, STR("\xFF"), &why));
    arena_free(own);
}

static const struct CMUnitTest promises[] = {
    PROMISE("gives the groups of a match by number and by name, whatever the case", groups),
    PROMISE("gives up within its limit where a message would keep it busy for ever", no_message_hangs),
    PROMISE("takes any bytes", any_bytes),
    PROMISE("says where a pattern is wrong", mistakes),
};

KEEP_PROMISES(promises)
