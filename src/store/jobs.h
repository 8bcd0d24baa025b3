/* Jobs: the actions that events trigger. A job is written in its event's transaction and leased to one worker at a
 * time. Its row stays after its end, so that the same cause never triggers it twice. */
#ifndef HOOKSWITCH_STORE_JOBS_H
#define HOOKSWITCH_STORE_JOBS_H

#include "store/store.h"

/* JOB_UNKNOWN: the store holds another number, as somebody else has written it. */
enum job_state { JOB_WAITING, JOB_DONE, JOB_GIVEN_UP, JOB_UNKNOWN };

/* People and logs name a job by the first of its digits. */
enum { JOB_ID_LENGTH = 32, JOB_ID_SHORT = 8, JOB_ID_LEAST = 4 };

struct job {
    struct str id;               /* JOB_ID_LENGTH hex digits; the same however often it is tried */
    struct str sid, kind, cause; /* of the event that ordered it */
    struct str action, dedup_key, line;
    enum job_state state;
    int64_t due_us;    /* when it may be tried; while a worker has it: when it may be taken from it */
    int64_t attempts;  /* begun so far */
    struct str worker; /* who has it now, or empty */
    struct str reason; /* of the last failure */
    int64_t created_us, ended_us;
};

/* The job with all its texts in the arena. */
struct job job_copy(struct arena *arena, const struct job *job);

/* Leases at most `limit` due jobs to `worker` until `until_us`, and calls `each` for them after the commit. */
int jobs_claim(struct store *store, struct str worker, int64_t now_us, int64_t until_us, long limit,
               void (*each)(void *context, const struct job *job), void *context, struct error *error);
/* Renews the leases of `worker`. */
int jobs_renew(struct store *store, struct str worker, int64_t until_us, struct error *error);
/* Ends an attempt: JOB_DONE, JOB_GIVEN_UP with the reason, or JOB_WAITING to try again at `due_us`. 1 when the job was
 * still leased to this attempt, 0 when another worker has it, -1 with the reason. The same transaction stores the
 * events `derived` (or NULL). */
int jobs_end(struct store *store, const struct job *job, enum job_state state, int64_t due_us, struct str reason,
             int64_t now_us, const struct event *derived, struct error *error);
/* When the next job is due; 0 without a waiting job. */
int jobs_next(struct store *store, int64_t *due_us, struct error *error);
/* The clock of due times and leases: the database's, because hosts may differ. In microseconds since 1970. */
int jobs_clock(struct store *store, int64_t *now_us, struct error *error);
/* Waits until another process may have added jobs, at most `timeout_ms`. */
void jobs_wait(struct store *store, int timeout_ms);

struct job_filter {
    int state;     /* enum job_state, or -1 for any */
    struct str id; /* or its prefix */
    struct str sid;
    bool sid_begins;           /* `sid` is a prefix */
    const char *const *hidden; /* NULL, or actions (patterns of LIKE, ended by NULL) listed only if given up */
    long limit;                /* the newest so many; 0: all */
};
int jobs_list(struct store *store, const struct job_filter *filter, void (*each)(void *context, const struct job *job),
              void *context, struct error *error);
/* Makes failed jobs due now: all (empty `id`), or one; one by its id also when it waits. The number of jobs, or -1. */
long jobs_retry(struct store *store, struct str id, int64_t now_us, struct error *error);
/* Deletes a waiting or failed job; its cause may trigger it again. The number of jobs, or -1. */
long jobs_delete(struct store *store, struct str id, struct error *error);

#endif
