#include "simulator/call.h"

/* How long things take in a call that is played. */
enum { TYPE_S = 3, TALK_S = 30, GATHER_S = 5, RING_S = 30 };

static long seconds_of(const struct cxml_tree *verb, const char *attribute, long otherwise)
{
    unsigned long seconds;
    return str_to_number(cxml_tree_attribute(verb, attribute), 86400, &seconds) ? (long)seconds : otherwise;
}

int phone_ring(struct phone_call *call, struct str line, struct error *error)
{
    struct phone_target target = { ARENA_JOIN(call->arena, STR("voice.fcgi/"), line), false };
    call->sid = platform_sid(call->arena);
    call->queue_sid = platform_sid(call->arena);
    call->conference_sid = platform_sid(call->arena);
    call->stream_sid = platform_sid(call->arena);
    struct buffer form = phone_parameters(call);
    return document_continue(call, target, &form, error);
}

static int not_now(const struct phone_call *call, const char *what, struct error *error)
{
    return error_set(error, "%s does nothing now: expected %s", what, phone_choices(call));
}

static bool takes(const struct cxml_tree *verb, const char *input)
{
    struct str said = cxml_tree_attribute(verb, "input");
    return said.length == 0 ? input[0] == 'd' : str_find(said, str_of(input)) < said.length;
}

/* Up to numDigits, or to the key that ends it. */
static struct str typed(const struct phone_call *call, struct str keys)
{
    struct str finish = cxml_tree_attribute(call->verb, "finishOnKey");
    unsigned long most = 0;
    size_t end = 0;
    bool given = false;
    for (const struct cxml_tree_attribute *at = call->verb->attributes; at != NULL; at = at->next)
        given = given || str_is(at->name, "finishOnKey");
    finish = given ? finish : STR("#");
    str_to_number(cxml_tree_attribute(call->verb, "numDigits"), 1000, &most);
    while (end < keys.length && str_find_char(finish, keys.at[end]) == finish.length && (most == 0 || end < most))
        end++;
    return str_upto(keys, end);
}

int phone_press(struct phone_call *call, struct str keys, struct error *error)
{
    call->documents = 0;
    if (call->waits == PHONE_RECORDING)
        return phone_record(call, TALK_S, STR(""), error);
    if (call->waits != PHONE_INPUT || !takes(call->verb, "dtmf"))
        return not_now(call, "pressing a key", error);
    for (size_t i = 0; i < keys.length; i++)
        if (str_find_char(STR("0123456789*#"), keys.at[i]) == 12)
            return error_set(error, "'%c' is not a key of a telephone", keys.at[i]);
    struct buffer form = phone_parameters(call);
    struct str digits = typed(call, keys);
    if (digits.length == 0 && !document_has(call->verb, "actionOnEmptyResult", "true"))
        return phone_wait(call, error);
    call->seconds += TYPE_S;
    if (digits.length > 0)
        phone_add(&form, "Digits", digits);
    return document_continue_at_action(call, call->verb, &form, error);
}

int phone_say(struct phone_call *call, struct str words, struct error *error)
{
    call->documents = 0;
    if (call->waits != PHONE_INPUT || !takes(call->verb, "speech"))
        return not_now(call, "speaking", error);
    struct buffer form = phone_parameters(call);
    call->seconds += TYPE_S;
    phone_add(&form, "SpeechResult", words);
    phone_add(&form, "Confidence", STR("0.9"));
    return document_continue_at_action(call, call->verb, &form, error);
}

static int connection_ended(struct phone_call *call, struct str outcome, struct error *error)
{
    struct buffer form = phone_parameters(call);
    call->seconds += TALK_S;
    if (str_is(call->verb->name, "Refer")) {
        bool passed = str_is(outcome, "in-progress");
        phone_add(&form, "ReferCallStatus", outcome);
        phone_add_number(&form, "ReferSipResponseCode", 202);
        phone_add_number(&form, "NotifySipResponseCode", passed ? 200 : str_is(outcome, "busy") ? 486 : 480);
    }
    if (report_stream(call, cxml_tree_child(call->verb, "Stream"), "stream-stopped", error) != 0)
        return -1;
    return document_continue_at_action(call, call->verb, &form, error);
}

int phone_wait(struct phone_call *call, struct error *error)
{
    struct buffer form = phone_parameters(call);
    call->documents = 0;
    switch (call->waits) {
    case PHONE_INPUT:
        call->seconds += seconds_of(call->verb, "timeout", GATHER_S);
        return document_has(call->verb, "actionOnEmptyResult", "true")
                   ? document_continue_at_action(call, call->verb, &form, error)
                   : verbs_run(call, call->verb->next, error);
    case PHONE_QUEUE:
        return verbs_take_turn(call, error);
    case PHONE_RECORDING:
        return phone_record(call, 0, STR(""), error);
    case PHONE_DIALLING:
        call->seconds += seconds_of(call->dial, "timeout", RING_S);
        return dial_end(call, STR("no-answer"), error);
    case PHONE_CONFERENCE:
        return call->side == PHONE_LOBBY ? dial_lobby_turn(call, error) : dial_end(call, STR("answered"), error);
    case PHONE_CONNECTED:
        return connection_ended(call, STR("in-progress"), error);
    case PHONE_ENDED:
        break;
    }
    return not_now(call, "waiting", error);
}

static int choose_leg(struct phone_call *call, struct str number, struct error *error)
{
    for (call->leg = 0; number.length > 0 && call->leg < call->leg_count; call->leg++)
        if (str_equal(call->legs[call->leg].to, number))
            return 0;
    bool chosen = number.length == 0;
    call->leg = 0;
    return chosen ? 0 : error_set(error, "%.*s is not rung", STR_ARGS(str_upto(number, 100)));
}

int phone_outcome(struct phone_call *call, struct str outcome, struct str number, struct error *error)
{
    static const char *const outcomes[] = { "completed", "busy", "no-answer", "failed", "canceled" };
    call->documents = 0;
    if (call->side == PHONE_WAITING && str_is(outcome, "bridged"))
        return verbs_leave_queue(call, "bridged", error);
    bool conference = call->waits == PHONE_CONFERENCE;
    bool refer = call->waits == PHONE_CONNECTED && str_is(call->verb->name, "Refer");
    if (conference && (str_is(outcome, "answered") || str_is(outcome, "completed")))
        return dial_end(call, STR("answered"), error);
    if (call->waits != PHONE_DIALLING && !refer)
        return not_now(call, "an outcome", error);
    if (choose_leg(call, refer ? STR("") : number, error) != 0)
        return -1;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (str_is(outcome, outcomes[i]))
            return refer    ? connection_ended(call, i == 0 ? STR("in-progress") : outcome, error)
                   : i == 0 ? dial_answer(call, error)
                            : dial_end(call, outcome, error);
    return error_set(error, "'%.*s' is not an outcome: expected completed, busy, no-answer, failed or canceled",
                     STR_ARGS(str_upto(outcome, 40)));
}

/* The recording's own callback first, as it exists before the action is asked. */
static int recorded(struct phone_call *call, long seconds, struct str words, struct str key, bool gone,
                    struct error *error)
{
    const struct cxml_tree *verb = call->verb;
    call->seconds += seconds;
    struct buffer form = phone_parameters(call);
    phone_add(&form, "RecordingUrl", STR(REPORT_RECORDING_URL));
    phone_add_number(&form, "RecordingDuration", seconds);
    phone_add(&form, "Digits", key);
    if (report_recording(call, verb, seconds > 0 ? "completed" : "absent", seconds, error) != 0 ||
        (gone ? document_request_only(call, verb, &form, error)
              : document_continue_at_action(call, verb, &form, error)) != 0)
        return -1;
    return seconds > 0 ? report_transcription(call, verb, words, error) : 0;
}

int phone_record(struct phone_call *call, long seconds, struct str words, struct error *error)
{
    call->documents = 0;
    if (call->waits != PHONE_RECORDING)
        return not_now(call, "recording", error);
    return recorded(call, seconds, words, seconds > 0 ? STR("#") : STR(""), false, error);
}

int phone_hang_up(struct phone_call *call, struct error *error)
{
    struct buffer form;
    int failed = 0;
    call->documents = 0;
    if (call->waits == PHONE_ENDED)
        return not_now(call, "hanging up", error);
    if (call->waits == PHONE_RECORDING) {
        failed = recorded(call, TALK_S, STR("A message."), STR("hangup"), true, error);
    } else if (call->waits == PHONE_CONFERENCE) {
        failed = dial_leave(call, error) != 0 || dial_close(call, STR("answered"), &form, error) != 0 ||
                 document_request_only(call, call->dial, &form, error) != 0;
    } else if (call->waits == PHONE_DIALLING || call->side == PHONE_CALLEE || call->side == PHONE_TAKEN) {
        failed = dial_close(call, STR("canceled"), &form, error) != 0 ||
                 document_request_only(call, call->dial, &form, error) != 0;
    } else if (call->side == PHONE_WAITING) {
        form = verbs_queue_form(call, "hangup");
        failed = document_request_only(call, call->enqueue, &form, error);
    } else if (call->waits == PHONE_CONNECTED) {
        failed = report_stream(call, cxml_tree_child(call->verb, "Stream"), "stream-stopped", error);
    }
    if (failed)
        return -1;
    return call->waits == PHONE_ENDED ? 0 : document_end(call, "hung up", error);
}

const char *phone_choices(const struct phone_call *call)
{
    switch (call->waits) {
    case PHONE_INPUT:
        return takes(call->verb, "speech") ? "press KEYS, say WORDS, wait, hang up" : "press KEYS, wait, hang up";
    case PHONE_RECORDING:
        return "record SECONDS [WORDS], wait (say nothing), hang up (with a message left)";
    case PHONE_DIALLING:
        return "dial completed [NUMBER], dial busy, dial no-answer, dial failed, hang up";
    case PHONE_CONFERENCE:
        return call->side == PHONE_LOBBY ? "wait, dial answered (it was held, and is over), hang up"
                                         : "dial answered (it is over), hang up";
    case PHONE_QUEUE:
        return "wait, bridged (somebody takes the call), hang up";
    case PHONE_CONNECTED:
        return "wait (until it ends), dial busy or failed (of a transfer), hang up";
    case PHONE_ENDED:
        break;
    }
    return "nothing: the call is over";
}
