/* hookswitch work: does the jobs. */
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "cli/command.h"
#include "host/kinds.h"
#include "host/options.h"
#include "work/worker.h"

enum { THREADS_DEFAULT = 4, THREADS_MAX = 64, LEASE_DEFAULT_S = 60, LEASE_LEAST_S = 2 };

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },  { "once", no_argument, NULL, 'o' },
        { "threads", required_argument, NULL, 't' }, { "lease", required_argument, NULL, 'l' },
        { "quiet", no_argument, NULL, 'q' },         { NULL, 0, NULL, 0 },
    };
    struct worker_options options = { .kinds = all_kinds, .threads = THREADS_DEFAULT, .lease_s = LEASE_DEFAULT_S };
    const char *config = NULL;
    enum log_target target = LOG_TARGET_AUTO;
    struct error why;
    unsigned long number;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            config = optarg;
            break;
        case 'o':
            options.once = true;
            break;
        case 't':
            if (!str_to_number(str_of(optarg), THREADS_MAX, &number) || number == 0)
                return command_usage(&work_command, "--threads %s: expected 1 to %d", optarg, THREADS_MAX);
            options.threads = (int)number;
            break;
        case 'l':
            if (!str_to_number(str_of(optarg), 86400, &number) || number < LEASE_LEAST_S)
                return command_usage(&work_command, "--lease %s: expected %d to 86400 seconds", optarg, LEASE_LEAST_S);
            options.lease_s = (long)number;
            break;
        case 'q':
            target = LOG_TARGET_NONE;
            break;
        default:
            return command_usage(&work_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        }
    }
    if (optind < argc)
        return command_usage(&work_command, "%s: no argument is expected here", argv[optind]);
    umask(027); /* recordings hold what callers say */
    memory_hide();
    options.config = options_config_path(config);
    options.log = log_open("hookswitch-work", target);
    if (worker_run(&options, &why) == 0)
        return COMMAND_OK;
    fprintf(stderr, "hookswitch work: %s\n", why.sentence);
    return COMMAND_UNUSABLE;
}

const struct command work_command = {
    "work",
    "[--once] [--threads N] [--lease SECONDS] [--quiet]",
    "does what events have set off: fetches, mails, programs, posts",
    "  --once           until nothing is due, then ends: for cron\n"
    "  --threads N      jobs at the same time (default 4)\n"
    "  --lease SECONDS  a worker that is not heard of for so long loses its jobs to\n"
    "                   others (default 60)\n"
    "  --quiet          without a log\n"
    "  --config FILE    the configuration\n\n"
    "As many may run as wanted, on several hosts too. What is done is done at least once:\n"
    "a worker that is killed between doing a job and saying so leaves it to be done again,\n"
    "with the same HOOKSWITCH_JOB or webhook-id.\n"
    "SIGTERM ends it after the jobs in progress; SIGHUP has the configuration read again.\n"
    "Exit status: 0 ended, 2 it could not begin, or with --once the store failed, 64 usage.\n",
    run,
};
