/* What status.fcgi and recording.fcgi answer: 200 once the event is on disk, 503 while it cannot be. */
#ifndef HOOKSWITCH_SERVICE_CALLBACK_H
#define HOOKSWITCH_SERVICE_CALLBACK_H

#include "service/outcome.h"

/* /status.fcgi, /status.fcgi/KIND, /status.fcgi/KIND/LINE */
void callback_handle_status(const struct request_context *context, struct request_outcome *outcome);
/* /recording.fcgi, /recording.fcgi/LINE: recordings and their transcriptions. /recording.fcgi/LINE/NODE/voicemail: of a
 * message left at that node, which becomes voicemail.received; /transcribing: with a transcription on its way. */
void callback_handle_recording(const struct request_context *context, struct request_outcome *outcome);
#define CALLBACK_VOICEMAIL "voicemail"
#define CALLBACK_TRANSCRIBING "transcribing"

/* Keeps what the request reports of a kind (or empty: as its parameters say) for a line (or NULL), together with what
 * `add` (or NULL) adds to the event. */
void callback_keep(const struct request_context *context, struct request_outcome *outcome, struct str kind,
                   const struct line *line,
                   void (*add)(const struct request_context *context, struct event *event, const struct line *line));

#endif
