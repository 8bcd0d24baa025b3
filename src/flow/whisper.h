/* What who answers hears before the two are connected, and the key that accepts: requests of the called telephone's own
 * call. */
#ifndef HOOKSWITCH_FLOW_WHISPER_H
#define HOOKSWITCH_FLOW_WHISPER_H

#include "flow/call.h"

struct whisper {
    struct prompt *prompt;
    struct str accept, decline; /* keys; without `accept` the end of the prompt connects */
    long accepted_s;            /* for so long it is known that somebody accepted */
};

void whisper_check(struct config_reader *reader, struct section *section, const struct whisper *whisper);

/* The telephone was picked up; the answer goes to the node's step "accepted". */
void whisper_begin(struct call *call, const struct whisper *whisper);
/* A key was pressed there, or none. */
void whisper_answered(struct call *call, const struct whisper *whisper);
/* Of the caller's call: a telephone that was picked up and then declined, or whose mailbox answered, has "completed" as
 * far as the platform is concerned. Without a store it cannot be told, and counts as answered. */
bool whisper_was_declined(struct call *call, const struct whisper *whisper);

#endif
