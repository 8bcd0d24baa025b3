/* What people write: answers of every kind, patterns, segments, and the state of a form as it is kept. A value that was
 * taken is well-formed and in its one form; a state that was read is the same when it is written and read again. */
#include <stdint.h>
#include <stdlib.h>

#include "base/segments.h"
#include "base/words.h"
#include "message/answer.h"
#include "message/form_progress.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_answers(struct arena *arena, struct str text)
{
    static const struct zone_time now = { 2026, 1, 5, 0, 660, 0 };
    struct word large = { NULL, STR("large") }, small = { &large, STR("small") };
    struct error why;
    for (int kind = ANSWER_TEXT; kind <= ANSWER_PHONE; kind++) {
        struct answer_rule rule = { .kind = (enum answer_kind)kind, .choices = &small };
        struct answer_place place = { .now = now, .month_first = kind % 2 == 0, .country_code = STR("+1") };
        struct str value, again;
        if (text.length % 3 == 0)
            rule.pattern = pattern_compile(arena, STR("^(\\w+\\s?)+$"), &why);
        if (!answer_take(arena, &rule, &place, text, &value))
            continue;
        if (!str_is_utf8(value) || value.length == 0)
            abort();
        rule.pattern = NULL;
        bool dated = kind == ANSWER_DATE || kind == ANSWER_FUTURE || kind == ANSWER_TIME || kind == ANSWER_PHONE;
        if (dated && (!answer_take(arena, &rule, &place, value, &again) || !str_equal(value, again)))
            abort();
    }
}

static void check_state(struct arena *arena, struct str text)
{
    struct form_progress state, again;
    if (!form_progress_decode(arena, text, &state))
        return;
    struct str written = form_progress_encode(arena, &state);
    if (!form_progress_decode(arena, written, &again) || again.answers.count != state.answers.count || again.at != state.at ||
        again.out != state.out || !str_equal(again.form, state.form) ||
        !str_equal(form_progress_parameters(arena, &state), form_progress_parameters(arena, &again)))
        abort();
}

static void check_pattern(struct arena *arena, struct str text)
{
    size_t line = str_find_char(text, '\n');
    struct error why;
    struct form groups = { NULL, 0 };
    struct pattern *pattern = pattern_compile(arena, str_upto(text, line < 200 ? line : 200), &why);
    if (pattern != NULL)
        pattern_match(pattern, arena, str_from(text, line), &groups);
    for (size_t i = 0; i < groups.count; i++)
        if (!str_is_utf8(groups.at[i].value))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct str text = arena_copy(arena, (struct str){ (const char *)bytes, size });
    struct segments segments = segments_of(text);
    if ((segments.count == 0) != (text.length == 0) || segments.units < segments.count)
        abort();
    words_distance(words_fold(arena, text), words_fold(arena, STR("opening hours")));
    check_answers(arena, text);
    check_state(arena, text);
    check_pattern(arena, text);
    arena_free(arena);
    return 0;
}
