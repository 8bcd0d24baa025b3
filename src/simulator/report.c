#include "simulator/call.h"

/* Whether the verb asks for the event: in its list, or by default. */
static bool is_asked(const struct cxml_tree *verb, const char *list, const char *by_default, const char *event)
{
    struct str events = cxml_tree_attribute(verb, list), one;
    if (events.length == 0)
        events = str_of(by_default);
    while (str_next(&events, ' ', &one))
        if (str_is(one, event))
            return true;
    return false;
}

int report_leg(struct phone_call *call, struct phone_leg *leg, const char *event, const char *status,
               struct error *error)
{
    int sequence = leg->sequence++;
    if (leg->noun == NULL || !is_asked(leg->noun, "statusCallbackEvent", "completed", event))
        return 0;
    struct buffer form = phone_leg_parameters(call, leg, str_of(status));
    phone_add_time(call, &form);
    phone_add_number(&form, "SequenceNumber", sequence);
    phone_add(&form, "CallbackSource", STR("call-progress-events"));
    if (str_is(str_of(event), "completed"))
        phone_add_number(&form, "CallDuration", str_is(str_of(status), "completed") ? call->talked_s : 0);
    return phone_report(call, phone_target(leg->noun, "statusCallback"), &form, error);
}

int report_conference(struct phone_call *call, const char *event, struct error *error)
{
    bool whole = str_is(str_of(event), "start") || str_is(str_of(event), "end");
    const struct cxml_tree *conference = call->dial->children;
    struct buffer form = buffer_in(call->arena);
    if (!is_asked(conference, "statusCallbackEvent", "", event))
        return 0;
    phone_add(&form, "ConferenceSid", call->conference_sid);
    phone_add(&form, "FriendlyName", conference->text);
    phone_add(&form, "StatusCallbackEvent",
              arena_format(call->arena, "%s-%s", whole ? "conference" : "participant", event));
    phone_add(&form, "AccountSid", platform_account(call->platform));
    phone_add_time(call, &form);
    if (!whole) {
        struct str muted = cxml_tree_attribute(conference, "muted");
        phone_add(&form, "CallSid", call->sid);
        phone_add(&form, "Muted", muted.length > 0 ? muted : STR("false"));
        phone_add(&form, "Hold", STR("false"));
    }
    return phone_report(call, phone_target(conference, "statusCallback"), &form, error);
}

int report_recording(struct phone_call *call, const struct cxml_tree *verb, const char *status, long seconds,
                     struct error *error)
{
    struct buffer form = buffer_in(call->arena);
    if (!is_asked(verb, "recordingStatusCallbackEvent", "completed", status))
        return 0;
    phone_add(&form, "AccountSid", platform_account(call->platform));
    phone_add(&form, "CallSid", call->sid);
    phone_add(&form, "RecordingSid", call->recording_sid);
    phone_add(&form, "RecordingUrl", STR(REPORT_RECORDING_URL));
    phone_add(&form, "RecordingStatus", str_of(status));
    phone_add_number(&form, "RecordingDuration", seconds);
    phone_add_number(&form, "RecordingChannels", 1);
    phone_add(&form, "RecordingSource",
              str_is(verb->name, "Conference") ? verb->name : ARENA_JOIN(call->arena, verb->name, STR("Verb")));
    return phone_report(call, phone_target(verb, "recordingStatusCallback"), &form, error);
}

int report_transcription(struct phone_call *call, const struct cxml_tree *record, struct str words, struct error *error)
{
    struct buffer form = buffer_in(call->arena);
    if (!str_is(cxml_tree_attribute(record, "transcribe"), "true"))
        return 0;
    phone_add(&form, "AccountSid", platform_account(call->platform));
    phone_add(&form, "CallSid", call->sid);
    phone_add(&form, "TranscriptionSid", platform_sid(call->arena));
    phone_add(&form, "TranscriptionStatus", words.length > 0 ? STR("completed") : STR("failed"));
    phone_add(&form, "TranscriptionText", words);
    phone_add(&form, "RecordingSid", call->recording_sid);
    phone_add(&form, "RecordingUrl", STR(REPORT_RECORDING_URL));
    return phone_report(call, phone_target(record, "transcribeCallback"), &form, error);
}

int report_text(struct phone_call *call, const struct cxml_tree *sms, struct str sid, struct error *error)
{
    struct buffer form = buffer_in(call->arena);
    phone_add(&form, "AccountSid", platform_account(call->platform));
    phone_add(&form, "SmsSid", sid);
    phone_add(&form, "SmsStatus", STR("sent"));
    return phone_report(call, phone_target(sms, "statusCallback"), &form, error);
}

int report_stream(struct phone_call *call, const struct cxml_tree *stream, const char *event, struct error *error)
{
    struct buffer form = buffer_in(call->arena);
    if (stream == NULL)
        return 0;
    phone_add(&form, "AccountSid", platform_account(call->platform));
    phone_add(&form, "CallSid", call->sid);
    phone_add(&form, "StreamSid", call->stream_sid);
    phone_add(&form, "StreamName", cxml_tree_attribute(stream, "name"));
    phone_add(&form, "StreamEvent", str_of(event));
    phone_add_time(call, &form);
    return phone_report(call, phone_target(stream, "statusCallback"), &form, error);
}

int report_end(struct phone_call *call, struct error *error)
{
    struct buffer form = buffer_in(call->arena);
    struct phone_target own = { STR("status.fcgi/call"), false };
    phone_add(&form, "CallSid", call->sid);
    phone_add(&form, "AccountSid", platform_account(call->platform));
    phone_add(&form, "From", call->from);
    phone_add(&form, "To", call->to);
    phone_add_time(call, &form);
    phone_add(&form, "CallStatus", STR("completed"));
    phone_add_number(&form, "CallDuration", call->answered ? call->seconds : 0);
    return phone_report(call, own, &form, error);
}
