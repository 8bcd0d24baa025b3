/* The subcommands of `hookswitch`: one file each, one row each in cli/main.c. */
#ifndef HOOKSWITCH_CLI_COMMAND_H
#define HOOKSWITCH_CLI_COMMAND_H

#include <stddef.h>

#include "base/str.h"

/* Exit statuses of all subcommands; hookswitch(1) lists them. */
enum { COMMAND_OK = 0, COMMAND_FAILED = 1, COMMAND_UNUSABLE = 2, COMMAND_USAGE = 64, COMMAND_UNWRITTEN = 74 };

struct command {
    const char *name;
    const char *synopsis; /* after the name */
    const char *summary;
    const char *details;               /* for --help; lines ended by line feeds */
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name */
};

extern const struct command call_command, check_command, completion_command, doctor_command, events_command,
    fax_command, graph_command, hours_command, jobs_command, optouts_command, reconcile_command, replay_command,
    sign_command, store_command, test_command, text_command, trace_command, urls_command, work_command;

/* The subcommands in the order of --help; NULL behind the last. */
const struct command *command_at(size_t position);

/* The second words of `hookswitch events`. */
int events_prune(int argc, char **argv);

/* "; did you mean 'check'?", or nothing; until it is asked again. */
const char *command_meant(const struct str_nearest *nearest);
/* Says what is wrong with the arguments; returns COMMAND_USAGE. */
int command_usage(const struct command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
