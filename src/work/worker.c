#include "work/worker.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "service/snapshot.h"
#include "work/housekeeping.h"
#include "work/task.h"
#include "work/work.h"

enum {
    FIRST_PAUSE_S = 5,
    LONGEST_PAUSE_S = 3600,
    COMPARE_EVERY_MS = 30000,
    PROBE_EVERY_MS = 1000, /* during shutdown: probe the store */
    BUSY_LOOK_MS = 100,
    IDLE_LOOK_MS = 1000,
    LOOK_EVERY_MS = 1000,
    STORE_PAUSE_MS = 1000,
    ABANDON_AFTER_MS = 1000, /* during shutdown: how long to retry ending jobs */
    ONCE_PATIENCE_MS = 10000
};

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

/* --- jobs --- */

/* The database's clock, which all workers share: a worker whose host has a wrong clock claims no job of another worker.
 */
static int64_t now_us(const struct worker *worker)
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

static void compare_clocks(struct worker *worker)
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

static void renew_leases(struct worker *worker)
{
    int64_t now = clock_ms(), lease_us = worker->options->lease_s * INT64_C(1000000);
    int64_t every_ms = worker->stopping ? PROBE_EVERY_MS : lease_us / 3000;
    struct error why;
    if (worker->in_progress == 0 || worker->store_failed || now - worker->renewed_ms < every_ms)
        return;
    if (jobs_renew(worker->store, str_of(worker->name), now_us(worker) + lease_us, &why) != 0) {
        report_store_failure(worker, "jobs cannot be held", &why);
        return;
    }
    worker->renewed_ms = now;
}

static void *run_jobs(void *context)
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
        run->task.now_us = now_us(worker);
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

static bool claim_jobs(struct worker *worker)
{
    struct claiming claiming = { .worker = worker, .end = &claiming.first };
    struct error why;
    int64_t now = now_us(worker), lease_us = worker->options->lease_s * INT64_C(1000000);
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
    int64_t now = now_us(worker);
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

static bool finish_runs(struct worker *worker)
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

static void wait_for_run(struct worker *worker)
{
    int64_t until = clock_ms() + BUSY_LOOK_MS;
    pthread_mutex_lock(&worker->lock);
    while (worker->finished == NULL && clock_wait(&worker->done, &worker->lock, until))
        ;
    pthread_mutex_unlock(&worker->lock);
}

/* --- configurations --- */

/* Reads the configuration files. NULL with their first error. */
static struct snapshots *read_configuration(const struct snapshot_options *options, struct error *error)
{
    struct service *service = snapshot_read(options, true);
    if (service->config->complaints.errors == 0)
        return snapshots_new(options, service);
    struct arena *arena = arena_new();
    error_set(error, "%s", complaint_line(arena, complaints_first(&service->config->complaints)).at);
    arena_free(arena);
    service_free(service);
    return NULL;
}

static void reload_if_changed(struct worker *worker, bool forced)
{
    if (!snapshots_reload(worker->snapshots, forced))
        return;
    struct snapshot *before = worker->snapshot;
    worker->snapshot = snapshots_ref(worker->snapshots);
    if (!str_equal(worker->snapshot->service->settings->store, before->service->settings->store))
        log_line(&worker->options->log, LOG_LEVEL_WARNING,
                 "reload: another store is named: restart the worker to use it");
    snapshot_unref(before);
}

/* --- the loop --- */

static void wait_for_work(struct worker *worker)
{
    struct error ignored;
    int64_t next = 0, now = now_us(worker), wait_ms = IDLE_LOOK_MS;
    if (jobs_next(worker->store, &next, &ignored) == 0 && next > 0 && next - now < wait_ms * 1000)
        wait_ms = next <= now ? 0 : (next - now) / 1000 + 1;
    if (wait_ms > 0)
        jobs_wait(worker->notify_store, (int)wait_ms);
}

static void handle_signals(struct worker *worker, const sigset_t *signals)
{
    int pause_ms = worker->store_failed && !worker->stopping ? STORE_PAUSE_MS : 0;
    int signal = sigtimedwait(signals, NULL, &(struct timespec){ pause_ms / 1000, 0 });
    int64_t now = clock_ms();
    if (signal == SIGTERM || signal == SIGINT) {
        pthread_mutex_lock(&worker->lock);
        worker->stopping = true;
        pthread_mutex_unlock(&worker->lock);
    }
    if (signal == SIGHUP || now - worker->files_checked_ms >= LOOK_EVERY_MS) {
        reload_if_changed(worker, signal == SIGHUP);
        worker->files_checked_ms = now;
    }
}

/* False when shutdown is complete. If the store fails, the worker tries for a moment, then abandons the jobs in
 * progress: other workers retry them when their lease expires. */
static bool shut_down(struct worker *worker)
{
    if (worker->in_progress == 0)
        return false;
    if (worker->store_failed && worker->abandon_at_ms == 0) {
        worker->abandon_at_ms = clock_ms() + ABANDON_AFTER_MS;
        store_limit_shutdown(worker->store, ABANDON_AFTER_MS);
    }
    worker->abandoned = worker->abandon_at_ms != 0 && clock_ms() >= worker->abandon_at_ms;
    if (worker->abandoned) {
        log_line(&worker->options->log, LOG_LEVEL_WARNING,
                 "ends with %d jobs in progress, which are tried again when their lease has passed",
                 worker->in_progress);
        return false;
    }
    if (worker->store_failed)
        clock_sleep(BUSY_LOOK_MS);
    wait_for_run(worker);
    return true;
}

static void run_housekeeping(struct worker *worker, bool *progressed)
{
    struct error why;
    int more = worker->store_failed
                   ? 0
                   : housekeeping_run(&worker->housekeeping, worker->store, worker->snapshot->service->settings,
                                      &worker->options->log, now_us(worker), &why);
    if (more < 0) /* if the store has failed, claiming jobs reports it */
        log_line(&worker->options->log, LOG_LEVEL_ERROR, "old events cannot be deleted: %s", why.sentence);
    *progressed = *progressed || more > 0;
}

/* One turn of the loop. False at the end. */
static bool loop_once(struct worker *worker, const sigset_t *signals)
{
    handle_signals(worker, signals);
    worker->store_failed = false;
    bool progressed = finish_runs(worker);
    compare_clocks(worker);
    renew_leases(worker);
    if (worker->stopping)
        return shut_down(worker);
    run_housekeeping(worker, &progressed);
    progressed = claim_jobs(worker) || progressed;
    if (worker->options->once && worker->store_failed &&
        (worker->in_progress == 0 || clock_ms() - worker->failing_ms > ONCE_PATIENCE_MS)) {
        worker->abandoned = worker->in_progress > 0;
        return false;
    }
    if (worker->in_progress > 0)
        wait_for_run(worker);
    else if (worker->options->once && !progressed)
        return false;
    else if (!progressed && !worker->store_failed)
        wait_for_work(worker);
    return true;
}

static void choose_name(struct worker *worker)
{
    unsigned char random[16];
    RAND_bytes(random, sizeof random);
    hex_write(random, sizeof random, worker->name);
}

static int open_stores(struct worker *worker, struct error *error)
{
    struct arena *arena = arena_new();
    const struct settings *settings = worker->snapshot->service->settings;
    const char *address = arena_copy(arena, settings->store).at;
    if (settings->store.length == 0)
        error_set(error, "no store is named in %s", worker->options->config);
    else
        worker->store = store_open(address, STORE_DIRECT, &worker->options->log, error);
    if (worker->store != NULL)
        worker->notify_store = store_open(address, STORE_EXISTING, NULL, error);
    arena_free(arena);
    return worker->notify_store == NULL ? -1 : 0;
}

static void stop_threads(struct worker *worker, pthread_t *threads, int count)
{
    pthread_mutex_lock(&worker->lock);
    worker->stopping = true;
    pthread_cond_broadcast(&worker->work);
    pthread_mutex_unlock(&worker->lock);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* With `once` the caller wants to know whether all due jobs ran. */
static int result_of(const struct worker *worker, struct error *error)
{
    if (!worker->options->once || worker->stopping || !worker->store_failed)
        return 0;
    *error = worker->failure;
    return -1;
}

int worker_run(const struct worker_options *options, struct error *error)
{
    static struct worker worker; /* abandoned threads still read it */
    worker = (struct worker){ .options = options, .lock = PTHREAD_MUTEX_INITIALIZER };
    pthread_t *threads = calloc((size_t)options->threads, sizeof *threads);
    sigset_t signals;
    int started = 0, failed = -1;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    clock_condition_init(&worker.work);
    clock_condition_init(&worker.done);
    choose_name(&worker);
    worker.files = (struct snapshot_options){ options->config, options->kinds, &options->log, false };
    worker.snapshots = threads == NULL ? NULL : read_configuration(&worker.files, error);
    worker.snapshot = worker.snapshots == NULL ? NULL : snapshots_ref(worker.snapshots);
    if (worker.snapshot != NULL && open_stores(&worker, error) == 0) {
        while (started < options->threads && pthread_create(&threads[started], NULL, run_jobs, &worker) == 0)
            started++;
        failed = started > 0 ? 0 : error_set(error, "no thread could be started");
        while (started > 0 && loop_once(&worker, &signals))
            ;
        if (started > 0)
            failed = result_of(&worker, error);
        if (worker.abandoned) /* threads may run for long: the process exits without them */
            return failed;
        stop_threads(&worker, threads, started);
    }
    store_close(worker.notify_store);
    store_close(worker.store);
    snapshot_unref(worker.snapshot);
    snapshots_free(worker.snapshots);
    free(threads);
    return failed;
}
