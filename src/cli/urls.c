/* hookswitch urls: what to enter at the platform, for each number; and enters it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/context.h"
#include "host/kinds.h"
#include "host/options.h"
#include "work/entries.h"

struct wish {
    const char *config, *line;
    bool named, apply, yes;
    double rate;
};

struct urls {
    const struct wish *wish;
    struct arena *arena;
    const struct service *service;
    struct str base;
    struct rest rest;
    struct entered *entered; /* at the platform */
    size_t same, missing, changed, failed;
};

static size_t wanted(const struct urls *urls, const struct line *line, struct platform_field entries[ENTRIES_MAX])
{
    /* A line without a number is found by its name alone. */
    return entries_of_line(urls->arena, line, urls->base, urls->wish->named || line->numbers == NULL, entries);
}

/* Calls `each` for the line that is asked for, or for all. False when there is none such. */
static bool each_line(struct urls *urls, void (*each)(struct urls *urls, const struct line *line))
{
    const char *name = urls->wish->line;
    bool found = false;
    for (const struct section *at = config_first(service_config(urls->service)); at != NULL; at = at->next) {
        const struct line *line = at->kind == &line_kind ? at->keys : NULL;
        if (line == NULL || (name != NULL && !str_equal_nocase(at->name, str_of(name))))
            continue;
        each(urls, line);
        found = true;
    }
    return found || name == NULL;
}

static void print_line(struct urls *urls, const struct line *line)
{
    struct platform_field entries[ENTRIES_MAX];
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
                        void (*each)(struct urls *urls, const struct line *line, const struct entered *entered,
                                     const struct platform_field *entries, size_t count))
{
    struct platform_field entries[ENTRIES_MAX];
    size_t count = wanted(urls, line, entries);
    for (const struct word *number = line->numbers; number != NULL; number = number->next) {
        const struct entered *entered = entries_find(urls->entered, number->text);
        if (entered != NULL && entries_any_differ(urls->arena, entered, entries, count))
            each(urls, line, entered, entries, count);
    }
}

static void show_change(struct urls *urls, const struct line *line, const struct entered *entered,
                        const struct platform_field *entries, size_t count)
{
    struct str application = rest_value(urls->arena, json_object_get(entered->object, "voice_application_sid"));
    printf("%.*s  [line %.*s]\n", STR_ARGS(entered->number), STR_ARGS(line->name));
    for (size_t i = 0; i < count; i++) {
        if (!entries_differ(urls->arena, entered, &entries[i]))
            continue;
        struct str now = terminal_safe(urls->arena, entries_now(urls->arena, entered, &entries[i]));
        const char *label = entries[i].label != NULL ? entries[i].label : entries[i].parameter;
        printf("    %-20s - %.*s\n", label, STR_ARGS(now.length > 0 ? now : STR("(nothing)")));
        printf("    %-20s + %.*s\n", "", STR_ARGS(entries[i].wanted));
    }
    if (application.length > 0)
        printf("    an application is chosen there, which counts for more than these addresses: %.*s\n",
               STR_ARGS(terminal_safe(urls->arena, application)));
    urls->changed++;
}

static void show_line(struct urls *urls, const struct line *line)
{
    size_t before = urls->changed, absent = urls->missing, all = 0;
    each_change(urls, line, show_change);
    for (const struct word *number = line->numbers; number != NULL; number = number->next, all++)
        if (entries_find(urls->entered, number->text) == NULL) {
            printf("%.*s  [line %.*s]  is none of the project's numbers\n", STR_ARGS(number->text),
                   STR_ARGS(line->name));
            urls->missing++;
        }
    urls->same += all - (urls->changed - before) - (urls->missing - absent);
}

static void show_unclaimed(const struct urls *urls)
{
    for (const struct entered *at = urls->entered; at != NULL; at = at->next)
        if (service_line_of_number(urls->service, at->number) == NULL)
            printf("%.*s  has no line here, and is left as it is\n", STR_ARGS(terminal_safe(urls->arena, at->number)));
}

static void apply_one(struct urls *urls, const struct line *line, const struct entered *entered,
                      const struct platform_field *entries, size_t count)
{
    struct error why;
    (void)line;
    terminal_progress("entering %zu of %zu: %.*s", urls->same + 1, urls->changed, STR_ARGS(entered->number));
    urls->same++;
    if (entries_apply(&urls->rest, urls->arena, entered, entries, count, &why) == 0)
        return;
    terminal_progress_end();
    fprintf(stderr, "hookswitch urls: %.*s: %s\n", STR_ARGS(entered->number), why.sentence);
    urls->failed++;
}

static void apply_line(struct urls *urls, const struct line *line)
{
    each_change(urls, line, apply_one);
}

static bool agreed(const struct wish *wish)
{
    char answer[16] = "";
    if (wish->yes)
        return true;
    printf("Enter that at the platform? [y/N] ");
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

static int apply(struct urls *urls)
{
    struct error why;
    if (rest_begin(&urls->rest, urls->service, urls->arena, urls->wish->rate, &why) != 0) {
        fprintf(stderr, "hookswitch urls: %s\n", why.sentence);
        return COMMAND_UNUSABLE;
    }
    int failed = entries_list(&urls->rest, urls->arena, tell_seen, &urls->entered, &why);
    terminal_progress_end();
    if (failed) {
        fprintf(stderr, "hookswitch urls: %s\n", why.sentence);
        return COMMAND_FAILED;
    }
    each_line(urls, show_line);
    if (urls->wish->line == NULL)
        show_unclaimed(urls);
    printf("%zu to change, %zu as wanted, %zu not found\n", urls->changed, urls->same, urls->missing);
    if (urls->changed > 0 && !agreed(urls->wish)) {
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

static int carry_out(struct urls *urls)
{
    struct error why;
    if (context_check(urls->arena, urls->service, &why) != 0) {
        fprintf(stderr, "hookswitch urls: %s\n", why.sentence);
        return COMMAND_UNUSABLE;
    }
    urls->base = service_origin(urls->service).public_url;
    if (urls->base.length == 0) {
        fprintf(stderr, "hookswitch urls: [hookswitch] names no public_url, of which all of them are made\n");
        return COMMAND_UNUSABLE;
    }
    if (urls->wish->line != NULL && service_line(urls->service, str_of(urls->wish->line)) == NULL) {
        fprintf(stderr, "hookswitch urls: no line is called '%s'\n", urls->wish->line);
        return COMMAND_UNUSABLE;
    }
    if (urls->wish->apply)
        return apply(urls);
    each_line(urls, print_line);
    return COMMAND_OK;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "named", no_argument, NULL, 'n' },
        { "apply", no_argument, NULL, 'a' },
        { "yes", no_argument, NULL, 'y' },
        { NULL, 0, NULL, 0 },
    };
    struct wish wish = { .rate = 2 };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == '?')
            return command_usage(&urls_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        if (option == 'c')
            wish.config = optarg;
        wish.named = wish.named || option == 'n';
        wish.apply = wish.apply || option == 'a';
        wish.yes = wish.yes || option == 'y';
    }
    if (optind + 1 < argc)
        return command_usage(&urls_command, "%s: one line is shown, or all", argv[optind + 1]);
    if (wish.yes && !wish.apply)
        return command_usage(&urls_command, "--yes goes with --apply alone");
    wish.line = optind < argc ? argv[optind] : NULL;
    struct arena *arena = arena_new();
    struct service *service = service_read(options_config_path(wish.config), all_kinds, true);
    struct urls urls = { .wish = &wish, .arena = arena, .service = service };
    int status = carry_out(&urls);
    entries_release(urls.entered);
    service_free(service);
    arena_free(arena);
    return status;
}

const struct command urls_command = {
    "urls",
    "[--config FILE] [--named] [--apply [--yes]] [LINE]",
    "shows what to enter at the platform for each number, or enters it",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n"
    "  --named         addresses that name the line, instead of finding it by the number\n"
    "  --apply         asks the platform what is entered there, shows what is to change,\n"
    "                  asks, and enters it: with space, project and token of [hookswitch]\n"
    "  --yes           does not ask\n\n"
    "Numbers without a line, and what a line has nothing for, are left as they are.\n"
    "Exit status: 0 shown, or entered; 1 not all of it, as the platform could not be asked,\n"
    "has no such number, or you said no; 2 the configuration has errors, names no\n"
    "public_url or no token, or has no such line; 64 usage.\n",
    run,
};
