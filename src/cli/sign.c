/* hookswitch sign: signs a request as the platform would. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "host/kinds.h"
#include "web/url.h"

enum { KEY_MAX_BYTES = 1024, BODY_MAX_BYTES = 16 * 1024 * 1024, PARAMETERS_MAX = 100000 };

struct sign_options {
    const char *config, *key_file, *body_file, *url;
    bool curl, get, json;
    struct argument_list pairs;
};

/* Reads a file, a pipe, or standard input ("-"). */
static int read_file(const char *path, struct arena *arena, size_t max, struct str *bytes, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int failed = file < 0 ? -1 : file_drain(arena, file, 0, max, bytes), reason = errno;
    if (file >= 0 && !standard)
        close(file);
    if (failed && reason == EFBIG)
        return error_set(error, "%s: more than %zu bytes", path, max);
    return failed ? error_set(error, "%s: %s", path, strerror(reason)) : 0;
}

/* Explains a missing key: an error of the configuration, or the warning of a file that cannot be read. */
static void explain(const struct context *context, struct error *error)
{
    const struct complaints *complaints = &context->service->config->complaints;
    error_set(error, "%s names no signing key; give one with --key-file", context->config);
    for (const struct complaint *at = complaints->first; at != NULL; at = at->next)
        if (str_is(at->place.key, "signing_key_file"))
            error_set(error, "%s", complaint_line(context->arena, at).at);
    if (complaints->errors > 0)
        context_complain(context, error);
}

/* Keys come from files alone: an argument could be read by every user of the host. */
static int sign(const struct sign_options *options, struct context *context, const struct signature_message *message,
                char signature[SIGNATURE_TEXT_SIZE], struct error *error)
{
    struct str key = STR("");
    if (options->key_file != NULL) {
        struct signature_keys *keys = signature_keys_new();
        int failed = read_file(options->key_file, context->arena, KEY_MAX_BYTES, &key, error) != 0 ||
                     signature_keys_add(keys, str_trim(key), error) != 0 ||
                     signature_make(keys, context->arena, message, signature) != 0;
        signature_keys_free(keys);
        return failed ? -1 : 0;
    }
    context->service = service_read(context->config, all_kinds, false);
    int failed = signature_make(context->service->keys, context->arena, message, signature);
    if (failed != 0)
        explain(context, error);
    return failed;
}

static struct str body_of_pairs(const struct sign_options *options, struct arena *arena)
{
    struct buffer body = buffer_in(arena);
    for (size_t i = 0; i < options->pairs.count; i++) {
        struct str pair = str_of(options->pairs.at[i]);
        size_t equals = str_find_char(pair, '=');
        form_add(&body, str_upto(pair, equals), str_from(pair, equals + 1));
    }
    return buffer_text(&body);
}

/* `before` stands in front of the word, which is quoted for the shell. */
static void print_quoted(const char *before, struct str word)
{
    char *quoted = g_shell_quote(word.at);
    printf("%s%s", before, quoted);
    g_free(quoted);
}

static void print_curl(const struct sign_options *options, struct str url, struct str body, const char *signature)
{
    printf("curl -sS -i -H 'X-SignalWire-Signature: %s'", signature);
    if (!options->get)
        printf(" -H 'Content-Type: %s' --data-binary",
               options->json ? "application/json" : "application/x-www-form-urlencoded");
    if (!options->get && options->body_file != NULL)
        print_quoted(" @", str_of(options->body_file));
    else if (!options->get)
        print_quoted(" ", body);
    print_quoted(" ", url);
    putchar('\n');
}

static const char *misuse(const struct sign_options *options, struct arena *arena)
{
    struct url parts;
    if (!url_split(str_of(options->url), &parts))
        return arena_format(arena, "'%s' is not a URL: expected http(s)://host/path", options->url).at;
    if (options->json && options->body_file == NULL)
        return options->pairs.count > 0 ? "NAME=VALUE make a form: --json needs --body FILE"
                                        : "--json needs --body FILE";
    for (size_t i = 0; i < options->pairs.count; i++)
        if (*options->pairs.at[i] == '=' || strchr(options->pairs.at[i], '=') == NULL)
            return arena_format(arena, "'%s': expected NAME=VALUE", options->pairs.at[i]).at;
    if (options->body_file != NULL && (options->pairs.count > 0 || options->get))
        return "--body does not go with NAME=VALUE or --get";
    return NULL;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct sign_options *options = values;
    struct arena *arena = context->arena;
    struct form_limits limits = { PARAMETERS_MAX, BODY_MAX_BYTES };
    struct str body = STR(""), url = str_of(options->url);
    struct form form = { NULL, 0 };
    char signature[SIGNATURE_TEXT_SIZE];
    if (misuse(options, arena) != NULL)
        return command_fail(COMMAND_USAGE, error, "%s", misuse(options, arena));
    if (options->body_file == NULL)
        body = body_of_pairs(options, arena);
    else if (read_file(options->body_file, arena, BODY_MAX_BYTES, &body, error) != 0)
        return COMMAND_UNUSABLE;
    if (options->json && body.length == 0)
        return command_fail(COMMAND_USAGE, error, "%s is empty: --json needs a body", options->body_file);
    if (options->get && body.length > 0) {
        url = arena_format(arena, "%.*s%s%.*s", STR_ARGS(url), str_find_char(url, '?') < url.length ? "&" : "?",
                           STR_ARGS(body));
        body = STR("");
    }
    bool is_form = !options->get && !options->json;
    if (is_form && form_parse(arena, body, &limits, &form, error) != 0)
        return COMMAND_UNUSABLE;
    struct signature_message message = { url, body, is_form, form_sorted(arena, &form) };
    if (sign(options, context, &message, signature, error) != 0)
        return COMMAND_UNUSABLE;
    if (options->curl)
        print_curl(options, url, body, signature);
    else
        printf("X-SignalWire-Signature: %s\n", signature);
    return COMMAND_OK;
}

static const struct argument arguments[] = {
    { ARGUMENT(FILE, sign_options, key_file), "--key-file", "FILE",
      .help = "Signing key, instead of the configuration's" },
    { ARGUMENT(FILE, sign_options, body_file), "--body", "FILE",
      .help = "Send this body ('-': standard input), instead of NAME=VALUE" },
    { ARGUMENT(FLAG, sign_options, json), "--json", NULL, .help = "The body is JSON (scheme A)" },
    { ARGUMENT(FLAG, sign_options, get), "--get", NULL, .help = "Put the parameters into the URL" },
    { ARGUMENT(FLAG, sign_options, curl), "--curl", NULL, .help = "Print a curl command, instead of the header alone" },
    { ARGUMENT(TEXT, sign_options, url), "URL", NULL, .help = "The address as entered at the platform" },
    { ARGUMENT(LIST, sign_options, pairs), "NAME=VALUE", NULL, .help = "A parameter of the request", .optional = true },
    { .name = NULL },
};

const struct command sign_command = {
    .name = "sign",
    .summary = "Sign a request as the platform would",
    .size = sizeof(struct sign_options),
    .run = run,
    .arguments = arguments,
    .details = "Exit status: 0 signed; 2 no key, or no body to read; 64 wrong arguments.\n",
};
