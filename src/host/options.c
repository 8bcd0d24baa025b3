#include "host/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/places.h"

const char *options_config_path(const char *given)
{
    const char *environment = getenv("HOOKSWITCH_CONFIG");
    if (given != NULL)
        return given;
    return environment != NULL && *environment != '\0' ? environment : HOOKSWITCH_CONFIG_FILE;
}

static int read_log_target(const char *word)
{
    static const char *const words[] = { "auto", "stderr", "syslog", "none" };
    for (int i = 0; i < 4; i++)
        if (str_is(str_of(word), words[i]))
            return i;
    return -1;
}

int options_read(int argc, char **argv, struct options *options, struct error *error)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "listen", required_argument, NULL, 'l' },
        { "threads", required_argument, NULL, 't' },
        { "log", required_argument, NULL, 'g' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    const char *config = NULL;
    unsigned long threads = 0;
    int option;
    *options = (struct options){ .log = -1 };
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            config = optarg;
            break;
        case 'l':
            options->listen = optarg;
            break;
        case 't':
            if (!str_to_number(str_of(optarg), OPTIONS_THREADS_MAX, &threads) || threads == 0)
                return error_set(error, "--threads %s: expected 1 to %d", optarg, OPTIONS_THREADS_MAX);
            break;
        case 'g':
            options->log = read_log_target(optarg);
            if (options->log < 0)
                return error_set(error, "--log %s: expected auto, stderr, syslog or none", optarg);
            break;
        case 'h':
            options->action = OPTIONS_ACTION_HELP;
            break;
        case 'V':
            options->action = OPTIONS_ACTION_VERSION;
            break;
        default:
            return error_set(error, "%s: unknown option, or its value is missing; --help lists them", argv[optind - 1]);
        }
    }
    if (optind < argc)
        return error_set(error, "%s: unexpected argument; --help lists the options", argv[optind]);
    options->config = options_config_path(config);
    options->threads = (int)threads;
    return 0;
}

void options_print_help(const char *program, const char *summary)
{
    printf("%s: %s\n\n"
           "A web server starts it as a FastCGI or CGI program; or it listens by itself:\n"
           "  %s [--config FILE] [--listen unix:PATH|HOST:PORT] [--threads N] [--log TARGET]\n\n"
           "  --config FILE   the configuration (else $HOOKSWITCH_CONFIG, else\n"
           "                  %s)\n"
           "  --listen WHERE  serve FastCGI on a socket of its own instead of descriptor 0\n"
           "  --threads N     requests served at the same time (default: one a processor and\n"
           "                  at least 4; where each waits for the disk, 32)\n"
           "  --log TARGET    auto, stderr, syslog or none (default: as configured)\n"
           "  --version, --help\n\n"
           "SIGTERM ends it after the requests in progress; SIGHUP reloads the configuration.\n"
           "See hookswitch(7) and hookswitch.ini(5).\n",
           program, summary, program, HOOKSWITCH_CONFIG_FILE);
}
