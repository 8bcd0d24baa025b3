/* What stands between a telephone and what answers it: posts what the platform would post. The handlers are called in
 * this process: the same code as behind a web server, without one. */
#ifndef HOOKSWITCH_PHONE_CARRIER_H
#define HOOKSWITCH_PHONE_CARRIER_H

#include "base/log.h"
#include "service/service.h"
#include "store/store.h"
#include "web/response.h"

struct carrier {
    const struct service *service;
    struct store *store; /* NULL: none */
    const struct log *log;
    int64_t now_us; /* the clock by which is answered */
};

/* Posts a form to "sms.fcgi/desk", or to an address that an earlier answer gave. 0 with the answer, in the arena; or -1
 * with the reason: no program of the suite is called so. */
int carrier_post(const struct carrier *carrier, struct arena *arena, struct text address, struct text form,
                 struct response *response, struct error *error);

/* The parameters of a request, form-encoded, are built with form_add (web/form.h). A sid as the platform makes them, in
 * the arena; another each time. */
struct text carrier_sid(struct arena *arena);

#endif
