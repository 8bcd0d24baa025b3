/* Prints tables of arguments for people: --help, and the synopsis of the manual. */
#ifndef HOOKSWITCH_CLI_HELP_H
#define HOOKSWITCH_CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/* One line for each subcommand. */
void help_print_commands(FILE *to);
/* Usage, arguments and details of one. */
void help_print_command(const struct command *command);
void help_print_usage(FILE *to, const struct command *command);
/* The SYNOPSIS of hookswitch(1), in mdoc(7). */
void help_print_mdoc(void);

#endif
