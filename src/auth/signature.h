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
    struct form sorted; /* its parameters by name (form_sorted) */
};

struct signature_keys *signature_keys_new(void);
void signature_keys_free(struct signature_keys *keys);
/* Prepares the key schedule of one more key, of which nothing is kept. 0, or -1: empty, one too many, or no HMAC. */
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

#endif
