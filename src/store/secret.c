#include "store/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "store/transaction.h"

enum { SECRET_BYTES = 32, NAME_BYTES = 16, SECRET_PATIENCE_MS = 2000 };

/* The row of shared state that holds it. */
static const char ROW[] = "secret";

struct secret {
    struct secret *next; /* an earlier one, which a thread may still be using */
    unsigned char bytes[SECRET_BYTES];
};

/* Called within a transaction: one thread at a time. */
static void take_secret(void *context, const struct value *columns)
{
    struct secrets *secrets = context;
    struct str found = columns[0].text;
    struct secret *secret = found.length == SECRET_BYTES ? calloc(1, sizeof *secret) : NULL;
    if (secret == NULL)
        return;
    memcpy(secret->bytes, found.at, SECRET_BYTES);
    secret->next = secrets->all;
    secrets->all = secret;
    secrets->current = secret;
}

static int read_secret(struct store *store, void *database, void *context, struct error *error)
{
    const struct value values[] = { value_text(str_of(ROW)), value_number(0) };
    return store->engine->query(database, STATEMENT_GET_KV, values, take_secret, context, error);
}

/* Of two hosts that make one at once the first one's stands. */
static int make_secret(struct store *store, void *database, void *context, struct error *error)
{
    unsigned char bytes[SECRET_BYTES];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return error_set(error, "no random bytes are to be had");
    const struct value values[] = { value_text(str_of(ROW)),
                                    value_bytes((struct str){ (const char *)bytes, sizeof bytes }), value_number(0),
                                    value_number(0) };
    int failed = store->engine->run(database, STATEMENT_ADD_KV, 1, values, NULL, error);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return failed ? -1 : read_secret(store, database, context, error);
}

static const struct secret *secret_of(struct store *store, struct error *error)
{
    struct secrets *secrets = &store->core->secrets;
    if (secrets->current == NULL &&
        store_transact(store, ENGINE_READ, SECRET_PATIENCE_MS, read_secret, secrets, error) != 0)
        return NULL;
    if (secrets->current == NULL &&
        store_transact(store, ENGINE_WRITE, SECRET_PATIENCE_MS, make_secret, secrets, error) != 0)
        return NULL;
    const struct secret *secret = secrets->current;
    if (secret == NULL)
        error_set(error, "the store's secret is not as it was made: shared state '%s'", ROW);
    return secret;
}

int secret_pseudonym(struct store *store, struct arena *arena, struct str what, struct str *name, struct error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t length = 0;
    const struct secret *secret = secret_of(store, error);
    if (secret == NULL)
        return -1;
    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, secret->bytes, SECRET_BYTES, (const unsigned char *)what.at,
                  what.length, digest, sizeof digest, &length) == NULL ||
        length < NAME_BYTES)
        return error_set(error, "OpenSSL offers no HMAC-SHA256");
    *name = hex_encode(arena, digest, NAME_BYTES);
    return 0;
}

void secrets_forget(struct secrets *secrets)
{
    while (secrets->all != NULL) {
        struct secret *secret = secrets->all;
        secrets->all = secret->next;
        OPENSSL_cleanse(secret, sizeof *secret);
        free(secret);
    }
}
