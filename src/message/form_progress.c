#include "message/form_progress.h"

enum { ANSWERS_MAX = 30, PARAMETERS_MAX = 64, VALUE_MAX_BYTES = 4096 };
#define NUMBER_MAX UINT64_C(99999999999)

/* Marks the answers among the parameters. */
static const char prefix[] = "k.";

bool form_progress_decode(struct arena *arena, struct str value, struct form_progress *state)
{
    struct form_limits limits = { PARAMETERS_MAX, VALUE_MAX_BYTES };
    struct form form;
    struct error why;
    *state = (struct form_progress){ .form = STR("") };
    if (form_parse(arena, value, &limits, &form, &why) != 0 || form_value(&form, "form").length == 0 ||
        form_number(&form, "out", NUMBER_MAX) > TURN_BUSY)
        return false;
    state->form = form_value(&form, "form");
    state->at = (size_t)form_number(&form, "at", NUMBER_MAX);
    state->wrong = (long)form_number(&form, "wrong", NUMBER_MAX);
    state->sid = form_value(&form, "sid");
    state->out = (enum turn_result)form_number(&form, "out", NUMBER_MAX);
    state->until_us = (int64_t)form_number(&form, "until", NUMBER_MAX) * 1000000;
    for (size_t i = 0; i < form.count; i++)
        if (str_starts(form.at[i].name, str_of(prefix)))
            form_progress_set_answer(state, arena, str_from(form.at[i].name, sizeof prefix - 1), form.at[i].value);
    return true;
}

struct str form_progress_encode(struct arena *arena, const struct form_progress *state)
{
    struct buffer value = buffer_in(arena);
    const struct {
        const char *name;
        long long number;
    } numbers[] = { { "at", (long long)state->at },
                    { "wrong", state->wrong },
                    { "out", (long long)state->out },
                    { "until", (long long)(state->until_us / 1000000) } };
    form_add(&value, STR("form"), state->form);
    form_add(&value, STR("sid"), state->sid);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        form_add(&value, str_of(numbers[i].name), arena_format(arena, "%lld", numbers[i].number));
    for (size_t i = 0; i < state->answers.count; i++)
        form_add(&value, ARENA_JOIN(arena, str_of(prefix), state->answers.at[i].name), state->answers.at[i].value);
    return buffer_text(&value);
}

bool form_progress_has_ended(const struct form_progress *state)
{
    return state->out == TURN_DONE || state->out == TURN_CANCELED || state->out == TURN_TOO_MANY_TRIES ||
           state->out == TURN_EXPIRED;
}

bool form_progress_set_answer(struct form_progress *state, struct arena *arena, struct str name, struct str value)
{
    struct form *answers = &state->answers;
    if (answers->at == NULL)
        answers->at = ARENA_ARRAY(arena, struct parameter, ANSWERS_MAX);
    size_t i = 0;
    while (i < answers->count && !str_equal(answers->at[i].name, name))
        i++;
    if (i == ANSWERS_MAX)
        return false;
    answers->count = i == answers->count ? i + 1 : answers->count;
    answers->at[i] = (struct parameter){ name, value };
    return true;
}

struct str form_progress_parameters(struct arena *arena, const struct form_progress *state)
{
    struct buffer parameters = buffer_in(arena), names = buffer_in(arena);
    for (size_t i = 0; i < state->answers.count; i++) {
        buffer_add(&names, i == 0 ? STR("") : STR(", "));
        buffer_add(&names, state->answers.at[i].name);
    }
    form_add(&parameters, STR("Form"), state->form);
    form_add(&parameters, STR("Answers"), buffer_text(&names));
    for (size_t i = 0; i < state->answers.count; i++)
        form_add(&parameters, state->answers.at[i].name, state->answers.at[i].value);
    return buffer_text(&parameters);
}
