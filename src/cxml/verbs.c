#include "cxml/verbs.h"

#include <stddef.h>

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

/* --- attributes --- */

static const struct cxml_attribute_rule say_attributes[] = {
    { "voice", CXML_STRING, 0, 0, NULL },
    { "language", CXML_STRING, 0, 0, NULL },
    { "loop", CXML_INTEGER, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule play_attributes[] = {
    { "loop", CXML_INTEGER, 0, 0, NULL },
    { "digits", CXML_DTMF, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule pause_attributes[] = {
    { "length", CXML_INTEGER, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule gather_attributes[] = {
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "input", CXML_ENUM_LIST, 0, 0, inputs },
    { "timeout", CXML_INTEGER, 0, 0, NULL },
    { "numDigits", CXML_INTEGER, 1, 0, NULL },
    { "finishOnKey", CXML_DTMF, 0, 0, NULL },
    { "actionOnEmptyResult", CXML_BOOLEAN, 0, 0, NULL },
    { "language", CXML_STRING, 0, 0, NULL },
    { "hints", CXML_STRING, 0, 0, NULL },
    { "speechTimeout", CXML_INTEGER_OR_AUTO, 0, 0, NULL },
    { "speechModel", CXML_ENUM, 0, 0, speech_models },
    { "enhanced", CXML_BOOLEAN, 0, 0, NULL },
    { "profanityFilter", CXML_BOOLEAN, 0, 0, NULL },
    { "partialResultCallback", CXML_URL, 0, 0, NULL },
    { "partialResultCallbackMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule record_attributes[] = {
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "timeout", CXML_INTEGER, 1, 0, NULL },
    { "finishOnKey", CXML_DTMF, 0, 0, NULL },
    { "maxLength", CXML_INTEGER, 0, 3600, NULL },
    { "playBeep", CXML_BOOLEAN, 0, 0, NULL },
    { "trim", CXML_ENUM, 0, 0, trims },
    { "transcribe", CXML_BOOLEAN, 0, 0, NULL },
    { "transcribeCallback", CXML_URL, 0, 0, NULL },
    { "storageUrl", CXML_URL, 0, 0, NULL },
    { "storageUrlMethod", CXML_ENUM, 0, 0, upload_methods },
    { "recordingStatusCallback", CXML_URL, 0, 0, NULL },
    { "recordingStatusCallbackEvent", CXML_ENUM_LIST, 0, 0, recording_events },
    { "recordingStatusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule dial_attributes[] = {
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "timeout", CXML_INTEGER, 5, 600, NULL },
    { "timeLimit", CXML_INTEGER, 1, 0, NULL },
    { "callerId", CXML_STRING, 0, 0, NULL },
    { "callerName", CXML_STRING, 0, 0, NULL },
    { "hangupOnStar", CXML_BOOLEAN, 0, 0, NULL },
    { "answerOnBridge", CXML_BOOLEAN, 0, 0, NULL },
    { "ringTone", CXML_ENUM, 0, 0, ring_tones },
    { "record", CXML_ENUM, 0, 0, dial_records },
    { "recordingTrack", CXML_ENUM, 0, 0, tracks },
    { "recordingStorageUrl", CXML_URL, 0, 0, NULL },
    { "recordingStorageUrlMethod", CXML_ENUM, 0, 0, upload_methods },
    { "trim", CXML_ENUM, 0, 0, trims },
    { "recordingStatusCallback", CXML_URL, 0, 0, NULL },
    { "recordingStatusCallbackEvent", CXML_ENUM_LIST, 0, 0, recording_events },
    { "recordingStatusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule enqueue_attributes[] = {
    { "action", CXML_URL, 0, 0, NULL },  { "method", CXML_ENUM, 0, 0, methods },
    { "waitUrl", CXML_URL, 0, 0, NULL }, { "waitUrlMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule redirect_attributes[] = {
    { "method", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule reject_attributes[] = {
    { "reason", CXML_ENUM, 0, 0, reject_reasons },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule sms_attributes[] = {
    { "to", CXML_E164, 0, 0, NULL },
    { "from", CXML_E164, 0, 0, NULL },
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "statusCallback", CXML_URL, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule refer_attributes[] = {
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule connect_attributes[] = {
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule echo_attributes[] = {
    { "timeout", CXML_INTEGER, 5, 120, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule pay_attributes[] = {
    { "paymentConnectorUrl", CXML_URL, 0, 0, NULL },
    { "action", CXML_URL, 0, 0, NULL },
    { "statusCallback", CXML_URL, 0, 0, NULL },
    { "chargeAmount", CXML_DECIMAL, 0, 0, NULL },
    { "currency", CXML_STRING, 0, 0, NULL },
    { "description", CXML_STRING, 0, 0, NULL },
    { "input", CXML_ENUM, 0, 0, pay_inputs },
    { "language", CXML_STRING, 0, 0, NULL },
    { "maxAttempts", CXML_INTEGER, 1, 0, NULL },
    { "minPostalCodeLength", CXML_INTEGER, 0, 0, NULL },
    { "paymentMethod", CXML_STRING, 0, 0, NULL },
    { "postalCode", CXML_STRING, 0, 0, NULL },
    { "securityCode", CXML_BOOLEAN, 0, 0, NULL },
    { "timeout", CXML_INTEGER, 1, 0, NULL },
    { "tokenType", CXML_ENUM, 0, 0, token_types },
    { "validCardTypes", CXML_STRING, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule number_attributes[] = {
    { "sendDigits", CXML_DTMF, 0, 0, NULL },
    { "url", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "statusCallback", CXML_URL, 0, 0, NULL },
    { "statusCallbackEvent", CXML_ENUM_LIST, 0, 0, call_events },
    { "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule sip_attributes[] = {
    { "username", CXML_STRING, 0, 0, NULL },
    { "password", CXML_STRING, 0, 0, NULL },
    { "codecs", CXML_STRING, 0, 0, NULL },
    { "sessionTimeout", CXML_INTEGER, 0, 0, NULL },
    { "url", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "statusCallback", CXML_URL, 0, 0, NULL },
    { "statusCallbackEvent", CXML_ENUM_LIST, 0, 0, call_events },
    { "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule conference_attributes[] = {
    { "beep", CXML_ENUM, 0, 0, beeps },
    { "coach", CXML_STRING, 0, 0, NULL },
    { "startConferenceOnEnter", CXML_BOOLEAN, 0, 0, NULL },
    { "endConferenceOnExit", CXML_BOOLEAN, 0, 0, NULL },
    { "maxParticipants", CXML_INTEGER, 2, 0, NULL },
    { "muted", CXML_BOOLEAN, 0, 0, NULL },
    { "record", CXML_ENUM, 0, 0, conference_records },
    { "trim", CXML_ENUM, 0, 0, trims },
    { "waitUrl", CXML_URL, 0, 0, NULL },
    { "waitMethod", CXML_ENUM, 0, 0, methods },
    { "eventCallbackUrl", CXML_URL, 0, 0, NULL },
    { "statusCallback", CXML_URL, 0, 0, NULL },
    { "statusCallbackEvent", CXML_ENUM_LIST, 0, 0, conference_events },
    { "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { "recordingStatusCallback", CXML_URL, 0, 0, NULL },
    { "recordingStatusCallbackEvent", CXML_ENUM_LIST, 0, 0, conference_recording_events },
    { "recordingStatusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule queue_attributes[] = {
    { "url", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule virtual_agent_attributes[] = {
    { "connectorName", CXML_STRING, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule stream_attributes[] = {
    { "url", CXML_WSS, 0, 0, NULL },
    { "name", CXML_STRING, 0, 0, NULL },
    { "track", CXML_ENUM, 0, 0, stream_tracks },
    { "codec", CXML_STRING, 0, 0, NULL },
    { "realtime", CXML_BOOLEAN, 0, 0, NULL },
    { "authBearerToken", CXML_STRING, 0, 0, NULL },
    { "statusCallback", CXML_URL, 0, 0, NULL },
    { "statusCallbackMethod", CXML_ENUM, 0, 0, methods },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule prompt_attributes[] = {
    { "for", CXML_STRING, 0, 0, NULL },      { "attempt", CXML_STRING, 0, 0, NULL },
    { "cardType", CXML_STRING, 0, 0, NULL }, { "errorType", CXML_STRING, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule parameter_attributes[] = {
    { "name", CXML_STRING, 0, 0, NULL },
    { "value", CXML_STRING, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule message_attributes[] = {
    { "to", CXML_E164, 0, 0, NULL },
    { "from", CXML_STRING, 0, 0, NULL },
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "statusCallback", CXML_URL, 0, 0, NULL },
    { NULL, CXML_NONE, 0, 0, NULL },
};
static const struct cxml_attribute_rule receive_attributes[] = {
    { "action", CXML_URL, 0, 0, NULL },
    { "method", CXML_ENUM, 0, 0, methods },
    { "mediaType", CXML_ENUM, 0, 0, fax_types },
    { "pageSize", CXML_ENUM, 0, 0, page_sizes },
    { NULL, CXML_NONE, 0, 0, NULL },
};

static const struct cxml_attribute_rule no_attributes[] = { { NULL, CXML_NONE, 0, 0, NULL } };

/* --- elements --- */

const struct cxml_rule cxml_rules[CXML_ELEMENTS] = {
    [CXML_RESPONSE] = { "Response", CXML_VOICE | CXML_MESSAGING | CXML_FAX,
                        BIT(SAY) | BIT(PLAY) | BIT(PAUSE) | BIT(GATHER) | BIT(RECORD) | BIT(DIAL) | BIT(ENQUEUE) |
                            BIT(LEAVE) | BIT(REDIRECT) | BIT(REJECT) | BIT(HANGUP) | BIT(SMS) | BIT(REFER) |
                            BIT(CONNECT) | BIT(START) | BIT(STOP) | BIT(ECHO) | BIT(DENOISE) | BIT(PAY) | BIT(MESSAGE) |
                            BIT(RECEIVE),
                        CXML_NONE, 0, 0, false, no_attributes },
    [CXML_SAY] = { "Say", CXML_VOICE, 0, CXML_STRING, 4096, 0, false, say_attributes },
    [CXML_PLAY] = { "Play", CXML_VOICE, 0, CXML_URL, 0, 0, false, play_attributes },
    [CXML_PAUSE] = { "Pause", CXML_VOICE, 0, CXML_NONE, 0, 0, false, pause_attributes },
    [CXML_GATHER] = { "Gather", CXML_VOICE, BIT(SAY) | BIT(PLAY) | BIT(PAUSE), CXML_NONE, 0, 0, true,
                      gather_attributes },
    [CXML_RECORD] = { "Record", CXML_VOICE, 0, CXML_NONE, 0, 0, true, record_attributes },
    [CXML_DIAL] = { "Dial", CXML_VOICE, BIT(NUMBER) | BIT(SIP) | BIT(CONFERENCE) | BIT(QUEUE) | BIT(VERTO), CXML_E164,
                    0, 10, true, dial_attributes },
    [CXML_ENQUEUE] = { "Enqueue", CXML_VOICE, 0, CXML_STRING, 0, 0, false, enqueue_attributes },
    [CXML_LEAVE] = { "Leave", CXML_VOICE, 0, CXML_NONE, 0, 0, false, no_attributes },
    [CXML_REDIRECT] = { "Redirect", CXML_VOICE | CXML_MESSAGING, 0, CXML_URL, 0, 0, false, redirect_attributes },
    [CXML_REJECT] = { "Reject", CXML_VOICE | CXML_FAX, 0, CXML_NONE, 0, 0, false, reject_attributes },
    [CXML_HANGUP] = { "Hangup", CXML_VOICE, 0, CXML_NONE, 0, 0, false, no_attributes },
    [CXML_SMS] = { "Sms", CXML_VOICE, 0, CXML_STRING, 1600, 0, false, sms_attributes },
    [CXML_REFER] = { "Refer", CXML_VOICE, BIT(SIP), CXML_NONE, 0, 0, false, refer_attributes },
    [CXML_CONNECT] = { "Connect", CXML_VOICE, BIT(ROOM) | BIT(STREAM) | BIT(VIRTUAL_AGENT), CXML_NONE, 0, 0, false,
                       connect_attributes },
    [CXML_START] = { "Start", CXML_VOICE, BIT(STREAM), CXML_NONE, 0, 0, false, no_attributes },
    [CXML_STOP] = { "Stop", CXML_VOICE, BIT(STREAM), CXML_NONE, 0, 0, false, no_attributes },
    [CXML_ECHO] = { "Echo", CXML_VOICE, 0, CXML_NONE, 0, 0, false, echo_attributes },
    [CXML_DENOISE] = { "Denoise", CXML_VOICE, 0, CXML_STRING_OPTIONAL, 0, 0, false, no_attributes },
    [CXML_PAY] = { "Pay", CXML_VOICE, BIT(PROMPT) | BIT(PARAMETER), CXML_NONE, 0, 0, false, pay_attributes },
    [CXML_NUMBER] = { "Number", CXML_VOICE, 0, CXML_E164, 0, 0, false, number_attributes },
    [CXML_SIP] = { "Sip", CXML_VOICE, 0, CXML_SIP_ADDRESS, 0, 0, false, sip_attributes },
    [CXML_CONFERENCE] = { "Conference", CXML_VOICE, 0, CXML_STRING, 0, 0, false, conference_attributes },
    [CXML_QUEUE] = { "Queue", CXML_VOICE, 0, CXML_STRING, 0, 0, false, queue_attributes },
    [CXML_VERTO] = { "Verto", CXML_VOICE, 0, CXML_STRING, 0, 0, false, no_attributes },
    [CXML_ROOM] = { "Room", CXML_VOICE, 0, CXML_STRING, 0, 0, false, no_attributes },
    [CXML_VIRTUAL_AGENT] = { "VirtualAgent", CXML_VOICE, 0, CXML_NONE, 0, 0, false, virtual_agent_attributes },
    [CXML_STREAM] = { "Stream", CXML_VOICE, BIT(PARAMETER), CXML_NONE, 0, 0, false, stream_attributes },
    [CXML_PROMPT] = { "Prompt", CXML_VOICE, BIT(SAY) | BIT(PLAY) | BIT(PAUSE), CXML_NONE, 0, 0, false,
                      prompt_attributes },
    [CXML_PARAMETER] = { "Parameter", CXML_VOICE, 0, CXML_NONE, 0, 0, false, parameter_attributes },
    [CXML_MESSAGE] = { "Message", CXML_MESSAGING, BIT(BODY) | BIT(MEDIA), CXML_STRING_OPTIONAL, 1600, 0, false,
                       message_attributes },
    [CXML_BODY] = { "Body", CXML_MESSAGING, 0, CXML_STRING, 1600, 0, false, no_attributes },
    [CXML_MEDIA] = { "Media", CXML_MESSAGING, 0, CXML_URL, 0, 0, false, no_attributes },
    [CXML_RECEIVE] = { "Receive", CXML_FAX, 0, CXML_NONE, 0, 0, false, receive_attributes },
};
