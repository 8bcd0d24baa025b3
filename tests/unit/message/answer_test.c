#include "promise.h"

#include "message/answer.h"

static struct arena *arena;
/* Monday, 2026-01-05, 11:00 */
static struct answer_place place = { .now = { 2026, 1, 5, 0, 660, 0 },
                                     .month_first = true,
                                     .country_code = { "+1", 2 } };

static const char *take(const struct answer_rule *rule, const char *text)
{
    struct str value;
    return answer_take(arena, rule, &place, str_of(text), &value) ? arena_copy(arena, value).at : "none";
}

static const char *of(enum answer_kind kind, const char *text)
{
    const struct answer_rule rule = { .kind = kind };
    return take(&rule, text);
}

static void dates(void **state)
{
    static const struct {
        const char *text, *value;
    } all[] = { { "2026-12-25", "2026-12-25" },
                { "12/25/2026", "2026-12-25" },
                { "12/25/26", "2026-12-25" },
                { "12/25", "2026-12-25" },
                { "1/4", "2027-01-04" },
                { "1/5", "2026-01-05" },
                { "25.12.2026", "2026-12-25" },
                { "25 Dec", "2026-12-25" },
                { "Dec 25th, 2027", "2027-12-25" },
                { "the 3rd of march", "2026-03-03" },
                { "today", "2026-01-05" },
                { "Tomorrow!", "2026-01-06" },
                { "Monday", "2026-01-12" },
                { "next Tuesday", "2026-01-06" },
                { "on tuesday", "2026-01-06" },
                { "sun", "2026-01-11" },
                { "Friday, January 9", "2026-01-09" },
                { "2/29/2028", "2028-02-29" },
                { "2/29/2026", "none" },
                { "13/1/2026", "none" },
                { "soon", "none" },
                { "", "none" },
                { "1/2/3/4", "none" },
                { "5", "none" },
                { "2026", "none" } };
    (void)state;
    arena = arena_new();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_string_equal(of(ANSWER_DATE, all[i].text), all[i].value);
    place.month_first = false;
    assert_string_equal(of(ANSWER_DATE, "3/4/2026"), "2026-04-03");
    place.month_first = true;
    assert_string_equal(of(ANSWER_FUTURE, "1/4/2026"), "none");
    assert_string_equal(of(ANSWER_FUTURE, "1/5/2026"), "2026-01-05");
    arena_free(arena);
}

static void times(void **state)
{
    (void)state;
    arena = arena_new();
    assert_string_equal(of(ANSWER_TIME, "9"), "09:00");
    assert_string_equal(of(ANSWER_TIME, "9:30 pm"), "21:30");
    assert_string_equal(of(ANSWER_TIME, "around 9.30 p.m."), "21:30");
    assert_string_equal(of(ANSWER_TIME, "12am"), "00:00");
    assert_string_equal(of(ANSWER_TIME, "noon"), "12:00");
    assert_string_equal(of(ANSWER_TIME, "9 o'clock"), "09:00");
    assert_string_equal(of(ANSWER_TIME, "25:00"), "none");
    assert_string_equal(of(ANSWER_TIME, "13 pm"), "none");
    assert_string_equal(of(ANSWER_TIME, "later"), "none");
    arena_free(arena);
}

static void words(void **state)
{
    struct word large = { NULL, STR("large") }, medium = { &large, STR("medium") }, small = { &medium, STR("small") };
    const struct answer_rule choice = { .kind = ANSWER_CHOICE, .choices = &small };
    (void)state;
    arena = arena_new();
    assert_string_equal(of(ANSWER_YES_NO, "Yes!"), "yes");
    assert_string_equal(of(ANSWER_YES_NO, "S\xC3\xAD"), "yes");
    assert_string_equal(of(ANSWER_YES_NO, "no, thanks"), "no");
    assert_string_equal(of(ANSWER_YES_NO, "\xF0\x9F\x91\x8D"), "yes");
    assert_string_equal(of(ANSWER_YES_NO, "perhaps"), "none");
    assert_string_equal(take(&choice, "Medium please"), "medium");
    assert_string_equal(take(&choice, "3"), "large");
    assert_string_equal(take(&choice, "meduim"), "medium");
    assert_string_equal(take(&choice, "small or large"), "none");
    assert_string_equal(take(&choice, "4"), "none");
    assert_string_equal(of(ANSWER_NAME, "Zo\xC3\xAB O'Hara-Smith"), "Zo\xC3\xAB O'Hara-Smith");
    assert_string_equal(of(ANSWER_NAME, "X"), "none");
    assert_string_equal(of(ANSWER_NAME, "R2D2"), "none");
    arena_free(arena);
}

static void others(void **state)
{
    const struct answer_rule few = { .kind = ANSWER_NUMBER, .min = 1, .max = 8 },
                             brief = { .kind = ANSWER_TEXT, .max = 5 };
    (void)state;
    arena = arena_new();
    assert_string_equal(take(&few, " 4 "), "4");
    assert_string_equal(take(&few, "9"), "none");
    assert_string_equal(take(&few, "-1"), "none");
    assert_string_equal(take(&brief, "hello"), "hello");
    assert_string_equal(take(&brief, "hello!"), "none");
    assert_string_equal(of(ANSWER_TEXT, ""), "none");
    assert_string_equal(of(ANSWER_MAIL, "ann@example.com"), "ann@example.com");
    assert_string_equal(of(ANSWER_MAIL, "ann at example"), "none");
    assert_string_equal(of(ANSWER_PHONE, "(555) 123-0001"), "+15551230001");
    assert_string_equal(of(ANSWER_PHONE, "1 555 123 0001"), "+15551230001");
    assert_string_equal(of(ANSWER_PHONE, "+44 20 7946 0018"), "+442079460018");
    assert_string_equal(of(ANSWER_PHONE, "123"), "none");
    assert_string_equal(of(ANSWER_TEXT, "\xFF"), "none");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("understands dates as people write them, and none that is not in the calendar", dates),
    PROMISE("understands times of the day", times),
    PROMISE("understands yes and no, choices by name, number and nearly so, and names", words),
    PROMISE("understands numbers, telephone numbers, addresses and texts within their limits", others),
};

KEEP_PROMISES(promises)
