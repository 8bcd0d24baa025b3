#include "flow/secret.h"

#include <openssl/crypto.h>
#include <string.h>

#include "service/secret_file.h"

enum { SECRET_MAX_BYTES = 1024, PIN_MIN = 4, PIN_MAX = 10 };

void secret_read(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                 struct str file)
{
    struct error why;
    if (file.length == 0)
        return;
    if (value->length > 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "either %s or %s_file, not both; remove one", key, key);
    config_path(reader, section, file); /* reload when it changes */
    if (secret_file_read(config_reader_arena(reader), STR(""), file, value, &why) != 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "%s_file: %s", key, why.sentence);
}

void secret_read_pin(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                     struct str file)
{
    bool digits = true;
    secret_read(reader, section, key, value, file);
    for (size_t i = 0; i < value->length; i++)
        digits = digits && value->at[i] >= '0' && value->at[i] <= '9';
    if (value->length > 0 && (!digits || value->length < PIN_MIN || value->length > PIN_MAX))
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "%s: expected %d to %d digits", key, PIN_MIN, PIN_MAX);
}

bool secret_fits(struct str secret, struct str typed)
{
    char a[SECRET_MAX_BYTES] = "", b[SECRET_MAX_BYTES] = "";
    if (secret.length == 0 || secret.length > SECRET_MAX_BYTES || typed.length > SECRET_MAX_BYTES)
        return false;
    memcpy(a, secret.at, secret.length);
    if (typed.length > 0)
        memcpy(b, typed.at, typed.length);
    bool fits = CRYPTO_memcmp(a, b, sizeof a) == 0 && secret.length == typed.length;
    OPENSSL_cleanse(a, sizeof a);
    OPENSSL_cleanse(b, sizeof b);
    return fits;
}
