/* [voicemail NAME]: greets, records a message, and lets the caller review it. */
#include <stddef.h>

#include "flow/kinds.h"
#include "service/actions.h"
#include "service/mailbox.h"
#include "status/recording.h"
#include "web/url.h"

/* Total time to review a recording. */
enum { SETTLE_S = 180, TRIES_MAX = 5, VERDICT_S = 7 * 86400 };

struct voicemail {
    struct prompt *prompt, *goodbye, *review, *too_short, *recorded_anew;
    long max_length_s, min_length_s, silence_s, listen_days;
    struct str finish_on_key, urgent_key;
    bool beep, transcribe;
    struct destination *next;
    struct actions actions; /* for each message */
};

#define AT(member) offsetof(struct voicemail, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, "Please leave a message after the tone.", NULL },
    { "goodbye", FIELD_PROMPT, AT(goodbye), 0, 0, 0, "Thank you. Goodbye.", NULL },
    { "review", FIELD_PROMPT, AT(review), 0, 0, 0, NULL, NULL },
    { "again", FIELD_PROMPT, AT(recorded_anew), 0, 0, 0, "Please record your message again after the tone.", NULL },
    { "too_short", FIELD_PROMPT, AT(too_short), 0, 0, 0, "That was too short. Please leave a message after the tone.",
      NULL },
    { "urgent_key", FIELD_KEYS, AT(urgent_key), 0, 0, 0, NULL, NULL },
    { "max_length", FIELD_DURATION, AT(max_length_s), 0, 1, 3600, "120", NULL },
    { "min_length", FIELD_DURATION, AT(min_length_s), 0, 1, 60, NULL, NULL },
    { "silence", FIELD_DURATION, AT(silence_s), 0, 1, 60, "5", NULL },
    { "finish_on_key", FIELD_KEYS, AT(finish_on_key), 0, 0, 0, NULL, NULL },
    { "beep", FIELD_SWITCH, AT(beep), 0, 0, 0, "yes", NULL },
    { "transcribe", FIELD_SWITCH, AT(transcribe), 0, 0, 0, "no", NULL },
    { "listen_days", FIELD_COUNT, AT(listen_days), 0, 1, 3650, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    ACTIONS_FIELDS(AT(actions), "5m"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    const struct voicemail *voicemail = section->keys;
    actions_check(reader, section);
    if (voicemail->urgent_key.length > 0 && voicemail->review == NULL)
        config_error(reader, section,
                     "urgent_key without review: the caller would never be asked; expected review = TEXT too");
    if (voicemail->urgent_key.length > 1 ||
        str_find(STR("123"), voicemail->urgent_key) < 3 * (voicemail->urgent_key.length > 0))
        config_error(reader, section,
                     "urgent_key: expected one key, other than 1, 2 and 3, which send, play and record again");
    if (voicemail->min_length_s > voicemail->max_length_s)
        config_error(reader, section, "min_length is more than max_length; lower the one or raise the other");
}

long voicemail_listen_days(const struct section *section)
{
    const struct voicemail *voicemail = section->keys;
    return section->kind == &voicemail_kind ? voicemail->listen_days : 0;
}

bool voicemail_transcribes(const struct section *section)
{
    const struct voicemail *voicemail = section->keys;
    return section->kind == &voicemail_kind && voicemail->transcribe;
}

/* --- recording --- */

/* The address for the platform's recording callback, with the keys that it needs. */
static struct str callback_url(const struct call *call, const struct voicemail *voicemail)
{
    struct buffer query = buffer_in(call->session.arena);
    struct str from = session_parameter(&call->session, "From");
    if (voicemail->min_length_s > 0)
        buffer_format(&query, "min=%ld", voicemail->min_length_s);
    if (voicemail->review != NULL && call->session.store != NULL)
        buffer_format(&query, "%ssettle=%d", query.length > 0 ? "&" : "", SETTLE_S);
    if (voicemail->listen_days > 0) {
        buffer_format(&query, "%slisten=%ld", query.length > 0 ? "&" : "", voicemail->listen_days);
        form_add(&query, STR("caller"), str_upto(from, 100));
    }
    return context_url(call->session.context, "recording", call->session.line->name, call->session.node->name,
                       str_of(voicemail->transcribe ? RECORDING_TRANSCRIBING : RECORDING_VOICEMAIL),
                       buffer_text(&query));
}

static void record(struct call *call, const struct voicemail *voicemail, long attempt, const struct prompt *prompt)
{
    struct str callback = callback_url(call, voicemail);
    struct str query = attempt > 1 ? arena_format(call->session.arena, "try=%ld", attempt) : STR("");
    call_prompt(call, prompt);
    cxml_open(call->out, CXML_RECORD);
    cxml_attribute(call->out, "action", call_step_url(call, "recorded", query));
    cxml_attribute_number(call->out, "maxLength", voicemail->max_length_s);
    cxml_attribute_number(call->out, "timeout", voicemail->silence_s);
    cxml_attribute(call->out, "finishOnKey", voicemail->finish_on_key.length > 0 ? voicemail->finish_on_key : STR("#"));
    cxml_attribute_switch(call->out, "playBeep", voicemail->beep);
    cxml_attribute(call->out, "recordingStatusCallback", callback);
    cxml_attribute(call->out, "recordingStatusCallbackEvent", STR("in-progress completed absent"));
    if (voicemail->transcribe) {
        cxml_attribute_switch(call->out, "transcribe", true);
        cxml_attribute(call->out, "transcribeCallback", callback);
    }
    cxml_close(call->out);
    call->ended = true; /* the platform runs nothing after Record */
}

static void enter(struct call *call, const void *keys)
{
    const struct voicemail *voicemail = keys;
    record(call, voicemail, 1, voicemail->prompt);
}

/* --- review --- */

static enum kv_action note(void *context, bool there, struct kv_entry *entry)
{
    const struct kv_entry *choice = context;
    (void)there;
    *entry = *choice;
    return KV_SET;
}

static void set_recording_status(struct call *call, struct str recording, const char *word)
{
    struct kv_entry choice = { str_of(word), call->session.context->now_us + VERDICT_S * INT64_C(1000000) };
    if (recording.length > 0)
        session_kv_change(&call->session, mailbox_choice_row(call->session.arena, recording), note, &choice);
}

static void say_goodbye(struct call *call, const struct voicemail *voicemail)
{
    call_prompt(call, voicemail->goodbye);
    call_go(call, voicemail->next);
}

static void ask(struct call *call, const struct voicemail *voicemail, struct str recording, long attempt, bool play)
{
    struct buffer query = buffer_in(call->session.arena);
    form_add(&query, STR("recording"), recording);
    struct question question = { .step = "reviewed",
                                 .attempt = attempt,
                                 .query = buffer_text(&query),
                                 .timeout_s = 6,
                                 .digits = 1,
                                 .finish_on_key = "" };
    call_ask(call, &question);
    if (play)
        cxml_leaf(call->out, CXML_PLAY, recording);
    call_prompt(call, voicemail->review);
    call_asked(call);
}

static bool is_too_short(const struct call *call, const struct voicemail *voicemail)
{
    unsigned long duration = 0;
    str_to_number(session_parameter(&call->session, "RecordingDuration"), 1000000, &duration);
    return voicemail->min_length_s > 0 && (long)duration < voicemail->min_length_s;
}

static void recorded(struct call *call, const void *keys)
{
    const struct voicemail *voicemail = keys;
    struct str recording = str_upto(session_parameter(&call->session, "RecordingUrl"), CALL_VALUE_MAX);
    long attempt = call_query_number(call, "try", TRIES_MAX);
    struct url url;
    if (str_is(session_parameter(&call->session, "Digits"), "hangup"))
        return; /* the caller has hung up: an empty response */
    if (is_too_short(call, voicemail) && attempt < TRIES_MAX)
        record(call, voicemail, attempt + 1, voicemail->too_short);
    else if (voicemail->review != NULL && call->session.store != NULL && url_split(recording, &url) &&
             !is_too_short(call, voicemail))
        ask(call, voicemail, recording, attempt, false);
    else
        say_goodbye(call, voicemail);
}

/* 1 sends, 2 plays, 3 records again; silence sends, like hanging up. */
static void reviewed(struct call *call, const void *keys)
{
    const struct voicemail *voicemail = keys;
    struct str digits = session_parameter(&call->session, "Digits"), recording = call_query(call, "recording");
    long attempt = call_query_number(call, "try", TRIES_MAX);
    struct url url;
    bool usable = url_split(recording, &url) && !str_is(url.scheme, "wss");
    if (str_is(digits, "2") && usable) {
        ask(call, voicemail, recording, attempt, true);
    } else if (str_is(digits, "3") && attempt < TRIES_MAX) {
        set_recording_status(call, recording, "dropped");
        record(call, voicemail, attempt + 1, voicemail->recorded_anew);
    } else {
        bool urgent = digits.length > 0 && str_equal(digits, voicemail->urgent_key);
        set_recording_status(call, recording, urgent ? "urgent" : "sent");
        say_goodbye(call, voicemail);
    }
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "recorded", "call.recorded", CALL_KEEP_SOON, recorded, false },
               { "reviewed", "call.gathered", CALL_KEEP_LATER, reviewed, false } },
};

const struct section_kind voicemail_kind = { .name = "voicemail",
                                             .class = SECTION_NODE,
                                             .size = sizeof(struct voicemail),
                                             .fields = fields,
                                             .finish = check,
                                             .behaviour = &behaviour,
                                             .actions = AT(actions) };
