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

int visit_segments(const struct visit *visit, struct text segments[VISIT_SEGMENTS])
{
    struct text rest = visit->request->path;
    int count = 0;
    for (int i = 0; i < VISIT_SEGMENTS; i++)
        segments[i] = TEXT("");
    if (text_is(rest, "/"))
        return 0;
    while (rest.length > 0) {
        rest = text_from(rest, 1);
        size_t end = text_find_char(rest, '/');
        struct text segment = url_decode_segment(visit->arena, text_upto(rest, end));
        rest = text_from(rest, end);
        if (count == VISIT_SEGMENTS || segment.length == 0 || text_is(segment, ".") || text_is(segment, ".."))
            return -1;
        segments[count++] = segment;
    }
    return count;
}

const struct line *visit_line(const struct visit *visit, struct text named)
{
    const struct request *request = visit->request;
    struct text number = request_parameter(request, "To");
    const struct line *line =
        named.length > 0 ? service_line(visit->service, named) : service_line_of_number(visit->service, number);
    if (line == NULL && named.length > 0)
        log_line(visit->log, LOG_LEVEL_WARNING, "no line is called '%.*s'", TEXT_ARGS(text_upto(named, 100)));
    else if (line == NULL)
        log_line(visit->log, LOG_LEVEL_WARNING, "no line has the number '%.*s'", TEXT_ARGS(text_upto(number, 100)));
    return line;
}

/* "voice.fcgi" -> "status.fcgi", "voice" -> "status": siblings are called alike. */
static struct text sibling(const struct visit *visit, const char *program)
{
    struct text own = visit->request->program;
    size_t dot = text_find_char(own, '.');
    struct text ending = own.length == 0 ? TEXT(".fcgi") : text_from(own, dot);
    return arena_format(visit->arena, "%s%.*s", program, TEXT_ARGS(ending));
}

struct text visit_url(const struct visit *visit, const char *program, struct text a, struct text b, struct text c,
                      struct text query)
{
    struct buffer url = buffer_in(visit->arena);
    const struct text segments[] = { a, b, c };
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
static struct text spelt(struct arena *arena, struct text value)
{
    struct buffer out = buffer_in(arena);
    for (size_t i = 0; i < value.length; i++) {
        if (out.length > 0)
            buffer_add(&out, TEXT(", "));
        if (value.at[i] != '+')
            buffer_add_char(&out, value.at[i]);
    }
    return buffer_text(&out);
}

static struct text parameter(const struct visit *visit, struct text name)
{
    static const char ending[] = ".spelt";
    size_t front = name.length < sizeof ending ? 0 : name.length - (sizeof ending - 1);
    if (front > 0 && text_is(text_from(name, front), ending))
        return spelt(visit->arena, parameter(visit, text_upto(name, front)));
    const char *wanted = arena_copy(visit->arena, name).at;
    struct text value = request_parameter(visit->request, wanted);
    if (value.length == 0 && visit->values != NULL)
        value = form_value(visit->values, wanted);
    if (value.length == 0)
        value = form_value(&visit->request->query_form, wanted);
    return text_front(value, FILLED_VALUE_MAX);
}

static struct text fill(const struct visit *visit, struct text text, bool escape)
{
    struct buffer filled = buffer_in(visit->arena);
    size_t open = text_find(text, TEXT("{{"));
    if (open == text.length)
        return text;
    while (open < text.length) {
        struct text inner = text_from(text, open + 2);
        size_t close = text_find(inner, TEXT("}}"));
        buffer_add(&filled, text_upto(text, open));
        if (close == inner.length) { /* never closed: as it stands */
            buffer_add(&filled, text_from(text, open));
            return buffer_text(&filled);
        }
        struct text value = parameter(visit, text_trim(text_upto(inner, close)));
        if (escape)
            url_add_escaped(&filled, value);
        else
            buffer_add(&filled, value);
        text = text_from(inner, close + 2);
        open = text_find(text, TEXT("{{"));
    }
    buffer_add(&filled, text);
    return buffer_text(&filled);
}

struct text visit_fill(const struct visit *visit, struct text text)
{
    return fill(visit, text, false);
}

struct text visit_fill_url(const struct visit *visit, struct text text)
{
    return fill(visit, text, true);
}

/* An answer may say what people said, and who they are, and hold passwords. */
static bool may_be_kept(const struct visit *visit, struct text answer)
{
    bool secret = visit->secret != NULL && *visit->secret;
    return !secret && !settings_hides(service_settings(visit->service)) &&
           text_equal(trace_without_secrets(visit->arena, answer), answer);
}

struct response visit_answer(const struct visit *visit, const struct line *line, struct cxml *out)
{
    struct text document;
    struct error why;
    if (cxml_finish(out, &document, &why) == 0) {
        if (visit->store != NULL && store_wants_reply(visit->store) && may_be_kept(visit, document))
            store_reply(visit->store, document);
        return response_xml(document);
    }
    log_line(visit->log, LOG_LEVEL_ERROR, "line '%.*s': no answer could be written: %s",
             TEXT_ARGS(line == NULL ? TEXT("") : line->name), why.sentence);
    return response_empty(500);
}

/* Line, time, parameters as they are kept, and what is ordered. */
static void complete(const struct visit *visit, struct event *event, const struct line *line)
{
    const struct request *request = visit->request;
    const struct form *form = request_parameters(request);
    event->line = line == NULL ? TEXT("") : line->name;
    event->received_us = visit->now_us;
    event->parameters = request->method == REQUEST_POST ? request->body : request->query;
    on_order(visit->service, visit->arena, form, line, event);
    derive_order(visit->service, visit->arena, form, event);
    privacy_apply(visit->service, visit->arena, form, event);
}

void visit_order(const struct visit *visit, struct event *event, const struct section *section)
{
    event->received_us = visit->now_us;
    actions_order(visit->arena, section, false, event);
}

struct event *visit_bring_with(const struct visit *visit, struct event *event, const char *name, struct text mark,
                               struct text extra, const struct line *line, const struct section *section, bool waits)
{
    struct arena *arena = visit->arena;
    struct event *brought = ARENA_NEW(arena, struct event);
    *brought = event_derive(event, name);
    if (mark.length > 0)
        brought->mark = brought->cause = ARENA_JOIN(arena, text_of(name), TEXT(" "), mark);
    brought->line = line == NULL ? TEXT("") : line->name;
    brought->received_us = visit->now_us;
    brought->parameters = visit->request->method == REQUEST_POST ? visit->request->body : visit->request->query;
    if (section != NULL)
        actions_order(arena, section, waits, brought);
    on_order(visit->service, arena, request_parameters(visit->request), line, brought);
    privacy_apply(visit->service, arena, request_parameters(visit->request), brought);
    if (extra.length > 0)
        brought->parameters =
            ARENA_JOIN(arena, brought->parameters, brought->parameters.length > 0 ? TEXT("&") : TEXT(""), extra);
    brought->with = event->with;
    event->with = brought;
    return brought;
}

struct event *visit_bring(const struct visit *visit, struct event *event, const char *name, const struct line *line,
                          const struct section *section, bool waits)
{
    return visit_bring_with(visit, event, name, TEXT(""), TEXT(""), line, section, waits);
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
        log_line(visit->log, LOG_LEVEL_ERROR, "not kept: %.*s %.*s: %s", TEXT_ARGS(event->name), TEXT_ARGS(event->sid),
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
