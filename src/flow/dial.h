/* Dialling: the [dial] node, and numbers that stand directly as a destination. */
#ifndef HOOKSWITCH_FLOW_DIAL_H
#define HOOKSWITCH_FLOW_DIAL_H

#include "flow/call.h"

/* Dials one number or sip: address with the defaults of a [dial] section; an unanswered call ends with an apology. */
void dial_address(struct call *call, const struct destination *to);
/* What comes after that: the step of no node. */
void dial_address_ended(struct call *call);

#endif
