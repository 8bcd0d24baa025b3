#include "flow/pin.h"

#include "flow/secret.h"

static struct str row_of(const struct call *call)
{
    bool own = call->session.node->scope != 0;
    return arena_format(call->session.arena, "wrong %.*s%s%.*s", STR_ARGS(own ? call->session.line->name : STR("")),
                        own ? "/" : "", STR_ARGS(call->session.node->title));
}

struct trial {
    struct arena *arena;
    int64_t until_us;
    int found; /* a position, or PIN_WRONG */
    bool counts;
    bool counted; /* the store has counted this try */
    unsigned long wrong;
};

/* Also written for a correct PIN: without a count, guessing would never end. */
static enum kv_action count(void *context, bool there, struct kv_entry *entry)
{
    struct trial *trial = context;
    trial->wrong = 0;
    trial->counted = true;
    if (there)
        str_to_number(entry->value, 1000000, &trial->wrong);
    else
        entry->expires_us = trial->until_us;
    if (trial->wrong >= PIN_WRONG_MAX)
        return KV_KEEP;
    entry->value = arena_format(trial->arena, "%lu", trial->wrong + (trial->counts ? 1 : 0));
    return KV_SET;
}

int pin_try(struct call *call, const struct str *pins, int count_of_pins)
{
    const struct request_context *context = call->session.context;
    struct str digits = session_parameter(&call->session, "Digits");
    struct trial trial = { .arena = context->arena,
                           .until_us = context->now_us + PIN_LOCK_S * INT64_C(1000000),
                           .found = PIN_WRONG };
    for (int i = 0; i < count_of_pins; i++)
        if (secret_fits(pins[i], digits)) /* compare all: the time must not depend on the PIN */
            trial.found = i;
    trial.counts = trial.found == PIN_WRONG && digits.length > 0;
    if (context->store == NULL)
        return trial.found;
    session_kv_change(&call->session, row_of(call), count, &trial);
    if (call->session.store_failed || !trial.counted) {
        log_line(context->log, LOG_LEVEL_ERROR, "[%.*s] PINs are refused: the store cannot count wrong ones",
                 STR_ARGS(call->session.node->title));
        return PIN_LOCKED;
    }
    if (trial.wrong >= PIN_WRONG_MAX) {
        log_line(context->log, LOG_LEVEL_WARNING, "[%.*s] is locked: %lu wrong PINs",
                 STR_ARGS(call->session.node->title), trial.wrong);
        return PIN_LOCKED;
    }
    return trial.found;
}

void pin_ask(struct call *call, long attempt, const struct prompt *ahead, const struct prompt *prompt)
{
    struct question question = { .step = "pin",
                                 .query = arena_format(call->session.arena, "try=%ld", attempt),
                                 .timeout_s = 8 };
    call_ask(call, &question);
    call_prompt(call, ahead);
    call_prompt(call, prompt);
    call_asked(call);
}
