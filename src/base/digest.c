#include "base/digest.h"

#include <openssl/evp.h>
#include <stdio.h>

/* struct digest is OpenSSL's EVP_MD_CTX under the name that the rest of the house uses. */

struct digest *digest_begin(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    return (struct digest *)context;
}

void digest_add(struct digest *digest, struct text text)
{
    char length[24];
    int size = snprintf(length, sizeof length, "%zu:", text.length);
    if (digest == NULL)
        return;
    EVP_DigestUpdate((EVP_MD_CTX *)digest, length, (size_t)size);
    EVP_DigestUpdate((EVP_MD_CTX *)digest, text.at, text.length);
}

bool digest_end(struct digest *digest, char hex[DIGEST_TEXT_SIZE])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    bool done = digest != NULL && EVP_DigestFinal_ex((EVP_MD_CTX *)digest, bytes, &length) == 1;
    EVP_MD_CTX_free((EVP_MD_CTX *)digest);
    for (size_t i = 0; done && i < (DIGEST_TEXT_SIZE - 1) / 2; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return done;
}
