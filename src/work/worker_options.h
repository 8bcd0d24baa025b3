/* The options of a worker. */
#ifndef HOOKSWITCH_WORK_WORKER_OPTIONS_H
#define HOOKSWITCH_WORK_WORKER_OPTIONS_H

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

#endif
