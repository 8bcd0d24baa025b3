/* A short name for a list of texts: the first 128 bits of SHA-256 (FIPS 180-4) over them, each with its length ahead, so
 * that no two lists run together. */
#ifndef HOOKSWITCH_BASE_DIGEST_H
#define HOOKSWITCH_BASE_DIGEST_H

#include "base/text.h"

enum { DIGEST_TEXT_SIZE = 33 };

struct digest;

/* NULL when OpenSSL has no memory left; the functions below take NULL. */
struct digest *digest_begin(void);
void digest_add(struct digest *digest, struct text text);
/* Frees it and writes lower-case hex with a NUL. False when the digest could not be made. */
bool digest_end(struct digest *digest, char hex[DIGEST_TEXT_SIZE]);

#endif
