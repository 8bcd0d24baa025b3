/* What filters of the store's rows name: where there is nothing of that name, the error has the nearest, or all. */
#ifndef HOOKSWITCH_CLI_FILTER_H
#define HOOKSWITCH_CLI_FILTER_H

#include "cli/command.h"
#include "service/service.h"
#include "store/store.h"

enum { FILTER_SID_LEAST = 4 }; /* so much of a sid's beginning stands for all of it */

/* COMMAND_OK, or COMMAND_USAGE with the error told. `what` is how the name was given: "--line x: ". */
int filter_check_kind(const struct command *command, const char *kind);
int filter_check_line(const struct command *command, const struct service *service, struct arena *arena,
                      const char *what, struct str name);
int filter_check_sid(const struct command *command, struct str sid);
/* All of a filter that found nothing. `config` as it was given. */
int filter_check(const struct command *command, const struct store_filter *filter, const char *config);

#endif
