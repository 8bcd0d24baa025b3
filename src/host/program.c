#include "host/program.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/kinds.h"
#include "service/snapshot.h"
#include "web/cgi.h"
#include "web/fastcgi.h"
#include "web/url.h"

static int print_about(const struct program *program, const struct options *options)
{
    struct error why;
    if (options->action == OPTIONS_ACTION_HELP)
        options_print_help(program->name, program->summary);
    else
        printf("%s (hookswitch) %s\n", program->name, PACKAGE_VERSION);
    if (file_close(stdout, "standard output", false, &why) == 0)
        return EX_OK;
    fprintf(stderr, "%s: %s\n", program->name, why.sentence);
    return EX_IOERR;
}

/* A process of one request has no other thread that could go on when a disk or a name server hangs. */
enum { DEADLINE_MS = 4000 };

/* Reads one file of the folder of lines: that of the line in the address, else that of the called number. */
static void read_line_file(struct service *service, const struct request *request, struct arena *arena)
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

static struct store *open_store(const struct settings *settings, const struct log *log, struct arena *arena)
{
    struct error why;
    if (settings->store.length == 0)
        return NULL;
    struct store *store = store_open(arena_copy(arena, settings->store).at, STORE_DIRECT, log, &why);
    if (store == NULL)
        log_line(log, LOG_LEVEL_ERROR, "store: %s", why.sentence);
    return store;
}

static _Noreturn void single_run(const struct program *program, const struct options *options)
{
    struct log to_server = log_open(program->name, LOG_TARGET_STDERR);
    cgi_set_deadline(DEADLINE_MS, program->store_ms > 0 ? 500 : 503, &to_server);
    struct gateway gateway = cgi_gateway();
    struct arena *arena = arena_new();
    struct snapshot_options files = { options->config, all_kinds, NULL, true };
    struct service *service = snapshot_read(&files, false);
    const struct settings *settings = service->settings;
    struct log log = log_open(program->name, settings == NULL ? LOG_TARGET_STDERR : (enum log_target)settings->log);
    struct request request;
    bool valid = settings != NULL && service->config->complaints.errors == 0;
    answer_warn_unsigned(&log, service);
    if (valid && answer_authenticate(program, service, &log, &gateway, arena, &request)) {
        read_line_file(service, &request, arena);
        valid = service_link(service);
        if (valid)
            answer_handle(program, service, open_store(settings, &log, arena), true, &log, &gateway, &request);
    }
    if (!valid) {
        snapshot_log_complaints(&log, service);
        log_line(&log, LOG_LEVEL_ERROR, "500: the configuration has errors");
        answer_send_error(&gateway, 500);
    }
    /* Everything is freed with the process: tidying up first would cost as much again as the request did. */
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
    if (options.action != OPTIONS_ACTION_SERVE)
        return print_about(program, &options);
    memory_hide();
    cxml_start();
    if (cgi)
        single_run(program, &options);
    if (options.listen == NULL && !inherited) {
        fprintf(stderr, "%s: not started by a web server: give --listen, or see --help\n", program->name);
        return EX_USAGE;
    }
    return server_run(program, &options);
}
