/* A FastCGI server: its threads, its signals, its end. */
#ifndef HOOKSWITCH_HOST_SERVER_H
#define HOOKSWITCH_HOST_SERVER_H

#include "base/log.h"
#include "host/answer.h"
#include "host/options.h"

#include <signal.h>

/* Serves until SIGTERM; SIGHUP or a changed file reloads the configuration. The process's exit status. */
int server_run(const struct program *program, const struct options *options);

#endif
