/* What status.fcgi and recording.fcgi answer: 200 once the event is on disk, 503 while it cannot be. */
#ifndef HOOKSWITCH_SERVICE_CALLBACK_H
#define HOOKSWITCH_SERVICE_CALLBACK_H

#include "service/visit.h"

/* /status.fcgi, /status.fcgi/KIND, /status.fcgi/KIND/LINE */
struct response callback_handle_status(const struct visit *visit);
/* /recording.fcgi, /recording.fcgi/LINE: recordings and their transcriptions. /recording.fcgi/LINE/NODE/voicemail: of a
 * message left at that node, which becomes voicemail.received; /transcribing: with a transcription on its way. */
struct response callback_handle_recording(const struct visit *visit);
#define CALLBACK_VOICEMAIL "voicemail"
#define CALLBACK_TRANSCRIBING "transcribing"

/* Keeps what the request reports of a kind (or empty: as its parameters say) for a line (or NULL), together with what
 * `bring` (or NULL) adds to the event. */
struct response callback_keep(const struct visit *visit, struct str kind, const struct line *line,
                              void (*bring)(const struct visit *visit, struct event *event, const struct line *line));

#endif
