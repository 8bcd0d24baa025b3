#include "auth/signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/digest.h"
#include "web/url.h"

enum { DIGEST_BYTES = 20, BASE64_LENGTH = 28, HEX_LENGTH = 40, SHA256_HEX_LENGTH = 64 };

enum { SPARES_MAX = 16 };

/* A key's schedule, made once, and copies of it that wait for their next use: making a copy costs more than signing. */
struct signature_key {
    EVP_MAC_CTX *prepared;
    EVP_MAC_CTX *spares[SPARES_MAX];
    size_t spare_count;
};

struct signature_keys {
    struct signature_key at[SIGNATURE_KEYS_MAX];
    size_t count;
    pthread_mutex_t lock; /* of the spares */
};

struct signature_keys *signature_keys_new(void)
{
    /* openssl.cnf has nothing to say to us, and reading it costs a CGI start more than the signature does. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    struct signature_keys *keys = calloc(1, sizeof *keys);
    if (keys != NULL)
        pthread_mutex_init(&keys->lock, NULL);
    return keys;
}

void signature_keys_free(struct signature_keys *keys)
{
    if (keys == NULL)
        return;
    for (size_t i = 0; i < keys->count; i++) {
        EVP_MAC_CTX_free(keys->at[i].prepared);
        while (keys->at[i].spare_count > 0)
            EVP_MAC_CTX_free(keys->at[i].spares[--keys->at[i].spare_count]);
    }
    pthread_mutex_destroy(&keys->lock);
    free(keys);
}

static EVP_MAC_CTX *prepare(struct str key)
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

int signature_keys_add(struct signature_keys *keys, struct str key, struct error *error)
{
    if (key.length == 0)
        return error_set(error, "the signing key is empty");
    if (keys->count == SIGNATURE_KEYS_MAX)
        return error_set(error, "more than %d signing keys", SIGNATURE_KEYS_MAX);
    EVP_MAC_CTX *context = prepare(key);
    if (context == NULL)
        return error_set(error, "OpenSSL offers no HMAC-SHA1");
    keys->at[keys->count++].prepared = context;
    return 0;
}

size_t signature_keys_count(const struct signature_keys *keys)
{
    return keys == NULL ? 0 : keys->count;
}

/* A context with the key's schedule, ready for a message. */
static EVP_MAC_CTX *borrow_context(struct signature_keys *keys, struct signature_key *key)
{
    EVP_MAC_CTX *context = NULL;
    pthread_mutex_lock(&keys->lock);
    if (key->spare_count > 0)
        context = key->spares[--key->spare_count];
    pthread_mutex_unlock(&keys->lock);
    if (context == NULL)
        return EVP_MAC_CTX_dup(key->prepared);
    if (EVP_MAC_init(context, NULL, 0, NULL) == 1) /* the same key again */
        return context;
    EVP_MAC_CTX_free(context);
    return NULL;
}

static void return_context(struct signature_keys *keys, struct signature_key *key, EVP_MAC_CTX *context)
{
    pthread_mutex_lock(&keys->lock);
    bool room = key->spare_count < SPARES_MAX;
    if (room)
        key->spares[key->spare_count++] = context;
    pthread_mutex_unlock(&keys->lock);
    if (!room)
        EVP_MAC_CTX_free(context);
}

static bool key_digest(struct signature_keys *keys, size_t which, struct str signed_text,
                      unsigned char digest[DIGEST_BYTES])
{
    struct signature_key *key = &keys->at[which];
    EVP_MAC_CTX *mac = borrow_context(keys, key);
    size_t length = 0;
    if (mac == NULL)
        return false;
    bool done = EVP_MAC_update(mac, (const unsigned char *)signed_text.at, signed_text.length) == 1 &&
                EVP_MAC_final(mac, digest, &length, DIGEST_BYTES) == 1 && length == DIGEST_BYTES;
    return_context(keys, key, mac);
    return done;
}

/* URL, then the sorted parameters or the raw body, joined without separators. */
static struct str signed_text_of(struct arena *arena, struct str url, struct form parameters, struct str raw)
{
    struct buffer joined = buffer_in(arena);
    buffer_add(&joined, url);
    buffer_add(&joined, raw);
    for (size_t i = 0; i < parameters.count; i++) {
        buffer_add(&joined, parameters.at[i].name);
        buffer_add(&joined, parameters.at[i].value);
    }
    return buffer_text(&joined);
}

static bool sign(struct signature_keys *keys, size_t which, struct str signed_text, bool hex,
                 char text[SIGNATURE_TEXT_SIZE])
{
    unsigned char digest[DIGEST_BYTES];
    if (!key_digest(keys, which, signed_text, digest))
        return false;
    if (hex)
        hex_write(digest, DIGEST_BYTES, text);
    else
        EVP_EncodeBlock((unsigned char *)text, digest, DIGEST_BYTES);
    return true;
}

/* bodySHA256=<hex> of the query; exactly one, and it must match. */
static bool body_hash_matches(struct str url, struct str body)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char expected[SHA256_HEX_LENGTH + 1];
    unsigned int length;
    struct url parts;
    struct str given = { NULL, 0 }, pair;
    int found = 0;
    if (!url_split(url, &parts) || parts.query.length == 0)
        return false;
    for (struct str rest = str_from(parts.query, 1); str_next(&rest, '&', &pair);)
        if (str_starts(pair, STR("bodySHA256="))) {
            given = str_from(pair, sizeof "bodySHA256=" - 1);
            found++;
        }
    if (found != 1 || given.length != SHA256_HEX_LENGTH)
        return false;
    if (EVP_Digest(body.at, body.length, digest, &length, EVP_sha256(), NULL) != 1)
        return false;
    hex_write(digest, length, expected);
    return CRYPTO_memcmp(expected, given.at, SHA256_HEX_LENGTH) == 0;
}

/* The URL with the default port added where it has none, or without its port where it has one: besides the URL as it
 * is, the platform's signing side does both. Empty when there is no such variant. */
static struct str url_variant(struct arena *arena, struct str url)
{
    struct url parts;
    if (!url_split(url, &parts))
        return STR("");
    size_t host_end = (size_t)(parts.host.at + parts.host.length - url.at);
    size_t port_end = host_end + (parts.has_port ? 1 + parts.port.length : 0);
    struct str port = parts.has_port ? STR("") : str_is(parts.scheme, "http") ? STR(":80") : STR(":443");
    return ARENA_JOIN(arena, str_upto(url, host_end), port, str_from(url, port_end));
}

static bool any_key_signed(struct signature_keys *keys, struct str signed_text, bool hex, struct str signature)
{
    char expected[SIGNATURE_TEXT_SIZE];
    bool matches = false;
    for (size_t key = 0; key < keys->count; key++)
        matches = (sign(keys, key, signed_text, hex, expected) &&
                   CRYPTO_memcmp(expected, signature.at, signature.length) == 0) ||
                  matches;
    return matches;
}

struct str signature_bytes(struct arena *arena, const struct signature_message *message)
{
    struct form parameters = message->is_form ? message->sorted : (struct form){ NULL, 0 };
    return signed_text_of(arena, message->url, parameters, message->is_form ? STR("") : message->body);
}

bool signature_check(struct signature_keys *keys, struct arena *arena, const struct signature_message *message,
                     struct str signature, struct str *covered)
{
    bool hex = signature.length == HEX_LENGTH;
    *covered = STR("");
    if (keys == NULL || (!hex && signature.length != BASE64_LENGTH))
        return false;
    if (hex && message->is_form)
        return false; /* forms are signed by their parameters alone */
    if (!hex && !message->is_form && message->body.length > 0 && !body_hash_matches(message->url, message->body))
        return false;
    struct form parameters = message->is_form ? message->sorted : (struct form){ NULL, 0 };
    struct str raw = hex ? message->body : STR("");
    const struct str urls[] = { message->url, url_variant(arena, message->url) };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        if (i > 0 && urls[i].length == 0)
            break;
        struct str bytes = signed_text_of(arena, urls[i], parameters, raw);
        if (any_key_signed(keys, bytes, hex, signature)) {
            *covered = bytes;
            return true;
        }
    }
    return false;
}

int signature_make(struct signature_keys *keys, struct arena *arena, const struct signature_message *message,
                   char text[SIGNATURE_TEXT_SIZE])
{
    bool hex = !message->is_form && message->body.length > 0;
    if (signature_keys_count(keys) == 0)
        return -1;
    return sign(keys, 0, signature_bytes(arena, message), hex, text) ? 0 : -1;
}
