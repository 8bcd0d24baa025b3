/* hookswitch replay: a request once more, newly signed. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/simulate.h"
#include "service/trace.h"
#include "service/trace_file.h"
#include "web/url.h"

struct wish {
    struct simulate_options simulation; /* config, url, ca_file */
    const char *what;
};

static bool is_number(const char *what)
{
    unsigned long id;
    return str_to_number(str_of(what), (unsigned long)-1, &id);
}

/* By number out of the store, or out of a file. */
static int find(struct context *context, const char *what, struct trace *trace, struct error *error)
{
    unsigned long id = 0;
    struct str file;
    struct error why;
    size_t count;
    str_to_number(str_of(what), (unsigned long)-1, &id);
    if (!is_number(what)) {
        if (file_read(context->arena, str_of(what), TRACE_FILE_MAX_BYTES, &file, error) != 0)
            return -1;
        return trace_file_parse(context->arena, file, trace, &why) == 0 ? 0
                                                                        : error_set(error, "%s:%s", what, why.sentence);
    }
    const struct trace *all = trace_list(context->store, context->arena, clock_wall_us(), &count, error);
    for (size_t i = 0; all != NULL && i < count; i++)
        if (all[i].id == id) {
            *trace = all[i];
            return 0;
        }
    return all == NULL ? -1 : error_set(error, "no request %lu is kept; 'hookswitch trace' lists them", id);
}

/* From the program's name on: it is asked below --url or public_url, and nobody else is sent what the key has signed.
 */
static struct str below(const struct trace *trace)
{
    size_t end = str_find(trace->url, STR(".fcgi")), start = end;
    while (start > 0 && trace->url.at[start - 1] != '/')
        start--;
    return end < trace->url.length ? str_from(trace->url, start) : STR("");
}

static int find_server(struct platform *platform, const struct trace *trace, const char *given, struct error *error)
{
    struct url parts;
    struct str path = below(trace);
    platform->url = given == NULL ? service_origin(platform->service).public_url : url_trim(str_of(given));
    if (platform->url.length == 0)
        return error_set(error, "the configuration names no public_url; give the address with --url");
    if (!url_split(platform->url, &parts))
        return error_set(error, "--url %s: expected such as https://phone.example.com/hooks", given);
    if (!platform_knows(platform, path))
        return error_set(error, "%.*s is no address of this suite", STR_ARGS(str_upto(trace->url, 300)));
    return 0;
}

static void compare(struct arena *arena, const struct trace *then, const struct response *now)
{
    if (then->id == 0 || then->cut || then->hidden)
        return;
    if (then->status == now->status && str_equal(then->answer, now->body)) {
        printf("That is what was answered then.\n");
        return;
    }
    printf("Then it was answered %d:\n", then->status);
    terminal_print(arena, then->answer);
}

static int send(struct context *context, const struct wish *wish, struct error *error)
{
    struct trace trace = { .id = 0 };
    struct response response;
    struct platform platform = { .service = context->service, .ca_file = str_of(wish->simulation.ca_file) };
    if (find(context, wish->what, &trace, error) != 0 ||
        find_server(&platform, &trace, wish->simulation.url, error) != 0)
        return COMMAND_UNUSABLE;
    if (trace.cut) {
        error_set(error, "request %lu was too long to be kept whole, and is not sent in part", trace.id);
        return COMMAND_UNUSABLE;
    }
    if (trace.hidden)
        fprintf(stderr, "hookswitch replay: PINs, words or numbers were left out when it was kept, and are not sent\n");
    printf("%.*s %.*s/%.*s\n", STR_ARGS(trace.method), STR_ARGS(url_for_log(context->arena, platform.url)),
           STR_ARGS(terminal_safe(context->arena, below(&trace))));
    struct platform_request request = { .address = below(&trace),
                                        .form = trace.body,
                                        .get = str_is(trace.method, "GET"),
                                        .json = str_starts(trace.type, STR("application/json")) };
    if (platform_post(&platform, context->arena, &request, &response, error) != 0)
        return COMMAND_FAILED;
    printf("%d %.*s\n", response.status, STR_ARGS(terminal_safe(context->arena, response.type)));
    terminal_print(context->arena, response.body);
    compare(context->arena, &trace, &response);
    return response.status == 200 ? COMMAND_OK : COMMAND_FAILED;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "url", required_argument, NULL, 'u' },
        { "ca-file", required_argument, NULL, 'C' },
        { NULL, 0, NULL, 0 },
    };
    struct wish wish = { .what = NULL };
    struct context context;
    struct error why = { "" };
    int option, status = COMMAND_UNUSABLE;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!simulate_option(&wish.simulation, option, optarg))
            return command_usage(&replay_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
    if (optind + 1 != argc)
        return command_usage(&replay_command, "which request? expected its number, or a file");
    wish.what = argv[optind];
    int failed = is_number(wish.what) ? context_open(&context, wish.simulation.config, STORE_EXISTING, &why)
                                      : context_read(&context, wish.simulation.config, &why);
    if (!failed)
        status = send(&context, &wish, &why);
    if (why.sentence[0] != '\0')
        fprintf(stderr, "hookswitch replay: %s\n", why.sentence);
    context_close(&context);
    return status;
}

const struct command replay_command = {
    "replay",
    "[--config FILE] [--url URL] [--ca-file FILE] FILE|ID",
    "sends a request once more, newly signed, and shows what is answered now",
    "  --config FILE   the configuration: its key signs\n" SIMULATE_SERVER_HELP "\n"
    "An ID is of those that 'hookswitch trace' lists; a FILE is as 'hookswitch trace ID'\n"
    "writes it: POST and an address, Content-Type, an empty line, and the body.\n"
    "It is sent below public_url, or below URL, and nowhere else. The server takes it for\n"
    "the platform's: it does nothing that it has done for the same request before, and\n"
    "answers one that changed shared state as it did then.\n"
    "Exit status: 0 answered 200, 1 otherwise, 2 there is no such request, or it cannot be\n"
    "sent, 64 usage.\n",
    run,
};
