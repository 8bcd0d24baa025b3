/* hookswitch events prune: lets go of what has passed its days. */
#include <getopt.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/filter.h"
#include "store/maintenance.h"

struct wish {
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
static long prune_kind(const struct context *context, const struct wish *wish, size_t position, struct error *error)
{
    const char *kind = event_kind_name(position);
    long days = settings_keep_days(context->settings, position);
    int64_t before = wish->before_us != 0 ? wish->before_us : clock_wall_us() - days * 86400000000LL;
    if (wish->before_us == 0 && days == 0)
        return 0;
    long count = wish->dry_run ? maintenance_count_prunable(context->store, str_of(kind), before, error)
                               : maintenance_prune(context->store, str_of(kind), before, show_progress,
                                                   (void *)(uintptr_t)kind, error);
    terminal_progress_end();
    if (count > 0)
        printf("%-14s %ld event%s %s\n", kind, count, count == 1 ? "" : "s", wish->dry_run ? "would go" : "gone");
    return count;
}

static bool go_on(void *context, long pruned)
{
    (void)context;
    (void)pruned;
    return true;
}

/* What was done for requests is known for as long as the events that are kept longest. */
static int prune_requests(const struct context *context, const struct wish *wish, struct error *error)
{
    long longest = settings_keep_days_longest(context->settings);
    int64_t before = wish->before_us != 0 ? wish->before_us : clock_wall_us() - longest * 86400000000LL;
    bool wanted = wish->before_us != 0 || longest > 0;
    if (!wanted || wish->kind != NULL || wish->dry_run)
        return 0;
    long count = maintenance_prune_requests(context->store, before, go_on, NULL, error);
    if (count > 0)
        printf("%-14s %ld digest%s gone\n", "request", count, count == 1 ? "" : "s");
    return count < 0 ? -1 : 0;
}

static int prune(const struct context *context, const struct wish *wish, struct error *error)
{
    long all = 0;
    struct error doubt;
    int plausible = wish->before_us != 0 ? 1 : maintenance_clock_is_plausible(context->store, clock_wall_us(), &doubt);
    if (plausible < 0)
        return error_set(error, "%s", doubt.sentence);
    if (plausible == 0)
        return error_set(error, "%s Set it, or name a day: --before 2026-01-05", doubt.sentence);
    for (size_t i = 0; event_kind_name(i) != NULL; i++) {
        if (wish->kind != NULL && !str_is(str_of(wish->kind), event_kind_name(i)))
            continue;
        long count = prune_kind(context, wish, i, error);
        if (count < 0)
            return -1;
        all += count;
    }
    if (prune_requests(context, wish, error) != 0)
        return -1;
    printf("%ld event%s in all%s\n", all, all == 1 ? "" : "s",
           all == 0 && wish->before_us == 0 && context->settings->keep_days == 0
               ? "; with keep_days = 0 all are kept for ever: --before TIME, or keep_days, says otherwise"
               : "");
    return 0;
}

int events_prune(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "kind", required_argument, NULL, 'k' },
        { "before", required_argument, NULL, 'b' },
        { "dry-run", no_argument, NULL, 'n' },
        { NULL, 0, NULL, 0 },
    };
    struct wish wish = { NULL, NULL, 0, false };
    struct context context;
    struct error why;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            wish.config = optarg;
            break;
        case 'k':
            wish.kind = optarg;
            if (filter_check_kind(&events_command, optarg) != COMMAND_OK)
                return COMMAND_USAGE;
            break;
        case 'b':
            if (!context_time(optarg, &wish.before_us))
                return command_usage(&events_command, "--before %s: expected such as 90d, 2026-01-05", optarg);
            break;
        case 'n':
            wish.dry_run = true;
            break;
        default:
            return command_usage(&events_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        }
    }
    if (optind < argc)
        return command_usage(&events_command, "%s: no argument is expected here", argv[optind]);
    int failed = context_open(&context, wish.config, STORE_EXISTING, &why) != 0 || prune(&context, &wish, &why) != 0;
    context_close(&context);
    if (failed)
        fprintf(stderr, "hookswitch events prune: %s\n", why.sentence);
    return failed ? COMMAND_FAILED : COMMAND_OK;
}
