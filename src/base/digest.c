#include "base/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum { KEPT_BYTES = 16 };

void hex_write(const unsigned char *bytes, size_t count, char *to)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
    to[2 * count] = '\0';
}

struct str hex_encode(struct arena *arena, const unsigned char *bytes, size_t count)
{
    char *digits = arena_alloc(arena, 2 * count + 1);
    hex_write(bytes, count, digits);
    return (struct str){ digits, 2 * count };
}

void digest_sha256(struct str bytes, unsigned char digest[DIGEST_BYTES])
{
    if (EVP_Digest(bytes.at, bytes.length, digest, NULL, EVP_sha256(), NULL) != 1)
        abort(); /* what goes by a digest would take all requests for one */
}

void digest_add_number(struct buffer *list, uint64_t number)
{
    char bytes[sizeof number]; /* as wide on every host: the digests are in stores, which may move */
    for (size_t i = 0; i < sizeof bytes; i++, number >>= 8)
        bytes[i] = (char)(number & 0xFF);
    buffer_add(list, (struct str){ bytes, sizeof bytes });
}

void digest_add(struct buffer *list, struct str text)
{
    digest_add_number(list, text.length);
    buffer_add(list, text);
}

struct str digest_of(const struct buffer *list)
{
    unsigned char digest[DIGEST_BYTES];
    digest_sha256((struct str){ list->at, list->length }, digest);
    return hex_encode(list->arena, digest, KEPT_BYTES);
}
