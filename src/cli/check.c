/* hookswitch check: lists errors, warnings and hints of a configuration. */
#include <jansson.h>
#include <stdio.h>

#include "cli/command.h"
#include "host/kinds.h"

static void print_summary(const struct service *service, const char *path)
{
    const struct complaints *complaints = &service->config->complaints;
    size_t lines = 0, others = 0;
    for (const struct section *at = service->config->first; at != NULL; at = at->next) {
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
    } texts[] = { { "file", complaint->place.file },
                  { "section", complaint->place.section },
                  { "key", complaint->place.key },
                  { "severity", str_of(severities[complaint->severity]) },
                  { "sentence", complaint->sentence } };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str clean = utf8_clean(arena, texts[i].value);
        json_object_set_new(object, texts[i].name, json_stringn(clean.at, clean.length));
    }
    json_object_set_new(object, "line", json_integer(complaint->place.line));
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

struct check_options {
    const char *config;
    bool json, texts;
};

static int run(struct context *context, const void *values, struct error *error)
{
    const struct check_options *options = values;
    (void)error; /* all complaints go to standard output */
    context->service = service_read(context->config, all_kinds, true);
    const struct complaints *complaints = &context->service->config->complaints;
    files_check(context->service);
    for (const struct complaint *at = complaints->first; at != NULL; at = at->next)
        if (at->severity == COMPLAINT_NOTE && !options->texts)
            continue;
        else if (options->json)
            print_json(context->arena, at);
        else
            printf("%s\n", complaint_line(context->arena, at).at);
    if (!options->json)
        print_summary(context->service, context->config);
    return context->service->settings == NULL ? COMMAND_UNUSABLE : complaints->errors > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static const struct argument arguments[] = {
    { ARGUMENT(FLAG, check_options, json), "--json", NULL, .help = "Print JSON lines" },
    { ARGUMENT(FLAG, check_options, texts), "--texts", NULL,
      .help = "Also list the length of each text message, and its segments" },
    { .name = NULL },
};

const struct command check_command = {
    .name = "check",
    .summary = "Check a configuration: list every error, warning and hint with file and line",
    .size = sizeof(struct check_options),
    .run = run,
    .arguments = arguments,
    .details = "Each line reads file:line: [section] key: what is wrong: what was expected.\n"
               "Exit status: 0 no errors, perhaps warnings; 1 errors; 2 the file cannot be read or has no "
               "[hookswitch] section.\n",
};
