#include "work/worker_jobs.h"

#include <openssl/rand.h>

#include "base/clock.h"

enum {
    FIRST_PAUSE_S = 5,
    LONGEST_PAUSE_S = 3600,
    COMPARE_EVERY_MS = 30000,
    PROBE_EVERY_MS = 1000 /* during shutdown: probe the store */
};

int64_t worker_now_us(const struct worker *worker)
{
    return clock_wall_us() + worker->clock_skew_us;
}

/* Logs once a minute. The worker does not call the store again in this turn, and pauses after it. */
static void report_store_failure(struct worker *worker, const char *attempt, const struct error *why)
{
    log_limited(&worker->options->log, &worker->failure_logged, LOG_EVERY_S, LOG_LEVEL_ERROR, "%s: %s", attempt,
                why->sentence);
    error_set(&worker->failure, "%s: %s", attempt, why->sentence);
    worker->store_failed = true;
    if (worker->failing_ms == 0)
        worker->failing_ms = clock_ms();
}

void worker_compare_clocks(struct worker *worker)
{
    int64_t database_us, before = clock_wall_us(), now = clock_ms();
    struct error why;
    if (worker->store_failed || (worker->compared_ms != 0 && now - worker->compared_ms < COMPARE_EVERY_MS))
        return;
    if (jobs_clock(worker->store, &database_us, &why) != 0) {
        report_store_failure(worker, "the store cannot be asked for the time", &why);
        return;
    }
    worker->clock_skew_us = database_us - (before + clock_wall_us()) / 2;
    worker->compared_ms = now;
}

void worker_renew_leases(struct worker *worker)
{
    int64_t now = clock_ms(), lease_us = worker->options->lease_s * INT64_C(1000000);
    int64_t every_ms = worker->stopping ? PROBE_EVERY_MS : lease_us / 3000;
    struct error why;
    if (worker->in_progress == 0 || worker->store_failed || now - worker->renewed_ms < every_ms)
        return;
    if (jobs_renew(worker->store, str_of(worker->name), worker_now_us(worker) + lease_us, &why) != 0) {
        report_store_failure(worker, "jobs cannot be held", &why);
        return;
    }
    worker->renewed_ms = now;
}

void *worker_run_jobs(void *context)
{
    struct worker *worker = context;
    pthread_mutex_lock(&worker->lock);
    for (;;) {
        while (worker->waiting == NULL && !worker->stopping)
            pthread_cond_wait(&worker->work, &worker->lock);
        if (worker->waiting == NULL)
            break;
        struct job_run *run = worker->waiting;
        worker->waiting = run->next;
        pthread_mutex_unlock(&worker->lock);
        run->task.now_us = worker_now_us(worker);
        run->outcome = task_run(&run->task);
        pthread_mutex_lock(&worker->lock);
        run->next = worker->finished;
        worker->finished = run;
        pthread_cond_signal(&worker->done);
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

struct claiming {
    struct worker *worker;
    struct job_run *first, **end;
};

static void add_run(void *context, const struct job *job)
{
    struct claiming *claiming = context;
    struct worker *worker = claiming->worker;
    struct arena *arena = arena_new();
    struct job_run *run = ARENA_NEW(arena, struct job_run);
    run->snapshot = snapshots_ref(worker->snapshots);
    struct task *task = &run->task;
    task->arena = arena;
    task->service = run->snapshot->service;
    task->work = work_of(task->service->config);
    task->store = worker->store;
    task->log = &worker->options->log;
    task->job = job_copy(arena, job);
    task->transcription = STR("");
    task->last = job->attempts >= task->work->tries;
    *claiming->end = run;
    claiming->end = &run->next;
    worker->in_progress++;
}

bool worker_claim_jobs(struct worker *worker)
{
    struct claiming claiming = { .worker = worker, .end = &claiming.first };
    struct error why;
    int64_t now = worker_now_us(worker), lease_us = worker->options->lease_s * INT64_C(1000000);
    long room = worker->options->threads - worker->in_progress;
    if (room <= 0 || worker->store_failed)
        return false;
    if (jobs_claim(worker->store, str_of(worker->name), now, now + lease_us, room, add_run, &claiming, &why) != 0)
        report_store_failure(worker, "jobs cannot be asked for", &why);
    else
        worker->failing_ms = 0;
    if (claiming.first == NULL)
        return false;
    pthread_mutex_lock(&worker->lock);
    *claiming.end = worker->waiting;
    worker->waiting = claiming.first;
    pthread_cond_broadcast(&worker->work);
    pthread_mutex_unlock(&worker->lock);
    return true;
}

/* Exponential backoff with jitter: 5 s, 10 s, 20 s ... 1 h, each multiplied by 0.5 to 1.5. */
static int64_t pause_us(const struct task *task)
{
    int64_t pause_s = FIRST_PAUSE_S;
    unsigned char random = 0;
    for (int64_t attempt = 1; attempt < task->job.attempts && pause_s < LONGEST_PAUSE_S; attempt++)
        pause_s *= 2;
    pause_s = pause_s < LONGEST_PAUSE_S ? pause_s : LONGEST_PAUSE_S;
    RAND_bytes(&random, 1);
    int64_t pause = pause_s * 500000 + pause_s * 1000000 * random / 255;
    int64_t asked = task->retry_after_s * INT64_C(1000000);
    return asked > pause ? asked : pause;
}

static void log_end(const struct job_run *run, enum job_state state)
{
    const struct task *task = &run->task;
    static const struct {
        enum log_level level;
        const char *words;
    } ends[] = { [JOB_WAITING] = { LOG_LEVEL_WARNING, "is tried again" },
                 [JOB_DONE] = { LOG_LEVEL_INFO, "is done" },
                 [JOB_GIVEN_UP] = { LOG_LEVEL_ERROR, "is given up" } };
    const char *why = task->why.sentence;
    log_line(task->log, ends[state].level, "job %.*s (%.*s for %.*s %.*s) %s after attempt %lld%s%s",
             STR_ARGS(str_upto(task->job.id, JOB_ID_SHORT)), STR_ARGS(task->job.action), STR_ARGS(task->job.kind),
             STR_ARGS(task->job.sid), ends[state].words, (long long)task->job.attempts, *why == '\0' ? "" : ": ", why);
}

/* False when the store fails: the caller tries again later. */
static bool finish_run(struct worker *worker, struct job_run *run)
{
    struct task *task = &run->task;
    struct error why;
    int64_t now = worker_now_us(worker);
    enum job_state state = run->outcome == TASK_DONE                    ? JOB_DONE
                           : run->outcome == TASK_GIVE_UP || task->last ? JOB_GIVEN_UP
                                                                        : JOB_WAITING;
    int ended = jobs_end(worker->store, &task->job, state, state == JOB_WAITING ? now + pause_us(task) : 0,
                         str_of(task->why.sentence), now, state == JOB_DONE ? task->derived : NULL, &why);
    if (ended < 0) {
        report_store_failure(worker, "the end of a job cannot be stored", &why);
        return false;
    }
    if (ended == 0)
        log_line(task->log, LOG_LEVEL_WARNING, "job %.*s was taken over by another worker meanwhile",
                 STR_ARGS(str_upto(task->job.id, JOB_ID_SHORT)));
    else
        log_end(run, state);
    snapshot_unref(run->snapshot);
    worker->in_progress--;
    arena_free(task->arena);
    return true;
}

bool worker_finish_runs(struct worker *worker)
{
    bool any = false;
    for (;;) {
        pthread_mutex_lock(&worker->lock);
        struct job_run *run = worker->finished;
        if (run != NULL)
            worker->finished = run->next;
        pthread_mutex_unlock(&worker->lock);
        if (run == NULL)
            return any;
        if (!finish_run(worker, run)) {
            pthread_mutex_lock(&worker->lock);
            run->next = worker->finished;
            worker->finished = run;
            pthread_mutex_unlock(&worker->lock);
            return false;
        }
        any = true;
    }
}

void worker_wait_for_run(struct worker *worker)
{
    int64_t until = clock_ms() + BUSY_LOOK_MS;
    pthread_mutex_lock(&worker->lock);
    while (worker->finished == NULL && clock_wait(&worker->done, &worker->lock, until))
        ;
    pthread_mutex_unlock(&worker->lock);
}
