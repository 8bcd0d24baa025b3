/* recording.fcgi: stores callbacks of recordings and of their transcriptions. */
#ifndef HOOKSWITCH_STATUS_RECORDING_H
#define HOOKSWITCH_STATUS_RECORDING_H

#include "service/outcome.h"

/* The last segment of the address for a message left at a node, without and with a transcription on its way. */
#define RECORDING_VOICEMAIL "voicemail"
#define RECORDING_TRANSCRIBING "transcribing"

/* Handles /recording.fcgi and /recording.fcgi/LINE; and /recording.fcgi/LINE/NODE/voicemail (or transcribing), whose
 * recordings become voicemail.received. 200 once the event is on disk, 503 when it could not be stored. */
void recording_handle(const struct request_context *context, struct request_outcome *outcome);

#endif
