/* FastCGI by libfcgi; included nowhere but in src/web. */
#ifndef HOOKSWITCH_WEB_FASTCGI_H
#define HOOKSWITCH_WEB_FASTCGI_H

#include <stdbool.h>

#include "web/connections.h"
#include "web/gateway.h"

/* Whether descriptor 0 is a listening socket: started by spawn-fcgi, mod_fcgid, systemd, lighttpd. */
bool fastcgi_inherited(void);

/* Once a process, ahead of serving. 0, or -1 with the reason. */
int fastcgi_start(struct error *error);

/* Opens "unix:PATH" or "HOST:PORT" (or ":PORT") for listening. The descriptor, or -1 with the reason. A socket file
 * that nobody listens on any more is replaced; its mode is 0660. */
int fastcgi_listen(const char *address, struct error *error);

/* Serves what `connections` gives until it is stopped: one call a thread. `answer` is called once a request and ends
 * with gateway->finish or by returning. */
void fastcgi_serve(struct connections *connections, void (*answer)(void *context, struct gateway *gateway),
                   void *context);

#endif
