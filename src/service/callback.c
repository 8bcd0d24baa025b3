#include "service/callback.h"

#include "service/actions.h"
#include "service/mailbox.h"

static const struct line *find_line(const struct visit *visit, struct str named)
{
    const char *const own_numbers[] = { "To", "From" };
    const struct line *line = named.length > 0 ? service_line(visit->service, named) : NULL;
    for (size_t i = 0; line == NULL && i < 2; i++)
        line = service_line_of_number(visit->service, request_parameter(visit->request, own_numbers[i]));
    return line;
}

struct response callback_keep(const struct visit *visit, struct str kind, const struct line *line,
                              void (*bring)(const struct visit *visit, struct event *event, const struct line *line))
{
    const struct request *request = visit->request;
    struct event event = event_from_callback(visit->arena, request_parameters(request), kind,
                                             request->method == REQUEST_POST ? request->body : request->query);
    if (str_is(event.kind, "other"))
        log_line(visit->log, LOG_LEVEL_WARNING, "a callback of no known kind is kept as other.received %.*s",
                 STR_ARGS(event.sid));
    if (bring != NULL)
        bring(visit, &event, line);
    return response_empty(visit_keep(visit, &event, line) == STORE_FAILED ? 503 : 200);
}

struct response callback_handle_status(const struct visit *visit)
{
    struct str segments[VISIT_SEGMENTS];
    visit_segments(visit, segments);
    return callback_keep(visit, segments[0], find_line(visit, segments[1]), NULL);
}

static long number_of_query(const struct visit *visit, const char *name)
{
    unsigned long number = 0;
    str_to_number(form_value(&visit->request->query_form, name), 1000000, &number);
    return (long)number;
}

static const struct section *voicemail_node(const struct visit *visit, const struct line *line)
{
    struct str segments[VISIT_SEGMENTS];
    visit_segments(visit, segments);
    if (!str_is(segments[2], CALLBACK_VOICEMAIL) && !str_is(segments[2], CALLBACK_TRANSCRIBING))
        return NULL;
    return config_find_destination(service_config(visit->service), line == NULL ? 0 : line->scope,
                                   arena_lower(visit->arena, segments[1]));
}

/* A recording that is long enough is a message. */
static bool is_message(const struct visit *visit)
{
    unsigned long duration = 0;
    long least = number_of_query(visit, "min");
    str_to_number(request_parameter(visit->request, "RecordingDuration"), 1000000, &duration);
    return str_is(request_parameter(visit->request, "RecordingStatus"), "completed") &&
           (long)duration >= (least > 1 ? least : 1);
}

/* What is done with a message is in its node's section. Where the caller may still think better of it, a job finds out
 * a little later (work/settle.c). */
static void bring_voicemail(const struct visit *visit, struct event *event, const struct line *line)
{
    struct str segments[VISIT_SEGMENTS];
    const struct section *node = voicemail_node(visit, line);
    long settle_s = number_of_query(visit, "settle");
    visit_segments(visit, segments);
    bool voicemail = str_is(segments[2], CALLBACK_VOICEMAIL), waits = str_is(segments[2], CALLBACK_TRANSCRIBING);
    if ((!voicemail && !waits) || !str_is(event->name, "recording.completed") || !is_message(visit))
        return;
    if (settle_s > 0 && node != NULL)
        actions_request_job(visit->arena, node, "settle", visit->now_us + settle_s * INT64_C(1000000), event);
    else
        visit_bring(visit, event, "voicemail.received", line, node, waits);
}

/* For listening by phone. A message that cannot be put in is answered 503, so that it comes again. */
static bool put_in_mailbox(const struct visit *visit, const struct line *line)
{
    const struct section *node = voicemail_node(visit, line);
    long days = number_of_query(visit, "listen");
    bool masked = service_settings(visit->service)->keep_numbers == NUMBERS_MASKED;
    struct error why;
    if (days == 0 || number_of_query(visit, "settle") > 0 || node == NULL || !is_message(visit) ||
        visit->request->method == REQUEST_HEAD)
        return true;
    struct mailbox_message message = { .url = request_parameter(visit->request, "RecordingUrl"),
                                       .from = masked ? STR("") : form_value(&visit->request->query_form, "caller"),
                                       .duration = request_parameter(visit->request, "RecordingDuration"),
                                       .left_us = visit->now_us };
    if (mailbox_add(visit->store, visit->arena, mailbox_prefix(visit->arena, node, line), &message, days, &why) == 0)
        return true;
    log_line(visit->log, LOG_LEVEL_ERROR, "[%.*s] a message is not in the mailbox: %s", STR_ARGS(node->title),
             why.sentence);
    return false;
}

struct response callback_handle_recording(const struct visit *visit)
{
    struct str segments[VISIT_SEGMENTS];
    visit_segments(visit, segments);
    const struct line *line = find_line(visit, segments[0]);
    if (!put_in_mailbox(visit, line))
        return response_empty(503);
    return callback_keep(visit, STR(""), line, bring_voicemail);
}
