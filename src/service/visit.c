#include "service/visit.h"

#include <string.h>

#include "service/actions.h"
#include "service/derive.h"
#include "service/on.h"
#include "service/privacy.h"
#include "service/trace.h"
#include "store/once.h"
#include "web/url.h"

enum { FILLED_VALUE_MAX = 500 };

int visit_segments(const struct visit *visit, struct str segments[VISIT_SEGMENTS])
{
    struct str rest = visit->request->path;
    int count = 0;
    for (int i = 0; i < VISIT_SEGMENTS; i++)
        segments[i] = STR("");
    if (str_is(rest, "/"))
        return 0;
    while (rest.length > 0) {
        rest = str_from(rest, 1);
        size_t end = str_find_char(rest, '/');
        struct str segment = url_decode(visit->arena, str_upto(rest, end), false);
        rest = str_from(rest, end);
        if (count == VISIT_SEGMENTS || segment.length == 0 || str_is(segment, ".") || str_is(segment, ".."))
            return -1;
        segments[count++] = segment;
    }
    return count;
}

const struct line *visit_line(const struct visit *visit, struct str named)
{
    const struct request *request = visit->request;
    struct str number = request_parameter(request, "To");
    const struct line *line =
        named.length > 0 ? service_line(visit->service, named) : service_line_of_number(visit->service, number);
    if (line == NULL && named.length > 0)
        log_line(visit->log, LOG_LEVEL_WARNING, "no line is called '%.*s'", STR_ARGS(str_upto(named, 100)));
    else if (line == NULL)
        log_line(visit->log, LOG_LEVEL_WARNING, "no line has the number '%.*s'", STR_ARGS(str_upto(number, 100)));
    return line;
}

/* "voice.fcgi" -> "status.fcgi", "voice" -> "status": siblings are called alike. */
static struct str sibling(const struct visit *visit, const char *program)
{
    struct str own = visit->request->program;
    size_t dot = str_find_char(own, '.');
    struct str ending = own.length == 0 ? STR(".fcgi") : str_from(own, dot);
    return arena_format(visit->arena, "%s%.*s", program, STR_ARGS(ending));
}

struct str visit_url(const struct visit *visit, const char *program, struct str a, struct str b, struct str c,
                     struct str query)
{
    struct buffer url = buffer_in(visit->arena);
    const struct str segments[] = { a, b, c };
    buffer_add(&url, visit->request->base);
    buffer_add_char(&url, '/');
    buffer_add(&url, sibling(visit, program));
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

/* "1, 2, 3": so that a voice reads digits one by one, and does not make millions of them. */
static struct str spelt(struct arena *arena, struct str value)
{
    struct buffer out = buffer_in(arena);
    for (size_t i = 0; i < value.length; i++) {
        if (out.length > 0)
            buffer_add(&out, STR(", "));
        if (value.at[i] != '+')
            buffer_add_char(&out, value.at[i]);
    }
    return buffer_text(&out);
}

static struct str parameter(const struct visit *visit, struct str name)
{
    static const char ending[] = ".spelt";
    size_t front = name.length < sizeof ending ? 0 : name.length - (sizeof ending - 1);
    if (front > 0 && str_is(str_from(name, front), ending))
        return spelt(visit->arena, parameter(visit, str_upto(name, front)));
    const char *wanted = arena_copy(visit->arena, name).at;
    struct str value = request_parameter(visit->request, wanted);
    if (value.length == 0 && visit->values != NULL)
        value = form_value(visit->values, wanted);
    if (value.length == 0)
        value = form_value(&visit->request->query_form, wanted);
    return str_prefix(value, FILLED_VALUE_MAX);
}

static struct str fill(const struct visit *visit, struct str text, bool escape)
{
    struct buffer filled = buffer_in(visit->arena);
    size_t open = str_find(text, STR("{{"));
    if (open == text.length)
        return text;
    while (open < text.length) {
        struct str inner = str_from(text, open + 2);
        size_t close = str_find(inner, STR("}}"));
        buffer_add(&filled, str_upto(text, open));
        if (close == inner.length) { /* never closed: as it stands */
            buffer_add(&filled, str_from(text, open));
            return buffer_text(&filled);
        }
        struct str value = parameter(visit, str_trim(str_upto(inner, close)));
        if (escape)
            url_add_escaped(&filled, value);
        else
            buffer_add(&filled, value);
        text = str_from(inner, close + 2);
        open = str_find(text, STR("{{"));
    }
    buffer_add(&filled, text);
    return buffer_text(&filled);
}

struct str visit_fill(const struct visit *visit, struct str text)
{
    return fill(visit, text, false);
}

struct str visit_fill_url(const struct visit *visit, struct str text)
{
    return fill(visit, text, true);
}

/* An answer may say what people said, and who they are, and hold passwords. */
static bool may_be_kept(const struct visit *visit, struct str answer)
{
    bool secret = visit->secret != NULL && *visit->secret;
    return !secret && !settings_redact(service_settings(visit->service)) &&
           str_equal(trace_without_secrets(visit->arena, answer), answer);
}

struct response visit_answer(const struct visit *visit, const struct line *line, struct cxml *out)
{
    struct str document;
    struct error why;
    if (cxml_finish(out, &document, &why) == 0) {
        if (visit->store != NULL && store_wants_reply(visit->store) && may_be_kept(visit, document))
            store_reply(visit->store, document);
        return response_xml(document);
    }
    log_line(visit->log, LOG_LEVEL_ERROR, "line '%.*s': no answer could be written: %s",
             STR_ARGS(line == NULL ? STR("") : line->name), why.sentence);
    return response_empty(500);
}

/* Line, time, parameters as they are kept, and what is ordered. */
static void complete(const struct visit *visit, struct event *event, const struct line *line)
{
    const struct request *request = visit->request;
    const struct form *form = request_parameters(request);
    event->line = line == NULL ? STR("") : line->name;
    event->received_us = visit->now_us;
    event->parameters = request->method == REQUEST_POST ? request->body : request->query;
    on_request_jobs(visit->service, visit->arena, form, line, event);
    derive_request_jobs(visit->service, visit->arena, form, event);
    privacy_apply(visit->service, visit->arena, form, event);
}

void visit_order(const struct visit *visit, struct event *event, const struct section *section)
{
    event->received_us = visit->now_us;
    actions_request_jobs(visit->arena, section, false, event);
}

struct event *visit_bring_with(const struct visit *visit, struct event *event, const char *name, struct str mark,
                               struct str extra, const struct line *line, const struct section *section, bool waits)
{
    struct arena *arena = visit->arena;
    struct event *brought = ARENA_NEW(arena, struct event);
    *brought = event_derive(event, name);
    if (mark.length > 0)
        brought->mark = brought->cause = ARENA_JOIN(arena, str_of(name), STR(" "), mark);
    brought->line = line == NULL ? STR("") : line->name;
    brought->received_us = visit->now_us;
    brought->parameters = visit->request->method == REQUEST_POST ? visit->request->body : visit->request->query;
    if (section != NULL)
        actions_request_jobs(arena, section, waits, brought);
    on_request_jobs(visit->service, arena, request_parameters(visit->request), line, brought);
    privacy_apply(visit->service, arena, request_parameters(visit->request), brought);
    if (extra.length > 0)
        brought->parameters =
            ARENA_JOIN(arena, brought->parameters, brought->parameters.length > 0 ? STR("&") : STR(""), extra);
    brought->with = event->with;
    event->with = brought;
    return brought;
}

struct event *visit_bring(const struct visit *visit, struct event *event, const char *name, const struct line *line,
                          const struct section *section, bool waits)
{
    return visit_bring_with(visit, event, name, STR(""), STR(""), line, section, waits);
}

enum store_result visit_keep(const struct visit *visit, struct event *event, const struct line *line)
{
    struct error why;
    complete(visit, event, line);
    if (visit->request->method == REQUEST_HEAD)
        return STORE_REPEATED;
    enum store_result result = STORE_FAILED;
    if (visit->store != NULL)
        result = store_keep(visit->store, event, &why);
    else
        error_set(&why, "no store is configured");
    if (result == STORE_FAILED)
        log_line(visit->log, LOG_LEVEL_ERROR, "not kept: %.*s %.*s: %s", STR_ARGS(event->name), STR_ARGS(event->sid),
                 why.sentence);
    return result;
}

bool visit_keep_soon(const struct visit *visit, struct event *event, const struct line *line)
{
    struct error why;
    complete(visit, event, line);
    if (visit->store == NULL || visit->request->method == REQUEST_HEAD)
        return true;
    bool waits = store_keep_soon(visit->store, event, VISIT_SOON_MS, &why) == STORE_WAITING;
    if (waits && visit->single)
        *visit->later = *event; /* no writer goes on with it: tried again once the answer is out */
    return !waits;
}

void visit_keep_later(const struct visit *visit, struct event *event, const struct line *line)
{
    complete(visit, event, line);
    if (visit->store != NULL && visit->request->method != REQUEST_HEAD)
        *visit->later = *event;
}
