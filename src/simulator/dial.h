/* Dial: the telephones that ring, conferences, and callers who are taken out of a queue. */
#ifndef HOOKSWITCH_SIMULATOR_DIAL_H
#define HOOKSWITCH_SIMULATOR_DIAL_H

#include "simulator/wire.h"

/* All of these: 0, or -1 with the reason. */

int dial_begin(struct phone_call *call, const struct cxml_tree *verb, struct error *error);
/* Plays the document of the callee, or of the caller who is taken out of a queue, where the leg names one. */
int dial_answer(struct phone_call *call, struct error *error);
/* The legs' own ends, and the recording of what was said. `form` gets the parameters of the action. */
int dial_close(struct phone_call *call, struct str status, struct buffer *form, struct error *error);
/* The same, and the call goes on at the action. */
int dial_end(struct phone_call *call, struct str status, struct error *error);

/* The document of who waits for a conference to begin, again. */
int dial_lobby_turn(struct phone_call *call, struct error *error);
/* The caller leaves a conference, which ends. */
int dial_leave(struct phone_call *call, struct error *error);

#endif
