#include "service/callback.h"

#include "service/actions.h"

static const struct line *find_line(const struct visit *visit, struct text named)
{
    const char *const own_numbers[] = { "To", "From" };
    const struct line *line = named.length > 0 ? service_line(visit->service, named) : NULL;
    for (size_t i = 0; line == NULL && i < 2; i++)
        line = service_line_of_number(visit->service, request_parameter(visit->request, own_numbers[i]));
    return line;
}

struct response callback_keep(const struct visit *visit, struct text kind, const struct line *line,
                              void (*bring)(const struct visit *visit, struct event *event, const struct line *line))
{
    const struct request *request = visit->request;
    struct event event = event_from_callback(visit->arena, request_parameters(request), kind,
                                             request->method == REQUEST_POST ? request->body : request->query);
    if (text_is(event.kind, "other"))
        log_line(visit->log, LOG_LEVEL_WARNING, "a callback of no known kind is kept as other.received %.*s",
                 TEXT_ARGS(event.sid));
    if (bring != NULL)
        bring(visit, &event, line);
    return response_empty(visit_keep(visit, &event, line) == STORE_FAILED ? 503 : 200);
}

struct response callback_handle_status(const struct visit *visit)
{
    struct text segments[VISIT_SEGMENTS];
    visit_segments(visit, segments);
    return callback_keep(visit, segments[0], find_line(visit, segments[1]), NULL);
}

/* A recording that has something on it is a message; what the node does with it is in its section. */
static void bring_voicemail(const struct visit *visit, struct event *event, const struct line *line)
{
    struct text segments[VISIT_SEGMENTS], duration = request_parameter(visit->request, "RecordingDuration");
    visit_segments(visit, segments);
    bool waits = text_is(segments[2], CALLBACK_TRANSCRIBING);
    bool left = text_is(event->name, "recording.completed") && !text_is(duration, "0");
    if (!left || (!waits && !text_is(segments[2], CALLBACK_VOICEMAIL)))
        return;
    const struct section *node = config_find_destination(service_config(visit->service), line == NULL ? 0 : line->scope,
                                                         arena_lower(visit->arena, segments[1]));
    visit_bring(visit, event, "voicemail.received", line, node, waits);
}

struct response callback_handle_recording(const struct visit *visit)
{
    struct text segments[VISIT_SEGMENTS];
    visit_segments(visit, segments);
    return callback_keep(visit, TEXT(""), find_line(visit, segments[0]), bring_voicemail);
}
