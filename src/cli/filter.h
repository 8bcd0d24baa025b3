/* Checks what filters of the store's rows name: an error has the nearest name, or all of them. */
#ifndef HOOKSWITCH_CLI_FILTER_H
#define HOOKSWITCH_CLI_FILTER_H

#include "cli/command.h"

enum { FILTER_SID_LEAST = 4 }; /* so many characters of a sid stand for all of it */

/* All of these: 0, or -1 with the reason. */

int filter_check_kind(struct arena *arena, const char *kind, struct error *error);
/* `prefix` begins the reason: "--line x: ", or "". */
int filter_check_line(const struct context *context, const char *prefix, struct str name, struct error *error);
int filter_check_sid(struct str sid, struct error *error);
/* All but the kind. Asked only when the store held nothing that fits, as it may hold names that are not known here. */
int filter_check(const struct context *context, const struct store_filter *filter, struct error *error);

#endif
