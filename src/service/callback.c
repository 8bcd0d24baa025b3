#include "service/callback.h"

#include "service/actions.h"
#include "service/mailbox.h"

static const struct line *find_line(const struct request_context *context, struct str named)
{
    const char *const own_numbers[] = { "To", "From" };
    const struct line *line = named.length > 0 ? service_line(context->service, named) : NULL;
    for (size_t i = 0; line == NULL && i < 2; i++)
        line = service_line_of_number(context->service, request_parameter(context->request, own_numbers[i]));
    return line;
}

void callback_keep(const struct request_context *context, struct request_outcome *outcome, struct str kind,
                   const struct line *line,
                   void (*add)(const struct request_context *context, struct event *event, const struct line *line))
{
    const struct request *request = context->request;
    struct event event = event_from_callback(context->arena, request_parameters(request), kind,
                                             request->method == REQUEST_POST ? request->body : request->query);
    if (str_is(event.kind, "other"))
        log_line(context->log, LOG_LEVEL_WARNING, "a callback of no known kind is kept as other.received %.*s",
                 STR_ARGS(event.sid));
    if (add != NULL)
        add(context, &event, line);
    outcome->response = response_empty(outcome_keep_now(context, &event, line) == STORE_FAILED ? 503 : 200);
}

void callback_handle_status(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    context_segments(context, segments);
    callback_keep(context, outcome, segments[0], find_line(context, segments[1]), NULL);
}

static long number_of_query(const struct request_context *context, const char *name)
{
    unsigned long number = 0;
    str_to_number(form_value(&context->request->query_form, name), 1000000, &number);
    return (long)number;
}

static const struct section *voicemail_node(const struct request_context *context, const struct line *line)
{
    struct str segments[CONTEXT_SEGMENTS];
    context_segments(context, segments);
    if (!str_is(segments[2], CALLBACK_VOICEMAIL) && !str_is(segments[2], CALLBACK_TRANSCRIBING))
        return NULL;
    return config_find_destination(service_config(context->service), line == NULL ? 0 : line->scope,
                                   arena_lower(context->arena, segments[1]));
}

/* A recording that is long enough is a message. */
static bool is_message(const struct request_context *context)
{
    unsigned long duration = 0;
    long least = number_of_query(context, "min");
    str_to_number(request_parameter(context->request, "RecordingDuration"), 1000000, &duration);
    return str_is(request_parameter(context->request, "RecordingStatus"), "completed") &&
           (long)duration >= (least > 1 ? least : 1);
}

/* What is done with a message is in its node's section. Where the caller may still think better of it, a job finds out
 * a little later (work/settle.c). */
static void attach_voicemail(const struct request_context *context, struct event *event, const struct line *line)
{
    struct str segments[CONTEXT_SEGMENTS];
    const struct section *node = voicemail_node(context, line);
    long settle_s = number_of_query(context, "settle");
    context_segments(context, segments);
    bool voicemail = str_is(segments[2], CALLBACK_VOICEMAIL), waits = str_is(segments[2], CALLBACK_TRANSCRIBING);
    if ((!voicemail && !waits) || !str_is(event->name, "recording.completed") || !is_message(context))
        return;
    if (settle_s > 0 && node != NULL)
        actions_request_job(context->arena, node, "settle", context->now_us + settle_s * INT64_C(1000000), event);
    else
        outcome_attach_event(context, event, line,
                             &(struct attached){ .name = "voicemail.received", .section = node, .waits = waits });
}

/* For listening by phone. A message that cannot be put in is answered 503, so that it comes again. */
static bool put_in_mailbox(const struct request_context *context, const struct line *line)
{
    const struct section *node = voicemail_node(context, line);
    long days = number_of_query(context, "listen");
    bool masked = service_settings(context->service)->keep_numbers == NUMBERS_MASKED;
    struct error why;
    if (days == 0 || number_of_query(context, "settle") > 0 || node == NULL || !is_message(context) ||
        context->request->method == REQUEST_HEAD)
        return true;
    struct mailbox_message message = { .url = request_parameter(context->request, "RecordingUrl"),
                                       .from = masked ? STR("") : form_value(&context->request->query_form, "caller"),
                                       .duration = request_parameter(context->request, "RecordingDuration"),
                                       .left_us = context->now_us };
    if (mailbox_add(context->store, context->arena, mailbox_prefix(context->arena, node, line), &message, days, &why) ==
        0)
        return true;
    log_line(context->log, LOG_LEVEL_ERROR, "[%.*s] a message is not in the mailbox: %s", STR_ARGS(node->title),
             why.sentence);
    return false;
}

void callback_handle_recording(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    context_segments(context, segments);
    const struct line *line = find_line(context, segments[0]);
    if (put_in_mailbox(context, line))
        callback_keep(context, outcome, STR(""), line, attach_voicemail);
    else
        outcome->response = response_empty(503);
}
