/* [callback NAME]: takes a callback request and its number. */
#include <stddef.h>

#include "config/value.h"
#include "flow/kinds.h"
#include "service/actions.h"

enum { TRIES = 3, NUMBER_MIN = 7, NUMBER_MAX = 15 };

struct callback {
    struct prompt *prompt, *other, *invalid, *goodbye;
    struct destination *next;
    struct actions actions;
};

#define AT(member) offsetof(struct callback, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0,
      "To be called back at {{From.spelt}}, press 1. For another number, enter it and press pound.", NULL },
    { "other", FIELD_PROMPT, AT(other), 0, 0, 0, "Please enter the number to call you at, and press pound.", NULL },
    { "invalid", FIELD_PROMPT, AT(invalid), 0, 0, 0, "Sorry, that is not a number we can call.", NULL },
    { "goodbye", FIELD_PROMPT, AT(goodbye), 0, 0, 0, "Thank you. We will call you back. Goodbye.", NULL },
    { "next", FIELD_DESTINATION, AT(next), 0, 0, 0, "hangup", NULL },
    ACTIONS_FIELDS(AT(actions), "0"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static bool has_number(const struct call *call)
{
    return str_starts(session_parameter(&call->session, "From"), STR("+"));
}

static void ask(struct call *call, const struct callback *callback, long attempt, const struct prompt *ahead)
{
    struct question question = { .step = "number", .attempt = attempt, .timeout_s = 5, .digits = NUMBER_MAX };
    call_ask_with(call, &question, ahead, has_number(call) ? callback->prompt : callback->other);
}

static void enter(struct call *call, const void *keys)
{
    ask(call, keys, 1, NULL);
}

static void number(struct call *call, const void *keys)
{
    const struct callback *callback = keys;
    struct str digits = session_parameter(&call->session, "Digits"), wanted = STR("");
    long attempt = call_query_number(call, "try", TRIES);
    struct buffer parameters = buffer_in(call->session.arena);
    if (str_is(digits, "1") && has_number(call))
        wanted = session_parameter(&call->session, "From");
    else if (digits.length >= NUMBER_MIN && digits.length <= NUMBER_MAX && str_is_digits(digits))
        wanted = digits;
    if (wanted.length == 0 && attempt < TRIES) {
        ask(call, callback, attempt + 1, digits.length > 0 ? callback->invalid : NULL);
        return;
    }
    if (wanted.length == 0) { /* promise nothing without a number */
        call_prompt(call, callback->invalid);
        call_hangup(call);
        return;
    }
    form_add(&parameters, STR("CallbackNumber"), wanted);
    call_attach_event(call, "callback.requested", buffer_text(&parameters));
    call_prompt(call, callback->goodbye);
    call_go(call, callback->next);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "number", "call.gathered", CALL_KEEP_SOON, number, false } },
};

static void validate(struct config_reader *reader, struct section *section)
{
    const struct section *found = config_find(config_of(reader), settings_kind.name, STR(""));
    const struct settings *settings = found == NULL ? NULL : found->keys;
    if (settings != NULL && (!settings->keep_body || settings->keep_numbers != NUMBERS_KEPT))
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "with keep_body = no or keep_numbers = masked nobody gets the number to call back");
}

const struct section_kind callback_kind = { .name = "callback",
                                            .class = SECTION_NODE,
                                            .size = sizeof(struct callback),
                                            .fields = fields,
                                            .finish = actions_check,
                                            .validate = validate,
                                            .behaviour = &behaviour,
                                            .actions = AT(actions) };
