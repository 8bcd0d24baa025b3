/* What a worker does beside jobs: old events go, expired state goes, and it can be seen that a worker is there. */
#ifndef HOOKSWITCH_WORK_HOUSEKEEPING_H
#define HOOKSWITCH_WORK_HOUSEKEEPING_H

#include "base/log.h"
#include "service/settings.h"
#include "store/store.h"

struct housekeeping {
    int64_t pruned_ms, announced_ms; /* when last, by clock_ms; 0: never */
    int64_t failed_ms;               /* when last; it is tried again a minute later */
    bool pruning;                    /* under way, at this kind of event */
    size_t kind;
    long pruned; /* of that kind so far */
    struct log_limit clock_warned;
};

/* Does some of what is due, for about half a second. 1 when there is more to do at once, 0 when not, -1 with the reason
 * when that fails: what was under way goes on a minute later. Jobs need not wait for it. */
int housekeeping_run(struct housekeeping *housekeeping, struct store *store, const struct settings *settings,
                     const struct log *log, int64_t now_us, struct error *error);

/* Which hosts a worker was on within the last five minutes, separated by ", "; in the arena, empty when there was none.
 * 0, or -1 with the reason. */
int housekeeping_workers(struct store *store, struct arena *arena, int64_t now_us, struct str *hosts,
                         struct error *error);

#endif
