#include "work/rest.h"

#include "base/clock.h"
#include "service/secret_file.h"
#include "work/work.h"

enum { ANSWER_MAX_BYTES = 16 << 20, ASK_TIME_S = 60, TRIES = 6, PAUSE_MAX_S = 120 };

struct str rest_value(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return arena_copy(arena, (struct str){ json_string_value(value), json_string_length(value) });
    if (json_is_integer(value))
        return arena_format(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return arena_format(arena, "%.0f", json_real_value(value));
    return STR("");
}

json_t *rest_read_page(struct arena *arena, struct str json, const char *name, struct str *next_query,
                       struct error *error)
{
    json_error_t wrong;
    json_t *page = json_loadb(json.at, json.length, 0, &wrong), *items = json_object_get(page, name);
    struct str next = rest_value(arena, json_object_get(page, "next_page_uri"));
    *next_query = str_from(next, str_find_char(next, '?') + 1);
    if (json_is_array(items))
        json_incref(items);
    else
        items = NULL;
    json_decref(page);
    if (items == NULL)
        error_set(error, "the answer is not a list of %s", name);
    return items;
}

int rest_init(struct rest *rest, const struct service *service, struct arena *arena, double rate, struct error *error)
{
    const struct settings *settings = service->settings;
    struct str token;
    *rest = (struct rest){ .service = service, .rate = rate };
    if (settings->space.length == 0 || settings->project.length == 0)
        return error_set(error,
                         "space and project are not named; expected [hookswitch] space = example.signalwire.com, "
                         "project = ..., token_file = ...");
    if (secret_file_read(arena, settings->token, settings->token_file, &token, error) != 0)
        return -1;
    if (token.length == 0)
        return error_set(error, "no token is named; expected [hookswitch] token_file = ...");
    rest->host = settings_host(settings, arena);
    rest->hosts = (struct word){ NULL, str_upto(rest->host, str_find_char(rest->host, ':')) };
    rest->user = ARENA_JOIN(arena, settings->project, STR(":"), token);
    return 0;
}

struct http_request rest_request(const struct rest *rest, struct arena *arena, struct str path, struct str form)
{
    const struct work *work = work_of(rest->service->config);
    return (struct http_request){
        .url = arena_format(arena, "https://%.*s/api/laml/2010-04-01/Accounts/%.*s/%.*s", STR_ARGS(rest->host),
                            STR_ARGS(rest->service->settings->project), STR_ARGS(path)),
        .body = form,
        .content_type = form.at == NULL ? STR("") : STR("application/x-www-form-urlencoded"),
        .user = rest->user,
        .hosts = &rest->hosts,
        .private_hosts = work->private_hosts,
        .time_s = ASK_TIME_S,
        .stall_s = ASK_TIME_S / 2,
        .max_bytes = ANSWER_MAX_BYTES,
        .ca_file = work->ca_file,
    };
}

static void sleep_s(double seconds)
{
    if (seconds > 0)
        clock_sleep((int)(seconds * 1000));
}

/* Never more than `rate` a second. */
static void keep_pace(struct rest *rest)
{
    if (rest->asked_ms != 0 && rest->rate > 0)
        sleep_s(1 / rest->rate - (double)(clock_ms() - rest->asked_ms) / 1e3);
    rest->asked_ms = clock_ms();
}

static int append(void *context, struct str bytes)
{
    buffer_add(context, bytes);
    return 0;
}

int rest_perform(struct rest *rest, struct arena *arena, struct str path, struct str form, struct str *body,
                 struct error *error)
{
    struct buffer received = buffer_in(arena);
    struct http_request request = rest_request(rest, arena, path, form);
    request.on_chunk = append;
    request.context = &received;
    long pause_s = 1;
    for (int tries = 1;; tries++, pause_s *= 2) {
        struct http_response answer;
        received.length = 0;
        keep_pace(rest);
        enum http_result result = http_perform(arena, &request, &answer, error);
        if (result == HTTP_DONE && answer.status >= 200 && answer.status < 300) {
            *body = buffer_text(&received);
            return 0;
        }
        if (result == HTTP_REFUSED)
            return -1;
        if (result == HTTP_DONE && (answer.status == 401 || answer.status == 403))
            return error_set(error, "%.*s answered %ld: are project and token right?", STR_ARGS(rest->host),
                             answer.status);
        if (result == HTTP_DONE)
            error_set(error, "%.*s answered %ld for %.*s", STR_ARGS(rest->host), answer.status,
                      STR_ARGS(str_upto(path, str_find_char(path, '?'))));
        bool busy = result == HTTP_FAILED || answer.status == 429 || answer.status >= 500;
        if (!busy)
            return answer.status == 400 || answer.status == 404 || answer.status == 410 ? 1 : -1;
        if (tries == TRIES)
            return -1;
        if (answer.retry_after_s > PAUSE_MAX_S)
            return error_set(error, "%.*s answered %ld and asks for a pause of %ld s or more: try again later",
                             STR_ARGS(rest->host), answer.status, answer.retry_after_s);
        sleep_s((double)(answer.retry_after_s > 0 ? answer.retry_after_s : pause_s));
    }
}
