/* [queue NAME], for those who take calls out of it. */
#ifndef HOOKSWITCH_FLOW_QUEUE_H
#define HOOKSWITCH_FLOW_QUEUE_H

#include "base/str.h"

/* The queue's name at the platform, from the keys of such a section. */
struct str queue_name(const void *keys);

#endif
