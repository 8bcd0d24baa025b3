#include "host/answer.h"

#include "base/clock.h"
#include "service/trace.h"
#include "store/once.h"
#include "web/url.h"

/* Anybody can cause refusals: the log must stay readable and small. */
enum { REFUSALS_LOGGED = 20, URL_SHOWN_BYTES = 400 };

static void refuse(struct gateway *gateway, struct response response, bool head)
{
    response_send(&response, head, gateway);
    gateway->finish(gateway);
}

static struct signature_message message_of(const struct request *request)
{
    bool form = request->body_type == REQUEST_BODY_FORM;
    return (struct signature_message){ request->url, request->body, form,
                                       form ? form_sorted(request->arena, &request->form) : (struct form){ NULL, 0 } };
}

static bool is_signed(const struct service *service, struct request *request)
{
    struct signature_message message = message_of(request);
    struct signature_keys *keys = service->keys;
    if (signature_check(keys, request->arena, &message, request->signature, &request->covered))
        return true;
    message.url = request->url_as_seen;
    return !str_equal(request->url, request->url_as_seen) &&
           signature_check(keys, request->arena, &message, request->signature, &request->covered);
}

static void log_unsigned(const struct log *log, const struct service *service, const struct request *request)
{
    struct str url = url_for_log(request->arena, request->url),
               seen = url_for_log(request->arena, request->url_as_seen);
    const char *why = signature_keys_count(service->keys) == 0 ? "no signing key is configured"
                      : request->signature.length == 0         ? "the request carries no signature"
                      : request->length_missing                ? "CONTENT_LENGTH is missing, so the body was not read"
                                                               : "the signature does not match";
    bool both = !str_equal(url, seen);
    static struct log_limit limit = { .burst = REFUSALS_LOGGED }; /* of the process, as the log is */
    log_limited(log, &limit, LOG_EVERY_S, LOG_LEVEL_WARNING, "401: %s; checked against %.*s%s%.*s", why,
                STR_ARGS(str_upto(url, URL_SHOWN_BYTES)), both ? " and " : "",
                both ? (int)str_upto(seen, URL_SHOWN_BYTES).length : 0, seen.at);
}

/* Whether a number may be given this address: then it takes GET and POST, and any body. The suite's own addresses take
 * forms by POST. */
static bool is_entry(const struct program *program, const struct request *request)
{
    int segments = 0;
    for (size_t i = 0; i < request->path.length && request->path.length > 1; i++)
        segments += request->path.at[i] == '/';
    return segments <= program->entry_segments;
}

/* Refuses what the platform never sends although the signature matches: the bytes were split in another way. */
static struct response refuse_unlike(const struct program *program, const struct log *log,
                                     const struct request *request)
{
    static struct log_limit said;
    const struct parameter *odd = form_find_malformed(request_parameters(request));
    struct response response = { .status = 0 };
    struct buffer shown = buffer_in(request->arena);
    if (!is_entry(program, request) && request->method == REQUEST_GET) {
        response = response_refusal(405);
        response.headers = STR("Allow: HEAD, POST\r\n");
        response.body = STR("Only HEAD and POST are answered at this address.\n");
        log_limited(log, &said, LOG_EVERY_S, LOG_LEVEL_WARNING, "405: GET of an address that takes POST only");
    } else if (!is_entry(program, request) && request->body_type == REQUEST_BODY_JSON) {
        response = response_refusal(415);
        response.body = STR("A form is expected at this address.\n");
        log_limited(log, &said, LOG_EVERY_S, LOG_LEVEL_WARNING, "415: JSON for an address that takes a form");
    } else if (odd != NULL) {
        response = response_refusal(400);
        url_add_escaped(&shown, str_upto(odd->name, 100));
        log_limited(log, &said, LOG_EVERY_S, LOG_LEVEL_WARNING, "400: invalid parameter name: '%.*s'",
                    (int)shown.length, buffer_text(&shown).at);
    }
    return response;
}

bool answer_authenticate(const struct program *program, const struct service *service, const struct log *log,
                         struct gateway *gateway, struct arena *arena, struct request *request)
{
    struct request_limits limits = service_limits(service);
    struct request_origin origin = service_origin(service);
    struct error why;
    int status = request_read(gateway, arena, program->name, &limits, &origin, request, &why);
    if (status != 0) {
        static struct log_limit limit = { .burst = REFUSALS_LOGGED };
        log_limited(log, &limit, LOG_EVERY_S, LOG_LEVEL_WARNING, "%d: %s", status, why.sentence);
        if (gateway->abandon != NULL)
            gateway->abandon(gateway);
        refuse(gateway, response_refusal(status), false);
        return false;
    }
    if (!is_signed(service, request) && service->settings->unsigned_requests != UNSIGNED_ACCEPT) {
        log_unsigned(log, service, request);
        refuse(gateway, response_refusal(401), request->method == REQUEST_HEAD);
        return false;
    }
    struct response unlike = refuse_unlike(program, log, request);
    if (unlike.status != 0)
        refuse(gateway, unlike, request->method == REQUEST_HEAD);
    return unlike.status == 0;
}

/* The store for this request, with its deadline, and with everything done once. NULL without a store. */
static struct store *store_for(const struct program *program, struct store *store, const struct request *request,
                               struct once *once)
{
    struct signature_message message = message_of(request);
    struct str covered = request->covered.length > 0 ? request->covered : signature_bytes(request->arena, &message);
    int64_t patience_ms = program->store_ms > 0 ? program->store_ms : STORE_PATIENCE_MS;
    if (store == NULL)
        return NULL;
    once->identity = identity_of(request->arena, &message, request->method, covered);
    struct store *own = store_with_deadline(store, request->arena, (int)patience_ms);
    store_once(own, once);
    return own;
}

void answer_handle(const struct program *program, const struct service *service, struct store *store, bool single,
                   const struct log *log, struct gateway *gateway, const struct request *request)
{
    struct request_outcome outcome = { .secret = false };
    bool traced = store != NULL && service->settings->trace > 0;
    struct once once = { .received_us = clock_wall_us(), .arena = request->arena };
    struct request_context context = { .arena = request->arena,
                                       .service = service,
                                       .request = request,
                                       .store = store == NULL ? NULL : store_for(program, store, request, &once),
                                       .log = log,
                                       .now_us = once.received_us,
                                       .single = single };
    program->handle(&context, &outcome);
    if (once.answer.length > 0) /* a repeated request gets the first answer */
        outcome.response.body = once.answer;
    int64_t took_us = traced ? clock_wall_us() - context.now_us : 0;
    if (!response_send(&outcome.response, request->method == REQUEST_HEAD, gateway) || !gateway->finish(gateway)) {
        static struct log_limit limit = { .burst = REFUSALS_LOGGED };
        log_limited(log, &limit, LOG_EVERY_S, LOG_LEVEL_WARNING,
                    "the web server closed the connection before the answer was sent");
    }
    if (outcome.later.kind.length > 0)
        store_queue(context.store, &outcome.later);
    if (context.store != NULL)
        store_end_request(context.store);
    if (traced && context.store != NULL && request->method != REQUEST_HEAD) { /* a HEAD keeps nothing */
        store_once(context.store, NULL);
        trace_save(&context, program->name, &outcome.response, outcome.secret, took_us);
    }
}

void answer_warn_unsigned(const struct log *log, const struct service *service)
{
    const struct settings *settings = service->settings;
    if (settings != NULL && settings->unsigned_requests == UNSIGNED_ACCEPT)
        log_line(log, LOG_LEVEL_WARNING,
                 "UNSIGNED REQUESTS ARE ACCEPTED (unsigned = accept): ANYBODY CAN MAKE THIS PHONE "
                 "CALL AND SEND. FOR TRIALS ONLY.");
}

void answer_send_error(struct gateway *gateway, int status)
{
    struct response response = response_empty(status);
    response_send(&response, false, gateway);
    gateway->finish(gateway);
}
