/* The housekeeping of a worker: deletes old events and expired state, and announces the worker. */
#ifndef HOOKSWITCH_WORK_HOUSEKEEPING_H
#define HOOKSWITCH_WORK_HOUSEKEEPING_H

#include "base/log.h"
#include "service/settings.h"
#include "store/store.h"

struct housekeeping {
    int64_t pruned_ms, announced_ms; /* when last, by clock_ms; 0: never */
    int64_t failed_ms;               /* the last failure; retried a minute later */
    bool pruning;                    /* in progress, at this kind of event */
    size_t kind;
    long pruned; /* of that kind so far */
    struct log_limit clock_warned;
};

/* Works for about half a second, so that jobs do not wait. 1 when more is due, 0 when not, -1 with the reason: a later
 * call resumes after a minute. */
int housekeeping_run(struct housekeeping *housekeeping, struct store *store, const struct settings *settings,
                     const struct log *log, int64_t now_us, struct error *error);

/* The hosts that ran a worker within the last five minutes, separated by ", ", in the arena; may be empty.
 * 0, or -1 with the reason. */
int housekeeping_workers(struct store *store, struct arena *arena, int64_t now_us, struct str *hosts,
                         struct error *error);

#endif
