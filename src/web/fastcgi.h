/* FastCGI: what connections bring becomes requests, answered one by one. */
#ifndef HOOKSWITCH_WEB_FASTCGI_H
#define HOOKSWITCH_WEB_FASTCGI_H

#include <stdatomic.h>

#include "web/connections.h"
#include "web/gateway.h"

struct fastcgi {
    struct connections *connections;
    atomic_size_t body_max; /* bytes; more of a body is read and forgotten */
    /* Called once a request; ends with gateway->finish or by returning. */
    void (*answer)(void *context, struct gateway *gateway);
};

/* Serves as connections_next says: one call a thread, with a context of its own. Once the connections are stopped, each
 * is closed behind its answer. */
void fastcgi_serve(struct fastcgi *fastcgi, void *context, bool last);

#endif
