/* A job: what a worker does because of an event. */
#ifndef HOOKSWITCH_STORE_JOB_H
#define HOOKSWITCH_STORE_JOB_H

#include <stdint.h>

#include "base/arena.h"

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

/* The job's name for people and for receivers, from its key; in the arena. */
struct str job_id(struct arena *arena, struct str sid, struct str kind, struct str cause, struct str action);

/* As claimed, listed and exported. */
#define JOB_COLUMNS                                                                                                    \
    "id, sid, kind, cause, action, mark, line, state, due_us, attempts, worker, reason, created_us, ended_us"
/* Texts are borrowed. */
struct value;
struct job job_of_columns(const struct value *columns);

#endif
