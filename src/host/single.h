/* A process of one request: plain CGI. */
#ifndef HOOKSWITCH_HOST_SINGLE_H
#define HOOKSWITCH_HOST_SINGLE_H

#include "host/answer.h"
#include "host/options.h"

/* Answers the request, and ends the process. */
_Noreturn void single_run(const struct program *program, const struct options *options);

#endif
