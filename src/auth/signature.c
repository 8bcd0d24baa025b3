#include "auth/signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "web/url.h"

enum { DIGEST_BYTES = 20, BASE64_LENGTH = 28, HEX_LENGTH = 40, SHA256_HEX_LENGTH = 64 };

struct signature_keys {
    EVP_MAC_CTX *prepared[SIGNATURE_KEYS_MAX];
    size_t count;
};

struct signature_keys *signature_keys_new(void)
{
    /* openssl.cnf has nothing to say to us, and reading it costs a CGI start more than the signature does. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    return calloc(1, sizeof(struct signature_keys));
}

void signature_keys_free(struct signature_keys *keys)
{
    for (size_t i = 0; keys != NULL && i < keys->count; i++)
        EVP_MAC_CTX_free(keys->prepared[i]);
    free(keys);
}

static EVP_MAC_CTX *prepare(struct text key)
{
    char digest[] = "SHA1";
    OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                OSSL_PARAM_construct_end() };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    if (context != NULL && EVP_MAC_init(context, (const unsigned char *)key.at, key.length, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        context = NULL;
    }
    return context;
}

int signature_keys_add(struct signature_keys *keys, struct text key, struct error *error)
{
    if (key.length == 0)
        return error_set(error, "the signing key is empty");
    if (keys->count == SIGNATURE_KEYS_MAX)
        return error_set(error, "more than %d signing keys", SIGNATURE_KEYS_MAX);
    EVP_MAC_CTX *context = prepare(key);
    if (context == NULL)
        return error_set(error, "OpenSSL offers no HMAC-SHA1");
    keys->prepared[keys->count++] = context;
    return 0;
}

size_t signature_keys_count(const struct signature_keys *keys)
{
    return keys == NULL ? 0 : keys->count;
}

static bool feed(EVP_MAC_CTX *mac, struct text text)
{
    return text.length == 0 || EVP_MAC_update(mac, (const unsigned char *)text.at, text.length) == 1;
}

/* HMAC over the URL, then the sorted parameters or the raw body. */
static bool digest_of(const EVP_MAC_CTX *prepared, struct text url, struct form parameters, struct text raw,
                      unsigned char digest[DIGEST_BYTES])
{
    EVP_MAC_CTX *mac = EVP_MAC_CTX_dup(prepared);
    size_t length = 0;
    bool done = mac != NULL && feed(mac, url) && feed(mac, raw);
    for (size_t i = 0; done && i < parameters.count; i++)
        done = feed(mac, parameters.at[i].name) && feed(mac, parameters.at[i].value);
    done = done && EVP_MAC_final(mac, digest, &length, DIGEST_BYTES) == 1 && length == DIGEST_BYTES;
    EVP_MAC_CTX_free(mac);
    return done;
}

static void write_hex(const unsigned char *bytes, size_t count, char *to)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
    to[2 * count] = '\0';
}

static bool sign(const EVP_MAC_CTX *prepared, struct text url, struct form parameters, struct text raw, bool hex,
                 char text[SIGNATURE_TEXT_SIZE])
{
    unsigned char digest[DIGEST_BYTES];
    if (!digest_of(prepared, url, parameters, raw, digest))
        return false;
    if (hex)
        write_hex(digest, DIGEST_BYTES, text);
    else
        EVP_EncodeBlock((unsigned char *)text, digest, DIGEST_BYTES);
    return true;
}

/* bodySHA256=<hex> of the query; exactly one, and it must match. */
static bool body_hash_matches(struct text url, struct text body)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char expected[SHA256_HEX_LENGTH + 1];
    unsigned int length;
    struct url parts;
    struct text given = { NULL, 0 }, pair;
    int found = 0;
    if (!url_split(url, &parts) || parts.query.length == 0)
        return false;
    for (struct text rest = text_from(parts.query, 1); text_next(&rest, '&', &pair);)
        if (text_starts(pair, TEXT("bodySHA256="))) {
            given = text_from(pair, sizeof "bodySHA256=" - 1);
            found++;
        }
    if (found != 1 || given.length != SHA256_HEX_LENGTH)
        return false;
    if (EVP_Digest(body.at, body.length, digest, &length, EVP_sha256(), NULL) != 1)
        return false;
    write_hex(digest, length, expected);
    return CRYPTO_memcmp(expected, given.at, SHA256_HEX_LENGTH) == 0;
}

/* The URL as it is, with the default port added where it has none, and without its port where it has one: the
 * platform's signing side does all three. */
static size_t url_variants(struct arena *arena, struct text url, struct text variants[2])
{
    struct url parts;
    variants[0] = url;
    if (!url_split(url, &parts))
        return 1;
    size_t host_end = (size_t)(parts.host.at + parts.host.length - url.at);
    size_t port_end = host_end + (parts.has_port ? 1 + parts.port.length : 0);
    const char *port = parts.has_port ? "" : text_is(parts.scheme, "http") ? ":80" : ":443";
    variants[1] = arena_format(arena, "%.*s%s%.*s", TEXT_ARGS(text_upto(url, host_end)), port,
                               TEXT_ARGS(text_from(url, port_end)));
    return 2;
}

bool signature_check(const struct signature_keys *keys, struct arena *arena, const struct signature_message *message,
                     struct text signature)
{
    bool hex = signature.length == HEX_LENGTH;
    if (keys == NULL || (!hex && signature.length != BASE64_LENGTH))
        return false;
    if (hex && message->is_form)
        return false; /* forms are signed by their parameters alone */
    if (!hex && !message->is_form && message->body.length > 0 && !body_hash_matches(message->url, message->body))
        return false;
    struct form parameters = message->is_form ? message->sorted : (struct form){ NULL, 0 };
    struct text raw = hex ? message->body : TEXT("");
    struct text variants[2];
    size_t count = url_variants(arena, message->url, variants);
    char expected[SIGNATURE_TEXT_SIZE];
    for (size_t variant = 0; variant < count; variant++)
        for (size_t key = 0; key < keys->count; key++)
            if (sign(keys->prepared[key], variants[variant], parameters, raw, hex, expected) &&
                CRYPTO_memcmp(expected, signature.at, signature.length) == 0)
                return true;
    return false;
}

int signature_make(const struct signature_keys *keys, const struct signature_message *message,
                   char text[SIGNATURE_TEXT_SIZE])
{
    bool hex = !message->is_form && message->body.length > 0;
    struct form parameters = message->is_form ? message->sorted : (struct form){ NULL, 0 };
    if (signature_keys_count(keys) == 0)
        return -1;
    return sign(keys->prepared[0], message->url, parameters, hex ? message->body : TEXT(""), hex, text) ? 0 : -1;
}
