/* The identity of a request: the digest of the bytes that its signature covers. The platform's signature covers neither
 * a time nor separators between names and values, so the same bytes can be replayed, split differently or by another
 * method; the digest stays the same. */
#ifndef HOOKSWITCH_AUTH_IDENTITY_H
#define HOOKSWITCH_AUTH_IDENTITY_H

#include <stdint.h>

#include "auth/signature.h"

enum { IDENTITY_BYTES = 16 };

struct identity {
    unsigned char digest[IDENTITY_BYTES]; /* of the signed bytes: SHA-256, cut */
    int64_t split;                        /* of how they were split into address, names and values, or body */
};

/* `covered` as from signature_check, or from signature_bytes where nothing was signed. `method` tells a GET from a POST
 * without a body. False without SHA-256. */
bool identity_compute(struct arena *arena, const struct signature_message *message, unsigned method, struct str covered,
                      struct identity *identity);

#endif
