#include "simulator/verbs.h"

#include "simulator/dial.h"
#include "simulator/report.h"

/* More documents than this without the caller doing anything are a loop; the platform would go on, and bill. */
enum { DOCUMENTS_MAX = 50, QUEUE_TURN_S = 30 };

void verbs_tell(const struct phone_call *call, const char *kind, struct str what)
{
    call->tell(call->context, kind, what);
}

int verbs_wait_for(struct phone_call *call, enum phone_waits waits, const struct cxml_tree *verb)
{
    call->waits = waits;
    call->verb = verb;
    return 0;
}

bool verbs_has(const struct cxml_tree *verb, const char *attribute, const char *value)
{
    return str_is(cxml_tree_attribute(verb, attribute), value);
}

int verbs_end(struct phone_call *call, const char *how, struct error *error)
{
    call->side = PHONE_CALLER;
    verbs_wait_for(call, PHONE_ENDED, NULL);
    verbs_tell(call, how, STR(""));
    return report_end(call, error);
}

int verbs_go_on(struct phone_call *call, struct wire_target target, struct buffer *form, struct error *error)
{
    const struct cxml_tree *document;
    if (++call->documents > DOCUMENTS_MAX)
        return error_set(error, "%d documents without the caller doing anything: a loop", DOCUMENTS_MAX);
    if (!platform_knows(call->platform, target.address)) { /* somebody else's: what it would say is not known */
        verbs_tell(call, "elsewhere", target.address);
        return verbs_end(call, "hang up", error);
    }
    if (wire_ask(call, target, form, &document, error) != 0)
        return -1;
    return verbs_run(call, document->children, error);
}

int verbs_act(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form, struct error *error)
{
    struct wire_target action = wire_target(verb, "action");
    call->answered = true;
    return action.address.length > 0 ? verbs_go_on(call, action, form, error) : verbs_run(call, verb->next, error);
}

int verbs_ask_in_vain(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form, struct error *error)
{
    const struct cxml_tree *document;
    struct wire_target action = wire_target(verb, "action");
    return platform_knows(call->platform, action.address) ? wire_ask(call, action, form, &document, error) : 0;
}

/* --- Enqueue --- */

int verbs_take_turn(struct phone_call *call, struct error *error)
{
    struct wire_target target = wire_target(call->enqueue, "waitUrl");
    call->side = PHONE_WAITING;
    if (target.address.length == 0)
        return verbs_wait_for(call, PHONE_QUEUE, call->enqueue);
    struct buffer form = wire_parameters(call);
    call->queued_s += QUEUE_TURN_S;
    call->seconds += QUEUE_TURN_S;
    return verbs_go_on(call, target, &form, error);
}

struct buffer verbs_queue_form(struct phone_call *call, const char *result)
{
    call->side = PHONE_CALLER;
    struct buffer form = wire_parameters(call);
    wire_add(&form, "QueueResult", str_of(result));
    wire_add(&form, "QueueSid", call->queue_sid);
    wire_add_number(&form, "QueueTime", call->queued_s);
    return form;
}

int verbs_leave_queue(struct phone_call *call, const char *result, struct error *error)
{
    struct buffer form = verbs_queue_form(call, result);
    verbs_tell(call, "queue", str_of(result));
    return verbs_act(call, call->enqueue, &form, error);
}

/* --- verbs --- */

static bool speak(const struct phone_call *call, const struct cxml_tree *verb)
{
    if (str_is(verb->name, "Say"))
        verbs_tell(call, "say", verb->text);
    else if (str_is(verb->name, "Play"))
        verbs_tell(call, "play", verb->text.length > 0 ? verb->text : cxml_tree_attribute(verb, "digits"));
    else if (!str_is(verb->name, "Pause"))
        return false;
    return true;
}

static int gather(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    (void)error;
    for (const struct cxml_tree *at = verb->children; at != NULL; at = at->next)
        speak(call, at);
    return verbs_wait_for(call, PHONE_INPUT, verb);
}

static int record(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    call->recording_sid = platform_sid(call->arena);
    verbs_tell(call, "record", STR(""));
    verbs_wait_for(call, PHONE_RECORDING, verb);
    return report_recording(call, verb, "in-progress", 0, error);
}

static int enqueue(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    verbs_tell(call, "enqueue", verb->text);
    call->enqueue = verb;
    call->queued_s = 0;
    return verbs_take_turn(call, error);
}

static int send_text(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    struct str to = cxml_tree_attribute(verb, "to"), sid = platform_sid(call->arena);
    verbs_tell(call, "text", ARENA_JOIN(call->arena, to.length > 0 ? to : call->from, STR(": "), verb->text));
    struct buffer form = wire_parameters(call);
    wire_add(&form, "SmsSid", sid);
    wire_add(&form, "SmsStatus", STR("sending"));
    return report_text(call, verb, sid, error) != 0 ? -1 : verbs_act(call, verb, &form, error);
}

static int connect_to(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    const struct cxml_tree *to = verb->children;
    struct str what = to == NULL ? STR("") : to->text.length > 0 ? to->text : cxml_tree_attribute(to, "url");
    verbs_tell(call, "connect", ARENA_JOIN(call->arena, to == NULL ? verb->name : to->name, STR(" "), what));
    verbs_wait_for(call, PHONE_CONNECTED, verb);
    return report_stream(call, cxml_tree_child(verb, "Stream"), "stream-started", error);
}

static int hang_up_verb(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    (void)verb;
    if (call->side == PHONE_WAITING) {
        struct buffer form = verbs_queue_form(call, "hangup");
        if (verbs_ask_in_vain(call, call->enqueue, &form, error) != 0)
            return -1;
    }
    if (call->side != PHONE_CALLEE && call->side != PHONE_TAKEN)
        return verbs_end(call, "hang up", error);
    verbs_tell(call, "declined", STR("")); /* the leg had been answered: so it is reported */
    return dial_end(call, STR("completed"), error);
}

static int redirect(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    struct wire_target target = { verb->text, verbs_has(verb, "method", "GET") };
    if (call->side == PHONE_LOBBY) { /* it begins anew when all has been heard, as long as nobody comes */
        call->lobby = verb->text;
        return verbs_wait_for(call, PHONE_CONFERENCE, call->dial);
    }
    struct buffer form = wire_parameters(call);
    return verbs_go_on(call, target, &form, error);
}

static int reject(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    (void)verb;
    return verbs_end(call, "reject", error);
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
    verbs_tell(call, "verb", verb->name);
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
        verbs_tell(call, "verb", verb->name);
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
        return verbs_wait_for(call, PHONE_QUEUE, call->enqueue);
    case PHONE_LOBBY:
        return verbs_wait_for(call, PHONE_CONFERENCE, call->dial);
    case PHONE_CALLEE:
    case PHONE_TAKEN:
        verbs_tell(call, "bridged", STR(""));
        return dial_end(call, STR("completed"), error);
    default:
        return verbs_end(call, "hang up", error);
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
