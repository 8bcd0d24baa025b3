/* Jobs: what must happen after an event. Each is written in its event's transaction, done by one worker at a time, and
 * kept with its end: that is how the same cause never orders it twice. */
#ifndef HOOKSWITCH_STORE_JOBS_H
#define HOOKSWITCH_STORE_JOBS_H

#include "store/job.h"
#include "store/store.h"

/* Takes at most `limit` jobs that are due, for `worker` alone until `until_us`, and calls `each` for them once that is
 * on disk: when the commit fails nothing is handed out. */
int jobs_claim(struct store *store, struct str worker, int64_t now_us, int64_t until_us, long limit,
               void (*each)(void *context, const struct job *job), void *context, struct error *error);
/* Keeps all that `worker` has for longer. */
int jobs_renew(struct store *store, struct str worker, int64_t until_us, struct error *error);
/* Ends an attempt: JOB_DONE, JOB_GIVEN_UP with the reason, or JOB_WAITING to try again at `due_us`. 1 when the job was
 * still this attempt's, 0 when another worker has it by now, -1 with the reason. `derived` (or NULL) are events that
 * the job has found out; they are kept in the same transaction. */
int jobs_end(struct store *store, const struct job *job, enum job_state state, int64_t due_us, struct str reason,
             int64_t now_us, const struct event *derived, struct error *error);
/* When the next job is due; 0 when none waits. */
int jobs_next(struct store *store, int64_t *due_us, struct error *error);
/* The clock by which jobs are due and leases end: the database's, as hosts may differ. In microseconds since 1970. */
int jobs_clock(struct store *store, int64_t *now_us, struct error *error);
/* Waits until another process may have ordered jobs, at most `timeout_ms`. */
void jobs_wait(struct store *store, int timeout_ms);

struct job_filter {
    int state;     /* enum job_state, or -1 for any */
    struct str id; /* or what it begins with */
    struct str sid;
    bool sid_begins;           /* it is what the sid begins with */
    const char *const *hidden; /* NULL, or actions (patterns of LIKE, ended by NULL) that only those given up show of */
    long limit;                /* the newest so many; 0: all */
};
int jobs_list(struct store *store, const struct job_filter *filter, void (*each)(void *context, const struct job *job),
              void *context, struct error *error);
/* Jobs that were given up, all (empty) or one by its id, are tried again from now on; one by its id also when it waits
 * for its time. How many, or -1. */
long jobs_retry(struct store *store, struct str id, int64_t now_us, struct error *error);
/* A job that waits or was given up is no more; its cause may order it anew. How many, or -1. */
long jobs_delete(struct store *store, struct str id, struct error *error);

#endif
