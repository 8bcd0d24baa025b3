#include "host/watchdog.h"

#include <pthread.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"

enum { END_MS = 5000, WAKE_SIGNAL = SIGUSR2 };

struct watchdog {
    sigset_t terminating;
    struct log log;
    pthread_t main_thread;
};

static void *wait_for_signal(void *context)
{
    const struct watchdog *watchdog = context;
    int signal;
    if (sigwait(&watchdog->terminating, &signal) != 0)
        return NULL;
    pthread_kill(watchdog->main_thread, WAKE_SIGNAL);
    clock_sleep(END_MS);
    log_line(
        &watchdog->log, LOG_LEVEL_ERROR,
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
    struct watchdog *watchdog = malloc(sizeof *watchdog); /* for the rest of the process */
    sigset_t wake;
    pthread_t thread;
    if (watchdog == NULL)
        return;
    *watchdog = (struct watchdog){ *signals, *log, pthread_self() };
    sigdelset(&watchdog->terminating, SIGHUP);
    sigemptyset(&wake);
    sigaddset(&wake, WAKE_SIGNAL);
    pthread_sigmask(SIG_BLOCK, &wake, NULL);
    if (pthread_create(&thread, NULL, wait_for_signal, watchdog) != 0) {
        free(watchdog);
        return;
    }
    pthread_detach(thread);
    sigaddset(&wake, SIGHUP);
    *signals = wake;
}
