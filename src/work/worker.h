/* Runs jobs in several threads until it is stopped. Any number of workers may run, on any number of hosts. */
#ifndef HOOKSWITCH_WORK_WORKER_H
#define HOOKSWITCH_WORK_WORKER_H

#include "base/log.h"
#include "service/service.h"

struct worker_options {
    const char *config;
    const struct section_kind *const *kinds;
    struct log log;
    bool once;    /* until nothing is due */
    int threads;  /* number of concurrent jobs */
    long lease_s; /* without renewal for so long, other workers claim its jobs */
};

/* Runs until SIGTERM or SIGINT, or with `once` until no job is due. Finishes the jobs in progress first; if the store
 * fails for a few seconds, it abandons them, and they are retried when their lease expires. Reloads the configuration
 * on SIGHUP and when a file changes. 0, or -1 with the reason when it cannot start, or with `once` when the store
 * failed. Call it once in a process, which exits afterwards. */
int worker_run(const struct worker_options *options, struct error *error);

#endif
