/* The main function of the five programs. */
#ifndef HOOKSWITCH_HOST_PROGRAM_H
#define HOOKSWITCH_HOST_PROGRAM_H

#include "host/answer.h"
#include "host/options.h"

/* Runs the program to its end: as plain CGI for one request, or as a FastCGI server. The process's exit status: 0, or
 * of sysexits.h 64 (usage), 69 (cannot listen), 71 (out of memory or threads), 75 (told to end while the store or a
 * disk hung), 78 (configuration). */
int program_run(int argc, char **argv, const struct program *program);

/* Serves until SIGTERM; SIGHUP or a changed file reloads the configuration. The process's exit status. */
int server_run(const struct program *program, const struct options *options);

#endif
