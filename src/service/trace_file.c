#include "service/trace_file.h"

#include <time.h>

#include "web/url.h"

static const char FORM[] = "application/x-www-form-urlencoded";

struct str trace_file_format(struct arena *arena, const struct trace *trace)
{
    struct buffer out = buffer_in(arena);
    struct str answer = trace->answer, line;
    char stamp[32];
    time_t seconds = (time_t)(trace->at_us / 1000000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    buffer_format(&out, "# request %lu to %.*s, %s%s%s\n", trace->id, STR_ARGS(trace->program), stamp,
                  trace->hidden ? "; PINs, words or numbers are left out" : "", trace->cut ? "; cut" : "");
    buffer_format(&out, "%.*s %.*s\n", STR_ARGS(trace->method), STR_ARGS(trace->url));
    if (trace->type.length > 0)
        buffer_format(&out, "Content-Type: %.*s\n", STR_ARGS(trace->type));
    buffer_add_char(&out, '\n');
    buffer_add(&out, trace->body); /* whatever bytes it has */
    buffer_add_char(&out, '\n');
    buffer_format(&out, "# answered %d %.*s in %lld.%03lld ms\n", trace->status, STR_ARGS(trace->answer_type),
                  (long long)(trace->took_us / 1000), (long long)(trace->took_us % 1000));
    while (str_next(&answer, '\n', &line))
        buffer_format(&out, "# %.*s\n", STR_ARGS(line));
    return buffer_text(&out);
}

static struct str next_line(struct str *rest)
{
    size_t end = str_find_char(*rest, '\n');
    struct str line = str_upto(*rest, end);
    *rest = str_from(*rest, end + 1);
    while (line.length > 0 && line.at[line.length - 1] == '\r')
        line.length--;
    return line;
}

static int parse_head(struct str line, struct trace *trace, struct error *error)
{
    size_t space = str_find_char(line, ' ');
    struct url parts;
    trace->method = str_upto(line, space);
    trace->url = str_trim(str_from(line, space));
    if (!str_is(trace->method, "POST") && !str_is(trace->method, "GET"))
        return error_set(error, "expected POST URL, or GET URL");
    return url_split(trace->url, &parts) ? 0 : error_set(error, "expected an address such as https://host/hooks/...");
}

static int parse_header(struct str line, struct trace *trace, struct error *error)
{
    size_t colon = str_find_char(line, ':');
    struct str value = str_trim(str_from(line, colon + 1));
    if (colon == line.length)
        return error_set(error, "expected Name: value, or an empty line and then the body");
    if (!str_equal_nocase(str_upto(line, colon), STR("Content-Type")))
        return 0; /* the old signature and host: replay makes new ones */
    trace->type = value;
    return str_starts(value, str_of(FORM)) || str_starts(value, STR("application/json"))
               ? 0
               : error_set(error, "expected Content-Type: %s, or application/json", FORM);
}

int trace_file_parse(struct arena *arena, struct str file, struct trace *trace, struct error *error)
{
    struct str rest = file;
    struct buffer body = buffer_in(arena);
    struct error why;
    bool head = false, behind = false;
    *trace = (struct trace){ .program = STR("") };
    if (file.length > TRACE_FILE_MAX_BYTES)
        return error_set(error, "more than %d bytes", TRACE_FILE_MAX_BYTES);
    for (int number = 1; rest.length > 0; number++) {
        struct str line = next_line(&rest);
        if (str_starts(line, STR("#")) || (line.length == 0 && !head))
            continue;
        int failed = 0;
        if (behind) {
            if (body.length > 0)
                buffer_add_char(&body, '\n');
            buffer_add(&body, line);
        } else if (!head) {
            failed = parse_head(line, trace, &why);
            head = true;
        } else if (line.length == 0) {
            behind = true;
        } else {
            failed = parse_header(line, trace, &why);
        }
        if (failed)
            return error_set(error, "%d: %s", number, why.sentence);
    }
    if (!head)
        return error_set(error, "1: expected POST URL, or GET URL");
    trace->body = buffer_text(&body);
    while (trace->body.length > 0 && trace->body.at[trace->body.length - 1] == '\n')
        trace->body.length--;
    if (str_is(trace->method, "GET"))
        trace->body = STR("");
    return 0;
}
