#include "store/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/digest.h"
#include "store/core.h"

enum { NAME_BYTES = 16, SECRET_PATIENCE_MS = 2000 };

/* The row of shared state that holds it. */
static const char ROW[] = "secret";

/* Called within a transaction. */
static void take_secret(void *context, const struct value *columns)
{
    struct store_core *core = context;
    if (columns[0].text.length != STORE_SECRET_BYTES)
        return;
    pthread_mutex_lock(&core->query_lock);
    memcpy(core->secret, columns[0].text.at, STORE_SECRET_BYTES);
    core->has_secret = true;
    pthread_mutex_unlock(&core->query_lock);
}

static int read_secret(struct store *store, void *database, void *context, struct error *error)
{
    const struct value values[] = { value_text(str_of(ROW)), value_number(0) };
    return store->engine->query(database, STATEMENT_GET_KV, values, take_secret, context, error);
}

/* Of two hosts that make one at once the first one's stands. */
static int make_secret(struct store *store, void *database, void *context, struct error *error)
{
    unsigned char bytes[STORE_SECRET_BYTES];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return error_set(error, "no random bytes are to be had");
    const struct value values[] = { value_text(str_of(ROW)),
                                    value_bytes((struct str){ (const char *)bytes, sizeof bytes }), value_number(0),
                                    value_number(0) };
    int failed = store->engine->run(database, STATEMENT_ADD_KV, 1, values, NULL, error);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return failed ? -1 : read_secret(store, database, context, error);
}

static bool copy_secret(struct store_core *core, unsigned char bytes[STORE_SECRET_BYTES])
{
    pthread_mutex_lock(&core->query_lock);
    bool known = core->has_secret;
    memcpy(bytes, core->secret, STORE_SECRET_BYTES);
    pthread_mutex_unlock(&core->query_lock);
    return known;
}

int secret_pseudonym(struct store *store, struct arena *arena, struct str what, struct str *name, struct error *error)
{
    struct store_core *core = store->core;
    unsigned char bytes[STORE_SECRET_BYTES], digest[EVP_MAX_MD_SIZE];
    size_t length = 0;
    if (!core->has_secret && store_transact(store, ENGINE_READ, SECRET_PATIENCE_MS, read_secret, core, error) != 0)
        return -1;
    if (!core->has_secret && store_transact(store, ENGINE_WRITE, SECRET_PATIENCE_MS, make_secret, core, error) != 0)
        return -1;
    if (!copy_secret(core, bytes))
        return error_set(error, "the store's secret is not as it was made: shared state '%s'", ROW);
    bool made = EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, bytes, sizeof bytes, (const unsigned char *)what.at,
                          what.length, digest, sizeof digest, &length) != NULL;
    OPENSSL_cleanse(bytes, sizeof bytes);
    if (!made || length < NAME_BYTES)
        return error_set(error, "OpenSSL offers no HMAC-SHA256");
    *name = hex_encode(arena, digest, NAME_BYTES);
    return 0;
}
