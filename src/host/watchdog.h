/* Ends a program even when a disk hangs: a thread receives the signals to terminate, tells the main thread, and exits
 * the process if it is still there after 5 s.
 */
#ifndef HOOKSWITCH_HOST_WATCHDOG_H
#define HOOKSWITCH_HOST_WATCHDOG_H

#include <signal.h>

#include "base/log.h"

/* Blocks the signals that a program waits for, in this thread and those that it starts, and names them: SIGHUP, and
 * those that end it. */
void watchdog_block_signals(sigset_t *signals);
/* From now on the watchdog receives the signals to terminate, and `signals` keeps what the calling thread waits for:
 * SIGHUP, and the watchdog's own. All of them when no thread can be started. */
void watchdog_start(sigset_t *signals, const struct log *log);

#endif
