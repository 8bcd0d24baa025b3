#include "phone/call.h"

#include "base/buffer.h"
#include "web/form.h"

/* More documents than this without the caller doing anything are a loop; the platform would go on, and bill. */
enum { DOCUMENTS_MAX = 50, TALK_S = 30 };

#define RECORDING_URL "https://files.example.com/recordings/played.wav"

static int run(struct phone_call *call, const struct cxml_tree *verb, struct error *error);

static void tell(const struct phone_call *call, const char *kind, struct text what)
{
    call->tell(call->context, kind, what);
}

static int wait_for(struct phone_call *call, enum phone_waits waits, const struct cxml_tree *verb)
{
    call->waits = waits;
    call->verb = verb;
    return 0;
}

/* --- requests --- */

static void add(struct buffer *form, const char *name, struct text value)
{
    form_add(form, text_of(name), value);
}

/* What every voice request says. */
static struct buffer parameters(const struct phone_call *call)
{
    struct buffer form = buffer_in(call->arena);
    bool callee = call->side == PHONE_CALLEE;
    add(&form, "CallSid", callee ? call->leg_sid : call->sid);
    add(&form, "From", call->from);
    add(&form, "To", call->to);
    add(&form, "CallStatus", call->answered ? TEXT("in-progress") : TEXT("ringing"));
    add(&form, "Direction", callee ? TEXT("outbound-dial") : TEXT("inbound"));
    if (callee)
        add(&form, "ParentCallSid", call->sid);
    if (call->side == PHONE_WAITING) {
        add(&form, "QueueSid", call->queue_sid);
        add(&form, "QueuePosition", TEXT("1"));
        add(&form, "QueueTime", arena_format(call->arena, "%ld", call->turns * TALK_S));
        add(&form, "AvgQueueTime", TEXT("60"));
        add(&form, "CurrentQueueSize", TEXT("1"));
    }
    return form;
}

static int post(struct phone_call *call, struct text address, struct buffer *form, struct response *response,
                struct error *error)
{
    if (carrier_post(call->carrier, call->arena, address, buffer_text(form), response, error) != 0)
        return -1;
    return response->status == 200 ? 0
                                   : error_set(error, "%.*s: the answer's status is %d (error 11200)",
                                               TEXT_ARGS(text_upto(address, 200)), response->status);
}

/* Asks for the next document, and carries it out. */
static int go_on(struct phone_call *call, struct text address, struct buffer *form, struct error *error)
{
    struct response response;
    struct error why;
    if (++call->documents > DOCUMENTS_MAX)
        return error_set(error, "%d documents without the caller doing anything: a loop", DOCUMENTS_MAX);
    if (post(call, address, form, &response, error) != 0)
        return -1;
    const struct cxml_tree *document = cxml_tree_parse(call->arena, response.body, &why);
    if (document == NULL)
        return error_set(error, "%.*s: %s", TEXT_ARGS(text_upto(address, 150)), why.sentence);
    return run(call, document->children, error);
}

/* A callback: its answer says nothing. */
static int report(struct phone_call *call, struct text address, struct buffer *form, struct error *error)
{
    struct response response;
    return address.length == 0 ? 0 : post(call, address, form, &response, error);
}

static int end(struct phone_call *call, const char *how, struct error *error)
{
    struct buffer form = buffer_in(call->arena);
    call->side = PHONE_CALLER;
    wait_for(call, PHONE_ENDED, NULL);
    tell(call, how, TEXT(""));
    add(&form, "CallSid", call->sid);
    add(&form, "From", call->from);
    add(&form, "To", call->to);
    add(&form, "CallStatus", TEXT("completed"));
    add(&form, "CallDuration", TEXT("60"));
    return report(call, TEXT("status.fcgi/call"), &form, error);
}

/* --- verbs --- */

/* The call goes on at the verb's action, or behind the verb where it has none. */
static int act(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form, struct error *error)
{
    struct text action = cxml_tree_attribute(verb, "action");
    call->answered = true;
    return action.length > 0 ? go_on(call, action, form, error) : run(call, verb->next, error);
}

static bool speak(const struct phone_call *call, const struct cxml_tree *verb)
{
    if (text_is(verb->name, "Say"))
        tell(call, "say", verb->text);
    else if (text_is(verb->name, "Play"))
        tell(call, "play", verb->text.length > 0 ? verb->text : cxml_tree_attribute(verb, "digits"));
    else if (!text_is(verb->name, "Pause"))
        return false;
    return true;
}

static int gather(struct phone_call *call, const struct cxml_tree *verb)
{
    for (const struct cxml_tree *at = verb->children; at != NULL; at = at->next)
        speak(call, at);
    return wait_for(call, PHONE_INPUT, verb);
}

static int dial(struct phone_call *call, const struct cxml_tree *verb)
{
    if (verb->text.length > 0)
        tell(call, "dial", verb->text);
    for (const struct cxml_tree *at = verb->children; at != NULL; at = at->next) {
        bool number = text_is(at->name, "Number") || text_is(at->name, "Sip");
        struct text what = number ? at->text : ARENA_JOIN(call->arena, at->name, TEXT(" "), at->text);
        tell(call, "dial", what);
    }
    call->dial = verb;
    return wait_for(call, PHONE_DIALLING, verb);
}

static int take_turn(struct phone_call *call, struct error *error)
{
    struct text address = cxml_tree_attribute(call->enqueue, "waitUrl");
    call->side = PHONE_WAITING;
    if (address.length == 0)
        return wait_for(call, PHONE_QUEUE, call->enqueue);
    struct buffer form = parameters(call);
    call->turns++;
    return go_on(call, address, &form, error);
}

static int leave_queue(struct phone_call *call, const char *result, struct error *error)
{
    call->side = PHONE_CALLER;
    struct buffer form = parameters(call);
    add(&form, "QueueResult", text_of(result));
    add(&form, "QueueSid", call->queue_sid);
    add(&form, "QueueTime", arena_format(call->arena, "%ld", call->turns * TALK_S));
    tell(call, "queue", text_of(result));
    return act(call, call->enqueue, &form, error);
}

static int dial_ended(struct phone_call *call, struct text status, struct error *error)
{
    bool completed = text_is(status, "completed");
    call->side = PHONE_CALLER;
    struct buffer form = parameters(call);
    add(&form, "DialCallStatus", status);
    add(&form, "DialCallSid", call->leg_sid);
    add(&form, "DialCallDuration", completed ? arena_format(call->arena, "%d", TALK_S) : TEXT("0"));
    return act(call, call->dial, &form, error);
}

/* A document that has come to its end. */
static int at_end(struct phone_call *call, struct error *error)
{
    if (call->side == PHONE_WAITING)
        return wait_for(call, PHONE_QUEUE, call->enqueue);
    if (call->side == PHONE_CALLER)
        return end(call, "hang up", error);
    tell(call, "bridged", TEXT(""));
    return dial_ended(call, TEXT("completed"), error);
}

static int send_text(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    struct text to = cxml_tree_attribute(verb, "to");
    tell(call, "text", ARENA_JOIN(call->arena, to.length > 0 ? to : call->from, TEXT(": "), verb->text));
    struct buffer form = parameters(call);
    add(&form, "SmsSid", carrier_sid(call->arena));
    add(&form, "SmsStatus", TEXT("sending"));
    return act(call, verb, &form, error);
}

static int connect_to(struct phone_call *call, const struct cxml_tree *verb)
{
    const struct cxml_tree *to = verb->children;
    struct text what = to == NULL ? TEXT("") : to->text.length > 0 ? to->text : cxml_tree_attribute(to, "url");
    tell(call, "connect", ARENA_JOIN(call->arena, to == NULL ? verb->name : to->name, TEXT(" "), what));
    return wait_for(call, PHONE_CONNECTED, verb);
}

static int hang_up_verb(struct phone_call *call, struct error *error)
{
    if (call->side != PHONE_CALLEE)
        return end(call, "hang up", error);
    tell(call, "declined", TEXT("")); /* the leg had been answered: so it is reported */
    return dial_ended(call, TEXT("completed"), error);
}

/* A verb that others follow only once something has happened. */
static int carry_out(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    struct buffer form = parameters(call);
    if (text_is(verb->name, "Gather"))
        return gather(call, verb);
    if (text_is(verb->name, "Dial"))
        return dial(call, verb);
    if (text_is(verb->name, "Sms"))
        return send_text(call, verb, error);
    if (text_is(verb->name, "Redirect"))
        return go_on(call, verb->text, &form, error);
    if (text_is(verb->name, "Reject"))
        return end(call, "reject", error);
    if (text_is(verb->name, "Hangup"))
        return hang_up_verb(call, error);
    if (text_is(verb->name, "Leave"))
        return leave_queue(call, "leave", error);
    if (text_is(verb->name, "Record")) {
        tell(call, "record", TEXT(""));
        return wait_for(call, PHONE_RECORDING, verb);
    }
    if (text_is(verb->name, "Enqueue")) {
        tell(call, "enqueue", verb->text);
        call->enqueue = verb;
        call->turns = 0;
        return take_turn(call, error);
    }
    if (text_is(verb->name, "Connect") || text_is(verb->name, "Refer") || text_is(verb->name, "Echo"))
        return connect_to(call, verb);
    tell(call, "verb", verb->name);
    return run(call, verb->next, error);
}

static int run(struct phone_call *call, const struct cxml_tree *verb, struct error *error)
{
    for (; verb != NULL; verb = verb->next) {
        call->answered = call->answered || !text_is(verb->name, "Reject");
        if (!speak(call, verb))
            return carry_out(call, verb, error);
    }
    return at_end(call, error);
}

/* --- what the caller does --- */

int phone_ring(struct phone_call *call, struct text line, struct error *error)
{
    call->sid = carrier_sid(call->arena);
    call->leg_sid = carrier_sid(call->arena);
    call->queue_sid = carrier_sid(call->arena);
    struct buffer form = parameters(call);
    return go_on(call, ARENA_JOIN(call->arena, TEXT("voice.fcgi/"), line), &form, error);
}

static int not_now(const struct phone_call *call, const char *what, struct error *error)
{
    return error_set(error, "%s does nothing now; what can be done: %s", what, phone_choices(call));
}

static bool takes(const struct cxml_tree *verb, const char *input)
{
    struct text said = cxml_tree_attribute(verb, "input");
    return said.length == 0 ? input[0] == 'd' : text_find(said, text_of(input)) < said.length;
}

/* Up to numDigits, or to the key that ends it. */
static struct text typed(const struct phone_call *call, struct text keys)
{
    struct text finish = cxml_tree_attribute(call->verb, "finishOnKey");
    unsigned long most = 0;
    size_t end = 0;
    bool given = false;
    for (const struct cxml_tree_attribute *at = call->verb->attributes; at != NULL; at = at->next)
        given = given || text_is(at->name, "finishOnKey");
    finish = given ? finish : TEXT("#");
    text_to_number(cxml_tree_attribute(call->verb, "numDigits"), 1000, &most);
    while (end < keys.length && text_find_char(finish, keys.at[end]) == finish.length && (most == 0 || end < most))
        end++;
    return text_upto(keys, end);
}

int phone_press(struct phone_call *call, struct text keys, struct error *error)
{
    call->documents = 0;
    if (call->waits == PHONE_RECORDING)
        return phone_record(call, TALK_S, error);
    if (call->waits != PHONE_INPUT || !takes(call->verb, "dtmf"))
        return not_now(call, "pressing a key", error);
    for (size_t i = 0; i < keys.length; i++)
        if (text_find_char(TEXT("0123456789*#"), keys.at[i]) == 12)
            return error_set(error, "'%c' is no key of a telephone", keys.at[i]);
    struct buffer form = parameters(call);
    struct text digits = typed(call, keys);
    if (digits.length == 0 && !text_is(cxml_tree_attribute(call->verb, "actionOnEmptyResult"), "true"))
        return phone_wait(call, error);
    if (digits.length > 0)
        add(&form, "Digits", digits);
    return act(call, call->verb, &form, error);
}

int phone_say(struct phone_call *call, struct text words, struct error *error)
{
    call->documents = 0;
    if (call->waits != PHONE_INPUT || !takes(call->verb, "speech"))
        return not_now(call, "speaking", error);
    struct buffer form = parameters(call);
    add(&form, "SpeechResult", words);
    add(&form, "Confidence", TEXT("0.9"));
    return act(call, call->verb, &form, error);
}

int phone_wait(struct phone_call *call, struct error *error)
{
    struct buffer form = parameters(call);
    call->documents = 0;
    switch (call->waits) {
    case PHONE_INPUT:
        return text_is(cxml_tree_attribute(call->verb, "actionOnEmptyResult"), "true")
                   ? act(call, call->verb, &form, error)
                   : run(call, call->verb->next, error);
    case PHONE_QUEUE:
        return take_turn(call, error);
    case PHONE_RECORDING:
        return phone_record(call, 0, error);
    case PHONE_DIALLING:
        return dial_ended(call, TEXT("no-answer"), error);
    case PHONE_CONNECTED:
        return act(call, call->verb, &form, error);
    case PHONE_ENDED:
        break;
    }
    return not_now(call, "waiting", error);
}

/* Who is called hears their own document first, where they are to accept. */
static int answer_leg(struct phone_call *call, struct error *error)
{
    const struct cxml_tree *leg = call->dial->children;
    struct text address = leg == NULL ? TEXT("") : cxml_tree_attribute(leg, "url");
    if (address.length == 0 || text_is(leg->name, "Queue"))
        return dial_ended(call, TEXT("completed"), error);
    call->side = PHONE_CALLEE;
    call->answered = true;
    struct buffer form = parameters(call);
    return go_on(call, address, &form, error);
}

int phone_outcome(struct phone_call *call, struct text outcome, struct error *error)
{
    static const char *const outcomes[] = { "completed", "answered", "busy", "no-answer", "failed", "canceled" };
    call->documents = 0;
    if (call->side == PHONE_WAITING && text_is(outcome, "bridged"))
        return leave_queue(call, "bridged", error);
    if (call->waits != PHONE_DIALLING)
        return not_now(call, "an outcome", error);
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (text_is(outcome, outcomes[i]))
            return i == 0 ? answer_leg(call, error) : dial_ended(call, outcome, error);
    return error_set(error, "'%.*s' is no outcome; expected completed, busy, no-answer, failed or canceled",
                     TEXT_ARGS(text_upto(outcome, 40)));
}

/* The recording's own callback first, as it exists before the action is asked. */
static int recorded(struct phone_call *call, long seconds, struct text key, struct error *error)
{
    const struct cxml_tree *verb = call->verb;
    struct text length = arena_format(call->arena, "%ld", seconds);
    struct buffer form = parameters(call), status = buffer_in(call->arena);
    add(&status, "CallSid", call->sid);
    add(&status, "RecordingSid", carrier_sid(call->arena));
    add(&status, "RecordingUrl", TEXT(RECORDING_URL));
    add(&status, "RecordingStatus", seconds > 0 ? TEXT("completed") : TEXT("absent"));
    add(&status, "RecordingDuration", length);
    if (report(call, cxml_tree_attribute(verb, "recordingStatusCallback"), &status, error) != 0)
        return -1;
    add(&form, "RecordingUrl", TEXT(RECORDING_URL));
    add(&form, "RecordingDuration", length);
    add(&form, "Digits", key);
    return act(call, verb, &form, error);
}

int phone_record(struct phone_call *call, long seconds, struct error *error)
{
    call->documents = 0;
    if (call->waits != PHONE_RECORDING)
        return not_now(call, "recording", error);
    return recorded(call, seconds, seconds > 0 ? TEXT("#") : TEXT(""), error);
}

int phone_hang_up(struct phone_call *call, struct error *error)
{
    call->documents = 0;
    if (call->waits == PHONE_ENDED)
        return not_now(call, "hanging up", error);
    if (call->waits == PHONE_RECORDING && recorded(call, TALK_S, TEXT("hangup"), error) != 0)
        return -1;
    return call->waits == PHONE_ENDED ? 0 : end(call, "hung up", error);
}

const char *phone_choices(const struct phone_call *call)
{
    switch (call->waits) {
    case PHONE_INPUT:
        return takes(call->verb, "speech") ? "press KEYS, say WORDS, wait, hang up" : "press KEYS, wait, hang up";
    case PHONE_RECORDING:
        return "record SECONDS, wait (say nothing), hang up (with a message left)";
    case PHONE_DIALLING:
        return "dial completed, dial busy, dial no-answer, dial failed, hang up";
    case PHONE_QUEUE:
        return "wait, bridged (somebody takes the call), hang up";
    case PHONE_CONNECTED:
        return "wait (until it ends), hang up";
    case PHONE_ENDED:
        break;
    }
    return "nothing: the call is over";
}
