/* Opens what most subcommands need: the configuration, and the store that it names. */
#ifndef HOOKSWITCH_CLI_CONTEXT_H
#define HOOKSWITCH_CLI_CONTEXT_H

#include "service/service.h"
#include "store/store.h"

struct context {
    struct arena *arena; /* the caller's */
    const char *config;  /* the main file */
    struct service *service;
    const struct settings *settings;
    struct store *store;
};

/* All of these return 0, or with the reason COMMAND_UNUSABLE, when the configuration is missing or cannot be used, or
 * -1, when the store fails; context_close in any case. */

/* Reads the configuration (NULL: the usual one), with `lines` also the files of lines. Fails without settings. */
int context_read(struct context *context, struct arena *arena, const char *config, bool lines, struct error *error);
/* The same with all files, and fails when the configuration has an error, with the first. */
int context_read_sound(struct context *context, struct arena *arena, const char *config, struct error *error);
/* Opens the store of the configuration that was read. */
int context_open_store(struct context *context, enum store_mode mode, struct error *error);
/* Reads the configuration without the files of lines, and opens its store. */
int context_open(struct context *context, struct arena *arena, const char *config, enum store_mode mode,
                 struct error *error);
/* Leaves a context that was zeroed alone. */
void context_close(struct context *context);

/* Whether the store is an SQLite database that does not exist yet. */
bool context_store_is_missing(const struct context *context);
/* The first error of a configuration that cannot be used. Always COMMAND_UNUSABLE. */
int context_complain(const struct context *context, struct error *error);

#endif
