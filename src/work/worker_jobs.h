/* Inside of src/work: a worker claims jobs, runs them in threads, and ends them in the store. */
#ifndef HOOKSWITCH_WORK_WORKER_JOBS_H
#define HOOKSWITCH_WORK_WORKER_JOBS_H

#include <pthread.h>

#include "service/snapshot.h"
#include "work/housekeeping.h"
#include "work/task.h"
#include "work/worker_options.h"

enum { BUSY_LOOK_MS = 100 };

/* One claimed job. */
struct job_run {
    struct job_run *next;
    struct snapshot *snapshot;
    struct task task;
    enum task_result outcome;
};

struct worker {
    const struct worker_options *options;
    struct snapshot_options files;
    struct snapshots *snapshots;
    struct snapshot *snapshot;          /* the current one */
    struct store *store, *notify_store; /* notify_store waits for new jobs without blocking store */
    char name[40];
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    struct job_run *waiting, *finished;
    int in_progress; /* claimed and not yet ended in the store */
    bool stopping;
    int64_t renewed_ms, files_checked_ms, compared_ms; /* of clock_ms */
    bool store_failed;                                 /* in this turn: no more calls before a pause */
    int64_t failing_ms;                                /* since when the store has failed; 0: it works */
    int64_t abandon_at_ms;                             /* when shutdown abandons the jobs in progress; 0: not yet */
    bool abandoned;
    struct log_limit failure_logged;
    struct error failure;
    struct housekeeping housekeeping;
    _Atomic int64_t clock_skew_us; /* the database's clock minus this host's */
};

/* The database's clock, which all workers share: a worker whose host has a wrong clock claims no job of another worker.
 * In microseconds since 1970. */
int64_t worker_now_us(const struct worker *worker);

/* Updates clock_skew_us and the leases when they are due. */
void worker_compare_clocks(struct worker *worker);
void worker_renew_leases(struct worker *worker);

/* Claims due jobs, one for each idle thread. False without a due job, and when the store fails. */
bool worker_claim_jobs(struct worker *worker);

/* A thread: runs claimed jobs until the worker stops. */
void *worker_run_jobs(void *context);

/* Waits BUSY_LOOK_MS for a job to finish. */
void worker_wait_for_run(struct worker *worker);

/* Ends finished jobs in the store, up to the first failure. True when it ended at least one. */
bool worker_finish_runs(struct worker *worker);

#endif
