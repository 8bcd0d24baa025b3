/* [dial NAME]: rings telephones, and continues by the result. */
#include <stddef.h>

#include "config/value.h"
#include "flow/kinds.h"
#include "flow/leg.h"
#include "flow/secret.h"

enum dial_order { ORDER_TOGETHER, ORDER_IN_TURN, ORDER_RANDOM, ORDER_WEIGHTED };
enum { LEGS_TOGETHER_MAX = 10, SEED_MAX = 1000000, WHISPER_TRIES = 2 };

static const char *const orders[] = { "together", "in-turn", "random", "weighted", NULL };
static const char *const recordings[] = { "no", "yes", "dual", "from-ringing", "from-ringing-dual", NULL };
static const char *const record_values[] = { "do-not-record", "record-from-answer", "record-from-answer-dual",
                                             "record-from-ringing", "record-from-ringing-dual" };
static const char *const tones[] = { "none", "at", "au", "bg", "br",     "be", "ch", "cl", "cn", "cz", "de",
                                     "dk",   "ee", "es", "fi", "fr",     "gr", "hu", "il", "in", "it", "lt",
                                     "jp",   "mx", "my", "nl", "no",     "nz", "ph", "pl", "pt", "ru", "se",
                                     "sg",   "th", "uk", "us", "us-old", "tw", "ve", "za", NULL };

struct dial {
    struct leg *to;
    int order, record, ring_tone;
    long ring_s, time_limit_s;
    struct str caller_id; /* as written */
    enum { OUTGOING_CALLER, OUTGOING_OWN, OUTGOING_FIXED } shown;
    bool hangup_on_star, to_given;
    struct str sip_user, sip_password, sip_password_file;
    struct prompt *prompt, *consent, *whisper; /* the called person hears the whisper before the call connects */
    struct str consent_key;
    struct str accept, decline; /* the called person's keys; without `accept` the end of the whisper connects */
    struct destination *no_answer, *busy, *failed, *canceled, *declined, *otherwise, *after;
};

#define AT(member) offsetof(struct dial, member)

static const struct field fields[] = {
    { "order", FIELD_CHOICE, AT(order), 0, 0, 0, "together", orders },
    { "ring", FIELD_DURATION, AT(ring_s), 0, 5, 600, "30", NULL },
    { "time_limit", FIELD_DURATION, AT(time_limit_s), 0, 1, 86400, "4h", NULL },
    { "caller_id", FIELD_TEXT, AT(caller_id), 0, 0, 0, "caller", NULL },
    { "record", FIELD_CHOICE, AT(record), 0, 0, 0, "no", recordings },
    { "consent", FIELD_PROMPT, AT(consent), 0, 0, 0, NULL, NULL },
    { "consent_key", FIELD_KEYS, AT(consent_key), 0, 0, 0, NULL, NULL },
    { "ring_tone", FIELD_CHOICE, AT(ring_tone), 0, 0, 0, "none", tones },
    { "hangup_on_star", FIELD_SWITCH, AT(hangup_on_star), 0, 0, 0, "no", NULL },
    { "sip_user", FIELD_TEXT, AT(sip_user), 0, 0, 0, NULL, NULL },
    { "sip_password", FIELD_TEXT, AT(sip_password), FIELD_SECRET, 0, 0, NULL, NULL },
    { "sip_password_file", FIELD_FILE, AT(sip_password_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "whisper", FIELD_PROMPT, AT(whisper), 0, 0, 0, NULL, NULL },
    { "accept", FIELD_KEYS, AT(accept), 0, 0, 0, NULL, NULL },
    { "decline", FIELD_KEYS, AT(decline), 0, 0, 0, NULL, NULL },
    { "no-answer", FIELD_DESTINATION, AT(no_answer), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "busy", FIELD_DESTINATION, AT(busy), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "failed", FIELD_DESTINATION, AT(failed), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "canceled", FIELD_DESTINATION, AT(canceled), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "declined", FIELD_DESTINATION, AT(declined), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "after", FIELD_DESTINATION, AT(after), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* The keys of a number or sip: address that is a destination itself. */
static const struct dial plain = { .ring_s = 30, .time_limit_s = 4 * 3600 };

/* --- configuration --- */

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct dial *dial = section->keys;
    if (!str_is(entry->key, "to"))
        return false;
    dial->to_given = true;
    dial->to = leg_read(reader, section, entry);
    return true;
}

static void check_legs(struct config_reader *reader, struct section *section, struct dial *dial)
{
    size_t legs = 0;
    bool mixed = false, own_ring = false;
    for (const struct leg *leg = dial->to; leg != NULL; leg = leg->next, legs++) {
        mixed = mixed || leg->kind != dial->to->kind;
        own_ring = own_ring || leg->ring_s != 0;
        if (leg->send.length > 0 && leg->kind != LEG_NUMBER)
            config_error(reader, section, "to: send= works only for numbers");
    }
    if (dial->order == ORDER_TOGETHER && mixed)
        config_error(reader, section,
                     "to: numbers and sip: addresses cannot ring together; expected one kind, or order = in-turn");
    bool verto = dial->to != NULL && dial->to->kind == LEG_VERTO;
    if (dial->order == ORDER_TOGETHER && legs > 1 && verto)
        config_error(reader, section, "to: verto: addresses ring alone; expected order = in-turn");
    if (dial->order == ORDER_TOGETHER && legs > 1 && own_ring)
        config_error(
            reader, section,
            "to: legs that ring together cannot have their own ring=; expected order = in-turn, or the key ring");
    if (legs > LEGS_MAX)
        config_error(reader, section, "to: %zu telephones, at most %d are allowed; name another [dial] with no-answer",
                     legs, LEGS_MAX);
}

static void check_caller_id(struct config_reader *reader, struct section *section, struct dial *dial)
{
    dial->shown = str_equal_nocase(dial->caller_id, STR("own"))      ? OUTGOING_OWN
                  : str_equal_nocase(dial->caller_id, STR("caller")) ? OUTGOING_CALLER
                                                                     : OUTGOING_FIXED;
    if (dial->shown == OUTGOING_FIXED && !value_number(config_reader_arena(reader), dial->caller_id, &dial->caller_id))
        config_complain_of_number(reader, section, NULL, "caller_id", dial->caller_id,
                                  "E.164 such as +15551230001, or own, or caller");
}

static bool speaks_of_a_key(const struct prompt *prompt)
{
    for (; prompt != NULL; prompt = prompt->next)
        if (prompt->kind == PROMPT_SAY && str_find(prompt->text, STR("ress ")) < prompt->text.length)
            return true;
    return false;
}

static void check_whisper(struct config_reader *reader, struct section *section, const struct dial *dial)
{
    if (dial->accept.length > 1 || dial->decline.length > 1)
        config_error(reader, section, "accept and decline: expected one key each");
    if (dial->accept.length == 0 && dial->decline.length > 0)
        config_error(reader, section, "decline without accept: expected accept = KEY too");
    if (dial->accept.length > 0 && dial->whisper == NULL)
        config_error(reader, section, "accept without a whisper: nobody would know what to press");
    if (dial->accept.length == 0 && speaks_of_a_key(dial->whisper))
        config_complain(reader, section, NULL, COMPLAINT_HINT,
                        "the whisper mentions a key, but no key is asked for; did you mean accept = 1 too?");
}

static void check(struct config_reader *reader, struct section *section)
{
    struct dial *dial = section->keys;
    if (!dial->to_given)
        config_error(reader, section, "the key 'to' is missing");
    else
        check_legs(reader, section, dial);
    check_caller_id(reader, section, dial);
    secret_read(reader, section, "sip_password", &dial->sip_password, dial->sip_password_file);
    if ((dial->sip_user.length > 0) != (dial->sip_password.length > 0))
        config_error(reader, section, "sip_user and sip_password belong together");
    check_whisper(reader, section, dial);
    if (dial->consent_key.length > 1)
        config_error(reader, section, "consent_key: expected one key");
    if (dial->consent != NULL && dial->record == 0)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "consent without record: nothing is recorded; expected record = yes too");
    if (dial->consent_key.length > 0 && dial->consent == NULL)
        config_error(reader, section,
                     "consent_key without consent: nobody would know what to press; expected consent = TEXT too");
}

static void validate_reachable(struct config_reader *reader, struct section *section, const struct section *root)
{
    const struct dial *dial = section->keys;
    const struct section *settings = config_find(config_of(reader), settings_kind.name, STR(""));
    struct error why;
    if (root->kind != &line_kind || settings == NULL || section->validated)
        return;
    const struct line *line = root->keys;
    for (const struct leg *leg = dial->to; leg != NULL; leg = leg->next) {
        if (leg->kind != LEG_NUMBER)
            continue;
        bool allowed = line_may_dial(line, settings->keys, leg->address, &why);
        bool reported =
            line->numbers == NULL && config_place(root, "numbers").line != root->line; /* already reported */
        bool lacks_number = dial->shown != OUTGOING_FIXED && line_number(line).length == 0 && !reported;
        section->validated = section->validated || !allowed || lacks_number; /* report it once */
        if (!allowed)
            config_error(reader, section, "to: %s", why.sentence);
        if (lacks_number)
            config_complain(reader, section, NULL, COMPLAINT_WARNING,
                            "dials %.*s, but line '%.*s' has no number to show when the caller has none; expected "
                            "caller_id = NUMBER",
                            STR_ARGS(leg->address), STR_ARGS(line->name));
    }
}

/* --- ringing --- */

static void write_leg(struct call *call, const struct dial *dial, const struct leg *leg)
{
    static const enum cxml_element elements[] = { CXML_NUMBER, CXML_SIP, CXML_VERTO };
    cxml_open(call->out, elements[leg->kind]);
    if (leg->kind != LEG_VERTO) {
        if (leg->kind == LEG_SIP && dial->sip_user.length > 0) {
            cxml_attribute(call->out, "username", dial->sip_user);
            cxml_attribute(call->out, "password", dial->sip_password);
        }
        if (leg->send.length > 0)
            cxml_attribute(call->out, "sendDigits", leg->send);
        if (dial->whisper != NULL)
            cxml_attribute(call->out, "url", call_step_url(call, "whisper", STR("")));
        cxml_attribute(
            call->out, "statusCallback",
            context_url(call->session.context, "status", STR("call"), call->session.line->name, STR(""), STR("")));
        cxml_attribute(call->out, "statusCallbackEvent", STR("initiated ringing answered completed"));
    }
    cxml_text(call->out, leg->address);
    cxml_close(call->out);
}

static bool is_recorded(const struct call *call, const struct dial *dial)
{
    return dial->record != 0 &&
           (dial->consent_key.length == 0 || str_is(session_value(&call->session, "consent"), "yes"));
}

static void write_recording(struct call *call, const struct dial *dial)
{
    if (!is_recorded(call, dial))
        return;
    cxml_attribute(call->out, "record", str_of(record_values[dial->record]));
    cxml_attribute(
        call->out, "recordingStatusCallback",
        context_url(call->session.context, "recording", call->session.line->name, STR(""), STR(""), STR("")));
    cxml_attribute(call->out, "recordingStatusCallbackEvent", STR("in-progress completed absent"));
}

/* Rings the first `together` legs. */
static void write_dial(struct call *call, const struct dial *dial, const struct leg *legs, long together,
                       struct str query)
{
    struct str caller_id =
        dial->shown == OUTGOING_FIXED ? dial->caller_id : leg_caller_id(call, legs, dial->shown == OUTGOING_OWN);
    cxml_open(call->out, CXML_DIAL);
    cxml_attribute(call->out, "action", call_step_url(call, "ended", query));
    cxml_attribute_number(call->out, "timeout", legs->ring_s > 0 ? legs->ring_s : dial->ring_s);
    cxml_attribute_number(call->out, "timeLimit", dial->time_limit_s);
    cxml_attribute_switch(call->out, "answerOnBridge", true);
    if (caller_id.length > 0)
        cxml_attribute(call->out, "callerId", caller_id);
    if (dial->ring_tone > 0)
        cxml_attribute(call->out, "ringTone", str_of(tones[dial->ring_tone]));
    if (dial->hangup_on_star)
        cxml_attribute_switch(call->out, "hangupOnStar", true);
    write_recording(call, dial);
    for (long count = 0; legs != NULL && count < together; legs = legs->next, count++)
        if (together == 1 || leg_may_ring(call, legs))
            write_leg(call, dial, legs);
    cxml_close(call->out);
    call->ended = true; /* the platform always requests the action */
}

static bool may_ring_any(struct call *call, const struct leg *leg, long count)
{
    for (; leg != NULL && count > 0; leg = leg->next, count--)
        if (leg_may_ring(call, leg))
            return true;
    return false;
}

static void continue_by_status(struct call *call, const struct dial *dial, struct str status);

/* Rings the leg of that turn, or the next one that may be dialled; after the last, goes on by the status. The
 * platform rings ten together; the next turn rings ten more. */
static void ring_turn(struct call *call, const struct dial *dial, long turn, long seed, struct str status)
{
    bool together = dial->order == ORDER_TOGETHER, drawn = dial->order >= ORDER_RANDOM;
    for (;; turn++) {
        const struct leg *leg = leg_at_turn(dial->to, together ? (turn - 1) * LEGS_TOGETHER_MAX + 1 : turn,
                                            drawn ? (unsigned long)seed : 0, dial->order == ORDER_WEIGHTED);
        struct str query = together && turn == 1 ? STR("")
                           : together            ? arena_format(call->session.arena, "turn=%ld", turn)
                                                 : arena_format(call->session.arena, "turn=%ld&start=%ld", turn, seed);
        if (leg == NULL)
            break;
        status = STR("failed");
        if (!may_ring_any(call, leg, together ? LEGS_TOGETHER_MAX : 1))
            continue;
        write_dial(call, dial, leg, together ? LEGS_TOGETHER_MAX : 1, query);
        return;
    }
    continue_by_status(call, dial, status);
}

static void ring(struct call *call, const struct dial *dial)
{
    call_prompt(call, dial->prompt);
    ring_turn(call, dial, 1, (long)(call->session.context->now_us % SEED_MAX) + 1, STR("failed"));
}

static void enter(struct call *call, const void *keys)
{
    const struct dial *dial = keys;
    const struct question question = { .step = "consented", .timeout_s = 5, .digits = 1 };
    if (dial->consent_key.length > 0 && dial->record != 0) {
        call_ask_with(call, &question, NULL, dial->consent);
        return;
    }
    if (dial->record != 0)
        call_prompt(call, dial->consent);
    ring(call, dial);
}

static void consented(struct call *call, const void *keys)
{
    const struct dial *dial = keys;
    bool yes = str_equal(session_parameter(&call->session, "Digits"), dial->consent_key);
    call_set_value(call, "consent", yes ? STR("yes") : STR("no"));
    ring(call, dial);
}

/* --- whispering: requests of the leg's call, not of the caller's --- */

static struct str accepted_row(const struct call *call, const char *sid_parameter)
{
    return ARENA_JOIN(call->session.arena, STR("accepted "),
                      str_upto(session_parameter(&call->session, sid_parameter), 100));
}

static void ask_to_accept(struct call *call, const struct dial *dial, long attempt)
{
    struct question question = { .step = "accepted", .attempt = attempt, .timeout_s = 8, .digits = 1 };
    call_ask_with(call, &question, NULL, dial->whisper);
    call->result = STR("whisper");
}

static void whisper(struct call *call, const void *keys)
{
    const struct dial *dial = keys;
    if (dial->accept.length > 0)
        ask_to_accept(call, dial, 1);
    else
        call_prompt(call, dial->whisper); /* the end of the response connects the two */
}

static void accepted(struct call *call, const void *keys)
{
    const struct dial *dial = keys;
    struct str digits = session_parameter(&call->session, "Digits");
    long attempt = call_query_number(call, "try", WHISPER_TRIES);
    if (str_equal(digits, dial->accept)) {
        call->result = STR("connected");
        session_kv_count(&call->session, accepted_row(call, "ParentCallSid"), dial->time_limit_s + 3600);
    } else if (attempt < WHISPER_TRIES && (dial->decline.length == 0 || !str_equal(digits, dial->decline))) {
        ask_to_accept(call, dial, attempt + 1);
    } else {
        call_hangup(call);
    }
}

/* Whether the called person declined, or a mailbox answered: the platform reports "completed" for both. False without a
 * store. */
static bool was_declined(struct call *call, const struct dial *dial)
{
    return dial->accept.length > 0 && call->session.store != NULL &&
           session_kv_get(&call->session, accepted_row(call, "CallSid")).length == 0 && !call->session.store_failed;
}

/* --- results --- */

static bool was_answered(struct str status)
{
    return str_is(status, "completed") || str_is(status, "answered");
}

static const struct destination *find_next(const struct dial *dial, struct str status)
{
    const struct {
        const char *status;
        const struct destination *to;
    } outcomes[] = {
        { "no-answer", dial->no_answer }, { "busy", dial->busy },         { "failed", dial->failed },
        { "canceled", dial->canceled },   { "declined", dial->declined }, { "declined", dial->no_answer }
    };
    if (was_answered(status))
        return dial->after;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (str_is(status, outcomes[i].status) && outcomes[i].to != NULL)
            return outcomes[i].to;
    return dial->otherwise;
}

static void continue_by_status(struct call *call, const struct dial *dial, struct str status)
{
    call_go_or_apologize(call, find_next(dial, status));
}

static void ended(struct call *call, const void *keys)
{
    const struct dial *dial = keys;
    struct str status = session_parameter(&call->session, "DialCallStatus");
    long turn = call_query_number(call, "turn", LEGS_MAX), seed = call_query_number(call, "start", SEED_MAX);
    if (was_answered(status) && was_declined(call, dial)) {
        status = STR("declined");
        call->event_name = "call.declined"; /* the event must not say that the call was taken */
    }
    if (was_answered(status))
        continue_by_status(call, dial, status);
    else
        ring_turn(call, dial, turn + 1, seed, status);
}

void dial_address(struct call *call, const struct destination *to, struct str query)
{
    const struct leg leg = { .kind = to->kind == DESTINATION_SIP ? LEG_SIP : LEG_NUMBER, .address = to->name };
    call->result = ARENA_JOIN(call->session.arena, STR("dial "), to->name);
    if (leg_may_ring(call, &leg))
        write_dial(call, &plain, &leg, 1, query);
    else
        call_go_or_apologize(call, NULL);
}

bool dial_was_answered(const struct call *call)
{
    return was_answered(session_parameter(&call->session, "DialCallStatus"));
}

void dial_address_ended(struct call *call)
{
    if (dial_was_answered(call))
        call_hangup(call);
    else
        call_go_or_apologize(call, NULL);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "ended", "call.dialed", CALL_KEEP_LATER, ended, false },
               { "consented", "call.gathered", CALL_KEEP_LATER, consented, false },
               { "whisper", "call.whispered", CALL_KEEP_LATER, whisper, false },
               { "accepted", "call.gathered", CALL_KEEP_LATER, accepted, false } },
};

const struct section_kind dial_kind = { .name = "dial",
                                        .class = SECTION_NODE,
                                        .size = sizeof(struct dial),
                                        .fields = fields,
                                        .entry = read_entry,
                                        .finish = check,
                                        .validate_reachable = validate_reachable,
                                        .behaviour = &behaviour };
