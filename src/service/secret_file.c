#include "service/secret_file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <string.h>

#include "base/file.h"

enum { SECRET_MAX_BYTES = 1024 };

/* The length of "key = " before the secret, when a line was copied from the configuration; 0 when the secret is alone.
 */
static size_t copied_prefix(struct str secret)
{
    static const char *const keys[] = { "signing_key",  "previous_signing_key", "token",  "smtp_password",
                                        "sip_password", "moderator_pin",        "secret", "pin" };
    size_t equals = str_find_char(secret, '='), end = equals + 1;
    struct str key = str_trim(str_upto(secret, equals));
    while (end < secret.length && secret.at[end] == ' ')
        end++;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && equals < secret.length; i++)
        if (str_equal_nocase(key, str_of(keys[i])))
            return end;
    return 0;
}

/* Returns the fault of a secret, or NULL. */
static const char *flaw_of(struct str secret)
{
    char first = secret.length < 2 ? '\0' : secret.at[0];
    if (secret.length == 0)
        return "is empty; expected the secret, and nothing else";
    if (file_encoding_flaw(secret) != NULL)
        return file_encoding_flaw(secret);
    if (str_find_char(secret, '\n') < secret.length)
        return "holds more than one line; expected the secret, and nothing else";
    for (size_t i = 0; i < secret.length; i++)
        if ((unsigned char)secret.at[i] < ' ' || (unsigned char)secret.at[i] >= 0xFE)
            return "is not plain text; save it as UTF-8";
    if ((first == '"' || first == '\'') && secret.at[secret.length - 1] == first)
        return "has quotation marks around the secret, which would be taken for a part of it: remove them";
    return NULL;
}

static int cannot_read(struct str file, int reason, struct error *error)
{
    if (reason == ENOENT)
        error_set(error, "%.*s does not exist: write the secret into it, and nothing else, and chmod 640 %.*s",
                  STR_ARGS(file), STR_ARGS(file));
    else if (reason == EACCES)
        error_set(error, "%.*s may not be read by this user: chgrp www-data %.*s && chmod 640 %.*s", STR_ARGS(file),
                  STR_ARGS(file), STR_ARGS(file));
    else
        error_set(error, "%.*s cannot be read: %s", STR_ARGS(file),
                  reason == EINVAL ? "not a regular file" : strerror(reason));
    return SECRET_FILE_UNREADABLE;
}

int secret_file_read(struct arena *arena, struct str value, struct str file, struct str *secret, struct error *error)
{
    struct str content;
    struct error ignored;
    *secret = value;
    if (file.length == 0)
        return 0;
    bool read = file_read(arena, file, SECRET_MAX_BYTES, &content, &ignored) == 0;
    if (!read && errno == EFBIG)
        return error_set(error, "%.*s holds more than 1,024 bytes; expected the secret, and nothing else",
                         STR_ARGS(file));
    if (!read)
        return cannot_read(file, errno, error);
    struct str found = str_trim(content);
    const char *flaw = flaw_of(found);
    size_t prefix = copied_prefix(found);
    int failed = 0;
    if (flaw != NULL)
        failed = error_set(error, "%.*s %s", STR_ARGS(file), flaw);
    else if (prefix > 0)
        failed = error_set(error, "%.*s holds '%.*s': expected the secret, and nothing else", STR_ARGS(file),
                           STR_ARGS(str_upto(found, prefix)));
    else
        *secret = arena_copy(arena, found);
    OPENSSL_cleanse((char *)(uintptr_t)content.at, content.length);
    return failed;
}
