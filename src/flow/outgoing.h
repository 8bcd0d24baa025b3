/* Calls that go out: to whom they may, and whose number they show. */
#ifndef HOOKSWITCH_FLOW_OUTGOING_H
#define HOOKSWITCH_FLOW_OUTGOING_H

#include "flow/call.h"
#include "flow/leg.h"

/* Whether the call may be put through there: a number that dial_allow and the line let through, and from which it would
 * not come back in a circle. The log says why not. */
bool outgoing_may_ring(struct call *call, const struct leg *leg);
/* The number shown to who is called: the caller's (empty: the platform shows it) unless it has none or `own` is wanted,
 * then the line's. */
struct str outgoing_caller_id(const struct call *call, const struct leg *leg, bool own);

#endif
