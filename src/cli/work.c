/* hookswitch work: runs the jobs. */
#include <sys/stat.h>

#include "base/memory.h"
#include "cli/command.h"
#include "host/kinds.h"
#include "work/worker.h"

struct work_options {
    const char *config;
    bool once, quiet;
    long threads, lease_s;
};

static int run(struct context *context, const void *values, struct error *error)
{
    const struct work_options *given = values;
    struct worker_options options = { .kinds = all_kinds,
                                      .config = context->config,
                                      .once = given->once,
                                      .threads = (int)given->threads,
                                      .lease_s = given->lease_s };
    umask(027); /* recordings hold what callers say */
    memory_hide();
    options.log = log_open("hookswitch-work", given->quiet ? LOG_TARGET_NONE : LOG_TARGET_AUTO);
    return worker_run(&options, error) == 0 ? COMMAND_OK : COMMAND_UNUSABLE;
}

static const struct argument arguments[] = {
    { ARGUMENT(FLAG, work_options, once), "--once", NULL, .help = "Exit when no job is due: for cron" },
    { ARGUMENT(NUMBER, work_options, threads), "--threads", "N", .help = "Run up to N jobs at the same time",
      .fallback = "4", .least = 1, .most = 64 },
    { ARGUMENT(NUMBER, work_options, lease_s), "--lease", "SECONDS",
      .help = "Release the jobs of a worker that is silent for this long", .fallback = "60", .least = 2,
      .most = 86400 },
    { ARGUMENT(FLAG, work_options, quiet), "--quiet", NULL, .help = "Do not log" },
    { .name = NULL },
};

const struct command work_command = {
    .name = "work",
    .summary = "Run the actions that events trigger: fetches, mails, programs, posts",
    .size = sizeof(struct work_options),
    .run = run,
    .arguments = arguments,
    .details = "Several workers may run, on several hosts too. Each job runs at least once: when a worker is killed "
               "before it reports a job done, the job runs again, with the same HOOKSWITCH_JOB or webhook-id. "
               "SIGTERM ends it after the jobs in progress; SIGHUP reloads the configuration.\n"
               "Exit status: 0 ended; 2 it could not begin, or with --once the store failed; 64 wrong arguments.\n",
};
