#include "auth/identity.h"

#include <openssl/evp.h>
#include <string.h>

static bool sha256(struct str bytes, unsigned char digest[EVP_MAX_MD_SIZE])
{
    unsigned int length = 0;
    return EVP_Digest(bytes.at, bytes.length, digest, &length, EVP_sha256(), NULL) == 1 && length >= IDENTITY_BYTES;
}

static void add_number(struct buffer *list, uint64_t number)
{
    char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(number >> (8 * i) & 0xFF);
    buffer_add(list, (struct str){ bytes, sizeof bytes });
}

bool identity_compute(struct arena *arena, const struct signature_message *message, unsigned method, struct str covered,
                      struct identity *identity)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct buffer list = buffer_in(arena);
    if (!sha256(covered, digest))
        return false;
    memcpy(identity->digest, digest, IDENTITY_BYTES);
    /* The bytes are known: where they are cut is all that tells one way to send them from another. */
    add_number(&list, method);
    add_number(&list, message->is_form ? 1 : 0);
    add_number(&list, message->url.length);
    for (size_t i = 0; message->is_form && i < message->sorted.count; i++) {
        add_number(&list, message->sorted.at[i].name.length);
        add_number(&list, message->sorted.at[i].value.length);
    }
    if (!sha256(buffer_text(&list), digest))
        return false;
    identity->split = 0;
    for (size_t i = 0; i < sizeof identity->split - 1; i++) /* seven bytes: a number that is never negative */
        identity->split = identity->split * 256 + digest[i];
    return true;
}
