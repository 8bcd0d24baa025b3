/* Programs of others: started without a shell, given something to read, watched, and ended when their time is up. */
#ifndef HOOKSWITCH_WORK_SPAWN_H
#define HOOKSWITCH_WORK_SPAWN_H

#include "base/arena.h"
#include "base/error.h"

struct spawn {
    char *const *arguments; /* [0] is an absolute path; ended by NULL */
    char *const *environment;
    struct str input; /* on its standard input */
    long time_limit_s;
    void (*on_line)(void *context, struct str line); /* each line of its output and errors */
    void *context;
};

/* Runs it to its end. 0 when it ended with status 0; else -1 with the reason: another status, a signal, the time, or
 * that it could not be started. The process is a group of its own, and all of it is ended with the time limit or with
 * this process. SIGPIPE must be
 * ignored: a program need not read what it is given. */
int spawn_run(const struct spawn *spawn, struct error *error);

#endif
