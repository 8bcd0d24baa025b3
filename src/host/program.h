/* What the five programs are made of: start, serve, reload, end. */
#ifndef HOOKSWITCH_HOST_PROGRAM_H
#define HOOKSWITCH_HOST_PROGRAM_H

#include "service/visit.h"

struct program {
    const char *name;    /* "voice.fcgi" */
    const char *summary; /* for --help */
    int threads;         /* by default; 0: one a processor, at least 4 */
    int entry_segments;  /* in the path of an address that a number is given, at most; -1: it has none. All other
                          * addresses are the suite's own, written for POST */
    struct response (*handle)(const struct visit *visit);
    int store_ms; /* how long all that a request asks of the store may take; 0: as long as the platform can wait */
};

/* Runs the program to its end. The process's exit status: 0, or of sysexits.h 64 (usage), 69 (cannot listen), 71 (out
 * of memory or threads), 75 (told to end, and something hung), 78 (configuration). */
int program_run(int argc, char **argv, const struct program *program);

#endif
