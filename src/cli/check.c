/* hookswitch check: is the configuration sound? */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/files.h"
#include "cxml/cxml.h"
#include "host/kinds.h"
#include "host/options.h"
#include "service/service.h"

static void print_summary(const struct service *service, const char *path)
{
    const struct complaints *complaints = service_complaints(service);
    size_t lines = 0, others = 0;
    for (const struct section *at = config_first(service_config(service)); at != NULL; at = at->next) {
        lines += at->kind == &line_kind;
        others += at->kind->class != SECTION_PLAIN;
    }
    printf("%s: %zu error%s, %zu warning%s", path, complaints->errors, complaints->errors == 1 ? "" : "s",
           complaints->warnings, complaints->warnings == 1 ? "" : "s");
    if (complaints->hints > 0)
        printf(", %zu hint%s", complaints->hints, complaints->hints == 1 ? "" : "s");
    printf("; %zu line%s, %zu node%s\n", lines, lines == 1 ? "" : "s", others, others == 1 ? "" : "s");
}

static void print_json(struct arena *arena, const struct complaint *complaint)
{
    static const char *const severities[] = { "error", "warning", "hint", "note" };
    const struct {
        const char *name;
        struct str value;
    } texts[] = { { "file", complaint->file },
                  { "section", complaint->section },
                  { "key", complaint->key },
                  { "severity", str_of(severities[complaint->severity]) },
                  { "sentence", complaint->sentence } };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str clean = cxml_clean(arena, texts[i].value);
        json_object_set_new(object, texts[i].name, json_stringn(clean.at, clean.length));
    }
    json_object_set_new(object, "line", json_integer(complaint->line));
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = { { "config", required_argument, NULL, 'c' },
                                           { "json", no_argument, NULL, 'j' },
                                           { "texts", no_argument, NULL, 't' },
                                           { NULL, 0, NULL, 0 } };
    const char *given = NULL;
    bool json = false, texts = false;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == '?')
            return command_usage(&check_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        if (option == 'c')
            given = optarg;
        json = json || option == 'j';
        texts = texts || option == 't';
    }
    if (optind < argc)
        return command_usage(&check_command, "%s: no argument is expected here", argv[optind]);

    const char *path = options_config_path(given);
    struct service *service = service_read(path, all_kinds, true);
    const struct complaints *complaints = service_complaints(service);
    struct arena *arena = arena_new();
    files_check(service);
    for (const struct complaint *at = complaints->first; at != NULL; at = at->next)
        if (at->severity == COMPLAINT_NOTE && !texts)
            continue;
        else if (json)
            print_json(arena, at);
        else
            printf("%s\n", complaint_line(arena, at).at);
    if (!json)
        print_summary(service, path);
    int status = service_settings(service) == NULL ? COMMAND_UNUSABLE
                 : complaints->errors > 0          ? COMMAND_FAILED
                                                   : COMMAND_OK;
    arena_free(arena);
    service_free(service);
    return status;
}

const struct command check_command = {
    "check",
    "[--config FILE] [--json] [--texts]",
    "looks a configuration over: every error, warning and hint with its place",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n"
    "  --json          each complaint as a JSON object, a line each\n"
    "  --texts         also how long each text message is, and in how many segments it goes\n\n"
    "Each complaint reads file:line: [section] key: what is wrong, what was expected.\n"
    "Exit status: 0 sound (perhaps with warnings), 1 errors, 2 unusable: the file\n"
    "cannot be read or has no [hookswitch] section.\n",
    run,
};
