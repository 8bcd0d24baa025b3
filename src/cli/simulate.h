/* What the subcommands share that play a telephone: the configuration, a store of their own that is gone afterwards,
 * the line, who calls or writes, and the clock. */
#ifndef HOOKSWITCH_CLI_SIMULATE_H
#define HOOKSWITCH_CLI_SIMULATE_H

#include "simulator/platform.h"

#define SIMULATE_CALLER "+15555550100"
enum { SIMULATE_WITH_MAX = 32 };

struct simulate_options {
    const char *config, *from, *at, *line;
    const char *with[SIMULATE_WITH_MAX]; /* NAME=VALUE: further parameters */
    size_t with_count;
    const char *url, *ca_file; /* of a running server, instead of the handlers in this process */
};

struct simulation {
    struct arena *arena;
    struct service *service;
    struct log log;
    struct platform platform;
    const struct line *line;
    struct str from, to; /* numbers */
    char folder[64];
    struct str shown; /* ids of the jobs that were said */
};

/* Takes one of the options that they share; false: it is none of them. */
bool simulate_option(struct simulate_options *wish, int option, const char *value);
#define SIMULATE_SERVER_HELP                                                                                           \
    "  --with N=VALUE  what the platform may say too: FromCountry=DE, CallerName=Ada\n"                                \
    "  --url URL       asks a running server (https://host/hooks), signed with the\n"                                  \
    "                  configuration's key, instead of answering in this process\n"                                    \
    "  --ca-file FILE  the certificates by which that server is known, instead of the system's\n"
#define SIMULATE_OPTIONS                                                                                               \
    { "config", required_argument, NULL, 'c' }, { "from", required_argument, NULL, 'f' },                              \
        { "at", required_argument, NULL, 'a' }, { "with", required_argument, NULL, 'w' },                              \
        { "url", required_argument, NULL, 'u' },                                                                       \
    {                                                                                                                  \
        "ca-file", required_argument, NULL, 'C'                                                                        \
    }

/* Says on standard output what has been ordered since it was asked last: "    ordered: texts counter/mail". */
void simulate_print_actions(struct simulation *simulation);

/* Nothing that is played reaches the configured store. 0, or -1 with the reason; simulate_end in any case. */
int simulate_begin(struct simulation *simulation, const struct simulate_options *wish, struct error *error);
void simulate_end(struct simulation *simulation);

#endif
