/* hookswitch urls: shows the addresses to enter at the platform for each number, or enters them. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/terminal.h"
#include "host/kinds.h"
#include "work/number_settings.h"

enum { RATE = 2 }; /* requests a second */

struct urls_options {
    const char *config, *line;
    bool named, apply, yes;
};

struct urls {
    const struct urls_options *options;
    struct arena *arena;
    const struct service *service;
    struct str base;
    struct rest rest;
    struct platform_number *entered; /* at the platform */
    size_t same, missing, changed, failed;
};

static size_t wanted(const struct urls *urls, const struct line *line,
                     struct number_setting entries[NUMBER_SETTINGS_MAX])
{
    /* A line without a number is found by its name alone. */
    return number_settings_of_line(urls->arena, line, urls->base, urls->options->named || line->numbers == NULL,
                                   entries);
}

/* Calls `each` for the line of the options, or for all. */
static void each_line(struct urls *urls, void (*each)(struct urls *urls, const struct line *line))
{
    const char *name = urls->options->line;
    for (const struct section *at = urls->service->config->first; at != NULL; at = at->next) {
        const struct line *line = at->kind == &line_kind ? at->keys : NULL;
        if (line != NULL && (name == NULL || str_equal_nocase(at->name, str_of(name))))
            each(urls, line);
    }
}

static void print_line(struct urls *urls, const struct line *line)
{
    struct number_setting entries[NUMBER_SETTINGS_MAX];
    size_t count = wanted(urls, line, entries);
    bool first = true;
    for (const struct word *number = line->numbers; number != NULL; number = number->next, first = false)
        printf("%s%.*s", first ? "" : ", ", STR_ARGS(number->text));
    printf("%s[line %.*s]\n", first ? "" : "  ", STR_ARGS(line->name));
    for (size_t i = 0; i < count; i++)
        if (entries[i].label != NULL)
            printf("    %-18s %.*s\n", entries[i].label, STR_ARGS(entries[i].wanted));
}

/* --- at the platform --- */

/* Calls `each` for the numbers of a line that are the project's and are to be changed. */
static void each_change(struct urls *urls, const struct line *line,
                        void (*each)(struct urls *urls, const struct line *line, const struct platform_number *entered,
                                     const struct number_setting *entries, size_t count))
{
    struct number_setting entries[NUMBER_SETTINGS_MAX];
    size_t count = wanted(urls, line, entries);
    for (const struct word *number = line->numbers; number != NULL; number = number->next) {
        const struct platform_number *entered = platform_numbers_find(urls->entered, number->text);
        if (entered != NULL && number_settings_differ(urls->arena, entered, entries, count))
            each(urls, line, entered, entries, count);
    }
}

static void show_change(struct urls *urls, const struct line *line, const struct platform_number *entered,
                        const struct number_setting *entries, size_t count)
{
    struct str application = rest_value(urls->arena, json_object_get(entered->object, "voice_application_sid"));
    printf("%.*s  [line %.*s]\n", STR_ARGS(entered->number), STR_ARGS(line->name));
    for (size_t i = 0; i < count; i++) {
        if (!number_setting_differs(urls->arena, entered, &entries[i]))
            continue;
        struct str now = terminal_safe(urls->arena, number_setting_current(urls->arena, entered, &entries[i]));
        const char *label = entries[i].label != NULL ? entries[i].label : entries[i].parameter;
        printf("    %-20s - %.*s\n", label, STR_ARGS(now.length > 0 ? now : STR("(nothing)")));
        printf("    %-20s + %.*s\n", "", STR_ARGS(entries[i].wanted));
    }
    if (application.length > 0)
        printf("    the number has an application, which overrides these addresses: %.*s\n",
               STR_ARGS(terminal_safe(urls->arena, application)));
    urls->changed++;
}

static void show_line(struct urls *urls, const struct line *line)
{
    size_t before = urls->changed, absent = urls->missing, all = 0;
    each_change(urls, line, show_change);
    for (const struct word *number = line->numbers; number != NULL; number = number->next, all++)
        if (platform_numbers_find(urls->entered, number->text) == NULL) {
            printf("%.*s  [line %.*s]  is not a number of the project\n", STR_ARGS(number->text), STR_ARGS(line->name));
            urls->missing++;
        }
    urls->same += all - (urls->changed - before) - (urls->missing - absent);
}

static void show_unclaimed(const struct urls *urls)
{
    for (const struct platform_number *at = urls->entered; at != NULL; at = at->next)
        if (service_line_of_number(urls->service, at->number) == NULL)
            printf("%.*s  has no line here and stays as it is\n", STR_ARGS(terminal_safe(urls->arena, at->number)));
}

static void apply_one(struct urls *urls, const struct line *line, const struct platform_number *entered,
                      const struct number_setting *entries, size_t count)
{
    struct error why;
    (void)line;
    terminal_progress("entering %zu of %zu: %.*s", urls->same + 1, urls->changed, STR_ARGS(entered->number));
    urls->same++;
    if (number_settings_apply(&urls->rest, urls->arena, entered, entries, count, &why) == 0)
        return;
    terminal_progress_end();
    fprintf(stderr, "hookswitch urls: %.*s: %s\n", STR_ARGS(entered->number), why.sentence);
    urls->failed++;
}

static void apply_line(struct urls *urls, const struct line *line)
{
    each_change(urls, line, apply_one);
}

static bool agreed(const struct urls_options *options)
{
    char answer[16] = "";
    if (options->yes)
        return true;
    printf("Make these changes at the platform? [y/N] ");
    fflush(stdout);
    bool yes = fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
    if (strchr(answer, '\n') == NULL)
        putchar('\n');
    return yes;
}

static void tell_seen(size_t count)
{
    terminal_progress("%zu numbers of the project", count);
}

static int apply(struct urls *urls, struct error *error)
{
    if (rest_init(&urls->rest, urls->service, urls->arena, RATE, error) != 0)
        return COMMAND_UNUSABLE;
    int failed = platform_numbers_list(&urls->rest, urls->arena, tell_seen, &urls->entered, error);
    terminal_progress_end();
    if (failed)
        return COMMAND_FAILED;
    each_line(urls, show_line);
    if (urls->options->line == NULL)
        show_unclaimed(urls);
    printf("%zu to change, %zu up to date, %zu not found\n", urls->changed, urls->same, urls->missing);
    if (urls->changed > 0 && !agreed(urls->options)) {
        printf("Nothing was changed.\n");
        return COMMAND_FAILED;
    }
    urls->same = 0;
    each_line(urls, apply_line);
    terminal_progress_end();
    if (urls->changed > 0)
        printf("%zu entered, %zu failed\n", urls->changed - urls->failed, urls->failed);
    return urls->failed > 0 || urls->missing > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct urls_options *options = values;
    if (options->yes && !options->apply)
        return command_fail(COMMAND_USAGE, error, "--yes needs --apply");
    if (context_read_sound(context, error) != 0)
        return COMMAND_UNUSABLE;
    struct urls urls = { .options = options,
                         .arena = context->arena,
                         .service = context->service,
                         .base = service_origin(context->service).public_url };
    if (urls.base.length == 0)
        return command_fail(COMMAND_UNUSABLE, error,
                            "%s: no public_url: write it into [hookswitch], as all addresses begin with it",
                            context->config);
    if (options->line != NULL && filter_check_line(context, "", str_of(options->line), error) != 0)
        return COMMAND_UNUSABLE;
    int status = COMMAND_OK;
    if (options->apply)
        status = apply(&urls, error);
    else
        each_line(&urls, print_line);
    platform_numbers_free(urls.entered);
    return status;
}

static const struct argument arguments[] = {
    { ARGUMENT(FLAG, urls_options, named), "--named", NULL,
      .help = "Name the line in the address, instead of finding it by number" },
    { ARGUMENT(FLAG, urls_options, apply), "--apply", NULL,
      .help = "Show the changes at the platform, ask, and make them; needs space, project and token of [hookswitch]" },
    { ARGUMENT(FLAG, urls_options, yes), "--yes", NULL, .help = "Do not ask" },
    { ARGUMENT(LINE, urls_options, line), "LINE", NULL, .help = "Only this line", .optional = true },
    { .name = NULL },
};

const struct command urls_command = {
    .name = "urls",
    .summary = "Show the addresses to enter at the platform for each number, or enter them",
    .size = sizeof(struct urls_options),
    .run = run,
    .arguments = arguments,
    .details = "Numbers without a line, and fields that a line has no value for, stay as they are.\n"
               "Exit status: 0 shown, or all entered; 1 not all, as the platform failed, lacks a number, or you said "
               "no; 2 the configuration has errors, no public_url, no token, or no such line; 64 wrong arguments.\n",
};
