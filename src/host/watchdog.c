#include "host/watchdog.h"

#include <pthread.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"

enum { END_MS = 5000, TOLD = SIGUSR2 };

struct watchdog {
    sigset_t enders;
    struct log log;
    pthread_t told;
};

static void *stand(void *context)
{
    const struct watchdog *guard = context;
    int signal;
    if (sigwait(&guard->enders, &signal) != 0)
        return NULL;
    pthread_kill(guard->told, TOLD);
    clock_sleep(END_MS);
    log_line(
        &guard->log, LOG_LEVEL_ERROR,
        "stop: not finished %d s after the signal: exiting now; the store or a disk hangs, and queued events are lost",
        END_MS / 1000);
    _exit(EX_TEMPFAIL);
}

void watchdog_block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGUSR1);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

void watchdog_start(sigset_t *signals, const struct log *log)
{
    struct watchdog *guard = malloc(sizeof *guard); /* for the rest of the process */
    sigset_t told;
    pthread_t thread;
    if (guard == NULL)
        return;
    *guard = (struct watchdog){ *signals, *log, pthread_self() };
    sigdelset(&guard->enders, SIGHUP);
    sigemptyset(&told);
    sigaddset(&told, TOLD);
    pthread_sigmask(SIG_BLOCK, &told, NULL);
    if (pthread_create(&thread, NULL, stand, guard) != 0) {
        free(guard);
        return;
    }
    pthread_detach(thread);
    sigaddset(&told, SIGHUP);
    *signals = told;
}
