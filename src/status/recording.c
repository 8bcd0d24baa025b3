#include "status/recording.h"

#include "service/actions.h"
#include "service/mailbox.h"
#include "status/status.h"

static long query_number(const struct request_context *context, const char *name)
{
    return (long)form_number(&context->request->query_form, name, 1000000);
}

static const struct section *voicemail_node(const struct request_context *context, const struct line *line)
{
    struct str segments[CONTEXT_SEGMENTS];
    context_segments(context, segments);
    if (!str_is(segments[2], RECORDING_VOICEMAIL) && !str_is(segments[2], RECORDING_TRANSCRIBING))
        return NULL;
    return config_find_destination(context->service->config, line == NULL ? 0 : line->scope,
                                   arena_lower(context->arena, segments[1]));
}

/* Shorter recordings are not messages. */
static bool is_message(const struct request_context *context)
{
    long least = query_number(context, "min");
    long duration = (long)form_number(request_parameters(context->request), "RecordingDuration", 1000000);
    return str_is(request_parameter(context->request, "RecordingStatus"), "completed") &&
           duration >= (least > 1 ? least : 1);
}

/* The node's section says what to do with a message. While the caller may still drop it, a job waits
 * (work/voicemail_finalize.c).
 */
static void attach_voicemail(const struct request_context *context, struct event *event, const struct line *line)
{
    struct str segments[CONTEXT_SEGMENTS];
    const struct section *node = voicemail_node(context, line);
    long settle_s = query_number(context, "settle");
    context_segments(context, segments);
    bool voicemail = str_is(segments[2], RECORDING_VOICEMAIL), waits = str_is(segments[2], RECORDING_TRANSCRIBING);
    if ((!voicemail && !waits) || !str_is(event->name, "recording.completed") || !is_message(context))
        return;
    if (settle_s > 0 && node != NULL)
        actions_request_job(context->arena, node, "settle", context->now_us + settle_s * INT64_C(1000000), event);
    else
        outcome_attach_event(context, event, line,
                             &(struct attached){ .name = "voicemail.received", .section = node, .waits = waits });
}

/* For listening by phone. False when it cannot be added: after a 503 the platform repeats the callback. */
static bool add_to_mailbox(const struct request_context *context, const struct line *line)
{
    const struct section *node = voicemail_node(context, line);
    long days = query_number(context, "listen");
    bool masked = context->service->settings->keep_numbers == NUMBERS_MASKED;
    struct error why;
    if (days == 0 || query_number(context, "settle") > 0 || node == NULL || !is_message(context) ||
        context->request->method == REQUEST_HEAD)
        return true;
    struct mailbox_message message = { .url = request_parameter(context->request, "RecordingUrl"),
                                       .from = masked ? STR("") : form_value(&context->request->query_form, "caller"),
                                       .duration = request_parameter(context->request, "RecordingDuration"),
                                       .left_us = context->now_us };
    if (mailbox_add(context->store, context->arena, mailbox_prefix(context->arena, node, line), &message, days, &why) ==
        0)
        return true;
    log_line(context->log, LOG_LEVEL_ERROR, "[%.*s] the message could not be added to the mailbox: %s",
             STR_ARGS(node->title), why.sentence);
    return false;
}

void recording_handle(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    context_segments(context, segments);
    const struct line *line = status_find_line(context, segments[0]);
    if (add_to_mailbox(context, line))
        status_store(context, outcome, STR(""), line, attach_voicemail);
    else
        outcome->response = response_empty(503);
}
