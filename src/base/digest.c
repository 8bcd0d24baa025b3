#include "base/digest.h"

#include <openssl/evp.h>

enum { KEPT_BYTES = 16 };

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
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (EVP_Digest(list->at, list->length, bytes, &length, EVP_sha256(), NULL) != 1 || length < KEPT_BYTES)
        return STR("");
    char *hex = arena_alloc(list->arena, 2 * KEPT_BYTES + 1);
    for (size_t i = 0; i < KEPT_BYTES; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    return (struct str){ hex, 2 * KEPT_BYTES };
}
