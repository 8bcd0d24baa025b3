/* [conference NAME]: a conference room. */
#include <stddef.h>

#include "flow/call.h"
#include "flow/kinds.h"
#include "flow/pin.h"
#include "flow/secret.h"

enum { TRIES = 3, LIMIT_MAX = 1000, ROOM_MAX_BYTES = 100 };

static const char *const beeps[] = { "yes", "no", "enter", "exit", NULL };
static const char *const beep_values[] = { "true", "false", "onEnter", "onExit" };

struct conference {
    struct str room, pin, pin_file, moderator_pin, moderator_pin_file;
    struct prompt *prompt, *ask_pin, *wrong_pin, *wait;
    int beep;
    bool muted, record, wait_for_moderator, end_with_moderator;
    long limit;
    struct destination *next, *otherwise;
};

#define AT(member) offsetof(struct conference, member)

static const struct field fields[] = {
    { "room", FIELD_TEXT, AT(room), 0, 0, 0, NULL, NULL },
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "pin", FIELD_TEXT, AT(pin), FIELD_SECRET, 0, 0, NULL, NULL },
    { "pin_file", FIELD_FILE, AT(pin_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { "moderator_pin", FIELD_TEXT, AT(moderator_pin), FIELD_SECRET, 0, 0, NULL, NULL },
    { "moderator_pin_file", FIELD_FILE, AT(moderator_pin_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { "ask_pin", FIELD_PROMPT, AT(ask_pin), 0, 0, 0, "Please enter your PIN, and press pound.", NULL },
    { "wrong_pin", FIELD_PROMPT, AT(wrong_pin), 0, 0, 0, "That PIN is not right.", NULL },
    { "wait", FIELD_PROMPT, AT(wait), 0, 0, 0, NULL, NULL },
    { "beep", FIELD_CHOICE, AT(beep), 0, 0, 0, "yes", beeps },
    { "muted", FIELD_SWITCH, AT(muted), 0, 0, 0, "no", NULL },
    { "record", FIELD_SWITCH, AT(record), 0, 0, 0, "no", NULL },
    { "wait_for_moderator", FIELD_SWITCH, AT(wait_for_moderator), 0, 0, 0, "no", NULL },
    { "end_with_moderator", FIELD_SWITCH, AT(end_with_moderator), 0, 0, 0, "no", NULL },
    { "limit", FIELD_COUNT, AT(limit), 0, 2, LIMIT_MAX, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    struct conference *conference = section->keys;
    secret_read_pin(reader, section, "pin", &conference->pin, conference->pin_file);
    secret_read_pin(reader, section, "moderator_pin", &conference->moderator_pin, conference->moderator_pin_file);
    if (conference->room.length == 0)
        conference->room = section->name;
    if (conference->room.length > ROOM_MAX_BYTES)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "room: more than %d bytes; shorten it", ROOM_MAX_BYTES);
    if (conference->pin.length > 0 && str_equal(conference->pin, conference->moderator_pin))
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "pin and moderator_pin must differ; give the moderator another");
    if ((conference->wait_for_moderator || conference->end_with_moderator) && conference->moderator_pin.length == 0 &&
        conference->moderator_pin_file.length == 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "nobody could be the moderator; expected moderator_pin too");
    for (const struct prompt *prompt = conference->wait; prompt != NULL; prompt = prompt->next)
        if (prompt->kind == PROMPT_SAY)
            config_complain(reader, section, NULL, COMPLAINT_ERROR,
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
    if (conference->pin.length > 0 || conference->moderator_pin.length > 0)
        pin_ask(call, 1, NULL, conference->ask_pin);
    else
        join(call, conference, false);
}

static void pin(struct call *call, const void *keys)
{
    const struct conference *conference = keys;
    const struct str pins[] = { conference->pin, conference->moderator_pin };
    long attempt = call_query_number(call, "try", TRIES);
    /* When only the moderator has a PIN, callers who enter none join as participants. */
    if (conference->pin.length == 0 && session_parameter(&call->session, "Digits").length == 0) {
        join(call, conference, false);
        return;
    }
    int which = pin_try(call, pins, 2);
    if (which >= 0) {
        join(call, conference, which == 1);
    } else if (which == PIN_WRONG && attempt < TRIES) {
        pin_ask(call, attempt + 1, conference->wrong_pin, conference->ask_pin);
    } else {
        call_prompt(call, conference->wrong_pin);
        call_go(call, conference->otherwise);
    }
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
    struct str status = session_parameter(&call->session, "DialCallStatus");
    bool joined = str_is(status, "answered") || str_is(status, "completed");
    call_go(call, joined ? conference->next : conference->otherwise);
}

static const struct node_step steps[] = {
    { "pin", "call.gathered", CALL_KEEP_LATER, pin, true },
    { "wait", NULL, CALL_KEEP_LATER, wait_step, false },
    { "left", "call.dialed", CALL_KEEP_LATER, left, false },
    { NULL, NULL, CALL_KEEP_LATER, NULL, false },
};

static const struct node_behaviour behaviour = { .enter = enter, .steps = steps };

const struct section_kind conference_kind = { .name = "conference",
                                              .named = true,
                                              .class = SECTION_NODE,
                                              .size = sizeof(struct conference),
                                              .fields = fields,
                                              .finish = check,
                                              .behaviour = &behaviour };
