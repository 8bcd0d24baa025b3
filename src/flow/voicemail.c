/* [voicemail NAME]: greets, records a message, says goodbye. */
#include <stddef.h>

#include "flow/call.h"
#include "flow/kinds.h"
#include "service/actions.h"
#include "service/callback.h"

struct voicemail {
    struct prompt *prompt, *goodbye;
    long max_length_s, silence_s;
    struct text finish_on_key;
    bool beep, transcribe;
    struct destination *next;
    struct actions actions; /* with each message that is left */
};

#define AT(member) offsetof(struct voicemail, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, "Please leave a message after the tone.", NULL },
    { "goodbye", FIELD_PROMPT, AT(goodbye), 0, 0, 0, "Thank you. Goodbye.", NULL },
    { "max_length", FIELD_DURATION, AT(max_length_s), 0, 1, 3600, "120", NULL },
    { "silence", FIELD_DURATION, AT(silence_s), 0, 1, 60, "5", NULL },
    { "finish_on_key", FIELD_KEYS, AT(finish_on_key), 0, 0, 0, NULL, NULL },
    { "beep", FIELD_SWITCH, AT(beep), 0, 0, 0, "yes", NULL },
    { "transcribe", FIELD_SWITCH, AT(transcribe), 0, 0, 0, "no", NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    ACTIONS_FIELDS(AT(actions), "5m"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    const struct voicemail *voicemail = section->keys;
    actions_check(reader, section, &voicemail->actions);
}

static void enter(struct call *call, const void *keys)
{
    const struct voicemail *voicemail = keys;
    struct text callback =
        visit_url(call->visit, "recording", call->line->name, call->node->name,
                  text_of(voicemail->transcribe ? CALLBACK_TRANSCRIBING : CALLBACK_VOICEMAIL), TEXT(""));
    call_prompt(call, voicemail->prompt);
    cxml_open(call->out, CXML_RECORD);
    cxml_attribute(call->out, "action", call_step_url(call, "recorded", TEXT("")));
    cxml_attribute_number(call->out, "maxLength", voicemail->max_length_s);
    cxml_attribute_number(call->out, "timeout", voicemail->silence_s);
    cxml_attribute(call->out, "finishOnKey",
                   voicemail->finish_on_key.length > 0 ? voicemail->finish_on_key : TEXT("#"));
    cxml_attribute_switch(call->out, "playBeep", voicemail->beep);
    cxml_attribute(call->out, "recordingStatusCallback", callback);
    cxml_attribute(call->out, "recordingStatusCallbackEvent", TEXT("in-progress completed absent"));
    if (voicemail->transcribe) {
        cxml_attribute_switch(call->out, "transcribe", true);
        cxml_attribute(call->out, "transcribeCallback", callback);
    }
    cxml_close(call->out);
    call->ended = true; /* nothing after Record is carried out */
}

static void recorded(struct call *call, const void *keys)
{
    const struct voicemail *voicemail = keys;
    if (text_is(call_parameter(call, "Digits"), "hangup"))
        return; /* nobody is there any more: an empty answer */
    call_prompt(call, voicemail->goodbye);
    call_go(call, voicemail->next);
}

static const struct node_step steps[] = {
    { "recorded", "call.recorded", CALL_KEEP_SOON, recorded, false },
    { NULL, NULL, CALL_KEEP_LATER, NULL, false },
};

static const struct node_behaviour behaviour = { enter, steps };

const struct section_kind voicemail_kind = { .name = "voicemail",
                                             .named = true,
                                             .class = SECTION_NODE,
                                             .size = sizeof(struct voicemail),
                                             .fields = fields,
                                             .finish = check,
                                             .behaviour = &behaviour,
                                             .actions = AT(actions) };
