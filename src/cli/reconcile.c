/* hookswitch reconcile: what no callback told. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/context.h"
#include "host/kinds.h"
#include "host/options.h"
#include "work/lists.h"
#include "work/reconcile.h"

enum { RATE_DEFAULT = 2, RATE_MAX = 50, SETTLE_DEFAULT_S = 900 };

struct tally {
    long kept, pages, seen;
    const char *kind;
    long kind_kept, kind_pages, kind_seen;
    bool dry_run;
};

static void show_progress(void *context, const struct reconcile_progress *progress)
{
    struct tally *tally = context;
    if (tally->kind != progress->kind)
        tally->kind_kept = tally->kind_pages = tally->kind_seen = 0;
    tally->kind = progress->kind;
    tally->kept += progress->kept - tally->kind_kept;
    tally->pages += progress->pages - tally->kind_pages;
    tally->seen += progress->seen - tally->kind_seen;
    tally->kind_kept = progress->kept;
    tally->kind_pages = progress->pages;
    tally->kind_seen = progress->seen;
    terminal_progress("%ss: %ld pages, %ld seen, %ld that no callback told", progress->kind, progress->pages,
                      progress->seen, progress->kept);
}

static void show_found(void *context, const struct event *event)
{
    const struct tally *tally = context;
    terminal_progress_end();
    printf("%s %-24.*s %.*s\n", tally->dry_run ? "missing" : "kept   ", STR_ARGS(event->name), STR_ARGS(event->sid));
}

static int run_with(const char *config, struct reconcile_options *options, struct tally *tally, struct error *error)
{
    static const struct log log = { LOG_TARGET_STDERR, "hookswitch-reconcile" };
    struct context context;
    int failed = context_open(&context, config, options->dry_run ? STORE_EXISTING : STORE_DIRECT, error);
    struct service *service = failed ? NULL : service_read(options_config_path(config), all_kinds, true);
    if (!failed && service_complaints(service)->errors > 0)
        failed = error_set(error, "the configuration has errors; hookswitch check shows them");
    if (!failed) {
        options->service = service;
        options->store = options->dry_run && context_store_is_missing(&context) ? NULL : context.store;
        options->log = &log;
        options->progress = show_progress;
        options->found = show_found;
        options->context = tally;
        failed = reconcile(options, error);
        terminal_progress_end();
        printf("%ld pages, %ld seen, %ld %s\n", tally->pages, tally->seen, tally->kept,
               options->dry_run ? "would be kept" : "kept");
    }
    service_free(service);
    context_close(&context);
    return failed;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "since", required_argument, NULL, 's' },
        { "kind", required_argument, NULL, 'k' },
        { "rate", required_argument, NULL, 'r' },
        { "settle", required_argument, NULL, 't' },
        { "dry-run", no_argument, NULL, 'n' },
        { NULL, 0, NULL, 0 },
    };
    struct reconcile_options options = { .rate = RATE_DEFAULT, .settle_s = SETTLE_DEFAULT_S };
    struct tally tally = { .kept = 0 };
    const char *config = NULL;
    char *end;
    struct error why;
    int64_t settle_us;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            config = optarg;
            break;
        case 's':
            if (!context_time(optarg, &options.since_us))
                return command_usage(&reconcile_command, "--since %s: expected such as 2d, 12h, 2026-01-05", optarg);
            break;
        case 'k':
            options.kind = optarg;
            if (list_find(optarg) == NULL)
                return command_usage(&reconcile_command, "--kind %s: expected call, message, recording or fax", optarg);
            break;
        case 'r':
            options.rate = strtod(optarg, &end);
            if (*end != '\0' || !(options.rate > 0 && options.rate <= RATE_MAX))
                return command_usage(&reconcile_command, "--rate %s: expected requests a second, up to %d", optarg,
                                     RATE_MAX);
            break;
        case 't':
            if (!context_time(optarg, &settle_us))
                return command_usage(&reconcile_command, "--settle %s: expected such as 15m", optarg);
            options.settle_s = (long)((clock_wall_us() - settle_us) / 1000000);
            break;
        case 'n':
            options.dry_run = tally.dry_run = true;
            break;
        default:
            return command_usage(&reconcile_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        }
    }
    if (optind < argc)
        return command_usage(&reconcile_command, "%s: no argument is expected here", argv[optind]);
    if (run_with(config, &options, &tally, &why) == 0)
        return COMMAND_OK;
    fprintf(stderr, "hookswitch reconcile: %s\n", why.sentence);
    return COMMAND_FAILED;
}

const struct command reconcile_command = {
    "reconcile",
    "[--since TIME] [--kind KIND] [--rate N] [--settle TIME] [--dry-run]",
    "asks the platform for what no callback told, and keeps it",
    "  --since TIME   2d (ago), 12h, 2026-01-05 (UTC); without it from where the last run\n"
    "                 began, the first time from a day ago; a run that broke off goes on\n"
    "  --kind KIND    call, message, recording or fax; without it all four\n"
    "  --rate N       requests a second at most (default 2)\n"
    "  --settle TIME  what changed within that time is left to its callbacks (default 15m)\n"
    "  --dry-run      shows what is missing and keeps nothing\n"
    "  --config FILE  the configuration: it names space, project and token\n\n"
    "What it keeps is marked: origin is reconcile. It sets off what a callback would have.\n"
    "Exit status: 0, 1 the platform or the store could not be asked, 64 usage.\n",
    run,
};
