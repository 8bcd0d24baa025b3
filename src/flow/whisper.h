/* The prompt for the called person before the call connects, and the key that accepts: requests of the called leg. */
#ifndef HOOKSWITCH_FLOW_WHISPER_H
#define HOOKSWITCH_FLOW_WHISPER_H

#include "flow/call.h"

struct whisper {
    struct prompt *prompt;
    struct str accept, decline; /* keys; without `accept` the end of the prompt connects */
    long accepted_s;            /* how long the acceptance is stored */
};

void whisper_check(struct config_reader *reader, struct section *section, const struct whisper *whisper);

/* The leg was answered; the input goes to the node's step "accepted". */
void whisper_begin(struct call *call, const struct whisper *whisper);
/* Handles the input. */
void whisper_answered(struct call *call, const struct whisper *whisper);
/* Whether the called person declined, or a mailbox answered: the platform reports "completed" for both. False without a
 * store. */
bool whisper_was_declined(struct call *call, const struct whisper *whisper);

#endif
