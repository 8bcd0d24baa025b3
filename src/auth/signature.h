/* How the platform signs webhooks: scheme B (base64 HMAC-SHA1 over URL and parameters) for forms and GETs, scheme A
 * (hex HMAC-SHA1 over URL and raw body) for JSON, and bodySHA256 (RFC 2104, FIPS 180-4; the platform's page "Webhook
 * security" and the behaviour of its SDKs). A body that no scheme covers is refused. */
#ifndef HOOKSWITCH_AUTH_SIGNATURE_H
#define HOOKSWITCH_AUTH_SIGNATURE_H

#include "web/form.h"

enum { SIGNATURE_KEYS_MAX = 2, SIGNATURE_TEXT_SIZE = 41 };

struct signature_keys;

/* A signed message, as bytes. */
struct signature_message {
    struct str url;     /* as configured at the platform */
    struct str body;    /* raw */
    bool is_form;       /* the body is application/x-www-form-urlencoded */
    struct form sorted; /* its parameters by name (form_sorted); of another body none */
};

struct signature_keys *signature_keys_new(void);
void signature_keys_free(struct signature_keys *keys);
/* Prepares the key schedule of one more key, of which nothing is kept. 0, or -1: empty, or one too many. */
int signature_keys_add(struct signature_keys *keys, struct str key, struct error *error);
size_t signature_keys_count(const struct signature_keys *keys);

/* The bytes that a signature of the message covers, in the arena. Names and values are joined without separators:
 * another message may have the same bytes. */
struct str signature_bytes(struct arena *arena, const struct signature_message *message);

/* Whether one of the keys signed the message; in constant time as far as the signature's bytes go. No key: never. Safe
 * in any thread. `covered` gets the bytes that it fits, in the arena, or nothing. */
bool signature_check(struct signature_keys *keys, struct arena *arena, const struct signature_message *message,
                     struct str signature, struct str *covered);

/* The signature that the platform would send for the message under the first key: scheme A for a body that is not a
 * form, else scheme B. NUL-terminated; 0, or -1 without a key. */
int signature_make(struct signature_keys *keys, struct arena *arena, const struct signature_message *message,
                   char text[SIGNATURE_TEXT_SIZE]);

/* --- the identity of a request --- */

enum { IDENTITY_BYTES = 16 };

/* The digest of the bytes that its signature covers. The platform's signature covers neither a time nor separators
 * between names and values, so the same bytes can be replayed, split differently or by another method; the digest stays
 * the same. */
struct identity {
    unsigned char digest[IDENTITY_BYTES]; /* of the signed bytes: SHA-256, cut */
    int64_t split;                        /* of how they were split into address, names and values, or body */
};

/* `covered` as from signature_check, or from signature_bytes where nothing was signed. `method` tells a GET from a POST
 * without a body. */
struct identity identity_of(struct arena *arena, const struct signature_message *message, unsigned method,
                            struct str covered);

#endif
