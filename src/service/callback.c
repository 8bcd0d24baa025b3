#include "service/callback.h"

static const struct line *find_line(const struct visit *visit, struct text named)
{
    const char *const own_numbers[] = { "To", "From" };
    const struct line *line = named.length > 0 ? service_line(visit->service, named) : NULL;
    for (size_t i = 0; line == NULL && i < 2; i++)
        line = service_line_of_number(visit->service, request_parameter(visit->request, own_numbers[i]));
    return line;
}

struct response callback_keep(const struct visit *visit, struct text kind, const struct line *line)
{
    const struct request *request = visit->request;
    struct event event = event_from_callback(visit->arena, request_parameters(request), kind,
                                             request->method == REQUEST_POST ? request->body : request->query);
    if (text_is(event.kind, "other"))
        log_line(visit->log, LOG_LEVEL_WARNING, "a callback of no known kind is kept as other.received %.*s",
                 TEXT_ARGS(event.sid));
    return response_empty(visit_keep(visit, &event, line) == STORE_FAILED ? 503 : 200);
}

struct response callback_handle_status(const struct visit *visit)
{
    struct text segments[VISIT_SEGMENTS];
    visit_segments(visit, segments);
    return callback_keep(visit, segments[0], find_line(visit, segments[1]));
}

struct response callback_handle_recording(const struct visit *visit)
{
    struct text segments[VISIT_SEGMENTS];
    visit_segments(visit, segments);
    return callback_keep(visit, TEXT(""), find_line(visit, segments[0]));
}
