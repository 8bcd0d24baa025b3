/* Routers: [hours] and [route] choose a destination for calls, messages and faxes. */
#ifndef HOOKSWITCH_FLOW_ROUTER_H
#define HOOKSWITCH_FLOW_ROUTER_H

#include "service/session.h"

/* Follows routers from `to` on. Returns the first destination that is not a router, or NULL. */
const struct destination *router_follow(struct session *session, const struct destination *to);

#endif
