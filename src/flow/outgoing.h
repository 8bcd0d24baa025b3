/* Rules for calls that go out: permitted numbers, and the caller ID. */
#ifndef HOOKSWITCH_FLOW_OUTGOING_H
#define HOOKSWITCH_FLOW_OUTGOING_H

#include "flow/call.h"
#include "flow/leg.h"

/* Whether the leg may be dialled: dial_allow and the line permit the number, and it causes no forwarding loop.
 * Otherwise logs the reason. */
bool outgoing_may_ring(struct call *call, const struct leg *leg);
/* The caller ID: the caller's (empty: the platform shows it), or the line's when the caller has none or `own` is true.
 */
struct str outgoing_caller_id(const struct call *call, const struct leg *leg, bool own);

#endif
