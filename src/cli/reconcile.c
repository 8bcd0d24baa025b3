/* hookswitch reconcile: backfills events whose callbacks were lost. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "work/reconcile.h"
#include "work/rest.h"

struct tally {
    long kept, pages, seen;
    struct reconcile_progress last;
    bool dry_run;
};

static void show_progress(void *context, const struct reconcile_progress *progress)
{
    struct tally *tally = context;
    if (tally->last.kind != progress->kind)
        tally->last = (struct reconcile_progress){ .kind = progress->kind };
    tally->kept += progress->kept - tally->last.kept;
    tally->pages += progress->pages - tally->last.pages;
    tally->seen += progress->seen - tally->last.seen;
    tally->last = *progress;
    terminal_progress("%ss: %ld pages, %ld seen, %ld missing", progress->kind, progress->pages, progress->seen,
                      progress->kept);
}

static void show_found(void *context, const struct event *event)
{
    const struct tally *tally = context;
    terminal_progress_end();
    printf("%s %-24.*s %.*s\n", tally->dry_run ? "missing" : "kept   ", STR_ARGS(event->name), STR_ARGS(event->sid));
}

struct reconcile_command_options {
    const char *config, *kind;
    int64_t since_us, settle_us;
    double rate;
    bool dry_run;
};

static bool store_is_missing(const struct context *context)
{
    struct str address = context->settings->store;
    return str_starts(address, STR("sqlite:")) &&
           access(arena_copy(context->arena, str_from(address, 7)).at, F_OK) != 0 && errno == ENOENT;
}

static int run(struct context *context, const void *values, struct error *error)
{
    static const struct log log = { LOG_TARGET_STDERR, "hookswitch-reconcile" };
    const struct reconcile_command_options *given = values;
    struct tally tally = { .dry_run = given->dry_run };
    struct rest rest; /* only to refuse a configuration without space, project or token */
    if (context_read_sound(context, error) != 0 ||
        rest_init(&rest, context->service, context->arena, given->rate, error) != 0)
        return COMMAND_UNUSABLE;
    int failed = context_open_store(context, given->dry_run ? STORE_EXISTING : STORE_DIRECT, error);
    if (failed)
        return failed;
    struct reconcile_options options = { .service = context->service,
                                         .store = given->dry_run && store_is_missing(context) ? NULL : context->store,
                                         .log = &log,
                                         .since_us = given->since_us,
                                         .settle_s = (long)((clock_wall_us() - given->settle_us) / 1000000),
                                         .kind = given->kind,
                                         .rate = given->rate,
                                         .dry_run = given->dry_run,
                                         .progress = show_progress,
                                         .found = show_found,
                                         .context = &tally };
    failed = reconcile(&options, error);
    terminal_progress_end();
    printf("%ld pages, %ld seen, %ld %s\n", tally.pages, tally.seen, tally.kept,
           given->dry_run ? "would be stored" : "stored");
    return failed;
}

static const struct argument arguments[] = {
    { ARGUMENT(TIME, reconcile_command_options, since_us), "--since", "TIME",
      .help = "Ask for events since 2d (ago), 12h, 2026-01-05 (UTC). Default: since the last run; a day ago in the "
              "first one" },
    { ARGUMENT(CHOICE, reconcile_command_options, kind), "--kind", "KIND", .help = "Backfill this kind only",
      .choices = "call|message|recording|fax" },
    { ARGUMENT(DECIMAL, reconcile_command_options, rate), "--rate", "N", .help = "Send at most N requests a second",
      .fallback = "2", .most = 50 },
    { ARGUMENT(TIME, reconcile_command_options, settle_us), "--settle", "TIME",
      .help = "Skip changes more recent than this: their callbacks may still arrive", .fallback = "15m" },
    { ARGUMENT(FLAG, reconcile_command_options, dry_run), "--dry-run", NULL,
      .help = "List what is missing, and store nothing" },
    { .name = NULL },
};

const struct command reconcile_command = {
    .name = "reconcile",
    .summary = "Backfill events whose callbacks were lost, from the platform's lists",
    .size = sizeof(struct reconcile_command_options),
    .run = run,
    .arguments = arguments,
    .details = "The configuration needs space, project and token_file. Events get origin = reconcile, and trigger "
               "what the callback would have triggered.\n"
               "Exit status: 0 done; 1 the platform or the store failed; 2 the configuration has errors, or no "
               "space, project, token or store; 64 wrong arguments.\n",
};
