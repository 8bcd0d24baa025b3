/* Opening hours, apart from any call. */
#ifndef HOOKSWITCH_FLOW_HOURS_H
#define HOOKSWITCH_FLOW_HOURS_H

#include <stdbool.h>

#include "base/zone.h"

/* Whether the hours (the keys of an [hours] section) are open at that wall-clock time. */
bool hours_is_open(const void *keys, struct zone_time time);

#endif
