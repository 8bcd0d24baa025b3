#include "simulator/call.h"

enum { TALK_S = 30 };

static int report_legs(struct phone_call *call, const char *event, const char *status, struct error *error)
{
    for (size_t i = 0; i < call->leg_count; i++)
        if (report_leg(call, &call->legs[i], event, status, error) != 0)
            return -1;
    return 0;
}

static void add_leg(struct phone_call *call, const struct cxml_tree *noun, struct str to)
{
    if (call->leg_count < PHONE_LEGS_MAX)
        call->legs[call->leg_count++] = (struct phone_leg){ noun, platform_sid(call->arena), to, 0 };
}

int dial_lobby_turn(struct phone_call *call, struct error *error)
{
    struct phone_target target = phone_target(call->dial->children, "waitUrl");
    if (call->lobby.length > 0)
        target.address = call->lobby;
    call->side = PHONE_LOBBY;
    if (target.address.length == 0)
        return document_wait_for(call, PHONE_CONFERENCE, call->dial);
    struct buffer form = phone_parameters(call);
    return document_continue(call, target, &form, error);
}

static int join(struct phone_call *call, const struct cxml_tree *conference, struct error *error)
{
    bool starts = !document_has(conference, "startConferenceOnEnter", "false");
    bool recorded = document_has(conference, "record", "record-from-start");
    document_wait_for(call, PHONE_CONFERENCE, call->dial);
    if ((starts && report_conference(call, "start", error) != 0) || report_conference(call, "join", error) != 0)
        return -1;
    if (recorded && starts && report_recording(call, conference, "in-progress", 0, error) != 0)
        return -1;
    return starts ? 0 : dial_lobby_turn(call, error);
}

int dial_leave(struct phone_call *call, struct error *error)
{
    const struct cxml_tree *conference = call->dial->children;
    call->seconds += TALK_S;
    if (report_conference(call, "leave", error) != 0 || report_conference(call, "end", error) != 0)
        return -1;
    return document_has(conference, "record", "record-from-start")
               ? report_recording(call, conference, "completed", TALK_S, error)
               : 0;
}

int dial_begin(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    call->dial = verb;
    call->leg_count = call->leg = 0;
    call->lobby = STR("");
    call->recording_sid = platform_sid(call->arena);
    if (verb->text.length > 0) {
        document_emit(call, "dial", verb->text);
        add_leg(call, NULL, verb->text);
    }
    for (const struct cxml_tree *at = verb->children; at != NULL; at = at->next) {
        bool number = str_is(at->name, "Number") || str_is(at->name, "Sip");
        document_emit(call, "dial", number ? at->text : ARENA_JOIN(call->arena, at->name, STR(" "), at->text));
        add_leg(call, at, at->text);
    }
    if (verb->children != NULL && str_is(verb->children->name, "Conference"))
        return join(call, verb->children, error);
    document_wait_for(call, PHONE_DIALLING, verb);
    return report_legs(call, "initiated", "initiated", error) != 0 ? -1
                                                                   : report_legs(call, "ringing", "ringing", error);
}

int dial_close(struct phone_call *call, struct str status, struct buffer *form, struct error *error)
{
    struct str record = cxml_tree_attribute(call->dial, "record");
    bool completed = str_is(status, "completed"),
         recorded = completed && record.length > 0 && !str_is(record, "do-not-record");
    call->talked_s = completed ? TALK_S : 0;
    call->seconds += call->talked_s;
    call->side = PHONE_CALLER;
    for (size_t i = 0; i < call->leg_count; i++) {
        bool own = !completed || i == call->leg; /* the others are called off when one has answered */
        if (report_leg(call, &call->legs[i], "completed", own ? arena_copy(call->arena, status).at : "canceled",
                       error) != 0)
            return -1;
    }
    if (recorded && (report_recording(call, call->dial, "in-progress", 0, error) != 0 ||
                     report_recording(call, call->dial, "completed", TALK_S, error) != 0))
        return -1;
    *form = phone_parameters(call);
    phone_add(form, "DialCallStatus", status);
    phone_add(form, "DialCallSid", call->legs[call->leg].sid);
    phone_add_number(form, "DialCallDuration", call->talked_s);
    if (recorded)
        phone_add(form, "RecordingUrl", STR(REPORT_RECORDING_URL));
    return 0;
}

int dial_end(struct phone_call *call, struct str status, struct error *error)
{
    struct buffer form;
    if (call->waits == PHONE_CONFERENCE && dial_leave(call, error) != 0)
        return -1;
    return dial_close(call, status, &form, error) != 0 ? -1
                                                       : document_continue_at_action(call, call->dial, &form, error);
}

int dial_answer(struct phone_call *call, struct error *error)
{
    struct phone_leg *leg = &call->legs[call->leg];
    struct phone_target target =
        leg->noun == NULL ? (struct phone_target){ STR(""), false } : phone_target(leg->noun, "url");
    if (report_leg(call, leg, "answered", "in-progress", error) != 0)
        return -1;
    if (target.address.length == 0)
        return dial_end(call, STR("completed"), error);
    call->side = str_is(leg->noun->name, "Queue") ? PHONE_TAKEN : PHONE_CALLEE;
    call->answered = true;
    struct buffer form = phone_parameters(call);
    return document_continue(call, target, &form, error);
}
