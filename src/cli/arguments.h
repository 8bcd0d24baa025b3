/* Parses the arguments of a subcommand by its table. */
#ifndef HOOKSWITCH_CLI_ARGUMENTS_H
#define HOOKSWITCH_CLI_ARGUMENTS_H

#include "cli/command.h"

/* The option of every subcommand. */
extern const struct argument argument_config;

bool argument_is_option(const struct argument *argument);
/* The possible values of types with a list: "waiting|done|given-up"; or NULL. In the arena. */
const char *argument_choices(struct arena *arena, const struct argument *argument);
/* "waiting, done or given-up", in the arena. */
const char *choices_text(struct arena *arena, const char *choices);

/* The subcommands of one name, of which the first argument behind the options chooses: argv[0] is the name. `command`
 * gets it, or NULL when none was chosen; `values` its filled struct, in the arena. 0, or -1 with what is wrong. */
int arguments_parse(struct arena *arena, const struct command *const *group, int argc, char **argv,
                    const struct command **command, void **values, struct error *error);

#endif
