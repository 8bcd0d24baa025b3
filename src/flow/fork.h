/* Where a message or a fax is led: [hours] and [route] serve them as they serve calls. */
#ifndef HOOKSWITCH_FLOW_FORK_H
#define HOOKSWITCH_FLOW_FORK_H

#include "flow/call.h"

/* Follows `to` through the sections that fork. What stands at the end: a section of another kind, a word such as
 * reject, or NULL. Of the call only the context, the line and shared state are used: no document need have begun. */
const struct destination *fork_follow(struct call *call, const struct destination *to);

#endif
