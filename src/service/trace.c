#include "service/trace.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include "service/privacy.h"
#include "store/kv.h"
#include "web/url.h"

/* A row of shared state takes 64 kB, and each byte may be three there. */
enum { BODY_MAX_BYTES = 8 * 1024, ANSWER_MAX_BYTES = 12 * 1024, PARTS_MAX = 32 };

static const char FORM[] = "application/x-www-form-urlencoded";
static const char ROW[] = "trace ", COUNTER[] = "traced";

/* --- what is left out --- */

static struct str replaced(struct arena *arena, struct str text, struct str wanted, struct str by)
{
    struct buffer out = buffer_in(arena);
    size_t at;
    while (wanted.length > 0 && (at = str_find(text, wanted)) < text.length) {
        buffer_add(&out, str_upto(text, at));
        buffer_add(&out, by);
        text = str_from(text, at + wanted.length);
    }
    buffer_add(&out, text);
    return buffer_text(&out);
}

static struct str cut(struct trace *trace, struct str text, size_t most)
{
    trace->cut = trace->cut || text.length > most;
    return str_upto(text, most);
}

/* Words of people may be in the answer and in the address too. */
static void hide(const struct request_context *context, bool secret, struct trace *trace)
{
    const struct settings *settings = context->service->settings;
    const struct form *form = request_parameters(context->request);
    bool mask = settings->keep_numbers == NUMBERS_MASKED || settings->trace_numbers == NUMBERS_MASKED;
    struct arena *arena = context->arena;
    trace->hidden = mask || secret || !settings->keep_body;
    if (!trace->hidden)
        return;
    struct form kept = privacy_form(context->service, arena, form, secret || !settings->keep_body, mask);
    struct buffer body = buffer_in(arena);
    form_write(&body, &kept);
    trace->body = context->request->body_type == REQUEST_BODY_FORM ? buffer_text(&body) : STR("");
    if (context->request->method != REQUEST_POST || !settings->keep_body)
        trace->url = str_upto(trace->url, str_find_char(trace->url, '?'));
    if (!settings->keep_body)
        trace->answer = STR("");
    for (size_t i = 0; mask && i < form->count; i++) {
        struct str value = form->at[i].value, masked = privacy_masked(context->service, arena, form->at[i].name, value);
        if (str_equal(value, masked))
            continue;
        struct buffer escaped = buffer_in(arena);
        url_add_escaped(&escaped, value);
        trace->answer = replaced(arena, replaced(arena, trace->answer, value, masked), buffer_text(&escaped), masked);
        trace->url = replaced(arena, replaced(arena, trace->url, value, masked), buffer_text(&escaped), masked);
    }
}

/* --- a row --- */

static void add(struct buffer *row, const char *name, struct str value)
{
    form_add(row, str_of(name), value);
}

static struct str encode(struct arena *arena, const struct trace *trace)
{
    struct buffer row = buffer_in(arena);
    add(&row, "id", arena_format(arena, "%lu", trace->id));
    add(&row, "at", arena_format(arena, "%lld", (long long)(trace->at_us / 1000000)));
    add(&row, "at_us", arena_format(arena, "%d", (int)(trace->at_us % 1000000)));
    add(&row, "took", arena_format(arena, "%lld", (long long)trace->took_us));
    add(&row, "program", trace->program);
    add(&row, "method", trace->method);
    add(&row, "url", trace->url);
    add(&row, "type", trace->type);
    add(&row, "body", trace->body);
    add(&row, "status", arena_format(arena, "%d", trace->status));
    add(&row, "answer_type", trace->answer_type);
    add(&row, "answer", trace->answer);
    add(&row, "hidden", trace->hidden ? STR("1") : STR("0"));
    add(&row, "cut", trace->cut ? STR("1") : STR("0"));
    return buffer_text(&row);
}

static bool decode(struct arena *arena, struct str row, struct trace *trace)
{
    struct form_limits limits = { PARTS_MAX, KV_VALUE_MAX };
    struct form form;
    struct error why;
    if (form_parse(arena, arena_copy(arena, row), &limits, &form, &why) != 0)
        return false;
    *trace = (struct trace){ .id = (unsigned long)form_number(&form, "id", ULONG_MAX),
                             .at_us = (int64_t)form_number(&form, "at", ULONG_MAX) * 1000000 +
                                      (int64_t)form_number(&form, "at_us", ULONG_MAX),
                             .took_us = (int64_t)form_number(&form, "took", ULONG_MAX),
                             .program = form_value(&form, "program"),
                             .method = form_value(&form, "method"),
                             .url = form_value(&form, "url"),
                             .type = form_value(&form, "type"),
                             .body = form_value(&form, "body"),
                             .status = (int)form_number(&form, "status", ULONG_MAX),
                             .answer_type = form_value(&form, "answer_type"),
                             .answer = form_value(&form, "answer"),
                             .hidden = str_is(form_value(&form, "hidden"), "1"),
                             .cut = str_is(form_value(&form, "cut"), "1") };
    return trace->id > 0;
}

static enum kv_action set_row(void *context, bool there, struct kv_entry *entry)
{
    (void)there;
    *entry = *(const struct kv_entry *)context;
    return KV_SET;
}

void trace_save(const struct request_context *context, const char *program, const struct response *response,
                bool secret, int64_t took_us)
{
    static const char *const methods[] = { [REQUEST_GET] = "GET", [REQUEST_HEAD] = "HEAD", [REQUEST_POST] = "POST" };
    const struct request *request = context->request;
    struct arena *arena = context->arena;
    long most = context->service->settings->trace;
    struct error why;
    struct trace trace = { .at_us = context->now_us,
                           .took_us = took_us,
                           .program = str_of(program),
                           .method = str_of(methods[request->method]),
                           .url = request->url,
                           .body = request->body,
                           .status = response->status,
                           .answer_type = response->type,
                           .answer = response->body };
    if (request->body.length > 0)
        trace.type = request->body_type == REQUEST_BODY_JSON ? STR("application/json") : str_of(FORM);
    hide(context, secret, &trace);
    trace.url = cut(&trace, privacy_redact_secrets(arena, trace.url), BODY_MAX_BYTES / 4);
    trace.body = cut(&trace, trace.body, BODY_MAX_BYTES);
    trace.answer = cut(&trace, privacy_redact_secrets(arena, trace.answer), ANSWER_MAX_BYTES);
    int64_t id = kv_increment(context->store, str_of(COUNTER), 1, context->now_us, 0, &why);
    if (id > 0) {
        trace.id = (unsigned long)id;
        struct str name = arena_format(arena, "%s%06lu", ROW, trace.id % (unsigned long)most);
        struct kv_entry row = { encode(arena, &trace), context->now_us + TRACE_KEPT_DAYS * INT64_C(86400000000) };
        if (kv_update(context->store, arena, name, context->now_us, set_row, &row, &why) == 0)
            return;
    }
    log_line(context->log, LOG_LEVEL_WARNING, "trace: the request could not be stored: %s", why.sentence);
}

/* --- what is kept --- */

struct listing {
    struct arena *arena;
    struct trace *at;
    size_t count;
    struct str *names;
};

static void take(void *context, struct str name, const struct kv_entry *entry)
{
    struct listing *listing = context;
    if (listing->count < SETTINGS_TRACE_MAX && decode(listing->arena, entry->value, &listing->at[listing->count]))
        listing->names[listing->count++] = arena_copy(listing->arena, name);
}

static int compare(const void *a, const void *b)
{
    const struct trace *one = a, *other = b;
    bool same = one->at_us == other->at_us; /* they are numbered as they are kept, once the answer is out */
    return (same ? one->id < other->id : one->at_us < other->at_us) ? -1 : 1;
}

static int list(struct store *store, int64_t now_us, struct listing *listing, struct error *error)
{
    listing->at = ARENA_ARRAY(listing->arena, struct trace, SETTINGS_TRACE_MAX);
    listing->names = ARENA_ARRAY(listing->arena, struct str, SETTINGS_TRACE_MAX);
    return kv_list(store, str_of(ROW), now_us, take, listing, error);
}

const struct trace *trace_list(struct store *store, struct arena *arena, int64_t now_us, size_t *count,
                               struct error *error)
{
    struct listing listing = { .arena = arena };
    if (list(store, now_us, &listing, error) != 0)
        return NULL;
    qsort(listing.at, listing.count, sizeof *listing.at, compare);
    *count = listing.count;
    return listing.at;
}

static enum kv_action drop(void *context, bool there, struct kv_entry *entry)
{
    (void)context;
    (void)there;
    (void)entry;
    return KV_DELETE;
}

int trace_clear(struct store *store, int64_t now_us, struct error *error)
{
    struct arena *arena = arena_new();
    struct listing listing = { .arena = arena };
    int failed = list(store, now_us, &listing, error);
    for (size_t i = 0; !failed && i < listing.count; i++)
        failed = kv_update(store, arena, listing.names[i], now_us, drop, NULL, error);
    arena_free(arena);
    return failed;
}

/* --- as a file --- */

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
