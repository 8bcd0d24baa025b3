/* hookswitch urls: what to enter at the platform, for each number. */
#include <getopt.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/opened.h"
#include "host/kinds.h"
#include "host/options.h"
#include "service/service.h"

static void print_url(const char *field, struct text base, const char *program, struct text rest)
{
    printf("    %-18s %.*s/%s%.*s\n", field, TEXT_ARGS(base), program, TEXT_ARGS(rest));
}

static void print_line(struct arena *arena, const struct line *line, struct text base, bool named)
{
    struct text own = named ? ARENA_JOIN(arena, TEXT("/"), line->name) : TEXT("");
    bool first = true;
    for (const struct word *number = line->numbers; number != NULL; number = number->next, first = false)
        printf("%s%.*s", first ? "" : ", ", TEXT_ARGS(number->text));
    printf("%s[line %.*s]\n", first ? "" : "  ", TEXT_ARGS(line->name));
    if (line->voice != NULL) {
        print_url("voice", base, "voice.fcgi", own);
        print_url("voice fallback", base, "voice.fcgi", own);
        print_url("voice status", base, "status.fcgi/call", own);
    }
    if (line->sms != NULL) {
        print_url("messaging", base, "sms.fcgi", own);
        print_url("messaging fallback", base, "sms.fcgi", own);
    }
    if (line->fax != NULL) {
        print_url("fax", base, "fax.fcgi", own);
        print_url("fax status", base, "status.fcgi/fax", own);
    }
}

static int show(struct arena *arena, const struct service *service, const char *name, bool named)
{
    struct text base = service_origin(service).public_url;
    bool found = false;
    if (base.length == 0) {
        fprintf(stderr, "hookswitch urls: [hookswitch] names no public_url, of which all of them are made\n");
        return COMMAND_UNUSABLE;
    }
    for (const struct section *at = config_first(service_config(service)); at != NULL; at = at->next) {
        const struct line *line = at->kind == &line_kind ? at->keys : NULL;
        if (line == NULL || (name != NULL && !text_equal_nocase(at->name, text_of(name))))
            continue;
        /* A line without a number is found by its name alone. */
        print_line(arena, line, base, named || line->numbers == NULL);
        found = true;
    }
    if (!found && name != NULL)
        fprintf(stderr, "hookswitch urls: no line is called '%s'\n", name);
    return found || name == NULL ? COMMAND_OK : COMMAND_UNUSABLE;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = { { "config", required_argument, NULL, 'c' },
                                           { "named", no_argument, NULL, 'n' },
                                           { NULL, 0, NULL, 0 } };
    const char *config = NULL;
    bool named = false;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == '?')
            return command_usage(&urls_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        if (option == 'c')
            config = optarg;
        named = named || option == 'n';
    }
    if (optind + 1 < argc)
        return command_usage(&urls_command, "%s: one line is shown, or all", argv[optind + 1]);
    struct arena *arena = arena_new();
    struct service *service = service_read(options_config_path(config), all_kinds, true);
    int status = COMMAND_UNUSABLE;
    if (service_settings(service) == NULL || service_complaints(service)->errors > 0)
        fprintf(stderr, "hookswitch urls: the configuration has errors: see 'hookswitch check'\n");
    else
        status = show(arena, service, optind < argc ? argv[optind] : NULL, named);
    service_release(service);
    arena_free(arena);
    return status;
}

const struct command urls_command = {
    "urls",
    "[--config FILE] [--named] [LINE]",
    "shows what to enter at the platform for each number",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n"
    "  --named         addresses that name the line, instead of finding it by the number\n\n"
    "Exit status: 0 shown, 2 the configuration has errors, names no public_url, or has no\n"
    "such line.\n",
    run,
};
