/* What subcommands share: the store that the configuration names, times as people write them, text as a terminal may
 * show it. */
#ifndef HOOKSWITCH_CLI_CONTEXT_H
#define HOOKSWITCH_CLI_CONTEXT_H

#include "base/zone.h"
#include "service/service.h"
#include "store/store.h"

struct context {
    struct arena *arena;
    struct service *service;
    const struct settings *settings;
    struct store *store;
};

/* Reads the configuration (NULL: the usual one) and opens its store. 0, or -1 with the reason; context_close in any
 * case.
 */
int context_open(struct context *context, const char *config, enum store_mode mode, struct error *error);
/* The same without a store. */
int context_read(struct context *context, const char *config, struct error *error);
void context_close(struct context *context);
/* Whether the store is an SQLite database that nobody has created yet. */
bool context_store_is_missing(const struct context *context);
/* Why the configuration is of no use: its first error. Always -1. */
int context_complain(struct arena *arena, const struct service *service, struct error *error);
/* 0 where the configuration has no error; else -1 with the first. */
int context_check(struct arena *arena, const struct service *service, struct error *error);

/* 2h (ago), 2026-01-05, 2026-01-05T15:04:05 (UTC), in microseconds since 1970. False when it is none. */
bool context_time(const char *word, int64_t *us);
/* 2026-12-24T17:30, 2026-12-24 17:30 or 2026-12-24, by the zone's wall clock. False when it is none. */
bool context_local_time(const char *word, const struct zone *zone, int64_t *us);

/* What a person may see of a text: a callback can hold anything, a terminal's control characters too. In the arena. */
struct str terminal_safe(struct arena *arena, struct str text);

/* Prints the text line by line, each as a person may see it. */
void terminal_print(struct arena *arena, struct str text);

/* A line that is written over and over while something long goes on, where standard error is a terminal. */
void terminal_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void terminal_progress_end(void);

#endif
