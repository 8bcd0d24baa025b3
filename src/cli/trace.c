/* hookswitch trace: shows the last requests and their answers. */
#include <limits.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "service/trace.h"

static void print_row(struct arena *arena, const struct zone *zone, const struct trace *trace)
{
    printf("%6lu  %-19s  %-14.*s  %-4.*s  %3d  %5lld.%02lld ms  %.*s%s\n", trace->id,
           terminal_time(arena, zone, trace->at_us).at, STR_ARGS(trace->program), STR_ARGS(trace->method),
           trace->status, (long long)(trace->took_us / 1000), (long long)(trace->took_us / 10 % 100),
           STR_ARGS(terminal_safe(arena, trace->url)), trace->cut ? "  (cut)" : "");
}

struct trace_options {
    const char *config;
    long last, id;
    bool clear;
};

static int show(struct context *context, const struct trace_options *options, struct error *error)
{
    size_t count, last = (size_t)options->last;
    const struct trace *all = trace_list(context->store, context->arena, clock_wall_us(), &count, error);
    if (all == NULL)
        return COMMAND_FAILED;
    for (size_t i = last > 0 && count > last ? count - last : 0; i < count && options->id == 0; i++)
        print_row(context->arena, context->settings->timezone, &all[i]);
    for (size_t i = 0; i < count; i++)
        if (all[i].id == (unsigned long)options->id) {
            terminal_print(context->arena, trace_file_format(context->arena, &all[i]));
            return COMMAND_OK;
        }
    if (options->id > 0)
        return command_fail(COMMAND_UNUSABLE, error,
                            "request %ld is not stored; 'hookswitch trace' lists those that are", options->id);
    if (count == 0)
        printf("No request is stored%s.\n",
               context->settings->trace > 0 ? " yet" : ": [hookswitch] trace = N stores the last N");
    return COMMAND_OK;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct trace_options *options = values;
    if (options->clear && options->id > 0)
        return command_fail(COMMAND_USAGE, error, "--clear does not go with ID");
    int status = context_open_store(context, STORE_EXISTING, error);
    if (status != 0)
        return status;
    return options->clear ? trace_clear(context->store, clock_wall_us(), error) : show(context, options, error);
}

static const struct argument arguments[] = {
    { ARGUMENT(NUMBER, trace_options, last), "--last", "N", .help = "List the newest N; 0: all", .fallback = "50",
      .most = SETTINGS_TRACE_MAX },
    { ARGUMENT(FLAG, trace_options, clear), "--clear", NULL, .help = "Delete all stored requests", .either = true },
    { ARGUMENT(NUMBER, trace_options, id), "ID", NULL,
      .help = "Print one request in full, as a file for 'hookswitch replay'", .least = 1, .most = LONG_MAX,
      .optional = true },
    { .name = NULL },
};

const struct command trace_command = {
    .name = "trace",
    .summary = "Show the last requests and answers, where trace = N stores them",
    .size = sizeof(struct trace_options),
    .run = run,
    .arguments = arguments,
    .details = "[hookswitch] trace = N stores the last N authenticated requests for up to seven days, without "
               "signatures, PINs and passwords; with trace_numbers = masked also without numbers. Refused requests "
               "are only in the log.\n"
               "Exit status: 0 shown; 1 the store cannot be read; 2 the configuration cannot be used, or no such "
               "request; 64 wrong arguments.\n",
};
