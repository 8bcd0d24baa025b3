/* Shared by the subcommands that simulate a phone: the configuration, a temporary store, the line, the caller, the
 * clock. Nothing that is played reaches the configured store. */
#ifndef HOOKSWITCH_CLI_SIMULATE_H
#define HOOKSWITCH_CLI_SIMULATE_H

#include "cli/command.h"
#include "simulator/call.h"

/* The struct of a subcommand that uses SIMULATE_ARGUMENTS begins with this. */
struct simulate_options {
    const char *config, *line, *from, *at;
    const char *url, *ca_file; /* of a running server, instead of the handlers in this process */
    struct argument_list with; /* NAME=VALUE: further parameters */
};

#define SIMULATE_CALLER "+15555550100"
/* clang-format off */
#define SIMULATE_SERVER_ARGUMENT \
    { ARGUMENT(FILE, simulate_options, ca_file), "--ca-file", "FILE", \
      .help = "Trust these certificates instead of the system's" }
#define SIMULATE_ARGUMENTS \
    { ARGUMENT(TEXT, simulate_options, from), "--from", "NUMBER", \
      .help = "Call or write from this number (default: " SIMULATE_CALLER ")" }, \
    { ARGUMENT(TEXT, simulate_options, at), "--at", "TIME", \
      .help = "Set the clock, in the line's time zone, such as 2026-12-25T10:00" }, \
    { ARGUMENT(TEXT, simulate_options, url), "--url", "URL", .either = true, \
      .help = "Send signed requests to a running server (https://host/hooks), instead of answering in this process" }, \
    SIMULATE_SERVER_ARGUMENT, \
    { ARGUMENT(LIST, simulate_options, with), "--with", "NAME=VALUE", \
      .help = "Add a parameter that the platform may send, such as FromCountry=DE" }
#define SIMULATE_LINE_ARGUMENT \
    ARGUMENT(LINE, simulate_options, line), "LINE|NUMBER", NULL, .help = "Name of a line, or one of its numbers"
/* clang-format on */

struct simulation {
    struct arena *arena;
    struct context *context; /* the caller's */
    struct log log;
    struct platform platform;
    const struct line *line;
    struct str from, to; /* numbers */
    char folder[64];
    struct str shown; /* ids of the jobs that were printed */
};

/* Reads the configuration, where that has not been done. 0, or COMMAND_UNUSABLE with the reason; simulate_end in any
 * case. */
int simulate_begin(struct simulation *simulation, struct context *context, struct arena *arena,
                   const struct simulate_options *options, struct error *error);
void simulate_end(struct simulation *simulation);

/* Prints the actions that were queued since it was last called: "    ordered: texts counter/mail". */
void simulate_print_actions(struct simulation *simulation);

/* --- a call in a file: "line front-desk", "from +15551230001", "at 2026-12-25T10:00", "with FromCountry=DE" first,
 * where they are needed, then a step a line; # begins a comment --- */

struct script_file_step {
    struct str text;
    int line;
};

struct script_file {
    const char *path;
    struct simulate_options options; /* those that the file gives */
    struct script_file_step *steps;
    size_t count;
};

/* In the arena. 0, or -1 with the reason. */
int script_file_read(struct arena *arena, const char *path, struct script_file *file, struct error *error);
/* Those of `first`, else of `second`, and the parameters of both; in the arena. */
struct simulate_options script_file_merge(struct arena *arena, const struct simulate_options *first,
                                          const struct simulate_options *second);
/* Takes the steps. 0, or -1 with the reason, which begins with file and line. */
int script_file_play(const struct script_file *file, struct script *script, struct error *error);

/* Rings the line; `show` as in simulator/call.h. */
int script_file_begin(struct script *script, struct simulation *simulation,
                      void (*show)(void *context, struct str line), void *context, struct error *error);

#endif
