#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"

static const struct command *const commands[] = {
    &check_command,   &call_command,   &test_command,   &text_command,       &fax_command,
    &graph_command,   &urls_command,   &hours_command,  &sign_command,       &events_command,
    &optouts_command, &jobs_command,   &work_command,   &store_command,      &reconcile_command,
    &trace_command,   &replay_command, &doctor_command, &completion_command, NULL,
};

const struct command *command_at(size_t position)
{
    return commands[position];
}

static void print_commands(FILE *to)
{
    fprintf(to, "hookswitch: runs the phones of a SignalWire project from one INI file\n\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        fprintf(to, "  hookswitch %s %s\n      %s\n", (*command)->name, (*command)->synopsis, (*command)->summary);
    fprintf(to, "\n  hookswitch COMMAND --help   more on a command\n"
                "  hookswitch --version\n\nSee hookswitch(1).\n");
}

static void print_command(const struct command *command)
{
    printf("hookswitch %s %s\n\n%s\n\n%s", command->name, command->synopsis, command->summary, command->details);
}

int command_usage(const struct command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "hookswitch %s: ", command->name);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nusage: hookswitch %s %s\n", command->name, command->synopsis);
    return COMMAND_USAGE;
}

const char *command_meant(const struct str_nearest *nearest)
{
    static char words[128];
    snprintf(words, sizeof words, "; did you mean '%.*s'?", STR_ARGS(nearest->found));
    return nearest->found.length > 0 ? words : "";
}

static const struct command *find(const char *name)
{
    for (const struct command *const *command = commands; *command != NULL; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

static int is_option(const char *argument, const char *option)
{
    return strcmp(argument, option) == 0;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_commands(stderr);
        return COMMAND_USAGE;
    }
    bool help = is_option(argv[1], "--help") || is_option(argv[1], "help");
    if (help && argc == 2) {
        print_commands(stdout);
        return COMMAND_OK;
    }
    if (is_option(argv[1], "--version")) {
        printf("hookswitch %s\n", PACKAGE_VERSION);
        return COMMAND_OK;
    }
    const char *name = argv[help ? 2 : 1];
    const struct command *command = find(name);
    if (command == NULL) {
        struct str_nearest nearest = str_nearest_to(str_of(name));
        for (const struct command *const *at = commands; *at != NULL; at++)
            str_nearest_offer(&nearest, str_of((*at)->name));
        fprintf(stderr, "hookswitch: no command is called '%s'%s\nhookswitch --help lists them\n", name,
                command_meant(&nearest));
        return COMMAND_USAGE;
    }
    for (int i = 2; i < argc && !is_option(argv[i], "--"); i++)
        help = help || is_option(argv[i], "--help");
    if (help) {
        print_command(command);
        return COMMAND_OK;
    }
    return command->run(argc - 1, argv + 1);
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
