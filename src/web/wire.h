/* A parser of FastCGI 1.0 (sections 3 to 5 and 8 of the specification): bytes of one connection in, whole requests out.
 * Every length is checked before anything is stored; no I/O happens here. A second concurrent request is declined
 * (FCGI_CANT_MPX_CONN). */
#ifndef HOOKSWITCH_WEB_WIRE_H
#define HOOKSWITCH_WEB_WIRE_H

#include <stdint.h>

#include "base/str.h"

enum { WIRE_HEADER = 8, WIRE_PARAMS_MAX = 1024 * 1024 };

/* Bytes on the heap that grow. */
struct wire_bytes {
    char *at;
    size_t length, size;
};

void wire_add(struct wire_bytes *to, struct str more);
void wire_bytes_free(struct wire_bytes *bytes);

/* One connection's conversation. All zero is a new one. */
struct wire {
    unsigned char header[WIRE_HEADER], small[256]; /* of the present record; `small` is what is read as a whole */
    size_t header_used, small_used, content_left, padding_left;
    enum wire_stage { WIRE_IDLE, WIRE_PARAMS, WIRE_STDIN, WIRE_COMPLETE } stage;
    uint16_t id; /* of the request, from WIRE_PARAMS on */
    bool keep;   /* the web server closes the connection, not we */
    struct wire_bytes params, body;
    size_t discarded; /* of the body, beyond the limit */
};

enum wire_event {
    WIRE_MORE,    /* all was taken; further bytes are needed */
    WIRE_REQUEST, /* a request is whole: wire_variable and `body` tell it, until wire_reset */
    WIRE_CLOSE    /* close the connection behind `reply`: its request was declined or aborted, or this is no FastCGI, or
                   * goes beyond a limit */
};

/* Takes bytes off the front of `bytes`. Of a body, `body_max` bytes and one more are kept. What must be answered at
 * once goes into `reply`. */
enum wire_event wire_feed(struct wire *wire, struct str *bytes, size_t body_max, struct wire_bytes *reply);
/* Whether a request has begun and is not whole yet. */
bool wire_is_partial(const struct wire *wire);
/* Returns the first variable of that name in a complete request, or NULL. */
const char *wire_variable(const struct wire *wire, const char *name);
/* Forgets the request; another may follow. */
void wire_reset(struct wire *wire);

/* Puts a piece of the answer, and the answer's end, into `reply`. */
void wire_add_stdout(const struct wire *wire, struct str piece, struct wire_bytes *reply);
void wire_add_end(const struct wire *wire, struct wire_bytes *reply);

#endif
