#include "base/digest.h"

#include <openssl/evp.h>

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

void digest_add(struct buffer *list, struct str text)
{
    uint64_t left = text.length; /* as wide on every host: the digests are in stores, which may move */
    char length[sizeof left];
    for (size_t i = 0; i < sizeof length; i++, left >>= 8)
        length[i] = (char)(left & 0xFF);
    buffer_add(list, (struct str){ length, sizeof length });
    buffer_add(list, text);
}

struct str digest_of(const struct buffer *list)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (EVP_Digest(list->at, list->length, bytes, &length, EVP_sha256(), NULL) != 1 || length < KEPT_BYTES)
        return STR("");
    return hex_encode(list->arena, bytes, KEPT_BYTES);
}
