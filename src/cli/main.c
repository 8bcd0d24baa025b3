#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/arguments.h"
#include "cli/help.h"

#define COMMAND_ROW(name) &name##_command,
static const struct command *const commands[] = { COMMANDS(COMMAND_ROW) NULL };

const struct command *command_at(size_t position)
{
    return commands[position];
}

int command_usage(struct error *error, const char *format, ...)
{
    char sentence[sizeof error->sentence];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    error_set(error, "%s", sentence);
    return COMMAND_USAGE;
}

/* The first subcommand of that name; NULL, after a message, when it is unknown. */
static const struct command *const *find_group(const char *name)
{
    struct str_nearest nearest = str_nearest_to(str_of(name));
    for (const struct command *const *at = commands; *at != NULL; at++) {
        if (strcmp((*at)->name, name) == 0)
            return at;
        str_nearest_offer(&nearest, str_of((*at)->name));
    }
    fprintf(stderr, "hookswitch: unknown command '%s'", name);
    if (nearest.found.length > 0)
        fprintf(stderr, "; did you mean '%.*s'?", STR_ARGS(nearest.found));
    fprintf(stderr, "\nhookswitch --help lists the commands\n");
    return NULL;
}

static bool is_of_group(const struct command *const *at, const struct command *const *group)
{
    return *at != NULL && strcmp((*at)->name, (*group)->name) == 0;
}

static int run(const struct command *const *group, int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct error error = { "" };
    const struct command *command = NULL;
    void *values;
    bool parsed = arguments_parse(arena, group, argc, argv, &command, &values, &error) == 0;
    int status = parsed && command != NULL ? command->run(arena, values, &error) : COMMAND_USAGE;
    const char *verb = command == NULL || command->verb == NULL ? "" : command->verb;
    if (status != COMMAND_OK && error.sentence[0] != '\0') {
        file_flush_output();
        fprintf(stderr, "hookswitch %s%s%s: %s\n", (*group)->name, *verb != '\0' ? " " : "", verb, error.sentence);
    }
    for (const struct command *const *at = group; status == COMMAND_USAGE && is_of_group(at, group); at++)
        if (command == NULL || command == *at)
            help_print_usage(stderr, *at);
    arena_free(arena);
    return status < 0 ? COMMAND_FAILED : status;
}

/* Prints one command for `hookswitch events prune --help`, and all of that name for `hookswitch help store`. */
static void print_help(const struct command *const *group, const char *verb)
{
    const struct command *const *at = group, *const *only = NULL;
    for (; is_of_group(at, group); at++)
        if ((*at)->verb != NULL && verb != NULL && strcmp((*at)->verb, verb) == 0)
            only = at;
    for (at = group; is_of_group(at, group); at++)
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
    if (help && strcmp(argv[2], "--mdoc") == 0) {
        help_print_mdoc();
        return COMMAND_OK;
    }
    const struct command *const *group = find_group(argv[help ? 2 : 1]);
    if (group == NULL)
        return COMMAND_USAGE;
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
