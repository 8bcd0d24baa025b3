#include "flow/secret.h"

#include <openssl/crypto.h>
#include <string.h>

#include "service/secret_file.h"

enum { SECRET_MAX_BYTES = 1024, PIN_MIN = 4, PIN_MAX = 10, TRIES = 3, WRONG_MAX = 10, LOCK_S = 900 };

void secret_read(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                 struct str file)
{
    struct error why;
    if (file.length == 0)
        return;
    if (value->length > 0)
        config_error(reader, section, "either %s or %s_file, not both; remove one", key, key);
    config_path(reader, section, file); /* reload when it changes */
    if (secret_file_read(config_reader_arena(reader), STR(""), file, value, &why) != 0)
        config_error(reader, section, "%s_file: %s", key, why.sentence);
}

void secret_read_pin(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                     struct str file)
{
    secret_read(reader, section, key, value, file);
    if (value->length > 0 && (!str_is_digits(*value) || value->length < PIN_MIN || value->length > PIN_MAX))
        config_error(reader, section, "%s: expected %d to %d digits", key, PIN_MIN, PIN_MAX);
}

/* Whether `typed` equals the secret, in constant time. An empty secret never matches. */
static bool secret_fits(struct str secret, struct str typed)
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

/* --- PINs --- */

struct trial {
    const struct request_context *context;
    bool wrong;
    bool counted;             /* the store has counted this try */
    unsigned long wrong_ones; /* before it */
};

/* Also written for a correct PIN: without a count, guessing would never end. */
static enum kv_action count(void *context, bool there, struct kv_entry *entry)
{
    struct trial *trial = context;
    trial->wrong_ones = 0;
    trial->counted = true;
    if (there)
        str_to_number(entry->value, 1000000, &trial->wrong_ones);
    else
        entry->expires_us = trial->context->now_us + LOCK_S * INT64_C(1000000);
    entry->value = arena_format(trial->context->arena, "%lu", trial->wrong_ones + (trial->wrong ? 1 : 0));
    return trial->wrong_ones >= WRONG_MAX ? KV_KEEP : KV_SET;
}

static bool is_locked(struct call *call, bool wrong)
{
    struct trial trial = { .context = call->session.context, .wrong = wrong };
    const struct section *node = call->session.node;
    struct str line = node->scope != 0 ? call->session.line->name : STR("");
    struct str row = arena_format(call->session.arena, "wrong %.*s%s%.*s", STR_ARGS(line), line.length > 0 ? "/" : "",
                                  STR_ARGS(node->title));
    session_kv_change(&call->session, row, count, &trial);
    if (call->session.store_failed || !trial.counted)
        log_line(trial.context->log, LOG_LEVEL_ERROR, "[%.*s] PINs are refused: the store cannot count wrong ones",
                 STR_ARGS(node->title));
    else if (trial.wrong_ones >= WRONG_MAX)
        log_line(trial.context->log, LOG_LEVEL_WARNING, "[%.*s] is locked: %lu wrong PINs", STR_ARGS(node->title),
                 trial.wrong_ones);
    else
        return false;
    return true;
}

static void ask(struct call *call, const struct pin *pin, long attempt, const struct prompt *ahead)
{
    struct question question = { .step = "pin", .attempt = attempt, .timeout_s = 8 };
    call_ask_with(call, &question, ahead, pin->ask);
}

void pin_ask(struct call *call, const struct pin *pin)
{
    ask(call, pin, 1, NULL);
}

int pin_entered(struct call *call, const struct pin *pin, struct str other)
{
    struct str digits = session_parameter(&call->session, "Digits");
    long attempt = call_query_number(call, "try", TRIES);
    bool first = secret_fits(pin->value, digits), second = secret_fits(other, digits); /* both: in constant time */
    bool locked = call->session.store != NULL && is_locked(call, !first && !second && digits.length > 0);
    if (!locked && (first || second))
        return first ? 0 : 1;
    if (!locked && attempt < TRIES) {
        ask(call, pin, attempt + 1, pin->wrong);
    } else {
        call_prompt(call, pin->wrong);
        call_go(call, pin->otherwise);
    }
    return -1;
}
