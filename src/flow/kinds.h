/* Every kind of node, as NAME_kind. The build lists them in flow/node_kinds.h. */
#ifndef HOOKSWITCH_FLOW_KINDS_H
#define HOOKSWITCH_FLOW_KINDS_H

#include "config/config.h"

#define NODE_KIND(name) extern const struct section_kind name##_kind;
#include "flow/node_kinds.h"
#undef NODE_KIND

#endif
