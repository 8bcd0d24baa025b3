/* What is not to be kept is left out at the door: keep_body, keep_numbers. */
#ifndef HOOKSWITCH_SERVICE_PRIVACY_H
#define HOOKSWITCH_SERVICE_PRIVACY_H

#include "event/event.h"
#include "service/service.h"

/* Changes the event's parameters and numbers to what the settings let be kept, in the arena. What makes it the same
 * event again stays: that is a digest of all that came. */
void privacy_apply(const struct service *service, struct arena *arena, const struct form *form, struct event *event);

/* What may be kept of the parameters, in the arena: without what people said, typed and wrote, where `no_bodies`; with
 * their numbers masked and nothing of who they are, where `mask`. */
struct form privacy_form(const struct service *service, struct arena *arena, const struct form *form, bool no_bodies,
                         bool mask);
/* A parameter that holds somebody's number, masked; any other as it is. */
struct str privacy_masked(const struct service *service, struct arena *arena, struct str name, struct str value);

/* An answer, or an address, without passwords, tokens, and user names in addresses. In the arena. */
struct str privacy_redact_secrets(struct arena *arena, struct str text);

#endif
