#include "service/outcome.h"

#include "service/actions.h"
#include "service/on.h"
#include "service/privacy.h"
#include "store/once.h"
#include "web/url.h"

int context_segments(const struct request_context *context, struct str segments[CONTEXT_SEGMENTS])
{
    struct str rest = context->request->path;
    int count = 0;
    for (int i = 0; i < CONTEXT_SEGMENTS; i++)
        segments[i] = STR("");
    if (str_is(rest, "/"))
        return 0;
    while (rest.length > 0) {
        rest = str_from(rest, 1);
        size_t end = str_find_char(rest, '/');
        struct str segment = url_decode(context->arena, str_upto(rest, end), false);
        rest = str_from(rest, end);
        if (count == CONTEXT_SEGMENTS || segment.length == 0 || str_is(segment, ".") || str_is(segment, ".."))
            return -1;
        segments[count++] = segment;
    }
    return count;
}

const struct line *context_line(const struct request_context *context, struct str name)
{
    struct str number = request_parameter(context->request, "To");
    const struct line *line =
        name.length > 0 ? service_line(context->service, name) : service_line_of_number(context->service, number);
    if (line == NULL)
        log_line(context->log, LOG_LEVEL_WARNING, "no line %s '%.*s'", name.length > 0 ? "is called" : "has the number",
                 STR_ARGS(str_upto(name.length > 0 ? name : number, 100)));
    return line;
}

struct str context_url(const struct request_context *context, const char *program, struct str a, struct str b,
                       struct str c, struct str query)
{
    struct buffer url = buffer_in(context->arena);
    const struct str segments[] = { a, b, c };
    struct str own = context->request->program;
    buffer_add(&url, context->request->base);
    buffer_add_char(&url, '/');
    buffer_add(&url, str_of(program));
    buffer_add(&url, own.length == 0 ? STR(".fcgi") : str_from(own, str_find_char(own, '.')));
    for (size_t i = 0; i < 3 && segments[i].length > 0; i++) {
        buffer_add_char(&url, '/');
        url_add_escaped(&url, segments[i]);
    }
    if (query.length > 0) {
        buffer_add_char(&url, '?');
        buffer_add(&url, query);
    }
    return buffer_text(&url);
}

/* --- the outcome --- */

/* A response may hold names, words and passwords. */
static bool may_be_stored(const struct request_outcome *outcome, const struct request_context *context,
                          struct str document)
{
    return !outcome->secret && !settings_redact(context->service->settings) &&
           str_equal(privacy_redact_secrets(context->arena, document), document);
}

void outcome_respond(struct request_outcome *outcome, const struct request_context *context, const struct line *line,
                     struct cxml *out)
{
    struct str document;
    struct error why;
    if (cxml_finish(out, &document, &why) != 0) {
        log_line(context->log, LOG_LEVEL_ERROR, "line '%.*s': the response is not valid cXML: %s",
                 STR_ARGS(line == NULL ? STR("") : line->name), why.sentence);
        outcome->response = response_empty(500);
        return;
    }
    if (context->store != NULL && store_wants_reply(context->store) && may_be_stored(outcome, context, document))
        store_reply(context->store, document);
    outcome->response = response_xml(document);
}

void outcome_order_actions(const struct request_context *context, struct event *event, const struct section *section)
{
    event->received_us = context->now_us;
    actions_request_jobs(context->arena, section, false, event);
}

static void set_origin(const struct request_context *context, struct event *event, const struct line *line)
{
    const struct request *request = context->request;
    event->line = line == NULL ? STR("") : line->name;
    event->received_us = context->now_us;
    event->parameters = request->method == REQUEST_POST ? request->body : request->query;
}

struct event *outcome_attach_event(const struct request_context *context, struct event *event, const struct line *line,
                                   const struct attached *attached)
{
    struct arena *arena = context->arena;
    const struct form *form = request_parameters(context->request);
    struct event *added = ARENA_NEW(arena, struct event);
    *added = event_derive(event, attached->name);
    if (attached->dedup_key.length > 0)
        added->dedup_key = added->cause = ARENA_JOIN(arena, str_of(attached->name), STR(" "), attached->dedup_key);
    set_origin(context, added, line);
    if (attached->section != NULL)
        actions_request_jobs(arena, attached->section, attached->waits, added);
    on_request_jobs(context->service->on, arena, form, line, added);
    privacy_apply(context->service, arena, form, added);
    if (attached->parameters.length > 0)
        added->parameters = ARENA_JOIN(arena, added->parameters, added->parameters.length > 0 ? STR("&") : STR(""),
                                       attached->parameters);
    added->also = event->also;
    event->also = added;
    return added;
}

static void complete(const struct request_context *context, struct event *event, const struct line *line)
{
    const struct form *form = request_parameters(context->request);
    set_origin(context, event, line);
    on_request_jobs(context->service->on, context->arena, form, line, event);
    derive_request_jobs(context->service, context->arena, form, event);
    privacy_apply(context->service, context->arena, form, event);
}

enum store_result outcome_keep_now(const struct request_context *context, struct event *event, const struct line *line)
{
    struct error why = { "no store is configured" };
    complete(context, event, line);
    if (context->request->method == REQUEST_HEAD)
        return STORE_DUPLICATE;
    enum store_result result = context->store == NULL ? STORE_FAILED : store_add(context->store, event, &why);
    if (result == STORE_FAILED)
        log_line(context->log, LOG_LEVEL_ERROR, "event lost: %.*s %.*s: %s", STR_ARGS(event->name),
                 STR_ARGS(event->sid), why.sentence);
    return result;
}

bool outcome_keep_soon(struct request_outcome *outcome, const struct request_context *context, struct event *event,
                       const struct line *line)
{
    struct error why;
    complete(context, event, line);
    if (context->store == NULL || context->request->method == REQUEST_HEAD)
        return true;
    bool waits = store_add_or_queue(context->store, event, OUTCOME_SOON_MS, &why) == STORE_QUEUED;
    if (waits && context->single)
        outcome->later = *event; /* no writer thread goes on with it: try again once the response is sent */
    return !waits;
}

void outcome_keep_later(struct request_outcome *outcome, const struct request_context *context, struct event *event,
                        const struct line *line)
{
    complete(context, event, line);
    if (context->store != NULL && context->request->method != REQUEST_HEAD)
        outcome->later = *event;
}

enum { CALL_END_RANK = 4, MESSAGE_LAST_RANK = 3, SETTLE_S = 10 };

static void order(struct arena *arena, struct event *event, const char *action, int64_t after_s)
{
    struct job_request *order = ARENA_NEW(arena, struct job_request);
    *order =
        (struct job_request){ event->job_requests, str_of(action), event->received_us + after_s * INT64_C(1000000) };
    event->job_requests = order;
}

/* A caller's own call, not a leg that it led to. The number's status callback says no direction. */
static bool is_inbound_end(const struct form *form, const struct event *event)
{
    struct str direction = form_value(form, "Direction");
    return str_is(event->kind, "call") && event->rank >= CALL_END_RANK && event->parent_sid.length == 0 &&
           (direction.length == 0 || str_is(direction, "inbound"));
}

static bool is_on_its_way(const struct event *event)
{
    return str_is(event->kind, "message") && event->rank < MESSAGE_LAST_RANK && !str_is(event->state, "receiving");
}

void derive_request_jobs(const struct service *service, struct arena *arena, const struct form *form,
                         struct event *event)
{
    if (is_inbound_end(form, event) &&
        (on_has_handler(service->on, "call.missed") || on_has_handler(service->on, "call.abandoned")))
        order(arena, event, DERIVE_CALL, SETTLE_S);
    if (is_on_its_way(event) && on_has_handler(service->on, "message.stuck"))
        order(arena, event, DERIVE_MESSAGE, service->settings->stuck_after_s);
}
