#include "host/program.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/kinds.h"
#include "service/snapshot.h"
#include "web/fastcgi.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { STACK_BYTES = 256 * 1024, FILES_A_SECOND = 1000 };
/* After SIGTERM: how long requests that have arrived are still served, and how long they may wait for the store. */
enum { DRAIN_MS = 1000, STORE_MS = 3000, POLL_MS = 5 };

struct server {
    const struct program *program;
    const struct options *options;
    struct log log;
    struct fastcgi fastcgi;
    struct snapshots *snapshots;
    atomic_int running; /* threads */
    atomic_bool ending; /* requests are refused */
    long files;         /* of the configuration */
};

struct worker {
    struct server *server;
    struct arena *arena;
    pthread_t thread;
};

static void answer(void *context, struct gateway *gateway)
{
    struct worker *worker = context;
    struct server *server = worker->server;
    struct request request;
    if (atomic_load(&server->ending)) {
        answer_send_error(gateway, 503);
        return;
    }
    struct snapshot *snapshot = snapshots_ref(server->snapshots);
    if (answer_authenticate(server->program, snapshot->service, &server->log, gateway, worker->arena, &request))
        answer_handle(server->program, snapshot->service, snapshot->store, false, &server->log, gateway, &request);
    snapshot_unref(snapshot);
    arena_reset(worker->arena);
}

static void *serve_requests(void *context)
{
    struct worker *worker = context;
    fastcgi_serve(&worker->server->fastcgi, worker, false);
    atomic_fetch_sub(&worker->server->running, 1);
    return NULL;
}

/* --- the main thread --- */

static void adopt_configuration(struct server *server)
{
    struct snapshot *snapshot = snapshots_ref(server->snapshots);
    const struct word *file = snapshot->service->config->files;
    atomic_store(&server->fastcgi.body_max, service_limits(snapshot->service).body_bytes);
    answer_warn_unsigned(&server->log, snapshot->service);
    for (server->files = 0; file != NULL; file = file->next)
        server->files++;
    snapshot_unref(snapshot);
}

/* Reloads and maintains until SIGTERM. Files are checked every second; thousands of them less often. */
static void wait_for_end(struct server *server, const sigset_t *signals)
{
    for (;;) {
        int signal = sigtimedwait(signals, NULL, &(struct timespec){ 1 + server->files / FILES_A_SECOND, 0 });
        if (signal > 0 && signal != SIGHUP)
            return;
        connections_maintain(server->fastcgi.connections);
        if (snapshots_reload(server->snapshots, signal == SIGHUP))
            adopt_configuration(server);
    }
}

static int start_threads(struct worker *workers, struct server *server, int count)
{
    pthread_attr_t attributes;
    int started = 0;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    for (; started < count; started++) {
        struct worker *worker = &workers[started];
        *worker = (struct worker){ .server = server, .arena = arena_new() };
        atomic_fetch_add(&server->running, 1);
        if (pthread_create(&worker->thread, &attributes, serve_requests, worker) != 0) {
            atomic_fetch_sub(&server->running, 1);
            arena_free(worker->arena);
            break;
        }
    }
    pthread_attr_destroy(&attributes);
    return started;
}

static int thread_count(const struct server *server)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (server->options->threads > 0)
        return server->options->threads;
    if (server->program->threads > 0)
        return server->program->threads;
    return processors < 4 ? 4 : processors > OPTIONS_THREADS_MAX ? OPTIONS_THREADS_MAX : (int)processors;
}

/* Waits for the threads to finish; those that hang end with the process. */
static void drain(struct server *server)
{
    struct snapshot *snapshot = snapshots_ref(server->snapshots);
    store_limit_shutdown(snapshot->store, STORE_MS);
    snapshot_unref(snapshot);
    connections_stop(server->fastcgi.connections);
    for (int64_t until = clock_ms() + DRAIN_MS; clock_ms() < until && atomic_load(&server->running) > 0;)
        clock_sleep(POLL_MS);
    if (atomic_load(&server->running) == 0)
        return;
    atomic_store(&server->ending, true);
    connections_abort(server->fastcgi.connections);
    struct worker here = { .server = server };
    fastcgi_serve(&server->fastcgi, &here, true); /* here, because all threads may hang */
}

static int serve(struct server *server, const sigset_t *signals)
{
    int wanted = thread_count(server);
    struct worker *workers = g_new0(struct worker, (gsize)wanted);
    int started = start_threads(workers, server, wanted);
    if (started < wanted)
        log_line(&server->log, LOG_LEVEL_ERROR, "start: only %d of %d threads could be started", started, wanted);
    if (started > 0)
        wait_for_end(server, signals);
    drain(server);
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        arena_free(workers[i].arena);
    }
    g_free(workers);
    return started > 0 ? EX_OK : EX_OSERR;
}

/* --- the watchdog: ends the program even when a disk hangs --- */

enum { END_MS = 5000, WAKE_SIGNAL = SIGUSR2 };

struct watchdog {
    sigset_t terminating;
    struct log log;
    pthread_t main_thread;
};

static void *wait_for_signal(void *context)
{
    const struct watchdog *watchdog = context;
    int signal;
    if (sigwait(&watchdog->terminating, &signal) != 0)
        return NULL;
    pthread_kill(watchdog->main_thread, WAKE_SIGNAL);
    clock_sleep(END_MS);
    log_line(
        &watchdog->log, LOG_LEVEL_ERROR,
        "stop: not finished %d s after the signal: exiting now; the store or a disk hangs, and queued events are lost",
        END_MS / 1000);
    _exit(EX_TEMPFAIL);
}

/* Blocks the signals that a program waits for, in this thread and those that it starts, and names them. */
static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGUSR1);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* From now on the watchdog receives the signals to terminate, and `signals` keeps what the calling thread waits for:
 * SIGHUP, and the watchdog's own. All of them when no thread can be started. */
static void start_watchdog(sigset_t *signals, const struct log *log)
{
    struct watchdog *watchdog = g_new(struct watchdog, 1); /* for the rest of the process */
    sigset_t wake;
    pthread_t thread;
    *watchdog = (struct watchdog){ *signals, *log, pthread_self() };
    sigdelset(&watchdog->terminating, SIGHUP);
    sigemptyset(&wake);
    sigaddset(&wake, WAKE_SIGNAL);
    pthread_sigmask(SIG_BLOCK, &wake, NULL);
    if (pthread_create(&thread, NULL, wait_for_signal, watchdog) != 0) {
        g_free(watchdog);
        return;
    }
    pthread_detach(thread);
    sigaddset(&wake, SIGHUP);
    *signals = wake;
}

/* --- the program --- */

static enum log_target log_target_of(const struct options *options, const struct settings *settings)
{
    if (options->log >= 0)
        return (enum log_target)options->log;
    return settings == NULL ? LOG_TARGET_AUTO : (enum log_target)settings->log;
}

int server_run(const struct program *program, const struct options *options)
{
    struct server server = { .program = program, .options = options, .fastcgi = { .answer = answer } };
    struct snapshot_options files = { options->config, all_kinds, &server.log, true };
    struct error why;
    sigset_t signals;
    block_signals(&signals);
    struct service *service = snapshot_read(&files, true);
    server.log = log_open(program->name, log_target_of(options, service->settings));
    start_watchdog(&signals, &server.log);
    snapshot_log_complaints(&server.log, service);
    if (service->config->complaints.errors > 0) {
        log_line(&server.log, LOG_LEVEL_ERROR, "start: refused: the configuration has errors");
        service_free(service);
        return EX_CONFIG;
    }
    int listener = options->listen == NULL ? STDIN_FILENO : listen_at(options->listen, &why);
    server.fastcgi.connections = listener < 0 ? NULL : connections_new(listener, &server.log, &why);
    if (server.fastcgi.connections == NULL) {
        log_line(&server.log, LOG_LEVEL_ERROR, "%s", why.sentence);
        service_free(service);
        return EX_UNAVAILABLE;
    }
    server.snapshots = snapshots_new(&files, service);
    adopt_configuration(&server);
#ifdef __GLIBC__
    malloc_trim(0); /* reading the configuration needed memory for a moment */
#endif
    int status = serve(&server, &signals);
    snapshots_free(server.snapshots);
    connections_free(server.fastcgi.connections);
    return status;
}
