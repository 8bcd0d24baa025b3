#include "auth/signature.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/digest.h"
#include "web/url.h"

enum { SHA1_BYTES = 20, BASE64_LENGTH = 28, HEX_LENGTH = 40 };

/* Keys' schedules, made once. A copy of one signs a message: GLib's are cheap to copy, in any thread. */
struct signature_keys {
    GHmac *at[SIGNATURE_KEYS_MAX];
    size_t count;
};

struct signature_keys *signature_keys_new(void)
{
    /* openssl.cnf has nothing to say to us, and reading it costs a CGI start more than a digest does. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    return g_new0(struct signature_keys, 1);
}

void signature_keys_free(struct signature_keys *keys)
{
    for (size_t i = 0; keys != NULL && i < keys->count; i++)
        g_hmac_unref(keys->at[i]);
    g_free(keys);
}

int signature_keys_add(struct signature_keys *keys, struct str key, struct error *error)
{
    if (key.length == 0)
        return error_set(error, "the signing key is empty");
    if (keys->count == SIGNATURE_KEYS_MAX)
        return error_set(error, "more than %d signing keys", SIGNATURE_KEYS_MAX);
    keys->at[keys->count++] = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)key.at, key.length);
    return 0;
}

size_t signature_keys_count(const struct signature_keys *keys)
{
    return keys == NULL ? 0 : keys->count;
}

static void sign(const GHmac *key, struct str signed_text, bool hex, char text[SIGNATURE_TEXT_SIZE])
{
    guint8 digest[SHA1_BYTES];
    gsize length = sizeof digest;
    GHmac *hmac = g_hmac_copy(key);
    g_hmac_update(hmac, (const guchar *)signed_text.at, (gssize)signed_text.length);
    g_hmac_get_digest(hmac, digest, &length);
    g_hmac_unref(hmac);
    if (hex)
        hex_write(digest, length, text);
    else
        EVP_EncodeBlock((unsigned char *)text, digest, (int)length);
}

/* bodySHA256=<hex> of the query; exactly one, and it must match. */
static bool body_hash_matches(struct str url, struct str body)
{
    unsigned char digest[DIGEST_BYTES];
    char expected[2 * DIGEST_BYTES + 1];
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
    digest_sha256(body, digest);
    hex_write(digest, DIGEST_BYTES, expected);
    return found == 1 && given.length == sizeof expected - 1 && CRYPTO_memcmp(expected, given.at, given.length) == 0;
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

static bool any_key_signed(const struct signature_keys *keys, struct str signed_text, bool hex, struct str signature)
{
    char expected[SIGNATURE_TEXT_SIZE];
    bool matches = false;
    for (size_t i = 0; i < keys->count; i++) {
        sign(keys->at[i], signed_text, hex, expected);
        matches = CRYPTO_memcmp(expected, signature.at, signature.length) == 0 || matches;
    }
    return matches;
}

/* URL, then the sorted parameters or the raw body, joined without separators. */
static struct str signed_text_of(struct arena *arena, struct str url, const struct signature_message *message, bool raw)
{
    struct buffer joined = buffer_in(arena);
    buffer_add(&joined, url);
    if (raw)
        buffer_add(&joined, message->body);
    for (size_t i = 0; i < message->sorted.count; i++) {
        buffer_add(&joined, message->sorted.at[i].name);
        buffer_add(&joined, message->sorted.at[i].value);
    }
    return buffer_text(&joined);
}

struct str signature_bytes(struct arena *arena, const struct signature_message *message)
{
    return signed_text_of(arena, message->url, message, !message->is_form);
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
    const struct str urls[] = { message->url, url_variant(arena, message->url) };
    for (size_t i = 0; i < sizeof urls / sizeof *urls && (i == 0 || urls[i].length > 0); i++) {
        struct str bytes = signed_text_of(arena, urls[i], message, hex);
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
    if (signature_keys_count(keys) == 0)
        return -1;
    sign(keys->at[0], signature_bytes(arena, message), !message->is_form && message->body.length > 0, text);
    return 0;
}

struct identity identity_of(struct arena *arena, const struct signature_message *message, unsigned method,
                            struct str covered)
{
    struct identity identity = { .split = 0 };
    unsigned char digest[DIGEST_BYTES];
    struct buffer list = buffer_in(arena);
    digest_sha256(covered, digest);
    memcpy(identity.digest, digest, IDENTITY_BYTES);
    /* The bytes are known: where they are cut is all that tells one way to send them from another. */
    digest_add_number(&list, method);
    digest_add_number(&list, message->is_form);
    digest_add_number(&list, message->url.length);
    for (size_t i = 0; i < message->sorted.count; i++) {
        digest_add_number(&list, message->sorted.at[i].name.length);
        digest_add_number(&list, message->sorted.at[i].value.length);
    }
    digest_sha256(buffer_text(&list), digest);
    for (size_t i = 0; i < sizeof identity.split - 1; i++) /* seven bytes: a number that is never negative */
        identity.split = identity.split * 256 + digest[i];
    return identity;
}
