/* hookswitch events prune: deletes old events. */
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "store/maintenance.h"

struct prune_options {
    const char *config, *kind;
    int64_t before_us;
    bool dry_run;
};

static bool show_progress(void *context, long pruned)
{
    terminal_progress("%s: %ld events", (const char *)context, pruned);
    return true;
}

/* -1 with the reason; else how many. */
static long prune_kind(const struct context *context, const struct prune_options *options, size_t position,
                       struct error *error)
{
    const char *kind = event_kind_name(position);
    long days = settings_keep_days(context->settings, position);
    int64_t before = options->before_us != 0 ? options->before_us : clock_wall_us() - days * 86400000000LL;
    if (options->before_us == 0 && days == 0)
        return 0;
    long count = options->dry_run ? maintenance_count_prunable(context->store, str_of(kind), before, error)
                                  : maintenance_prune(context->store, str_of(kind), before, show_progress,
                                                      (void *)(uintptr_t)kind, error);
    terminal_progress_end();
    if (count > 0)
        printf("%-14s %ld event%s %s\n", kind, count, count == 1 ? "" : "s",
               options->dry_run ? "would be deleted" : "deleted");
    return count;
}

static bool go_on(void *context, long pruned)
{
    (void)context;
    (void)pruned;
    return true;
}

/* Records of requests are kept as long as the events with the longest keep_days. */
static int prune_requests(const struct context *context, const struct prune_options *options, struct error *error)
{
    long longest = settings_keep_days_longest(context->settings);
    int64_t before = options->before_us != 0 ? options->before_us : clock_wall_us() - longest * 86400000000LL;
    bool wanted = options->before_us != 0 || longest > 0;
    if (!wanted || options->kind != NULL || options->dry_run)
        return 0;
    long count = maintenance_prune_requests(context->store, before, go_on, NULL, error);
    if (count > 0)
        printf("%-14s %ld digest%s deleted\n", "request", count, count == 1 ? "" : "s");
    return count < 0 ? -1 : 0;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct prune_options *options = values;
    long all = 0;
    struct error doubt;
    int status = context_open_store(context, STORE_EXISTING, error);
    if (status != 0)
        return status;
    int plausible =
        options->before_us != 0 ? 1 : maintenance_clock_is_plausible(context->store, clock_wall_us(), &doubt);
    if (plausible < 0)
        return error_set(error, "%s", doubt.sentence);
    if (plausible == 0)
        return error_set(error, "%s Set it, or name a day: --before 2026-01-05", doubt.sentence);
    for (size_t i = 0; event_kind_name(i) != NULL; i++) {
        if (options->kind != NULL && !str_is(str_of(options->kind), event_kind_name(i)))
            continue;
        long count = prune_kind(context, options, i, error);
        if (count < 0)
            return -1;
        all += count;
    }
    if (prune_requests(context, options, error) != 0)
        return -1;
    printf("%ld event%s in all%s\n", all, all == 1 ? "" : "s",
           all == 0 && options->before_us == 0 && context->settings->keep_days == 0
               ? "; keep_days = 0 keeps all: use --before TIME, or set keep_days"
               : "");
    return 0;
}

static const struct argument arguments[] = {
    { ARGUMENT(KIND, prune_options, kind), "--kind", "KIND", .help = "Delete this kind only" },
    { ARGUMENT(TIME, prune_options, before_us), "--before", "TIME",
      .help = "Delete all events older than this, whatever keep_days says" },
    { ARGUMENT(FLAG, prune_options, dry_run), "--dry-run", NULL, .help = "Count, and delete nothing" },
    { .name = NULL },
};

const struct command events_prune_command = {
    .name = "events",
    .verb = "prune",
    .summary = "Delete events older than keep_days of the configuration",
    .size = sizeof(struct prune_options),
    .run = run,
    .arguments = arguments,
    .details = "It does not ask: run 'hookswitch store backup' first.\n"
               "Exit status: 0 done; 1 the store failed; 2 the configuration cannot be used; 64 wrong arguments.\n",
};
