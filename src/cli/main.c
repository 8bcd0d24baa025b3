#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "host/kinds.h"
#include "host/options.h"

#define COMMAND_ROW(name) &name##_command,
static const struct command *const commands[] = { COMMANDS(COMMAND_ROW) NULL };

const struct command *command_at(size_t position)
{
    return commands[position];
}

int command_fail(int status, struct error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->sentence, sizeof error->sentence, format, args);
    va_end(args);
    return status;
}

/* --- the configuration and the store --- */

int context_complain(const struct context *context, struct error *error)
{
    const struct complaint *first = complaints_first(&context->service->config->complaints);
    if (first != NULL)
        return command_fail(COMMAND_UNUSABLE, error, "%s", complaint_line(context->arena, first).at);
    return command_fail(COMMAND_UNUSABLE, error, "%s: the configuration cannot be used: see 'hookswitch check'",
                        context->config);
}

int context_read(struct context *context, bool lines, struct error *error)
{
    context->service = service_read(context->config, all_kinds, lines);
    context->settings = context->service->settings;
    return context->settings != NULL ? 0 : context_complain(context, error);
}

int context_read_sound(struct context *context, struct error *error)
{
    int status = context_read(context, true, error);
    if (status != 0)
        return status;
    return context->service->config->complaints.errors == 0 ? 0 : context_complain(context, error);
}

int context_open_store(struct context *context, enum store_mode mode, struct error *error)
{
    if (context->service == NULL && context_read(context, false, error) != 0)
        return COMMAND_UNUSABLE;
    if (context->settings->store.length == 0)
        return command_fail(COMMAND_UNUSABLE, error,
                            "%s: no store is named: write store = sqlite:/PATH into [hookswitch]", context->config);
    context->store = store_open(arena_copy(context->arena, context->settings->store).at, mode, NULL, error);
    return context->store == NULL ? -1 : 0;
}

/* --- the command line --- */

const struct command *const *command_group(const char *name)
{
    const struct command *const *at = commands;
    while (*at != NULL && strcmp((*at)->name, name) != 0)
        at++;
    return *at == NULL ? NULL : at;
}

static int tell_unknown(const char *name)
{
    struct str_nearest nearest = str_nearest_to(str_of(name));
    for (const struct command *const *at = commands; *at != NULL; at++)
        str_nearest_offer(&nearest, str_of((*at)->name));
    fprintf(stderr, "hookswitch: unknown command '%s'", name);
    if (nearest.found.length > 0)
        fprintf(stderr, "; did you mean '%.*s'?", STR_ARGS(nearest.found));
    fprintf(stderr, "\nhookswitch --help lists the commands\n");
    return COMMAND_USAGE;
}

bool command_is_of(const struct command *const *at, const struct command *const *group)
{
    return *at != NULL && strcmp((*at)->name, (*group)->name) == 0;
}

static int run(const struct command *const *group, int argc, char **argv)
{
    struct context context = { .arena = arena_new() };
    struct error error = { "" };
    const struct command *command = NULL;
    void *values;
    int status = COMMAND_USAGE;
    if (arguments_parse(context.arena, group, argc, argv, &command, &values, &error) == 0) {
        context.config = options_config_path(*(const char *const *)values);
        status = command->run(&context, values, &error);
    }
    store_close(context.store);
    service_free(context.service);
    const char *verb = command == NULL || command->verb == NULL ? "" : command->verb;
    if (status != COMMAND_OK && error.sentence[0] != '\0') {
        file_flush_output();
        fprintf(stderr, "hookswitch %s%s%s: %s\n", (*group)->name, *verb != '\0' ? " " : "", verb, error.sentence);
    }
    for (const struct command *const *at = group; status == COMMAND_USAGE && command_is_of(at, group); at++)
        if (command == NULL || command == *at)
            help_print_usage(stderr, *at);
    arena_free(context.arena);
    return status < 0 ? COMMAND_FAILED : status;
}

/* Prints one command for `hookswitch events prune --help`, and all of that name for `hookswitch help store`. */
static void print_help(const struct command *const *group, const char *verb)
{
    const struct command *const *at = group, *const *only = NULL;
    for (; command_is_of(at, group); at++)
        if ((*at)->verb != NULL && verb != NULL && strcmp((*at)->verb, verb) == 0)
            only = at;
    for (at = group; command_is_of(at, group); at++)
        if (only == NULL || only == at) {
            printf("%s", at == group || only != NULL ? "" : "\n");
            help_print_command(*at);
        }
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0)
            return true;
    return false;
}

static int dispatch(int argc, char **argv)
{
    const char *first = argc < 2 ? "" : argv[1];
    bool help = strcmp(first, "--help") == 0 || strcmp(first, "help") == 0;
    if (argc < 2 || (help && argc == 2)) {
        help_print_commands(help ? stdout : stderr);
        return help ? COMMAND_OK : COMMAND_USAGE;
    }
    if (strcmp(first, "--version") == 0) {
        printf("hookswitch %s\n", PACKAGE_VERSION);
        return COMMAND_OK;
    }
    const struct command *const *group = command_group(argv[help ? 2 : 1]);
    if (group == NULL)
        return tell_unknown(argv[help ? 2 : 1]);
    if (!help && !wants_help(argc, argv))
        return run(group, argc - 1, argv + 1);
    int verb = help ? 3 : 2;
    print_help(group, verb < argc ? argv[verb] : NULL);
    return COMMAND_OK;
}

/* The number of a closed descriptor goes to the next file that is opened, and what is printed would go into that. */
static void occupy_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) == -1 && open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
}

int main(int argc, char **argv)
{
    struct error why;
    occupy_standard_descriptors();
    int status = dispatch(argc, argv);
    if (file_close(stdout, "standard output", false, &why) == 0)
        return status;
    fprintf(stderr, "hookswitch: %s\n", why.sentence);
    return COMMAND_UNWRITTEN;
}
