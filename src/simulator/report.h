/* The status callbacks of a call: of the numbers that it dials, of conferences, recordings, transcriptions, texts and
 * streams. Each is sent where the verb asks for it, for the events that it asks for. */
#ifndef HOOKSWITCH_SIMULATOR_REPORT_H
#define HOOKSWITCH_SIMULATOR_REPORT_H

#include "simulator/call.h"

/* All of these: 0, or -1 with the reason. */

/* initiated, ringing, answered or completed, with the CallStatus that goes with it. */
int report_leg(struct phone_call *call, struct phone_leg *leg, const char *event, const char *status,
               struct error *error);
/* "start", "end", "join" or "leave". */
int report_conference(struct phone_call *call, const char *event, struct error *error);
/* in-progress, completed or absent; `verb`: Record, Dial or Conference. */
int report_recording(struct phone_call *call, const struct cxml_tree *verb, const char *status, long seconds,
                     struct error *error);
int report_transcription(struct phone_call *call, const struct cxml_tree *record, struct str words,
                         struct error *error);
int report_text(struct phone_call *call, const struct cxml_tree *sms, struct str sid, struct error *error);
/* stream-started or stream-stopped; `stream` may be NULL. */
int report_stream(struct phone_call *call, const struct cxml_tree *stream, const char *event, struct error *error);
/* The number's own status callback, when the call is over. */
int report_end(struct phone_call *call, struct error *error);

/* Where the platform keeps what is recorded. */
#define REPORT_RECORDING_URL "https://files.example.com/recordings/played.wav"

#endif
