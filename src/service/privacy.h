/* What is not to be kept is left out at the door: keep_body, keep_numbers. */
#ifndef HOOKSWITCH_SERVICE_PRIVACY_H
#define HOOKSWITCH_SERVICE_PRIVACY_H

#include "event/event.h"
#include "service/service.h"

/* Changes the event's parameters and numbers to what the settings let be kept, in the arena. What makes it the same
 * event again stays: that is a digest of all that came. */
void privacy_apply(const struct service *service, struct arena *arena, const struct form *form, struct event *event);

#endif
