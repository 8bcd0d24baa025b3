/* Dials numbers and sip: addresses that are destinations themselves. */
#ifndef HOOKSWITCH_FLOW_DIAL_H
#define HOOKSWITCH_FLOW_DIAL_H

#include "flow/call.h"

/* Dials with the defaults of a [dial] section; plays an apology when nobody answers. */
void dial_address(struct call *call, const struct destination *to);
/* The same for the call's node, which has a step "ended"; `query` goes with it. */
void dial_address_for(struct call *call, const struct destination *to, struct str query);
/* Whether the request says that the call was answered. */
bool dial_was_answered(const struct call *call);
/* Continues after dial_address. */
void dial_address_ended(struct call *call);

#endif
