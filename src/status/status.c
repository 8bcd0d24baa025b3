#include "status/status.h"

const struct line *status_find_line(const struct request_context *context, struct str named)
{
    const char *const own_numbers[] = { "To", "From" };
    const struct line *line = named.length > 0 ? service_line(context->service, named) : NULL;
    for (size_t i = 0; line == NULL && i < 2; i++)
        line = service_line_of_number(context->service, request_parameter(context->request, own_numbers[i]));
    return line;
}

void status_store(const struct request_context *context, struct request_outcome *outcome, struct str kind,
                  const struct line *line,
                  void (*attach)(const struct request_context *context, struct event *event, const struct line *line))
{
    const struct request *request = context->request;
    struct event event = event_from_callback(context->arena, request_parameters(request), kind,
                                             request->method == REQUEST_POST ? request->body : request->query);
    if (str_is(event.kind, "other"))
        log_line(context->log, LOG_LEVEL_WARNING, "callback of an unknown kind: stored as other.received %.*s",
                 STR_ARGS(event.sid));
    if (attach != NULL)
        attach(context, &event, line);
    outcome->response = response_empty(outcome_keep_now(context, &event, line) == STORE_FAILED ? 503 : 200);
}

void status_handle(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    context_segments(context, segments);
    status_store(context, outcome, segments[0], status_find_line(context, segments[1]), NULL);
}
