/* [conference NAME]: a conference room. */
#include <stddef.h>

#include "flow/kinds.h"
#include "flow/secret.h"

enum { LIMIT_MAX = 1000, ROOM_MAX_BYTES = 100 };

static const char *const beeps[] = { "yes", "no", "enter", "exit", NULL };
static const char *const beep_values[] = { "true", "false", "onEnter", "onExit" };

struct conference {
    struct str room, moderator_pin, moderator_pin_file;
    struct pin pin;
    struct prompt *prompt, *wait;
    int beep;
    bool muted, record, wait_for_moderator, end_with_moderator;
    long limit;
    struct destination *next;
};

#define AT(member) offsetof(struct conference, member)

static const struct field fields[] = {
    { "room", FIELD_TEXT, AT(room), 0, 0, 0, NULL, NULL },
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "moderator_pin", FIELD_TEXT, AT(moderator_pin), FIELD_SECRET, 0, 0, NULL, NULL },
    { "moderator_pin_file", FIELD_FILE, AT(moderator_pin_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { "wait", FIELD_PROMPT, AT(wait), 0, 0, 0, NULL, NULL },
    { "beep", FIELD_CHOICE, AT(beep), 0, 0, 0, "yes", beeps },
    { "muted", FIELD_SWITCH, AT(muted), 0, 0, 0, "no", NULL },
    { "record", FIELD_SWITCH, AT(record), 0, 0, 0, "no", NULL },
    { "wait_for_moderator", FIELD_SWITCH, AT(wait_for_moderator), 0, 0, 0, "no", NULL },
    { "end_with_moderator", FIELD_SWITCH, AT(end_with_moderator), 0, 0, 0, "no", NULL },
    { "limit", FIELD_COUNT, AT(limit), 0, 2, LIMIT_MAX, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    PIN_FIELDS(AT(pin)),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    struct conference *conference = section->keys;
    secret_read_pin(reader, section, "pin", &conference->pin.value, conference->pin.file);
    secret_read_pin(reader, section, "moderator_pin", &conference->moderator_pin, conference->moderator_pin_file);
    if (conference->room.length == 0)
        conference->room = section->name;
    if (conference->room.length > ROOM_MAX_BYTES)
        config_error(reader, section, "room: more than %d bytes; shorten it", ROOM_MAX_BYTES);
    if (conference->pin.value.length > 0 && str_equal(conference->pin.value, conference->moderator_pin))
        config_error(reader, section, "pin and moderator_pin must differ; give the moderator another");
    if ((conference->wait_for_moderator || conference->end_with_moderator) && conference->moderator_pin.length == 0 &&
        conference->moderator_pin_file.length == 0)
        config_error(reader, section, "nobody could be the moderator; expected moderator_pin too");
    for (const struct prompt *prompt = conference->wait; prompt != NULL; prompt = prompt->next)
        if (prompt->kind == PROMPT_SAY)
            config_error(reader, section,
                         "wait: text is not spoken to waiting callers; expected URLs to play, and pauses");
}

/* --- joining --- */

static void join(struct call *call, const struct conference *conference, bool moderator)
{
    cxml_open(call->out, CXML_DIAL);
    cxml_attribute(call->out, "action", call_step_url(call, "left", STR("")));
    cxml_open(call->out, CXML_CONFERENCE);
    cxml_attribute(call->out, "beep", str_of(beep_values[conference->beep]));
    if (!moderator) {
        cxml_attribute_switch(call->out, "muted", conference->muted);
        cxml_attribute_switch(call->out, "startConferenceOnEnter", !conference->wait_for_moderator);
    }
    cxml_attribute_switch(call->out, "endConferenceOnExit", moderator && conference->end_with_moderator);
    if (conference->limit > 0)
        cxml_attribute_number(call->out, "maxParticipants", conference->limit);
    if (conference->wait != NULL)
        cxml_attribute(call->out, "waitUrl", call_step_url(call, "wait", STR("")));
    cxml_attribute(
        call->out, "statusCallback",
        context_url(call->session.context, "status", STR("conference"), call->session.line->name, STR(""), STR("")));
    cxml_attribute(call->out, "statusCallbackEvent", STR("start end join leave"));
    if (conference->record) {
        cxml_attribute(call->out, "record", STR("record-from-start"));
        cxml_attribute(
            call->out, "recordingStatusCallback",
            context_url(call->session.context, "recording", call->session.line->name, STR(""), STR(""), STR("")));
        cxml_attribute(call->out, "recordingStatusCallbackEvent", STR("in-progress completed failed"));
    }
    cxml_text(call->out, conference->room);
    cxml_close(call->out);
    cxml_close(call->out);
    call->ended = true; /* the platform requests the action next */
}

static void enter(struct call *call, const void *keys)
{
    const struct conference *conference = keys;
    call_prompt(call, conference->prompt);
    if (conference->pin.value.length > 0 || conference->moderator_pin.length > 0)
        pin_ask(call, &conference->pin);
    else
        join(call, conference, false);
}

static void pin(struct call *call, const void *keys)
{
    const struct conference *conference = keys;
    int which = 0;
    /* When only the moderator has a PIN, callers who enter none join as participants. */
    if (conference->pin.value.length > 0 || session_parameter(&call->session, "Digits").length > 0)
        which = pin_entered(call, &conference->pin, conference->moderator_pin);
    if (which >= 0)
        join(call, conference, which == 1);
}

static void wait_step(struct call *call, const void *keys)
{
    const struct conference *conference = keys;
    call_prompt(call, conference->wait);
    cxml_leaf(call->out, CXML_REDIRECT, call_step_url(call, "wait", STR("")));
    call->ended = true;
}

static void left(struct call *call, const void *keys)
{
    const struct conference *conference = keys;
    call_go(call, dial_was_answered(call) ? conference->next : conference->pin.otherwise);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "pin", "call.gathered", CALL_KEEP_LATER, pin, true },
               { "wait", NULL, CALL_KEEP_LATER, wait_step, false },
               { "left", "call.dialed", CALL_KEEP_LATER, left, false } },
};

const struct section_kind conference_kind = { .name = "conference",
                                              .class = SECTION_NODE,
                                              .size = sizeof(struct conference),
                                              .fields = fields,
                                              .finish = check,
                                              .behaviour = &behaviour };
