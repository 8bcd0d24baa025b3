/* Events that follow from others: a missed call, a message without a final status. Later callbacks may change that, so
 * a job decides after a delay (work/derive.c). */
#ifndef HOOKSWITCH_SERVICE_DERIVE_H
#define HOOKSWITCH_SERVICE_DERIVE_H

#include "event/event.h"
#include "service/service.h"

#define DERIVE_CALL "derive/call"
#define DERIVE_MESSAGE "derive/message"

/* Orders the finding out that the event calls for, if some [on ...] waits for what may be found. */
void derive_request_jobs(const struct service *service, struct arena *arena, const struct form *form,
                         struct event *event);

#endif
