/* Does the jobs: takes what is due, several at a time, and goes on until it is told to end. Any number of workers may
 * run, on any number of hosts. */
#ifndef HOOKSWITCH_WORK_WORKER_H
#define HOOKSWITCH_WORK_WORKER_H

#include "base/log.h"
#include "service/service.h"

struct worker_options {
    const char *config;
    const struct section_kind *const *kinds;
    struct log log;
    bool once;    /* until nothing is due */
    int threads;  /* jobs at the same time */
    long lease_s; /* a worker that is not heard of for so long has lost its jobs to others */
};

/* Until SIGTERM or SIGINT, or with `once` until nothing is due. The jobs in hand are finished first; where the store
 * cannot be told of their end within a few seconds they are left, and tried again when their lease has passed. SIGHUP,
 * or a changed file, has the configuration read again. 0, or -1 with the reason when it cannot begin, or with `once`
 * when the store failed. At most one at a time in a process, which ends after it. */
int worker_run(const struct worker_options *options, struct error *error);

#endif
