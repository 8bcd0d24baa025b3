/* The command line of the five programs. */
#ifndef HOOKSWITCH_HOST_OPTIONS_H
#define HOOKSWITCH_HOST_OPTIONS_H

#include "base/log.h"
#include "base/str.h"

enum { OPTIONS_THREADS_MAX = 512 };

struct options {
    const char *config; /* the main file */
    const char *listen; /* NULL: descriptor 0 */
    int threads;        /* 0: the program's own number */
    int log;            /* enum log_target, or -1: as configured */
    enum { OPTIONS_ACTION_SERVE, OPTIONS_ACTION_HELP, OPTIONS_ACTION_VERSION } action;
};

/* Reads the arguments; a plain CGI program calls it without any, as a web server may pass a query's words there
 * (RFC 3875 section 4.4). 0, or -1 with what is wrong. */
int options_read(int argc, char **argv, struct options *options, struct error *error);
void options_print_help(const char *program, const char *summary);
/* --config, else HOOKSWITCH_CONFIG, else the installed place. */
const char *options_config_path(const char *given);

#endif
