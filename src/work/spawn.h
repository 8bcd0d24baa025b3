/* Runs a program without a shell, with input and a time limit. */
#ifndef HOOKSWITCH_WORK_SPAWN_H
#define HOOKSWITCH_WORK_SPAWN_H

#include "base/arena.h"

struct spawn {
    char *const *arguments; /* [0] is an absolute path; ended by NULL */
    char *const *environment;
    struct str input; /* on its standard input */
    long time_limit_s;
    void (*on_line)(void *context, struct str line); /* each line of stdout and stderr */
    void *context;
};

/* Runs the program and waits for it. 0 when it exits with status 0; else -1 with the reason. It gets its own process
 * group, which is killed at the time limit and when this process ends. The caller must ignore SIGPIPE: a program may
 * leave its input unread. */
int spawn_run(const struct spawn *spawn, struct error *error);

#endif
