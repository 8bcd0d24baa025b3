/* The interface between a request and its transport: FastCGI, plain CGI (RFC 3875), or a test. */
#ifndef HOOKSWITCH_WEB_GATEWAY_H
#define HOOKSWITCH_WEB_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>

/* How much of a refused body is read and discarded. */
enum { GATEWAY_DISCARD_MAX_BYTES = 64 * 1024 * 1024 };

struct gateway {
    void *connection;
    /* A meta-variable such as REQUEST_METHOD, or NULL. Valid until finish. */
    const char *(*variable)(struct gateway *gateway, const char *name);
    /* Reads up to `size` bytes of the body; fewer only at its end or when the peer breaks off. */
    size_t (*read)(struct gateway *gateway, char *at, size_t size);
    /* Writes header and body; false when the peer is gone. */
    bool (*write)(struct gateway *gateway, const char *at, size_t size);
    /* Sends the complete answer; work after this does not delay it. False when the peer is gone. */
    bool (*finish)(struct gateway *gateway);
    /* Called ahead of a refusal when the body was not read to its end. May be NULL. */
    void (*abandon)(struct gateway *gateway);
    /* The length of the body when CONTENT_LENGTH is missing; 0: no body then (RFC 3875 section 4.1.2). */
    size_t body_bytes;
};

#endif
