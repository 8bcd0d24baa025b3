/* A digest of a list of texts: the first 128 bits of SHA-256 (FIPS 180-4) over each text and its length, so that
 * different lists cannot collide by concatenation. */
#ifndef HOOKSWITCH_BASE_DIGEST_H
#define HOOKSWITCH_BASE_DIGEST_H

#include "base/buffer.h"

/* Appends a text to the list. */
void digest_add(struct buffer *list, struct str text);
/* Lower-case hex, 32 digits, in the list's arena; empty when OpenSSL has no memory left. */
struct str digest_of(const struct buffer *list);

#endif
