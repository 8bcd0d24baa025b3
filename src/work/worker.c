#include "work/worker.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "work/task.h"
#include "work/upkeep.h"

enum {
    BUSY_LOOK_MS = 100,
    IDLE_LOOK_MS = 1000,
    FIRST_PAUSE_S = 5,
    LONGEST_PAUSE_S = 3600,
    COMPARE_EVERY_S = 30,
    STORE_PAUSE_MS = 1000
};

/* A configuration, for as long as a job needs it. */
struct edition {
    struct service *service;
    int users;
};

/* One job on its way through the worker. */
struct errand {
    struct errand *next;
    struct edition *edition;
    struct task task;
    enum outcome outcome;
};

struct worker {
    const struct worker_options *options;
    struct edition *edition;
    struct store *store, *ear; /* the ear waits for what others write, without holding the store up */
    char name[40];
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    struct errand *waiting, *finished;
    int in_hand; /* taken from the store and not ended there */
    bool stopping;
    int64_t held_us, looked_us, compared_us;
    struct upkeep upkeep;
    _Atomic int64_t ahead_us; /* of this host's clock the database's is so much ahead */
    struct text mark;         /* of the configuration's files */
    struct arena *mark_arena;
};

static int64_t host_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* By the database's clock, which all workers share: a host whose clock is wrong takes nobody's jobs away. */
static int64_t now_us(const struct worker *worker)
{
    return host_us() + worker->ahead_us;
}

static void compare_clocks(struct worker *worker)
{
    int64_t database_us, before = host_us();
    struct error ignored;
    if (worker->compared_us != 0 && before - worker->compared_us < (int64_t)COMPARE_EVERY_S * 1000000)
        return;
    if (jobs_clock(worker->store, &database_us, &ignored) == 0)
        worker->ahead_us = database_us - (before + host_us()) / 2;
    worker->compared_us = before;
}

/* --- doing --- */

static void *do_errands(void *context)
{
    struct worker *worker = context;
    pthread_mutex_lock(&worker->lock);
    for (;;) {
        while (worker->waiting == NULL && !worker->stopping)
            pthread_cond_wait(&worker->work, &worker->lock);
        if (worker->waiting == NULL)
            break;
        struct errand *errand = worker->waiting;
        worker->waiting = errand->next;
        pthread_mutex_unlock(&worker->lock);
        errand->task.now_us = now_us(worker);
        errand->outcome = task_do(&errand->task);
        pthread_mutex_lock(&worker->lock);
        errand->next = worker->finished;
        worker->finished = errand;
        pthread_cond_signal(&worker->done);
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

/* --- configurations --- */

static struct edition *edition_read(const struct worker_options *options, struct error *error)
{
    struct service *service = service_read(options->config, options->kinds, true);
    const struct complaints *complaints = service_complaints(service);
    if (complaints->errors > 0 || service_settings(service) == NULL) {
        struct arena *arena = arena_new();
        const struct complaint *first = complaints->first;
        while (first != NULL && first->severity != COMPLAINT_ERROR)
            first = first->next;
        error_set(error, "%s", first == NULL ? "there is no [hookswitch] section" : complaint_line(arena, first).at);
        arena_free(arena);
        service_release(service);
        return NULL;
    }
    struct edition *edition = calloc(1, sizeof *edition);
    if (edition == NULL)
        abort();
    edition->service = service;
    edition->users = 1;
    return edition;
}

static void edition_release(struct edition *edition)
{
    if (--edition->users > 0)
        return;
    service_release(edition->service);
    free(edition);
}

static void remember_files(struct worker *worker)
{
    arena_reset(worker->mark_arena);
    worker->mark = service_files_mark(worker->edition->service, worker->mark_arena);
}

static void reload_if_changed(struct worker *worker, bool asked)
{
    struct arena *arena = arena_new();
    struct error why;
    bool changed = asked || !text_equal(service_files_mark(worker->edition->service, arena), worker->mark);
    arena_free(arena);
    if (!changed)
        return;
    struct edition *edition = edition_read(worker->options, &why);
    if (edition == NULL) {
        log_line(&worker->options->log, LOG_LEVEL_ERROR, "the configuration before stays in force: %s", why.sentence);
    } else {
        if (!text_equal(service_settings(edition->service)->store, service_settings(worker->edition->service)->store))
            log_line(&worker->options->log, LOG_LEVEL_WARNING,
                     "another store is named: it is used from the next start on");
        edition_release(worker->edition);
        worker->edition = edition;
        log_line(&worker->options->log, LOG_LEVEL_NOTICE, "the configuration was read again");
    }
    remember_files(worker);
}

/* --- taking --- */

struct taking {
    struct worker *worker;
    struct errand *first, **end;
};

static void take(void *context, const struct job *job)
{
    struct taking *taking = context;
    struct worker *worker = taking->worker;
    struct arena *arena = arena_new();
    struct errand *errand = ARENA_NEW(arena, struct errand);
    errand->edition = worker->edition;
    errand->edition->users++;
    struct task *task = &errand->task;
    task->arena = arena;
    task->service = worker->edition->service;
    task->work = work_of(service_config(task->service));
    task->store = worker->store;
    task->log = &worker->options->log;
    task->job = job_copy(arena, job);
    task->transcription = TEXT("");
    task->last = job->attempts >= task->work->tries;
    *taking->end = errand;
    taking->end = &errand->next;
    worker->in_hand++;
}

/* False when there was nothing to take, or the store could not be asked. */
static bool take_jobs(struct worker *worker)
{
    struct taking taking = { .worker = worker, .end = &taking.first };
    struct error why;
    int64_t now = now_us(worker), lease_us = worker->options->lease_s * INT64_C(1000000);
    long room = worker->options->threads - worker->in_hand;
    if (room <= 0)
        return false;
    if (jobs_claim(worker->store, text_of(worker->name), now, now + lease_us, room, take, &taking, &why) != 0) {
        log_line(&worker->options->log, LOG_LEVEL_ERROR, "jobs cannot be asked for: %s", why.sentence);
        nanosleep(&(struct timespec){ STORE_PAUSE_MS / 1000, 0 }, NULL);
    }
    if (taking.first == NULL)
        return false;
    pthread_mutex_lock(&worker->lock);
    *taking.end = worker->waiting;
    worker->waiting = taking.first;
    pthread_cond_broadcast(&worker->work);
    pthread_mutex_unlock(&worker->lock);
    return true;
}

/* --- ending --- */

/* Longer each time, and never at the same moment as others: half to one and a half times of 5 s, 10 s, 20 s ... 1 h. */
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

static void log_end(const struct errand *errand, enum job_state state)
{
    const struct task *task = &errand->task;
    static const struct {
        enum log_level level;
        const char *words;
    } ends[] = { [JOB_WAITING] = { LOG_LEVEL_WARNING, "is tried again" },
                 [JOB_DONE] = { LOG_LEVEL_INFO, "is done" },
                 [JOB_GIVEN_UP] = { LOG_LEVEL_ERROR, "is given up" } };
    const char *why = task->why.sentence;
    log_line(task->log, ends[state].level, "job %.*s (%.*s for %.*s %.*s) %s after attempt %lld%s%s",
             TEXT_ARGS(text_upto(task->job.id, JOB_ID_SHORT)), TEXT_ARGS(task->job.action), TEXT_ARGS(task->job.kind),
             TEXT_ARGS(task->job.sid), ends[state].words, (long long)task->job.attempts, *why == '\0' ? "" : ": ", why);
}

/* False when the store could not be told: the errand is kept for another time. */
static bool end_errand(struct worker *worker, struct errand *errand)
{
    struct task *task = &errand->task;
    struct error why;
    int64_t now = now_us(worker);
    enum job_state state = errand->outcome == TASK_DONE                  ? JOB_DONE
                           : errand->outcome == TASK_NEVER || task->last ? JOB_GIVEN_UP
                                                                         : JOB_WAITING;
    int ended = jobs_end(worker->store, &task->job, state, state == JOB_WAITING ? now + pause_us(task) : 0,
                         text_of(task->why.sentence), now, state == JOB_DONE ? task->derived : NULL, &why);
    if (ended < 0) {
        log_line(task->log, LOG_LEVEL_ERROR, "a job's end cannot be kept: %s", why.sentence);
        return false;
    }
    if (ended == 0)
        log_line(task->log, LOG_LEVEL_WARNING, "job %.*s was taken over by another worker meanwhile",
                 TEXT_ARGS(text_upto(task->job.id, JOB_ID_SHORT)));
    else
        log_end(errand, state);
    edition_release(errand->edition);
    worker->in_hand--;
    arena_free(task->arena);
    return true;
}

static bool end_finished(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    struct errand *list = worker->finished;
    worker->finished = NULL;
    pthread_mutex_unlock(&worker->lock);
    bool any = list != NULL;
    while (list != NULL) {
        struct errand *errand = list;
        list = errand->next;
        if (end_errand(worker, errand))
            continue;
        pthread_mutex_lock(&worker->lock);
        errand->next = worker->finished;
        worker->finished = errand;
        pthread_mutex_unlock(&worker->lock);
        any = false;
    }
    return any;
}

/* --- around it --- */

static void hold_jobs(struct worker *worker)
{
    int64_t now = now_us(worker), lease_us = worker->options->lease_s * INT64_C(1000000);
    struct error why;
    if (worker->in_hand == 0 || now - worker->held_us < lease_us / 3)
        return;
    if (jobs_hold(worker->store, text_of(worker->name), now + lease_us, &why) != 0)
        log_line(&worker->options->log, LOG_LEVEL_ERROR, "jobs cannot be held: %s", why.sentence);
    worker->held_us = now;
}

static void wait_for_end(struct worker *worker)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += BUSY_LOOK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&worker->lock);
    if (worker->finished == NULL)
        pthread_cond_timedwait(&worker->done, &worker->lock, &until);
    pthread_mutex_unlock(&worker->lock);
}

static void wait_for_work(struct worker *worker)
{
    struct error ignored;
    int64_t next = 0, now = now_us(worker), wait_ms = IDLE_LOOK_MS;
    if (jobs_next(worker->store, &next, &ignored) == 0 && next > 0 && next - now < wait_ms * 1000)
        wait_ms = next <= now ? 0 : (next - now) / 1000 + 1;
    if (wait_ms > 0)
        jobs_wait(worker->ear, (int)wait_ms);
}

/* One turn. False at the end. */
static bool turn(struct worker *worker, const sigset_t *signals)
{
    int signal = sigtimedwait(signals, NULL, &(struct timespec){ 0, 0 });
    int64_t now = host_us();
    if (signal == SIGTERM || signal == SIGINT)
        worker->stopping = true;
    if (signal == SIGHUP || now - worker->looked_us > 1000000) {
        reload_if_changed(worker, signal == SIGHUP);
        worker->looked_us = now;
    }
    bool moved = end_finished(worker);
    compare_clocks(worker);
    hold_jobs(worker);
    if (worker->stopping)
        return worker->in_hand > 0 ? (wait_for_end(worker), true) : false;
    upkeep_do(&worker->upkeep, worker->store, service_settings(worker->edition->service), &worker->options->log,
              now_us(worker));
    moved = take_jobs(worker) || moved;
    if (worker->in_hand > 0)
        wait_for_end(worker);
    else if (worker->options->once && !moved)
        return false;
    else if (!moved)
        wait_for_work(worker);
    return true;
}

static void name_worker(struct worker *worker)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char random[16];
    RAND_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        worker->name[2 * i] = digits[random[i] >> 4];
        worker->name[2 * i + 1] = digits[random[i] & 15];
    }
}

static int open_stores(struct worker *worker, struct error *error)
{
    struct arena *arena = arena_new();
    const struct settings *settings = service_settings(worker->edition->service);
    const char *address = arena_copy(arena, settings->store).at;
    if (settings->store.length == 0)
        error_set(error, "no store is named in %s", worker->options->config);
    else
        worker->store = store_open(address, STORE_DIRECT, &worker->options->log, error);
    if (worker->store != NULL)
        worker->ear = store_open(address, STORE_PRESENT, NULL, error);
    arena_free(arena);
    return worker->ear == NULL ? -1 : 0;
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

int worker_run(const struct worker_options *options, struct error *error)
{
    struct worker worker = { .options = options, .lock = PTHREAD_MUTEX_INITIALIZER };
    pthread_t *threads = calloc((size_t)options->threads, sizeof *threads);
    sigset_t signals;
    int started = 0, failed = -1;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    pthread_cond_init(&worker.work, NULL);
    pthread_cond_init(&worker.done, NULL);
    name_worker(&worker);
    worker.mark_arena = arena_new();
    worker.edition = threads == NULL ? NULL : edition_read(options, error);
    if (worker.edition != NULL && open_stores(&worker, error) == 0) {
        remember_files(&worker);
        while (started < options->threads && pthread_create(&threads[started], NULL, do_errands, &worker) == 0)
            started++;
        failed = started > 0 ? 0 : error_set(error, "no thread could be started");
        while (started > 0 && turn(&worker, &signals))
            ;
        stop_threads(&worker, threads, started);
    }
    store_close(worker.ear);
    store_close(worker.store);
    if (worker.edition != NULL)
        edition_release(worker.edition);
    arena_free(worker.mark_arena);
    free(threads);
    return failed;
}
