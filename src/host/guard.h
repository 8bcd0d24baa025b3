/* The end of a program, whatever hangs: the signals that end it are taken by a thread of its own, as the main thread
 * may be waiting for a disk when they come. It passes the word on, and ends the process if it is still there after 5 s.
 */
#ifndef HOOKSWITCH_HOST_GUARD_H
#define HOOKSWITCH_HOST_GUARD_H

#include <signal.h>
#include <stdbool.h>

#include "base/log.h"

enum { GUARD_SIGNAL = SIGUSR2 }; /* what the calling thread gets then; to be blocked, and waited for */

/* Takes `enders`, which every thread must block, from now on. False where no thread can be started:
 * the caller takes the signals himself. */
bool guard_start(const sigset_t *enders, const struct log *log);

#endif
