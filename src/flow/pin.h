/* PINs that callers enter: compared in constant time, never logged, locked after too many wrong ones. */
#ifndef HOOKSWITCH_FLOW_PIN_H
#define HOOKSWITCH_FLOW_PIN_H

#include "flow/call.h"

enum { PIN_WRONG = -1, PIN_LOCKED = -2, PIN_WRONG_MAX = 10, PIN_LOCK_S = 900 };

/* Returns the position of the PIN that the caller entered, PIN_WRONG or PIN_LOCKED. With a store, PIN_WRONG_MAX wrong
 * ones lock the node for PIN_LOCK_S for everyone; it is locked also while the store fails. The step must set
 * node_step.secret. */
int pin_try(struct call *call, const struct str *pins, int count);

/* Asks for a PIN; the node's step "pin" receives it with try=ATTEMPT. */
void pin_ask(struct call *call, long attempt, const struct prompt *ahead, const struct prompt *prompt);

#endif
