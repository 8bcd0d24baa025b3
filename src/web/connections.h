/* The connections of a FastCGI program: accepts new ones, keeps those that the web server keeps open, and hands each to
 * a thread only when something is to be read from it. So a kept connection that is idle holds no thread. */
#ifndef HOOKSWITCH_WEB_CONNECTIONS_H
#define HOOKSWITCH_WEB_CONNECTIONS_H

#include "base/error.h"

struct connections;

/* Watches `listener`, a listening socket that the caller owns. NULL with the reason on failure. */
struct connections *connections_new(int listener, struct error *error);
void connections_free(struct connections *connections);

/* Waits for a connection with something to read, for any number of threads at once. Its descriptor, with time-outs set
 * on reading and writing, or -1 when connections_stop was called. */
int connections_next(struct connections *connections);
/* Takes a kept connection back to be watched. */
void connections_keep(struct connections *connections, int connection);
/* Makes every present and later connections_next return -1. Async-signal-safe. */
void connections_stop(struct connections *connections);

#endif
