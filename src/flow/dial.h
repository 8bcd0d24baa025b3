/* Dialling: the [dial] node, and numbers that stand directly as a destination. */
#ifndef HOOKSWITCH_FLOW_DIAL_H
#define HOOKSWITCH_FLOW_DIAL_H

#include "flow/call.h"

/* Dials one number or sip: address with the defaults of a [dial] section; an unanswered call ends with an apology. */
void dial_address(struct call *call, const struct destination *to);
/* The same on behalf of the call's node, which has a step "ended" of its own, with a query. */
void dial_address_for(struct call *call, const struct destination *to, struct str query);
/* Whether somebody took the call, as far as this request says. */
bool dial_was_answered(const struct call *call);
/* What comes after that: the step of no node. */
void dial_address_ended(struct call *call);

#endif
