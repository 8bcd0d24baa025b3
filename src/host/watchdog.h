/* The end of a program, whatever hangs: the signals that end it are taken by a thread of its own, as the main thread
 * may be waiting for a disk when they come. It passes the word on, and ends the process if it is still there after 5 s.
 */
#ifndef HOOKSWITCH_HOST_WATCHDOG_H
#define HOOKSWITCH_HOST_WATCHDOG_H

#include <signal.h>

#include "base/log.h"

/* Blocks the signals that a program waits for, in this thread and those that it starts, and names them: SIGHUP, and
 * those that end it. */
void watchdog_block_signals(sigset_t *signals);
/* From now on the guard takes those that end it, and `signals` keeps what the calling thread waits for: SIGHUP, and one
 * by which the guard tells it to end. Where no thread can be started, it keeps all. */
void watchdog_start(sigset_t *signals, const struct log *log);

#endif
