/* The name of a queue, for agents. */
#ifndef HOOKSWITCH_FLOW_QUEUE_H
#define HOOKSWITCH_FLOW_QUEUE_H

#include "base/str.h"

/* The queue's name on the platform. */
struct str queue_name(const void *keys);

#endif
