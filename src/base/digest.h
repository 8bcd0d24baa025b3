/* A digest of a list of texts: the first 128 bits of SHA-256 (FIPS 180-4) over each text and its length, so that
 * different lists cannot collide by concatenation. */
#ifndef HOOKSWITCH_BASE_DIGEST_H
#define HOOKSWITCH_BASE_DIGEST_H

#include "base/arena.h"

enum { DIGEST_BYTES = 32 };
void digest_sha256(struct str bytes, unsigned char digest[DIGEST_BYTES]);

/* Appends a text, or a number, to the list. */
void digest_add(struct buffer *list, struct str text);
void digest_add_number(struct buffer *list, uint64_t number);
/* Lower-case hex, 32 digits, in the list's arena. */
struct str digest_of(const struct buffer *list);

/* Lower-case hex: writes two digits for each byte, and a NUL. */
void hex_write(const unsigned char *bytes, size_t count, char *to);
/* The same in the arena. */
struct str hex_encode(struct arena *arena, const unsigned char *bytes, size_t count);

#endif
