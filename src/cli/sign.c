/* hookswitch sign: the signature that the platform would send with a request. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/context.h"
#include "host/kinds.h"
#include "host/options.h"
#include "service/service.h"
#include "web/url.h"

enum { KEY_MAX_BYTES = 1024, BODY_MAX_BYTES = 16 * 1024 * 1024, PARAMETERS_MAX = 100000 };

struct wish {
    const char *key_file, *config, *body_file;
    bool curl, get, json;
    struct str url;
    char **pairs;
    int pair_count;
};

/* Of a file, a pipe, or standard input ("-"). */
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

/* Why there is no key: an error, or a file that cannot be read, which is a warning. */
static void explain(const struct wish *wish, struct arena *arena, const struct service *service, struct error *error)
{
    error_set(error, "%s names no signing key; give one with --key-file", options_config_path(wish->config));
    for (const struct complaint *at = service_complaints(service)->first; at != NULL; at = at->next)
        if (str_is(at->key, "signing_key_file"))
            error_set(error, "%s", complaint_line(arena, at).at);
    if (service_complaints(service)->errors > 0)
        context_complain(arena, service, error);
}

/* Keys come from files alone: an argument could be read by every user of the host. */
static int sign(const struct wish *wish, struct arena *arena, const struct signature_message *message,
                char signature[SIGNATURE_TEXT_SIZE], struct error *error)
{
    struct str key;
    if (wish->key_file != NULL) {
        struct signature_keys *keys = signature_keys_new();
        int failed = read_file(wish->key_file, arena, KEY_MAX_BYTES, &key, error) != 0 ||
                     signature_keys_add(keys, str_trim(key), error) != 0 ||
                     signature_make(keys, arena, message, signature) != 0;
        signature_keys_free(keys);
        return failed ? -1 : 0;
    }
    struct service *service = service_read(options_config_path(wish->config), all_kinds, false);
    int failed = signature_make(service_keys(service), arena, message, signature);
    if (failed != 0)
        explain(wish, arena, service, error);
    service_free(service);
    return failed;
}

static struct str body_of_pairs(const struct wish *wish, struct arena *arena)
{
    struct buffer body = buffer_in(arena);
    for (int i = 0; i < wish->pair_count; i++) {
        struct str pair = str_of(wish->pairs[i]);
        size_t equals = str_find_char(pair, '=');
        form_add(&body, str_upto(pair, equals), str_from(pair, equals + 1));
    }
    return buffer_text(&body);
}

static void print_quoted(struct str text)
{
    putchar('\'');
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == '\'')
            fputs("'\\''", stdout);
        else
            putchar(text.at[i]);
    putchar('\'');
}

static void print_curl(const struct wish *wish, struct str url, struct str body, const char *signature)
{
    printf("curl -sS -i -H 'X-SignalWire-Signature: %s'", signature);
    if (!wish->get)
        printf(" -H 'Content-Type: %s' --data-binary ",
               wish->json ? "application/json" : "application/x-www-form-urlencoded");
    if (!wish->get && wish->body_file != NULL) {
        putchar('@');
        print_quoted(str_of(wish->body_file));
    } else if (!wish->get) {
        print_quoted(body);
    }
    putchar(' ');
    print_quoted(url);
    putchar('\n');
}

static int carry_out(const struct wish *wish)
{
    struct arena *arena = arena_new();
    struct form_limits limits = { PARAMETERS_MAX, BODY_MAX_BYTES };
    struct str body = STR(""), url = wish->url;
    struct form form = { NULL, 0 };
    struct error why;
    char signature[SIGNATURE_TEXT_SIZE];
    int failed = wish->body_file == NULL ? 0 : read_file(wish->body_file, arena, BODY_MAX_BYTES, &body, &why);
    if (wish->body_file == NULL)
        body = body_of_pairs(wish, arena);
    if (wish->get && body.length > 0) {
        url = arena_format(arena, "%.*s%s%.*s", STR_ARGS(url), str_find_char(url, '?') < url.length ? "&" : "?",
                           STR_ARGS(body));
        body = STR("");
    }
    bool is_form = !wish->get && !wish->json;
    if (!failed && is_form)
        failed = form_parse(arena, body, &limits, &form, &why);
    struct signature_message message = { url, body, is_form, form_sorted(arena, &form) };
    if (!failed)
        failed = sign(wish, arena, &message, signature, &why);
    if (failed)
        fprintf(stderr, "hookswitch sign: %s\n", why.sentence);
    else if (wish->curl)
        print_curl(wish, url, body, signature);
    else
        printf("X-SignalWire-Signature: %s\n", signature);
    arena_free(arena);
    return failed ? COMMAND_UNUSABLE : COMMAND_OK;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "key-file", required_argument, NULL, 'k' },
        { "config", required_argument, NULL, 'c' },
        { "body", required_argument, NULL, 'b' },
        { "curl", no_argument, NULL, 'u' },
        { "get", no_argument, NULL, 'g' },
        { "json", no_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 },
    };
    struct wish wish = { .key_file = NULL };
    struct url parts;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'k':
            wish.key_file = optarg;
            break;
        case 'c':
            wish.config = optarg;
            break;
        case 'b':
            wish.body_file = optarg;
            break;
        case 'u':
            wish.curl = true;
            break;
        case 'g':
            wish.get = true;
            break;
        case 'j':
            wish.json = true;
            break;
        default:
            return command_usage(&sign_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        }
    }
    if (optind == argc)
        return command_usage(&sign_command, "the URL is missing");
    wish.url = str_of(argv[optind]);
    wish.pairs = argv + optind + 1;
    wish.pair_count = argc - optind - 1;
    if (!url_split(wish.url, &parts))
        return command_usage(&sign_command, "'%s' is no URL; expected http(s)://host/path", argv[optind]);
    if (wish.json && wish.pair_count > 0)
        return command_usage(&sign_command, "NAME=VALUE make a form: --json needs --body FILE");
    for (int i = 0; i < wish.pair_count; i++)
        if (*wish.pairs[i] == '=' || strchr(wish.pairs[i], '=') == NULL)
            return command_usage(&sign_command, "'%s': expected NAME=VALUE", wish.pairs[i]);
    if (wish.body_file != NULL && (wish.pair_count > 0 || wish.get))
        return command_usage(&sign_command, "--body stands alone: without NAME=VALUE and --get");
    return carry_out(&wish);
}

const struct command sign_command = {
    "sign",
    "[--key-file FILE] [--curl] [--get] URL [NAME=VALUE... | [--json] --body FILE]",
    "signs a request as the platform would",
    "  --key-file FILE  the signing key (else that of the configuration)\n"
    "  --config FILE    the configuration to take the key from\n"
    "  --body FILE      a body as it is ('-': standard input) instead of NAME=VALUE\n"
    "  --json           the body of the file is JSON (scheme A)\n"
    "  --get            the parameters go into the URL\n"
    "  --curl           prints a whole curl command instead of the header alone\n\n"
    "Exit status: 0 signed, 2 no key or no body to read, 64 usage.\n",
    run,
};
