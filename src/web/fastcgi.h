/* FastCGI: what connections bring becomes requests, answered one by one. */
#ifndef HOOKSWITCH_WEB_FASTCGI_H
#define HOOKSWITCH_WEB_FASTCGI_H

#include <stdatomic.h>
#include <stdbool.h>

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

/* Whether descriptor 0 is a listening socket: started by spawn-fcgi, mod_fcgid, systemd, lighttpd. */
bool listen_inherited(void);

/* Opens "unix:PATH" or "HOST:PORT" (or ":PORT") for listening. The descriptor, or -1 with the reason. A socket file
 * that nobody listens on any more is replaced; its mode is 0660. */
int listen_at(const char *address, struct error *error);

#endif
