#include "host/program.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "cxml/cxml.h"
#include "host/answer.h"
#include "host/kinds.h"
#include "host/options.h"
#include "host/watchdog.h"
#include "web/cgi.h"
#include "web/fastcgi.h"
#include "web/listen.h"
#include "web/url.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* A disk or a name server that hangs may hold up a process of one request, which has nobody else to do the waiting. */
enum { CGI_MS = 4000 };
enum { STACK_BYTES = 256 * 1024, FILES_A_SECOND = 1000 };
/* From SIGTERM on: so long what has arrived is served as ever, and so long the store has for what it was asked. */
enum { SERVE_ON_MS = 1000, STORE_MS = 3000, LOOK_MS = 5 };

/* A service with the store that it names: held by each request, replaced as a whole. */
struct serving {
    atomic_uint users;
    struct service *service;
    struct shared_store {
        atomic_uint users;
        char *address;
        struct store *store;
    } * shared; /* NULL: none is configured */
};

struct host {
    const struct program *program;
    const struct options *options;
    struct log log;
    struct fastcgi fastcgi;
    atomic_int running;   /* workers */
    atomic_bool ending;   /* nothing is begun any more */
    pthread_mutex_t lock; /* of `serving` */
    struct serving *serving;
    struct str mark; /* of the files that it was read from */
    struct arena *mark_arena;
};

/* --- what is being served --- */

static struct service *read_service(const struct options *options, bool whole)
{
    memory_wipe_freed(true); /* of the files, secrets and all */
    struct service *service = service_read(options->config, all_kinds, whole);
    memory_wipe_freed(false);
    service_wipe_secrets(service);
    return service;
}

static void log_complaints(const struct log *log, const struct service *service)
{
    struct arena *arena = arena_new();
    for (const struct complaint *at = service_complaints(service)->first; at != NULL; at = at->next)
        if (at->severity != COMPLAINT_NOTE)
            log_line(log, at->severity == COMPLAINT_ERROR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "%s",
                     complaint_line(arena, at).at);
    arena_free(arena);
}

static void warn_of_unsigned(const struct log *log, const struct service *service)
{
    const struct settings *settings = service_settings(service);
    if (settings != NULL && settings->unsigned_requests == UNSIGNED_ACCEPT)
        log_line(log, LOG_LEVEL_WARNING,
                 "UNSIGNED REQUESTS ARE ACCEPTED (unsigned = accept): ANYBODY CAN MAKE THIS PHONE "
                 "CALL AND SEND. FOR TRIALS ONLY.");
}

static void release_store(struct shared_store *shared)
{
    if (shared == NULL || atomic_fetch_sub(&shared->users, 1) != 1)
        return;
    store_close(shared->store);
    free(shared->address);
    free(shared);
}

static struct shared_store *open_store(const struct settings *settings, enum store_mode mode, const struct log *log,
                                       struct shared_store *present)
{
    struct error why = { "out of memory" };
    if (settings->store.length == 0)
        return NULL;
    if (present != NULL && str_is(settings->store, present->address)) {
        atomic_fetch_add(&present->users, 1);
        return present;
    }
    struct shared_store *shared = calloc(1, sizeof *shared);
    if (shared == NULL)
        return NULL;
    atomic_init(&shared->users, 1);
    shared->address = strndup(settings->store.at, settings->store.length);
    shared->store = shared->address == NULL ? NULL : store_open(shared->address, mode, log, &why);
    if (shared->store != NULL)
        return shared;
    log_line(log, LOG_LEVEL_ERROR, "store: %s", why.sentence);
    release_store(shared);
    return NULL;
}

static struct serving *hold(struct host *host)
{
    pthread_mutex_lock(&host->lock);
    struct serving *serving = host->serving;
    atomic_fetch_add(&serving->users, 1);
    pthread_mutex_unlock(&host->lock);
    return serving;
}

static void release(struct serving *serving)
{
    if (serving == NULL || atomic_fetch_sub(&serving->users, 1) != 1)
        return;
    service_free(serving->service);
    release_store(serving->shared);
    free(serving);
}

/* Takes the service over. */
static void replace(struct host *host, struct service *service)
{
    struct serving *serving = calloc(1, sizeof *serving), *old;
    if (serving == NULL) {
        service_free(service);
        return;
    }
    atomic_init(&serving->users, 1);
    serving->service = service;
    atomic_store(&host->fastcgi.body_max, service_limits(service).body_bytes);
    serving->shared = open_store(service_settings(service), STORE_SHARED, &host->log,
                                 host->serving == NULL ? NULL : host->serving->shared);
    pthread_mutex_lock(&host->lock);
    old = host->serving;
    host->serving = serving;
    pthread_mutex_unlock(&host->lock);
    release(old);
}

/* --- reloading --- */

static void remember_files(struct host *host, const struct service *service)
{
    arena_reset(host->mark_arena);
    host->mark = service_files_stamp(service, host->mark_arena);
}

static bool files_changed(struct host *host)
{
    struct arena *arena = arena_new();
    struct str now = service_files_stamp(host->serving->service, arena);
    bool changed = !str_equal(now, host->mark);
    arena_free(arena);
    return changed;
}

static void reload(struct host *host)
{
    struct service *service = read_service(host->options, true);
    log_complaints(&host->log, service);
    /* A key that cannot be read now, and could be before, is no reason to refuse what is signed with it. */
    bool loses_key = service_lacks_key(service) && !service_lacks_key(host->serving->service);
    if (loses_key || service_complaints(service)->errors > 0) {
        log_line(&host->log, LOG_LEVEL_ERROR, "the configuration %s: the one before stays in force",
                 loses_key ? "lacks its signing key" : "has errors");
        remember_files(host, host->serving->service);
        service_free(service);
        return;
    }
    warn_of_unsigned(&host->log, service);
    remember_files(host, service);
    replace(host, service);
    log_line(&host->log, LOG_LEVEL_NOTICE, "the configuration was read again");
}

static long count_files(const struct service *service)
{
    long count = 0;
    for (const struct word *file = config_files(service_config(service)); file != NULL; file = file->next)
        count++;
    return count;
}

/* Signals and changed files, until SIGTERM. */
static void watch(struct host *host, const sigset_t *signals)
{
    for (;;) {
        /* A look a second; at thousands of files less often, so that it costs next to nothing. */
        struct timespec pause = { 1 + count_files(host->serving->service) / FILES_A_SECOND, 0 };
        int signal = sigtimedwait(signals, NULL, &pause);
        if (signal > 0 && signal != SIGHUP)
            return;
        connections_maintain(host->fastcgi.connections);
        if (signal == SIGHUP || files_changed(host))
            reload(host);
    }
}

/* --- serving --- */

struct worker {
    struct host *host;
    struct arena *arena;
    pthread_t thread;
};

static void answer(void *context, struct gateway *gateway)
{
    struct worker *worker = context;
    struct host *host = worker->host;
    if (atomic_load(&host->ending)) {
        answer_send_error(gateway, 503);
        return;
    }
    struct serving *serving = hold(host);
    struct store *store = serving->shared == NULL ? NULL : serving->shared->store;
    struct request request;
    if (answer_authenticate(host->program, serving->service, &host->log, gateway, worker->arena, &request))
        answer_handle(host->program, serving->service, store, false, &host->log, gateway, &request);
    release(serving);
    arena_reset(worker->arena);
}

static void *work(void *context)
{
    struct worker *worker = context;
    fastcgi_serve(&worker->host->fastcgi, worker, false);
    atomic_fetch_sub(&worker->host->running, 1);
    return NULL;
}

static int start_workers(struct worker *workers, struct host *host, int count)
{
    pthread_attr_t attributes;
    int started = 0;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    for (; started < count; started++) {
        struct worker *worker = &workers[started];
        *worker = (struct worker){ .host = host, .arena = arena_new() };
        atomic_fetch_add(&host->running, 1);
        if (pthread_create(&worker->thread, &attributes, work, worker) != 0) {
            atomic_fetch_sub(&host->running, 1);
            arena_free(worker->arena);
            break;
        }
    }
    pthread_attr_destroy(&attributes);
    return started;
}

static int thread_count(const struct host *host)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (host->options->threads > 0)
        return host->options->threads;
    if (host->program->threads > 0)
        return host->program->threads;
    return processors < 4 ? 4 : processors > OPTIONS_THREADS_MAX ? OPTIONS_THREADS_MAX : (int)processors;
}

/* Ends the workers: each behind what it does, and those that hang with the process. */
static void end_workers(struct host *host)
{
    store_end_within(host->serving->shared == NULL ? NULL : host->serving->shared->store, STORE_MS);
    connections_stop(host->fastcgi.connections);
    for (int64_t until = clock_ms() + SERVE_ON_MS; clock_ms() < until && atomic_load(&host->running) > 0;)
        clock_sleep(LOOK_MS);
    if (atomic_load(&host->running) == 0)
        return;
    atomic_store(&host->ending, true);
    connections_abort(host->fastcgi.connections);
    struct worker here = { .host = host };
    fastcgi_serve(&host->fastcgi, &here, true); /* as the workers may all hang */
}

static int serve(struct host *host, const sigset_t *signals)
{
    int wanted = thread_count(host);
    struct worker *workers = calloc((size_t)wanted, sizeof *workers);
    int started = workers == NULL ? 0 : start_workers(workers, host, wanted);
    if (started < wanted)
        log_line(&host->log, LOG_LEVEL_ERROR, "only %d of %d threads could be started", started, wanted);
    if (started > 0)
        watch(host, signals);
    end_workers(host);
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        arena_free(workers[i].arena);
    }
    free(workers);
    return started > 0 ? EX_OK : EX_OSERR;
}

static int run_fastcgi(const struct program *program, const struct options *options)
{
    struct host host = {
        .program = program, .options = options, .fastcgi = { .answer = answer }, .lock = PTHREAD_MUTEX_INITIALIZER
    };
    struct error why;
    sigset_t signals;
    watchdog_block_signals(&signals);
    struct service *service = read_service(options, true);
    const struct settings *settings = service_settings(service);
    host.log = log_open(program->name, options->log >= 0  ? (enum log_target)options->log
                                       : settings != NULL ? (enum log_target)settings->log
                                                          : LOG_TARGET_AUTO);
    watchdog_start(&signals, &host.log);
    log_complaints(&host.log, service);
    if (service_complaints(service)->errors > 0) {
        log_line(&host.log, LOG_LEVEL_ERROR, "not started: the configuration has errors");
        service_free(service);
        return EX_CONFIG;
    }
    int listener = options->listen == NULL ? STDIN_FILENO : listen_at(options->listen, &why);
    host.fastcgi.connections = listener < 0 ? NULL : connections_new(listener, &host.log, &why);
    if (host.fastcgi.connections == NULL) {
        log_line(&host.log, LOG_LEVEL_ERROR, "%s", why.sentence);
        service_free(service);
        return EX_UNAVAILABLE;
    }
    warn_of_unsigned(&host.log, service);
    host.mark_arena = arena_new();
    remember_files(&host, service);
    replace(&host, service);
#ifdef __GLIBC__
    malloc_trim(0); /* what reading the configuration needed for a moment */
#endif
    int status = serve(&host, &signals);
    release(host.serving);
    connections_free(host.fastcgi.connections);
    arena_free(host.mark_arena);
    return status;
}

/* --- plain CGI --- */

/* The line that the request is for, by its address or else its number: the one file of the `lines` folder to read. */
static void read_needed_line(struct service *service, const struct request *request, struct arena *arena)
{
    struct str path = str_from(request->path, 1);
    struct str first = url_decode(arena, str_upto(path, str_find_char(path, '/')), false);
    struct str rest = str_from(path, str_find_char(path, '/') + 1);
    struct str second = url_decode(arena, str_upto(rest, str_find_char(rest, '/')), false);
    service_read_line(service, first);
    if (!service_line(service, first) && second.length > 0)
        service_read_line(service, second); /* status.fcgi/KIND/LINE */
    if (first.length == 0)
        service_read_line(service, request_parameter(request, "To"));
}

static _Noreturn void run_cgi(const struct program *program, const struct options *options)
{
    struct log to_server = log_open(program->name, LOG_TARGET_STDERR);
    cgi_set_deadline(CGI_MS, program->store_ms > 0 ? 500 : 503, &to_server);
    struct gateway gateway = cgi_gateway();
    struct arena *arena = arena_new();
    struct service *service = read_service(options, false);
    const struct settings *settings = service_settings(service);
    struct log log = log_open(program->name, settings == NULL ? LOG_TARGET_STDERR : (enum log_target)settings->log);
    struct request request;
    bool sound = settings != NULL && service_complaints(service)->errors == 0;
    warn_of_unsigned(&log, service);
    if (sound && answer_authenticate(program, service, &log, &gateway, arena, &request)) {
        read_needed_line(service, &request, arena);
        sound = service_link(service);
        if (sound) {
            struct shared_store *shared = open_store(settings, STORE_DIRECT, &log, NULL);
            answer_handle(program, service, shared == NULL ? NULL : shared->store, true, &log, &gateway, &request);
            release_store(shared);
        }
    }
    if (!sound) {
        log_complaints(&log, service);
        log_line(&log, LOG_LEVEL_ERROR, "500: the configuration has errors");
        answer_send_error(&gateway, 500);
    }
    /* The process ends here with all that it holds: tidying up first would cost as much again as the request did. */
    _exit(EX_OK);
}

int program_run(int argc, char **argv, const struct program *program)
{
    struct options options;
    struct error why;
    bool inherited = listen_inherited(), cgi = !inherited && cgi_is_requested();
    signal(SIGPIPE, SIG_IGN);
    umask(027); /* events hold what callers say */
    if (options_read(cgi ? 1 : argc, argv, &options, &why) != 0) {
        fprintf(stderr, "%s: %s\n", program->name, why.sentence);
        return EX_USAGE;
    }
    if (options.action == OPTIONS_ACTION_HELP)
        options_print_help(program->name, program->summary);
    else if (options.action == OPTIONS_ACTION_VERSION)
        printf("%s (hookswitch) %s\n", program->name, PACKAGE_VERSION);
    if (options.action != OPTIONS_ACTION_SERVE) {
        if (file_close(stdout, "standard output", false, &why) == 0)
            return EX_OK;
        fprintf(stderr, "%s: %s\n", program->name, why.sentence);
        return EX_IOERR;
    }
    memory_hide();
    cxml_start();
    if (cgi)
        run_cgi(program, &options);
    if (options.listen == NULL && !inherited) {
        fprintf(stderr, "%s: neither started by a web server nor told where to --listen; see --help\n", program->name);
        return EX_USAGE;
    }
    return run_fastcgi(program, &options);
}
