/* Listening sockets: the one that was inherited, or one of the program's own. */
#ifndef HOOKSWITCH_WEB_LISTEN_H
#define HOOKSWITCH_WEB_LISTEN_H

#include <stdbool.h>

#include "base/str.h"

/* Whether descriptor 0 is a listening socket: started by spawn-fcgi, mod_fcgid, systemd, lighttpd. */
bool listen_inherited(void);

/* Opens "unix:PATH" or "HOST:PORT" (or ":PORT") for listening. The descriptor, or -1 with the reason. A socket file
 * that nobody listens on any more is replaced; its mode is 0660. */
int listen_at(const char *address, struct error *error);

#endif
