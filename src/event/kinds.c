#include "event/kinds.h"

#include <stddef.h>

static const struct event_state transcription_states[] = {
    { "in-progress", NULL, 0 }, { "completed", NULL, 1 }, { "failed", NULL, 1 }, { NULL, NULL, 0 }
};
static const struct event_state recording_states[] = { { "in-progress", NULL, 0 },
                                                       { "completed", NULL, 1 },
                                                       { "absent", NULL, 1 },
                                                       { "failed", NULL, 1 },
                                                       { NULL, NULL, 0 } };
static const struct event_state stream_states[] = { { "stream-started", "started", 0 },
                                                    { "stream-stopped", "stopped", 1 },
                                                    { "stream-error", "error", 1 },
                                                    { NULL, NULL, 0 } };
static const struct event_state fax_states[] = {
    { "queued", NULL, 0 },    { "processing", NULL, 1 }, { "sending", NULL, 2 },   { "receiving", NULL, 2 },
    { "delivered", NULL, 3 }, { "received", NULL, 3 },   { "no-answer", NULL, 3 }, { "busy", NULL, 3 },
    { "failed", NULL, 3 },    { "canceled", NULL, 3 },   { NULL, NULL, 0 }
};
static const struct event_state message_states[] = { { "queued", NULL, 0 },      { "receiving", NULL, 0 },
                                                     { "sending", NULL, 1 },     { "sent", NULL, 2 },
                                                     { "received", NULL, 3 },    { "delivered", NULL, 3 },
                                                     { "undelivered", NULL, 3 }, { "failed", NULL, 3 },
                                                     { NULL, NULL, 0 } };
static const struct event_state call_states[] = { { "queued", NULL, 0 },    { "initiated", NULL, 1 },
                                                  { "ringing", NULL, 2 },   { "in-progress", NULL, 3 },
                                                  { "completed", NULL, 4 }, { "busy", NULL, 4 },
                                                  { "failed", NULL, 4 },    { "no-answer", NULL, 4 },
                                                  { "canceled", NULL, 4 },  { NULL, NULL, 0 } };
static const struct event_state any_states[] = { { NULL, NULL, 0 } };

/* A callback of a call may speak of its recording, a text sent from a call of that call: the more special kind is tried
 * first, and each needs both its sid and its state. */
const struct event_kind event_kinds[] = {
    { "transcription", { "TranscriptionSid" }, { "TranscriptionStatus" }, true, transcription_states },
    { "conference", { "ConferenceSid" }, { "StatusCallbackEvent" }, false, any_states },
    { "stream", { "StreamSid" }, { "StreamEvent" }, false, stream_states },
    { "recording", { "RecordingSid" }, { "RecordingStatus" }, true, recording_states },
    { "fax", { "FaxSid" }, { "FaxStatus" }, true, fax_states },
    { "message", { "MessageSid", "SmsSid" }, { "MessageStatus", "SmsStatus" }, true, message_states },
    { "queue", { "QueueSid" }, { "QueueResult" }, false, any_states },
    { "call", { "CallSid" }, { "CallStatus" }, true, call_states },
    { NULL, { NULL }, { NULL }, false, NULL },
};
