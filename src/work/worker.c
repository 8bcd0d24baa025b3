#include "work/worker.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "work/worker_jobs.h"

enum {
    IDLE_LOOK_MS = 1000,
    LOOK_EVERY_MS = 1000,
    STORE_PAUSE_MS = 1000,
    ABANDON_AFTER_MS = 1000, /* during shutdown: how long to retry ending jobs */
    ONCE_PATIENCE_MS = 10000
};

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
    int64_t next = 0, now = worker_now_us(worker), wait_ms = IDLE_LOOK_MS;
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
    worker_wait_for_run(worker);
    return true;
}

static void run_housekeeping(struct worker *worker, bool *progressed)
{
    struct error why;
    int more = worker->store_failed
                   ? 0
                   : housekeeping_run(&worker->housekeeping, worker->store, worker->snapshot->service->settings,
                                      &worker->options->log, worker_now_us(worker), &why);
    if (more < 0) /* if the store has failed, claiming jobs reports it */
        log_line(&worker->options->log, LOG_LEVEL_ERROR, "old events cannot be deleted: %s", why.sentence);
    *progressed = *progressed || more > 0;
}

/* One turn of the loop. False at the end. */
static bool loop_once(struct worker *worker, const sigset_t *signals)
{
    handle_signals(worker, signals);
    worker->store_failed = false;
    bool progressed = worker_finish_runs(worker);
    worker_compare_clocks(worker);
    worker_renew_leases(worker);
    if (worker->stopping)
        return shut_down(worker);
    run_housekeeping(worker, &progressed);
    progressed = worker_claim_jobs(worker) || progressed;
    if (worker->options->once && worker->store_failed &&
        (worker->in_progress == 0 || clock_ms() - worker->failing_ms > ONCE_PATIENCE_MS)) {
        worker->abandoned = worker->in_progress > 0;
        return false;
    }
    if (worker->in_progress > 0)
        worker_wait_for_run(worker);
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
        while (started < options->threads && pthread_create(&threads[started], NULL, worker_run_jobs, &worker) == 0)
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
