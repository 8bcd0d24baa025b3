/* The connections of a FastCGI program. Accepts new ones, watches open ones, and hands one to a thread when it is
 * readable; an idle connection, or half a request, occupies no thread. When the limit of open files is reached, the
 * connection that has been idle longest is closed. */
#ifndef HOOKSWITCH_WEB_CONNECTIONS_H
#define HOOKSWITCH_WEB_CONNECTIONS_H

#include <stdint.h>

#include "base/log.h"
#include "web/wire.h"

struct connections;

struct connection {
    int descriptor;
    struct wire wire;
    /* The rest belongs to connections.c. */
    struct connection *before, *after; /* among those that wait, the longest first */
    int64_t since_ms;                  /* when it began to wait, or its request to come */
    bool watched, closing;
};

/* Watches `listener`, a listening socket that the caller owns. NULL with the reason on failure. `log` is borrowed. */
struct connections *connections_new(int listener, const struct log *log, struct error *error);
void connections_free(struct connections *connections);

/* Waits for a connection with something to read, for any number of threads at once. Each comes back by
 * connections_put_back or connections_close. NULL after connections_stop, when nothing is to be read and no thread has
 * a connection in hand; after connections_abort at once, but for the `last` thread: when no other has one in hand. */
struct connection *connections_next(struct connections *connections, bool last);
/* Watches it again. */
void connections_put_back(struct connections *connections, struct connection *connection);
void connections_close(struct connections *connections, struct connection *connection);

/* Call it about once a second: closes connections whose request makes no progress, and, when most of the room is used,
 * long idle ones. */
void connections_maintain(struct connections *connections);

/* Stops accepting; connections that have arrived are still served. */
void connections_stop(struct connections *connections);
bool connections_are_stopped(const struct connections *connections);
/* After connections_stop: closes all that are idle or half-way; accepts again, for the last thread to refuse. */
void connections_abort(struct connections *connections);

#endif
