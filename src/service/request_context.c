#include "service/request_context.h"

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
