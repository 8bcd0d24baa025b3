#include "cxml/verbs.h"

#include <stddef.h>
#include <string.h>

#define BIT(element) (UINT64_C(1) << CXML_##element)

/* --- words --- */

static const char *const methods[] = { "GET", "POST", NULL };
static const char *const inputs[] = { "dtmf", "speech", NULL };
static const char *const speech_models[] = { "default", "phone_call", "video", NULL };
static const char *const trims[] = { "trim-silence", "do-not-trim", NULL };
static const char *const upload_methods[] = { "POST", "PUT", NULL };
static const char *const recording_events[] = { "in-progress", "completed", "absent", NULL };
static const char *const ring_tones[] = { "at", "au", "bg", "br",     "be", "ch", "cl", "cn", "cz", "de", "dk",
                                          "ee", "es", "fi", "fr",     "gr", "hu", "il", "in", "it", "lt", "jp",
                                          "mx", "my", "nl", "no",     "nz", "ph", "pl", "pt", "ru", "se", "sg",
                                          "th", "uk", "us", "us-old", "tw", "ve", "za", NULL };
static const char *const dial_records[] = {
    "do-not-record",           "record-from-answer",       "record-from-ringing",
    "record-from-answer-dual", "record-from-ringing-dual", NULL
};
static const char *const tracks[] = { "inbound", "outbound", "both", NULL };
static const char *const reject_reasons[] = { "rejected", "busy", NULL };
static const char *const pay_inputs[] = { "dtmf", NULL };
static const char *const token_types[] = { "one-time", "reusable", NULL };
static const char *const call_events[] = { "initiated", "ringing", "answered", "completed", NULL };
static const char *const beeps[] = { "true", "false", "onEnter", "onExit", NULL };
static const char *const conference_records[] = { "do-not-record", "record-from-start", NULL };
static const char *const conference_events[] = { "start", "end", "join", "leave", "mute", "hold", "speaker", NULL };
static const char *const conference_recording_events[] = { "in-progress", "completed", "failed", NULL };
static const char *const stream_tracks[] = { "inbound_track", "outbound_track", "both_tracks", NULL };
static const char *const fax_types[] = { "application/pdf", "image/tiff", NULL };
static const char *const page_sizes[] = { "letter", "legal", "a4", NULL };

/* --- attributes, by element --- */

const struct cxml_attribute_rule cxml_attributes[] = {
    { CXML_SAY, "voice", CXML_STRING, 0, 0, NULL },
    { CXML_SAY, "language", CXML_STRING, 0, 0, NULL },
    { CXML_SAY, "loop", CXML_INTEGER, 0, 0, NULL },
    { CXML_PLAY, "loop", CXML_INTEGER, 0, 0, NULL },
    { CXML_PLAY, "digits", CXML_DTMF, 0, 0, NULL },
    { CXML_PAUSE, "length", CXML_INTEGER, 0, 0, NULL },
    { CXML_GATHER, "action", CXML_URL, 0, 0, NULL },
    { CXML_GATHER, "method", CXML_ENUM, 0, 0, methods },
    { CXML_GATHER, "input", CXML_ENUM_LIST, 0, 0, inputs },
    { CXML_GATHER, "timeout", CXML_INTEGER, 0, 0, NULL },
    { CXML_GATHER, "numDigits", CXML_INTEGER, 1, 0, NULL },
    { CXML_GATHER, "finishOnKey", CXML_DTMF, 0, 0, NULL },
    { CXML_GATHER, "actionOnEmptyResult", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_GATHER, "language", CXML_STRING, 0, 0, NULL },
    { CXML_GATHER, "hints", CXML_STRING, 0, 0, NULL },
    { CXML_GATHER, "speechTimeout", CXML_INTEGER_OR_AUTO, 0, 0, NULL },
    { CXML_GATHER, "speechModel", CXML_ENUM, 0, 0, speech_models },
    { CXML_GATHER, "enhanced", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_GATHER, "profanityFilter", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_GATHER, "partialResultCallback", CXML_URL, 0, 0, NULL },
    { CXML_GATHER, "partialResultCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_RECORD, "action", CXML_URL, 0, 0, NULL },
    { CXML_RECORD, "method", CXML_ENUM, 0, 0, methods },
    { CXML_RECORD, "timeout", CXML_INTEGER, 1, 0, NULL },
    { CXML_RECORD, "finishOnKey", CXML_DTMF, 0, 0, NULL },
    { CXML_RECORD, "maxLength", CXML_INTEGER, 0, 3600, NULL },
    { CXML_RECORD, "playBeep", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_RECORD, "trim", CXML_ENUM, 0, 0, trims },
    { CXML_RECORD, "transcribe", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_RECORD, "transcribeCallback", CXML_URL, 0, 0, NULL },
    { CXML_RECORD, "storageUrl", CXML_URL, 0, 0, NULL },
    { CXML_RECORD, "storageUrlMethod", CXML_ENUM, 0, 0, upload_methods },
    { CXML_RECORD, "recordingStatusCallback", CXML_URL, 0, 0, NULL },
    { CXML_RECORD, "recordingStatusCallbackEvent", CXML_ENUM_LIST, 0, 0, recording_events },
    { CXML_RECORD, "recordingStatusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_DIAL, "action", CXML_URL, 0, 0, NULL },
    { CXML_DIAL, "method", CXML_ENUM, 0, 0, methods },
    { CXML_DIAL, "timeout", CXML_INTEGER, 5, 600, NULL },
    { CXML_DIAL, "timeLimit", CXML_INTEGER, 1, 0, NULL },
    { CXML_DIAL, "callerId", CXML_STRING, 0, 0, NULL },
    { CXML_DIAL, "callerName", CXML_STRING, 0, 0, NULL },
    { CXML_DIAL, "hangupOnStar", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_DIAL, "answerOnBridge", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_DIAL, "ringTone", CXML_ENUM, 0, 0, ring_tones },
    { CXML_DIAL, "record", CXML_ENUM, 0, 0, dial_records },
    { CXML_DIAL, "recordingTrack", CXML_ENUM, 0, 0, tracks },
    { CXML_DIAL, "recordingStorageUrl", CXML_URL, 0, 0, NULL },
    { CXML_DIAL, "recordingStorageUrlMethod", CXML_ENUM, 0, 0, upload_methods },
    { CXML_DIAL, "trim", CXML_ENUM, 0, 0, trims },
    { CXML_DIAL, "recordingStatusCallback", CXML_URL, 0, 0, NULL },
    { CXML_DIAL, "recordingStatusCallbackEvent", CXML_ENUM_LIST, 0, 0, recording_events },
    { CXML_DIAL, "recordingStatusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_ENQUEUE, "action", CXML_URL, 0, 0, NULL },
    { CXML_ENQUEUE, "method", CXML_ENUM, 0, 0, methods },
    { CXML_ENQUEUE, "waitUrl", CXML_URL, 0, 0, NULL },
    { CXML_ENQUEUE, "waitUrlMethod", CXML_ENUM, 0, 0, methods },
    { CXML_REDIRECT, "method", CXML_ENUM, 0, 0, methods },
    { CXML_REJECT, "reason", CXML_ENUM, 0, 0, reject_reasons },
    { CXML_SMS, "to", CXML_E164, 0, 0, NULL },
    { CXML_SMS, "from", CXML_E164, 0, 0, NULL },
    { CXML_SMS, "action", CXML_URL, 0, 0, NULL },
    { CXML_SMS, "method", CXML_ENUM, 0, 0, methods },
    { CXML_SMS, "statusCallback", CXML_URL, 0, 0, NULL },
    { CXML_REFER, "action", CXML_URL, 0, 0, NULL },
    { CXML_REFER, "method", CXML_ENUM, 0, 0, methods },
    { CXML_CONNECT, "action", CXML_URL, 0, 0, NULL },
    { CXML_CONNECT, "method", CXML_ENUM, 0, 0, methods },
    { CXML_ECHO, "timeout", CXML_INTEGER, 5, 120, NULL },
    { CXML_PAY, "paymentConnectorUrl", CXML_URL, 0, 0, NULL },
    { CXML_PAY, "action", CXML_URL, 0, 0, NULL },
    { CXML_PAY, "statusCallback", CXML_URL, 0, 0, NULL },
    { CXML_PAY, "chargeAmount", CXML_DECIMAL, 0, 0, NULL },
    { CXML_PAY, "currency", CXML_STRING, 0, 0, NULL },
    { CXML_PAY, "description", CXML_STRING, 0, 0, NULL },
    { CXML_PAY, "input", CXML_ENUM, 0, 0, pay_inputs },
    { CXML_PAY, "language", CXML_STRING, 0, 0, NULL },
    { CXML_PAY, "maxAttempts", CXML_INTEGER, 1, 0, NULL },
    { CXML_PAY, "minPostalCodeLength", CXML_INTEGER, 0, 0, NULL },
    { CXML_PAY, "paymentMethod", CXML_STRING, 0, 0, NULL },
    { CXML_PAY, "postalCode", CXML_STRING, 0, 0, NULL },
    { CXML_PAY, "securityCode", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_PAY, "timeout", CXML_INTEGER, 1, 0, NULL },
    { CXML_PAY, "tokenType", CXML_ENUM, 0, 0, token_types },
    { CXML_PAY, "validCardTypes", CXML_STRING, 0, 0, NULL },
    { CXML_NUMBER, "sendDigits", CXML_DTMF, 0, 0, NULL },
    { CXML_NUMBER, "url", CXML_URL, 0, 0, NULL },
    { CXML_NUMBER, "method", CXML_ENUM, 0, 0, methods },
    { CXML_NUMBER, "statusCallback", CXML_URL, 0, 0, NULL },
    { CXML_NUMBER, "statusCallbackEvent", CXML_ENUM_LIST, 0, 0, call_events },
    { CXML_NUMBER, "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_SIP, "username", CXML_STRING, 0, 0, NULL },
    { CXML_SIP, "password", CXML_STRING, 0, 0, NULL },
    { CXML_SIP, "codecs", CXML_STRING, 0, 0, NULL },
    { CXML_SIP, "sessionTimeout", CXML_INTEGER, 0, 0, NULL },
    { CXML_SIP, "url", CXML_URL, 0, 0, NULL },
    { CXML_SIP, "method", CXML_ENUM, 0, 0, methods },
    { CXML_SIP, "statusCallback", CXML_URL, 0, 0, NULL },
    { CXML_SIP, "statusCallbackEvent", CXML_ENUM_LIST, 0, 0, call_events },
    { CXML_SIP, "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_CONFERENCE, "beep", CXML_ENUM, 0, 0, beeps },
    { CXML_CONFERENCE, "coach", CXML_STRING, 0, 0, NULL },
    { CXML_CONFERENCE, "startConferenceOnEnter", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_CONFERENCE, "endConferenceOnExit", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_CONFERENCE, "maxParticipants", CXML_INTEGER, 2, 0, NULL },
    { CXML_CONFERENCE, "muted", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_CONFERENCE, "record", CXML_ENUM, 0, 0, conference_records },
    { CXML_CONFERENCE, "trim", CXML_ENUM, 0, 0, trims },
    { CXML_CONFERENCE, "waitUrl", CXML_URL, 0, 0, NULL },
    { CXML_CONFERENCE, "waitMethod", CXML_ENUM, 0, 0, methods },
    { CXML_CONFERENCE, "eventCallbackUrl", CXML_URL, 0, 0, NULL },
    { CXML_CONFERENCE, "statusCallback", CXML_URL, 0, 0, NULL },
    { CXML_CONFERENCE, "statusCallbackEvent", CXML_ENUM_LIST, 0, 0, conference_events },
    { CXML_CONFERENCE, "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_CONFERENCE, "recordingStatusCallback", CXML_URL, 0, 0, NULL },
    { CXML_CONFERENCE, "recordingStatusCallbackEvent", CXML_ENUM_LIST, 0, 0, conference_recording_events },
    { CXML_CONFERENCE, "recordingStatusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_QUEUE, "url", CXML_URL, 0, 0, NULL },
    { CXML_QUEUE, "method", CXML_ENUM, 0, 0, methods },
    { CXML_VIRTUAL_AGENT, "connectorName", CXML_STRING, 0, 0, NULL },
    { CXML_STREAM, "url", CXML_WSS, 0, 0, NULL },
    { CXML_STREAM, "name", CXML_STRING, 0, 0, NULL },
    { CXML_STREAM, "track", CXML_ENUM, 0, 0, stream_tracks },
    { CXML_STREAM, "codec", CXML_STRING, 0, 0, NULL },
    { CXML_STREAM, "realtime", CXML_BOOLEAN, 0, 0, NULL },
    { CXML_STREAM, "authBearerToken", CXML_STRING, 0, 0, NULL },
    { CXML_STREAM, "statusCallback", CXML_URL, 0, 0, NULL },
    { CXML_STREAM, "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { CXML_PROMPT, "for", CXML_STRING, 0, 0, NULL },
    { CXML_PROMPT, "attempt", CXML_STRING, 0, 0, NULL },
    { CXML_PROMPT, "cardType", CXML_STRING, 0, 0, NULL },
    { CXML_PROMPT, "errorType", CXML_STRING, 0, 0, NULL },
    { CXML_PARAMETER, "name", CXML_STRING, 0, 0, NULL },
    { CXML_PARAMETER, "value", CXML_STRING, 0, 0, NULL },
    { CXML_MESSAGE, "to", CXML_E164, 0, 0, NULL },
    { CXML_MESSAGE, "from", CXML_STRING, 0, 0, NULL },
    { CXML_MESSAGE, "action", CXML_URL, 0, 0, NULL },
    { CXML_MESSAGE, "method", CXML_ENUM, 0, 0, methods },
    { CXML_MESSAGE, "statusCallback", CXML_URL, 0, 0, NULL },
    { CXML_RECEIVE, "action", CXML_URL, 0, 0, NULL },
    { CXML_RECEIVE, "method", CXML_ENUM, 0, 0, methods },
    { CXML_RECEIVE, "mediaType", CXML_ENUM, 0, 0, fax_types },
    { CXML_RECEIVE, "pageSize", CXML_ENUM, 0, 0, page_sizes },
    { CXML_ELEMENTS, NULL, CXML_NONE, 0, 0, NULL },
};

const struct cxml_attribute_rule *cxml_attribute_rule(enum cxml_element element, const char *name)
{
    const struct cxml_attribute_rule *rule = cxml_attributes;
    while (rule->name != NULL && (rule->element != element || strcmp(rule->name, name) != 0))
        rule++;
    return rule->name == NULL ? NULL : rule;
}

/* --- elements --- */

const struct cxml_rule cxml_rules[CXML_ELEMENTS] = {
    [CXML_RESPONSE] = { "Response", CXML_VOICE | CXML_MESSAGING | CXML_FAX,
                        BIT(SAY) | BIT(PLAY) | BIT(PAUSE) | BIT(GATHER) | BIT(RECORD) | BIT(DIAL) | BIT(ENQUEUE) |
                            BIT(LEAVE) | BIT(REDIRECT) | BIT(REJECT) | BIT(HANGUP) | BIT(SMS) | BIT(REFER) |
                            BIT(CONNECT) | BIT(START) | BIT(STOP) | BIT(ECHO) | BIT(DENOISE) | BIT(PAY) | BIT(MESSAGE) |
                            BIT(RECEIVE),
                        CXML_NONE, 0, 0, false },
    [CXML_SAY] = { "Say", CXML_VOICE, 0, CXML_STRING, 4096, 0, false },
    [CXML_PLAY] = { "Play", CXML_VOICE, 0, CXML_URL, 0, 0, false },
    [CXML_PAUSE] = { "Pause", CXML_VOICE, 0, CXML_NONE, 0, 0, false },
    [CXML_GATHER] = { "Gather", CXML_VOICE, BIT(SAY) | BIT(PLAY) | BIT(PAUSE), CXML_NONE, 0, 0, true },
    [CXML_RECORD] = { "Record", CXML_VOICE, 0, CXML_NONE, 0, 0, true },
    [CXML_DIAL] = { "Dial", CXML_VOICE, BIT(NUMBER) | BIT(SIP) | BIT(CONFERENCE) | BIT(QUEUE) | BIT(VERTO), CXML_E164,
                    0, 10, true },
    [CXML_ENQUEUE] = { "Enqueue", CXML_VOICE, 0, CXML_STRING, 0, 0, false },
    [CXML_LEAVE] = { "Leave", CXML_VOICE, 0, CXML_NONE, 0, 0, false },
    [CXML_REDIRECT] = { "Redirect", CXML_VOICE | CXML_MESSAGING, 0, CXML_URL, 0, 0, false },
    [CXML_REJECT] = { "Reject", CXML_VOICE | CXML_FAX, 0, CXML_NONE, 0, 0, false },
    [CXML_HANGUP] = { "Hangup", CXML_VOICE, 0, CXML_NONE, 0, 0, false },
    [CXML_SMS] = { "Sms", CXML_VOICE, 0, CXML_STRING, 1600, 0, false },
    [CXML_REFER] = { "Refer", CXML_VOICE, BIT(SIP), CXML_NONE, 0, 0, false },
    [CXML_CONNECT] = { "Connect", CXML_VOICE, BIT(ROOM) | BIT(STREAM) | BIT(VIRTUAL_AGENT), CXML_NONE, 0, 0, false },
    [CXML_START] = { "Start", CXML_VOICE, BIT(STREAM), CXML_NONE, 0, 0, false },
    [CXML_STOP] = { "Stop", CXML_VOICE, BIT(STREAM), CXML_NONE, 0, 0, false },
    [CXML_ECHO] = { "Echo", CXML_VOICE, 0, CXML_NONE, 0, 0, false },
    [CXML_DENOISE] = { "Denoise", CXML_VOICE, 0, CXML_STRING_OPTIONAL, 0, 0, false },
    [CXML_PAY] = { "Pay", CXML_VOICE, BIT(PROMPT) | BIT(PARAMETER), CXML_NONE, 0, 0, false },
    [CXML_NUMBER] = { "Number", CXML_VOICE, 0, CXML_E164, 0, 0, false },
    [CXML_SIP] = { "Sip", CXML_VOICE, 0, CXML_SIP_ADDRESS, 0, 0, false },
    [CXML_CONFERENCE] = { "Conference", CXML_VOICE, 0, CXML_STRING, 0, 0, false },
    [CXML_QUEUE] = { "Queue", CXML_VOICE, 0, CXML_STRING, 0, 0, false },
    [CXML_VERTO] = { "Verto", CXML_VOICE, 0, CXML_STRING, 0, 0, false },
    [CXML_ROOM] = { "Room", CXML_VOICE, 0, CXML_STRING, 0, 0, false },
    [CXML_VIRTUAL_AGENT] = { "VirtualAgent", CXML_VOICE, 0, CXML_NONE, 0, 0, false },
    [CXML_STREAM] = { "Stream", CXML_VOICE, BIT(PARAMETER), CXML_NONE, 0, 0, false },
    [CXML_PROMPT] = { "Prompt", CXML_VOICE, BIT(SAY) | BIT(PLAY) | BIT(PAUSE), CXML_NONE, 0, 0, false },
    [CXML_PARAMETER] = { "Parameter", CXML_VOICE, 0, CXML_NONE, 0, 0, false },
    [CXML_MESSAGE] = { "Message", CXML_MESSAGING, BIT(BODY) | BIT(MEDIA), CXML_STRING_OPTIONAL, 1600, 0, false },
    [CXML_BODY] = { "Body", CXML_MESSAGING, 0, CXML_STRING, 1600, 0, false },
    [CXML_MEDIA] = { "Media", CXML_MESSAGING, 0, CXML_URL, 0, 0, false },
    [CXML_RECEIVE] = { "Receive", CXML_FAX, 0, CXML_NONE, 0, 0, false },
};
