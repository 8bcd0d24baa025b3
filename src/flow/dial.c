/* [dial NAME]: rings telephones, and goes on by what came of it. */
#include "flow/dial.h"

#include <stddef.h>

#include "flow/kinds.h"

enum dial_order { ORDER_TOGETHER, ORDER_IN_TURN, ORDER_RANDOM };
enum { LEGS_TOGETHER_MAX = 10, LEGS_MAX = 100 };

static const char *const orders[] = { "together", "in-turn", "random", NULL };
static const char *const recordings[] = { "no", "yes", "dual", "from-ringing", "from-ringing-dual", NULL };
static const char *const record_values[] = { "do-not-record", "record-from-answer", "record-from-answer-dual",
                                             "record-from-ringing", "record-from-ringing-dual" };

struct dial {
    struct destination *to; /* a list */
    int order, record;
    long ring_s, time_limit_s;
    struct text caller_id;
    struct prompt *prompt;
    struct destination *no_answer, *busy, *failed, *canceled, *otherwise, *after;
};

#define AT(member) offsetof(struct dial, member)

static const struct field fields[] = {
    { "to", FIELD_DESTINATIONS, AT(to), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "order", FIELD_CHOICE, AT(order), 0, 0, 0, "together", orders },
    { "ring", FIELD_DURATION, AT(ring_s), 0, 5, 600, "30", NULL },
    { "time_limit", FIELD_DURATION, AT(time_limit_s), 0, 1, 86400, "4h", NULL },
    { "caller_id", FIELD_NUMBER, AT(caller_id), 0, 0, 0, NULL, NULL },
    { "record", FIELD_CHOICE, AT(record), 0, 0, 0, "no", recordings },
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "no-answer", FIELD_DESTINATION, AT(no_answer), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "busy", FIELD_DESTINATION, AT(busy), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "failed", FIELD_DESTINATION, AT(failed), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "canceled", FIELD_DESTINATION, AT(canceled), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "after", FIELD_DESTINATION, AT(after), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* What a destination without a section of its own is dialled with. */
static const struct dial plain = { .ring_s = 30, .time_limit_s = 4 * 3600 };

static long count_legs(const struct destination *to)
{
    long count = 0;
    for (; to != NULL; to = to->next)
        count++;
    return count;
}

static void check(struct config_reader *reader, struct section *section)
{
    const struct dial *dial = section->keys;
    bool numbers = false, sip = false;
    long legs = count_legs(dial->to);
    for (const struct destination *leg = dial->to; leg != NULL; leg = leg->next) {
        numbers = numbers || leg->kind == DESTINATION_NUMBER;
        sip = sip || leg->kind == DESTINATION_SIP;
    }
    if (dial->order == ORDER_TOGETHER && numbers && sip)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "to: numbers and sip: addresses cannot ring together; expected one kind, or order = in-turn");
    if (dial->order == ORDER_TOGETHER && legs > LEGS_TOGETHER_MAX)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "to: %ld at once, the platform rings at most %d together", legs, LEGS_TOGETHER_MAX);
    if (legs > LEGS_MAX)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "to: %ld in turn, at most %d are tried", legs,
                        LEGS_MAX);
}

static void write_leg(struct call *call, const struct destination *leg)
{
    bool number = leg->kind == DESTINATION_NUMBER;
    cxml_open(call->out, number ? CXML_NUMBER : CXML_SIP);
    cxml_attribute(call->out, "statusCallback",
                   visit_url(call->visit, "status", TEXT("call"), call->line->name, TEXT(""), TEXT("")));
    cxml_attribute(call->out, "statusCallbackEvent", TEXT("initiated ringing answered completed"));
    cxml_text(call->out, leg->name);
    cxml_close(call->out);
}

static void write_dial(struct call *call, const struct dial *dial, const struct destination *legs, bool all,
                       struct text query)
{
    cxml_open(call->out, CXML_DIAL);
    cxml_attribute(call->out, "action", call_step_url(call, "ended", query));
    cxml_attribute_number(call->out, "timeout", dial->ring_s);
    cxml_attribute_number(call->out, "timeLimit", dial->time_limit_s);
    cxml_attribute_switch(call->out, "answerOnBridge", true);
    if (dial->caller_id.length > 0)
        cxml_attribute(call->out, "callerId", dial->caller_id);
    if (dial->record != 0) {
        cxml_attribute(call->out, "record", text_of(record_values[dial->record]));
        cxml_attribute(call->out, "recordingStatusCallback",
                       visit_url(call->visit, "recording", call->line->name, TEXT(""), TEXT(""), TEXT("")));
        cxml_attribute(call->out, "recordingStatusCallbackEvent", TEXT("in-progress completed absent"));
    }
    for (; legs != NULL; legs = all ? legs->next : NULL)
        write_leg(call, legs);
    cxml_close(call->out);
    call->ended = true; /* the action is asked in any case */
}

/* The leg to ring as number `turn` (from 1): in order, or turned round by a number drawn once a call and kept in its
 * addresses. */
static const struct destination *leg_of_turn(const struct dial *dial, long turn, long start)
{
    const struct destination *leg = dial->to;
    for (long skip = turn - 1 + start; skip > 0; skip--)
        leg = leg->next != NULL ? leg->next : dial->to; /* round and round */
    return leg;
}

static void ring_turn(struct call *call, const struct dial *dial, long turn, long start)
{
    struct text query = arena_format(call->visit->arena, "turn=%ld&start=%ld", turn, start);
    write_dial(call, dial, leg_of_turn(dial, turn, start), false, query);
}

static void enter(struct call *call, const void *keys)
{
    const struct dial *dial = keys;
    call_prompt(call, dial->prompt);
    if (dial->order == ORDER_TOGETHER) {
        write_dial(call, dial, dial->to, true, TEXT(""));
        return;
    }
    long start = dial->order == ORDER_RANDOM ? (long)(call->visit->now_us % count_legs(dial->to)) : 0;
    ring_turn(call, dial, 1, start == 0 ? count_legs(dial->to) : start);
}

/* --- what came of it --- */

static bool was_answered(struct text status)
{
    return text_is(status, "completed") || text_is(status, "answered");
}

static const struct destination *next_of(const struct dial *dial, struct text status)
{
    const struct {
        const char *status;
        const struct destination *to;
    } outcomes[] = { { "no-answer", dial->no_answer },
                     { "busy", dial->busy },
                     { "failed", dial->failed },
                     { "canceled", dial->canceled } };
    if (was_answered(status))
        return dial->after;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (text_is(status, outcomes[i].status) && outcomes[i].to != NULL)
            return outcomes[i].to;
    return dial->otherwise;
}

static void not_reached(struct call *call)
{
    call_say(call, TEXT("We are sorry, nobody can take your call now. Please try again later."));
    call_hangup(call);
}

static void ended(struct call *call, const void *keys)
{
    const struct dial *dial = keys;
    struct text status = call_parameter(call, "DialCallStatus");
    long turn = call_query_number(call, "turn", LEGS_MAX), start = call_query_number(call, "start", LEGS_MAX);
    if (dial->order != ORDER_TOGETHER && !was_answered(status) && turn < count_legs(dial->to)) {
        ring_turn(call, dial, turn + 1, start);
        return;
    }
    const struct destination *next = next_of(dial, status);
    if (next == NULL)
        not_reached(call);
    else
        call_go(call, next);
}

void dial_address(struct call *call, const struct destination *to)
{
    call->node = NULL;
    call->came_to = ARENA_JOIN(call->visit->arena, TEXT("dial "), to->name);
    write_dial(call, &plain, to, false, TEXT(""));
}

void dial_address_ended(struct call *call)
{
    if (was_answered(call_parameter(call, "DialCallStatus")))
        call_hangup(call);
    else
        not_reached(call);
}

static const struct node_step steps[] = {
    { "ended", "call.dialed", CALL_KEEP_LATER, ended },
    { NULL, NULL, CALL_KEEP_LATER, NULL },
};

static const struct node_behaviour behaviour = { enter, steps };

const struct section_kind dial_kind = { .name = "dial",
                                        .named = true,
                                        .class = SECTION_NODE,
                                        .size = sizeof(struct dial),
                                        .fields = fields,
                                        .finish = check,
                                        .behaviour = &behaviour };
