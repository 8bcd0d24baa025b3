#include "simulator/call.h"

enum { QUEUE_TURN_S = 30 };

/* --- Enqueue --- */

int verbs_take_turn(struct phone_call *call, struct error *error)
{
    struct phone_target target = phone_target(call->enqueue, "waitUrl");
    call->side = PHONE_WAITING;
    if (target.address.length == 0)
        return document_wait_for(call, PHONE_QUEUE, call->enqueue);
    struct buffer form = phone_parameters(call);
    call->queued_s += QUEUE_TURN_S;
    call->seconds += QUEUE_TURN_S;
    return document_continue(call, target, &form, error);
}

struct buffer verbs_queue_form(struct phone_call *call, const char *result)
{
    call->side = PHONE_CALLER;
    struct buffer form = phone_parameters(call);
    phone_add(&form, "QueueResult", str_of(result));
    phone_add(&form, "QueueSid", call->queue_sid);
    phone_add_number(&form, "QueueTime", call->queued_s);
    return form;
}

int verbs_leave_queue(struct phone_call *call, const char *result, struct error *error)
{
    struct buffer form = verbs_queue_form(call, result);
    document_emit(call, "queue", str_of(result));
    return document_continue_at_action(call, call->enqueue, &form, error);
}

/* --- verbs --- */

static bool speak(const struct phone_call *call, const struct cxml_tree *verb)
{
    if (str_is(verb->name, "Say"))
        document_emit(call, "say", verb->text);
    else if (str_is(verb->name, "Play"))
        document_emit(call, "play", verb->text.length > 0 ? verb->text : cxml_tree_attribute(verb, "digits"));
    else if (!str_is(verb->name, "Pause"))
        return false;
    return true;
}

static int gather(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    (void)error;
    for (const struct cxml_tree *at = verb->children; at != NULL; at = at->next)
        speak(call, at);
    return document_wait_for(call, PHONE_INPUT, verb);
}

static int record(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    call->recording_sid = platform_sid(call->arena);
    document_emit(call, "record", STR(""));
    document_wait_for(call, PHONE_RECORDING, verb);
    return report_recording(call, verb, "in-progress", 0, error);
}

static int enqueue(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    document_emit(call, "enqueue", verb->text);
    call->enqueue = verb;
    call->queued_s = 0;
    return verbs_take_turn(call, error);
}

static int send_text(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    struct str to = cxml_tree_attribute(verb, "to"), sid = platform_sid(call->arena);
    document_emit(call, "text", ARENA_JOIN(call->arena, to.length > 0 ? to : call->from, STR(": "), verb->text));
    struct buffer form = phone_parameters(call);
    phone_add(&form, "SmsSid", sid);
    phone_add(&form, "SmsStatus", STR("sending"));
    return report_text(call, verb, sid, error) != 0 ? -1 : document_continue_at_action(call, verb, &form, error);
}

static int connect_to(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    const struct cxml_tree *to = verb->children;
    struct str what = to == NULL ? STR("") : to->text.length > 0 ? to->text : cxml_tree_attribute(to, "url");
    document_emit(call, "connect", ARENA_JOIN(call->arena, to == NULL ? verb->name : to->name, STR(" "), what));
    document_wait_for(call, PHONE_CONNECTED, verb);
    return report_stream(call, cxml_tree_child(verb, "Stream"), "stream-started", error);
}

static int hang_up_verb(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    (void)verb;
    if (call->side == PHONE_WAITING) {
        struct buffer form = verbs_queue_form(call, "hangup");
        if (document_request_only(call, call->enqueue, &form, error) != 0)
            return -1;
    }
    if (call->side != PHONE_CALLEE && call->side != PHONE_TAKEN)
        return document_end(call, "hang up", error);
    document_emit(call, "declined", STR("")); /* the leg had been answered: so it is reported */
    return dial_end(call, STR("completed"), error);
}

static int redirect(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    struct phone_target target = { verb->text, document_has(verb, "method", "GET") };
    if (call->side == PHONE_LOBBY) { /* it plays again and again until somebody joins */
        call->lobby = verb->text;
        return document_wait_for(call, PHONE_CONFERENCE, call->dial);
    }
    struct buffer form = phone_parameters(call);
    return document_continue(call, target, &form, error);
}

static int reject(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    (void)verb;
    return document_end(call, "reject", error);
}

static int leave(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    (void)verb;
    return verbs_leave_queue(call, "leave", error);
}

/* A stream beside the call, which goes on at once. */
static int start_or_stop(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    bool start = str_is(verb->name, "Start");
    document_emit(call, "verb", verb->name);
    return report_stream(call, cxml_tree_child(verb, "Stream"), start ? "stream-started" : "stream-stopped", error) != 0
               ? -1
               : verbs_run(call, verb->next, error);
}

enum {
    AT_CALL = 1 << PHONE_CALLER | 1 << PHONE_CALLEE | 1 << PHONE_TAKEN,
    IN_QUEUE = 1 << PHONE_WAITING,
    IN_LOBBY = 1 << PHONE_LOBBY
};

/* Verbs behind which the call goes on only when something has happened; and where each may stand. */
static const struct {
    const char *name;
    unsigned sides;
    int (*carry_out)(struct phone_call *call, const struct cxml_tree *verb, struct error *error);
} verbs[] = {
    { "Gather", AT_CALL | IN_QUEUE, gather },
    { "Dial", AT_CALL, dial_begin },
    { "Sms", AT_CALL, send_text },
    { "Redirect", AT_CALL | IN_QUEUE | IN_LOBBY, redirect },
    { "Reject", AT_CALL, reject },
    { "Hangup", AT_CALL | IN_QUEUE, hang_up_verb },
    { "Leave", IN_QUEUE, leave },
    { "Record", AT_CALL, record },
    { "Enqueue", AT_CALL, enqueue },
    { "Start", AT_CALL, start_or_stop },
    { "Stop", AT_CALL, start_or_stop },
    { "Connect", AT_CALL, connect_to },
    { "Refer", AT_CALL, connect_to },
    { "Echo", AT_CALL, connect_to },
};

static int carry_out(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    size_t i = 0;
    while (i < sizeof verbs / sizeof *verbs && !str_is(verb->name, verbs[i].name))
        i++;
    bool known = i < sizeof verbs / sizeof *verbs;
    if ((known ? verbs[i].sides : (unsigned)AT_CALL) & 1U << call->side) {
        if (known)
            return verbs[i].carry_out(call, verb, error);
        document_emit(call, "verb", verb->name);
        return verbs_run(call, verb->next, error);
    }
    return error_set(error, "<%.*s> does nothing %s", STR_ARGS(verb->name),
                     call->side == PHONE_WAITING ? "while a caller waits in a queue"
                     : call->side == PHONE_LOBBY ? "while a conference has not begun"
                                                 : "outside of a queue");
}

/* A document that has come to its end. */
static int at_end(struct phone_call *call, struct error *error)
{
    switch (call->side) {
    case PHONE_WAITING:
        return document_wait_for(call, PHONE_QUEUE, call->enqueue);
    case PHONE_LOBBY:
        return document_wait_for(call, PHONE_CONFERENCE, call->dial);
    case PHONE_CALLEE:
    case PHONE_TAKEN:
        document_emit(call, "bridged", STR(""));
        return dial_end(call, STR("completed"), error);
    default:
        return document_end(call, "hang up", error);
    }
}

int verbs_run(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    for (; verb != NULL; verb = verb->next) {
        call->answered = call->answered || !str_is(verb->name, "Reject");
        if (call->side == PHONE_LOBBY && str_is(verb->name, "Say"))
            return error_set(error, "<Say> does nothing while a conference has not begun");
        if (!speak(call, verb))
            return carry_out(call, verb, error);
    }
    return at_end(call, error);
}
