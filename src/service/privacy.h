/* Removes what keep_body and keep_numbers say not to store. */
#ifndef HOOKSWITCH_SERVICE_PRIVACY_H
#define HOOKSWITCH_SERVICE_PRIVACY_H

#include "event/event.h"
#include "service/service.h"

/* Reduces the event's parameters and numbers to what the settings allow, in the arena. Its dedup_key stays. */
void privacy_apply(const struct service *service, struct arena *arena, const struct form *form, struct event *event);

/* A copy of the parameters in the arena: without what people said, typed and wrote when `no_bodies`; with masked
 * numbers and without names and places when `mask`. */
struct form privacy_form(const struct service *service, struct arena *arena, const struct form *form, bool no_bodies,
                         bool mask);
/* A parameter that holds somebody's number, masked; any other as it is. */
struct str privacy_masked(const struct service *service, struct arena *arena, struct str name, struct str value);

/* An answer, or an address, without passwords, tokens, and user names in addresses. In the arena. */
struct str privacy_redact_secrets(struct arena *arena, struct str text);

#endif
