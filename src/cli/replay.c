/* hookswitch replay: sends a request again, newly signed. */
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/simulate.h"
#include "cli/terminal.h"
#include "service/trace.h"
#include "web/url.h"

struct replay_options {
    struct simulate_options simulate; /* config, url, ca_file */
    const char *request;
};

/* By number out of the store, or out of a file. */
static int find(struct context *context, const char *what, struct trace *trace, struct error *error)
{
    unsigned long id = 0;
    struct str file;
    struct error why;
    size_t count;
    if (!str_to_number(str_of(what), (unsigned long)-1, &id)) {
        if (file_read(context->arena, str_of(what), TRACE_FILE_MAX_BYTES, &file, error) != 0)
            return -1;
        return trace_file_parse(context->arena, file, trace, &why) == 0 ? 0
                                                                        : error_set(error, "%s:%s", what, why.sentence);
    }
    if (context_open_store(context, STORE_EXISTING, error) != 0)
        return -1;
    const struct trace *all = trace_list(context->store, context->arena, clock_wall_us(), &count, error);
    for (size_t i = 0; all != NULL && i < count; i++)
        if (all[i].id == id) {
            *trace = all[i];
            return 0;
        }
    return all == NULL ? -1
                       : error_set(error, "request %lu is not stored; 'hookswitch trace' lists those that are", id);
}

/* From the program's name on: it is asked below --url or public_url, and nobody else gets what the key has signed. */
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
    platform->url = given == NULL ? platform->service->settings->public_url : url_trim(str_of(given));
    if (platform->url.length == 0)
        return error_set(error, "no public_url is configured: give the address with --url");
    if (!url_split(platform->url, &parts))
        return error_set(error, "--url %s: expected for example https://phone.example.com/hooks", given);
    if (!platform_knows(platform, path))
        return error_set(error, "%.*s is not an address of this suite", STR_ARGS(str_upto(trace->url, 300)));
    return 0;
}

static void compare(struct arena *arena, const struct trace *then, const struct response *now)
{
    if (then->id == 0 || then->cut || then->hidden)
        return;
    if (then->status == now->status && str_equal(then->answer, now->body)) {
        printf("The stored answer was the same.\n");
        return;
    }
    printf("The stored answer was %d:\n", then->status);
    terminal_print(arena, then->answer);
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct replay_options *options = values;
    struct trace trace = { .id = 0 };
    struct response response;
    if (context_read(context, false, error) != 0)
        return COMMAND_UNUSABLE;
    struct platform platform = { .service = context->service, .ca_file = str_of(options->simulate.ca_file) };
    if (find(context, options->request, &trace, error) != 0 ||
        find_server(&platform, &trace, options->simulate.url, error) != 0)
        return COMMAND_UNUSABLE;
    if (trace.cut)
        return command_fail(COMMAND_UNUSABLE, error, "request %lu was too long to be stored whole, and cannot be sent",
                            trace.id);
    if (trace.hidden)
        fprintf(stderr, "hookswitch replay: PINs, words or numbers were not stored, and are not sent\n");
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

static const struct argument arguments[] = {
    { ARGUMENT(TEXT, simulate_options, url), "--url", "URL",
      .help = "Send it below this address, instead of public_url" },
    SIMULATE_SERVER_ARGUMENT,
    { ARGUMENT(FILE, replay_options, request), "FILE|ID", NULL,
      .help = "A number that 'hookswitch trace' lists, or a file as 'hookswitch trace ID' writes it" },
    { .name = NULL },
};

const struct command replay_command = {
    .name = "replay",
    .summary = "Send a stored request again, newly signed, and show the answer",
    .size = sizeof(struct replay_options),
    .run = run,
    .arguments = arguments,
    .details =
        "The file contains POST and an address, Content-Type, an empty line, and the body. It is sent below "
        "public_url or URL, and nowhere else. The server treats it as the platform's: it does not repeat actions that "
        "it has run for this request, and returns the recorded answer where the request changed shared state.\n"
        "Exit status: 0 answered 200; 1 otherwise; 2 no such request, or it cannot be sent; 64 wrong arguments.\n",
};
