#include "host/guard.h"

#include <pthread.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"

enum { END_MS = 5000 };

struct guard {
    sigset_t enders;
    struct log log;
    pthread_t told;
};

static void *stand(void *context)
{
    const struct guard *guard = context;
    int signal;
    if (sigwait(&guard->enders, &signal) != 0)
        return NULL;
    pthread_kill(guard->told, GUARD_SIGNAL);
    clock_pause(END_MS);
    log_line(&guard->log, LOG_LEVEL_ERROR,
             "told to end %d s ago, and still not done: ended now; the store, or a disk, hangs. What waited for it is "
             "lost",
             END_MS / 1000);
    _exit(EX_TEMPFAIL);
}

bool guard_start(const sigset_t *enders, const struct log *log)
{
    struct guard *guard = malloc(sizeof *guard); /* for the rest of the process */
    pthread_t thread;
    if (guard == NULL)
        return false;
    *guard = (struct guard){ *enders, *log, pthread_self() };
    if (pthread_create(&thread, NULL, stand, guard) != 0) {
        free(guard);
        return false;
    }
    pthread_detach(thread);
    return true;
}
