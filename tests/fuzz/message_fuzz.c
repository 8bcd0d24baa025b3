/* What people write: answers of every kind, patterns, segments, and the state of a form as it is kept. A value that was
 * taken is well-formed and in its one form; a state that was read is the same when it is written and read again. */
#include <stdint.h>
#include <stdlib.h>

#include "base/segments.h"
#include "base/words.h"
#include "message/answer.h"
#include "message/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_answers(struct arena *arena, struct text text)
{
    static const struct zone_time now = { 2026, 1, 5, 0, 660, 0 };
    struct word large = { NULL, TEXT("large") }, small = { &large, TEXT("small") };
    struct error why;
    for (int kind = ANSWER_TEXT; kind <= ANSWER_PHONE; kind++) {
        struct answer_rule rule = { .kind = (enum answer_kind)kind, .choices = &small };
        struct answer_place place = { .now = now, .month_first = kind % 2 == 0, .country_code = TEXT("+1") };
        struct text value, again;
        if (text.length % 3 == 0)
            rule.pattern = pattern_compile(arena, TEXT("^(\\w+\\s?)+$"), &why);
        if (!answer_take(arena, &rule, &place, text, &value))
            continue;
        if (!text_is_utf8(value) || value.length == 0)
            abort();
        rule.pattern = NULL;
        bool dated = kind == ANSWER_DATE || kind == ANSWER_FUTURE || kind == ANSWER_TIME || kind == ANSWER_PHONE;
        if (dated && (!answer_take(arena, &rule, &place, value, &again) || !text_equal(value, again)))
            abort();
    }
}

static void check_state(struct arena *arena, struct text text)
{
    struct state state, again;
    if (!state_read(arena, text, &state))
        return;
    struct text written = state_write(arena, &state);
    if (!state_read(arena, written, &again) || again.answers.count != state.answers.count || again.at != state.at ||
        again.out != state.out || !text_equal(again.form, state.form) ||
        !text_equal(state_parameters(arena, &state), state_parameters(arena, &again)))
        abort();
}

static void check_pattern(struct arena *arena, struct text text)
{
    size_t line = text_find_char(text, '\n');
    struct error why;
    struct form groups = { NULL, 0 };
    struct pattern *pattern = pattern_compile(arena, text_upto(text, line < 200 ? line : 200), &why);
    if (pattern != NULL)
        pattern_match(pattern, arena, text_from(text, line), &groups);
    for (size_t i = 0; i < groups.count; i++)
        if (!text_is_utf8(groups.at[i].value))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct text text = arena_copy(arena, (struct text){ (const char *)bytes, size });
    struct segments segments = segments_of(text);
    if ((segments.count == 0) != (text.length == 0) || segments.units < segments.count)
        abort();
    words_distance(words_fold(arena, text), words_fold(arena, TEXT("opening hours")));
    check_answers(arena, text);
    check_state(arena, text);
    check_pattern(arena, text);
    arena_free(arena);
    return 0;
}
