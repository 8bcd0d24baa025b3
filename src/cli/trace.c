/* hookswitch trace: the last requests, as they came and were answered. */
#include <getopt.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/terminal.h"
#include "service/trace.h"
#include "service/trace_file.h"

static void print_row(struct arena *arena, const struct zone *zone, const struct trace *trace)
{
    printf("%6lu  %-19s  %-14.*s  %-4.*s  %3d  %5lld.%02lld ms  %.*s%s\n", trace->id,
           terminal_time(arena, zone, trace->at_us).at, STR_ARGS(trace->program), STR_ARGS(trace->method),
           trace->status, (long long)(trace->took_us / 1000), (long long)(trace->took_us / 10 % 100),
           STR_ARGS(terminal_safe(arena, trace->url)), trace->cut ? "  (cut)" : "");
}

static int show(struct context *context, unsigned long id, unsigned long last, struct error *error)
{
    size_t count, first;
    const struct trace *all = trace_list(context->store, context->arena, clock_wall_us(), &count, error);
    if (all == NULL)
        return COMMAND_FAILED;
    first = last > 0 && count > last ? count - last : 0;
    for (size_t i = 0; i < count; i++)
        if (id > 0 && all[i].id == id) {
            terminal_print(context->arena, trace_file_format(context->arena, &all[i]));
            return COMMAND_OK;
        } else if (id == 0 && i >= first) {
            print_row(context->arena, context->settings->timezone, &all[i]);
        }
    if (id > 0) {
        error_set(error, "no request %lu is kept; without a number they are listed", id);
        return COMMAND_FAILED;
    }
    if (count == 0)
        printf("No request is kept%s.\n",
               context->settings->trace > 0 ? " yet" : ": [hookswitch] trace = N keeps the last N");
    return COMMAND_OK;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "last", required_argument, NULL, 'l' },
        { "clear", no_argument, NULL, 'x' },
        { NULL, 0, NULL, 0 },
    };
    const char *config = NULL;
    unsigned long last = 50, id = 0;
    bool clear = false;
    struct context context;
    struct error why;
    int option, status = COMMAND_FAILED;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == '?')
            return command_usage(&trace_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        if (option == 'l' && !str_to_number(str_of(optarg), SETTINGS_TRACE_MAX, &last))
            return command_usage(&trace_command, "--last %s: expected 0 to %d", optarg, SETTINGS_TRACE_MAX);
        config = option == 'c' ? optarg : config;
        clear = clear || option == 'x';
    }
    if (optind < argc && (!str_to_number(str_of(argv[optind]), (unsigned long)-1, &id) || id == 0))
        return command_usage(&trace_command, "%s: expected the number of a request", argv[optind]);
    if (optind + 1 < argc || (clear && optind < argc))
        return command_usage(&trace_command, "%s: no argument is expected here", argv[argc - 1]);
    if (context_open(&context, config, STORE_EXISTING, &why) == 0) {
        if (clear)
            status = trace_clear(context.store, clock_wall_us(), &why) == 0 ? COMMAND_OK : COMMAND_FAILED;
        else
            status = show(&context, id, last, &why);
    }
    context_close(&context);
    if (status != COMMAND_OK)
        fprintf(stderr, "hookswitch trace: %s\n", why.sentence);
    return status;
}

const struct command trace_command = {
    "trace",
    "[--config FILE] [--last N | --clear | ID]",
    "shows the last requests as they came and were answered, where trace = N keeps them",
    "  --config FILE  the configuration that names the store\n"
    "  --last N       the newest N (default 50); 0: all\n"
    "  --clear        forgets all of them\n"
    "  ID             one of them, whole: 'hookswitch trace ID > FILE' can be sent again\n"
    "                 with 'hookswitch replay FILE'\n\n"
    "[hookswitch] trace = N keeps the last N authenticated requests for up to seven days.\n"
    "Signatures, PINs and passwords are never among what is kept; numbers are masked with\n"
    "trace_numbers = masked. Refused requests are in the log alone.\n"
    "Exit status: 0 shown, 1 the store cannot be read, or has no such request, 64 usage.\n",
    run,
};
