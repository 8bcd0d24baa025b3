/* A telephone that rings a line and does what it is told, verb by verb, as the platform would. Whoever holds it says
 * what the caller does next. */
#ifndef HOOKSWITCH_SIMULATOR_PHONE_H
#define HOOKSWITCH_SIMULATOR_PHONE_H

#include "simulator/call.h"

/* All of these: 0, or -1 with the reason: the platform would not take an answer, or nothing waits for that. */
int phone_ring(struct phone_call *call, struct str line, struct error *error);
int phone_press(struct phone_call *call, struct str keys, struct error *error);
int phone_say(struct phone_call *call, struct str words, struct error *error);
/* The caller does nothing: the time runs out, the queue's turn comes again. */
int phone_wait(struct phone_call *call, struct error *error);
/* How the other telephone's ringing ends: completed, busy, no-answer, failed, canceled; of a conference: answered; of a
 * place in a queue: bridged. Of several that ring, `number` is the one that answers; empty: the first. */
int phone_outcome(struct phone_call *call, struct str outcome, struct str number, struct error *error);
/* So many seconds are spoken, `words` (for a transcription), and a key is pressed; 0: nothing is said. */
int phone_record(struct phone_call *call, long seconds, struct str words, struct error *error);
int phone_hang_up(struct phone_call *call, struct error *error);

/* Lists the possible actions for a person: "press KEYS, say WORDS, wait, hang up". */
const char *phone_choices(const struct phone_call *call);

#endif
