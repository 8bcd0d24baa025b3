#include "flow/pin.h"

#include "flow/secret.h"

static struct text row_of(const struct call *call)
{
    bool own = call->node->scope != 0;
    return arena_format(call->visit->arena, "wrong %.*s%s%.*s", TEXT_ARGS(own ? call->line->name : TEXT("")),
                        own ? "/" : "", TEXT_ARGS(call->node->title));
}

int pin_try(struct call *call, const struct text *pins, int count)
{
    struct text digits = call_parameter(call, "Digits");
    unsigned long wrong = 0;
    int found = PIN_WRONG;
    text_to_number(call_shared(call, row_of(call)), 1000000, &wrong);
    if (wrong >= PIN_WRONG_MAX) {
        log_line(call->visit->log, LOG_LEVEL_WARNING, "[%.*s] is locked: %lu wrong PINs", TEXT_ARGS(call->node->title),
                 wrong);
        return PIN_LOCKED;
    }
    for (int i = 0; i < count; i++)
        if (secret_fits(pins[i], digits)) /* all are compared: how long it takes says nothing */
            found = i;
    if (found == PIN_WRONG && digits.length > 0)
        call_shared_count(call, row_of(call), PIN_LOCK_S);
    return found;
}

void pin_ask(struct call *call, long attempt, const struct prompt *ahead, const struct prompt *prompt)
{
    struct question question = { .step = "pin",
                                 .query = arena_format(call->visit->arena, "try=%ld", attempt),
                                 .timeout_s = 8 };
    call_ask(call, &question);
    call_prompt(call, ahead);
    call_prompt(call, prompt);
    call_asked(call);
}
