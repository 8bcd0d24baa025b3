#include "host/program.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/server.h"
#include "host/single.h"
#include "web/cgi.h"
#include "web/listen.h"

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
