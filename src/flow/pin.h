/* PINs that callers type: compared in constant time, logged nowhere, and locked after too many wrong ones. */
#ifndef HOOKSWITCH_FLOW_PIN_H
#define HOOKSWITCH_FLOW_PIN_H

#include "flow/call.h"

enum { PIN_WRONG = -1, PIN_LOCKED = -2, PIN_WRONG_MAX = 10, PIN_LOCK_S = 900 };

/* Which of the PINs was typed in this request, by position. PIN_LOCKED: with a store, after PIN_WRONG_MAX wrong ones at
 * this node, from whomever, no PIN counts for PIN_LOCK_S; nor does any while the store cannot count. The step's
 * node_step.secret must be set. */
int pin_try(struct call *call, const struct str *pins, int count);

/* Asks for a PIN: the answer comes to the node's step "pin" with try=ATTEMPT. */
void pin_ask(struct call *call, long attempt, const struct prompt *ahead, const struct prompt *prompt);

#endif
