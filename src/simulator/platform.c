#include "simulator/platform.h"

#include <openssl/rand.h>
#include <string.h>

#include "cxml/cxml.h"
#include "fax/fax.h"
#include "flow/voice.h"
#include "message/sms.h"
#include "net/http.h"
#include "status/recording.h"
#include "status/status.h"

/* The address of the suite where no public_url is configured. */
#define HERE STR("https://localhost/hooks")

/* A request without a web server. */
struct posted {
    const char *method, *uri, *type, *length;
    struct str body;
    size_t given;
};

static const char *variable(struct gateway *gateway, const char *name)
{
    const struct posted *posted = gateway->connection;
    const struct {
        const char *name, *value;
    } all[] = { { "REQUEST_METHOD", posted->method }, { "REQUEST_URI", posted->uri },
                { "CONTENT_LENGTH", posted->length }, { "CONTENT_TYPE", posted->type },
                { "HTTP_HOST", "localhost" },         { "HTTPS", "on" } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(name, all[i].name) == 0)
            return all[i].value;
    return NULL;
}

static size_t read_body(struct gateway *gateway, char *at, size_t size)
{
    struct posted *posted = gateway->connection;
    struct str part = str_upto(str_from(posted->body, posted->given), size);
    memcpy(at, part.at, part.length);
    posted->given += part.length;
    return part.length;
}

static const struct {
    const char *program;
    void (*handle)(const struct request_context *context, struct request_outcome *outcome);
} programs[] = { { "voice.fcgi", voice_handle },
                 { "sms.fcgi", sms_handle },
                 { "fax.fcgi", fax_handle },
                 { "status.fcgi", status_handle },
                 { "recording.fcgi", recording_handle } };

/* Below one of the addresses that the suite goes by; nothing else is asked, whatever an answer says. */
static struct str below(const struct platform *platform, struct str address, size_t *program)
{
    struct str public = platform->service->settings->public_url;
    const struct str fronts[] = { public, platform->url.length > 0 ? platform->url
                                          : public.length > 0      ? public
                                                                   : HERE };
    struct str rest = address;
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        if (fronts[i].length > 0 && str_starts(address, fronts[i]) &&
            str_starts(str_from(address, fronts[i].length), STR("/")))
            rest = str_from(address, fronts[i].length + 1);
    for (*program = 0; *program < sizeof programs / sizeof *programs; ++*program) {
        struct str name = str_of(programs[*program].program);
        struct str behind = str_from(rest, name.length);
        if (str_starts(rest, name) && (behind.length == 0 || behind.at[0] == '/' || behind.at[0] == '?'))
            return rest;
    }
    return STR("");
}

bool platform_knows(const struct platform *platform, struct str address)
{
    size_t program;
    return below(platform, address, &program).length > 0;
}

static int handle(const struct platform *platform, struct arena *arena, size_t program, struct str target,
                  const struct platform_request *request, struct response *response, struct error *error)
{
    bool query = request->get && request->form.length > 0;
    struct str mark = str_find_char(target, '?') < target.length ? STR("&") : STR("?");
    struct posted posted = {
        .uri = ARENA_JOIN(arena, STR("/hooks/"), target, query ? mark : STR(""), query ? request->form : STR("")).at,
        .method = request->get ? "GET" : "POST",
        .type = request->json ? "application/json" : "application/x-www-form-urlencoded",
        .length = arena_format(arena, "%zu", request->get ? 0 : request->form.length).at,
        .body = request->form
    };
    struct gateway gateway = { .connection = &posted, .variable = variable, .read = read_body };
    struct request_limits limits = service_limits(platform->service);
    struct request_origin origin = service_origin(platform->service);
    struct request *own = ARENA_NEW(arena, struct request);
    struct request_outcome outcome = { .secret = false };
    if (request_read(&gateway, arena, programs[program].program, &limits, &origin, own, error) != 0)
        return -1;
    struct request_context context = { .arena = arena,
                                       .service = platform->service,
                                       .request = own,
                                       .store = platform->store,
                                       .log = platform->log,
                                       .now_us = platform->now_us + request->after_s * INT64_C(1000000) };
    programs[program].handle(&context, &outcome);
    *response = outcome.response;
    if (outcome.later.kind.length > 0 && platform->store != NULL)
        store_queue(platform->store, &outcome.later);
    return 0;
}

/* --- a running server is asked, with signed requests --- */

/* The platform waits two seconds for a connection and five for an answer. */
enum { PATIENCE_S = 7 };

static int take(void *context, struct str bytes)
{
    buffer_add(context, bytes);
    return 0;
}

static int sign(const struct platform *platform, struct arena *arena, struct str url,
                const struct platform_request *request, char signature[SIGNATURE_TEXT_SIZE], struct error *error)
{
    struct form_limits limits = service_limits(platform->service).form;
    struct form form = { NULL, 0 };
    struct signature_message message = { url, STR(""), false, { NULL, 0 } };
    bool is_form = !request->get && !request->json;
    if (is_form && form_parse(arena, request->form, &limits, &form, error) != 0)
        return -1;
    if (!request->get)
        message = (struct signature_message){ url, request->form, is_form, form_sorted(arena, &form) };
    return signature_make(platform->service->keys, arena, &message, signature) == 0
               ? 0
               : error_set(error,
                           "no signing key is configured: without it a server answers 401: set signing_key_file");
}

/* The signature covers the address as the platform knows it: below public_url, where that is configured. */
static int ask_server(const struct platform *platform, struct arena *arena, struct str target,
                      const struct platform_request *request, struct response *response, struct error *error)
{
    struct str known = platform->service->settings->public_url;
    struct str rest = ARENA_JOIN(arena, STR("/"), target);
    char signature[SIGNATURE_TEXT_SIZE];
    struct buffer body = buffer_in(arena);
    struct http_response answer;
    if (request->get && request->form.length > 0)
        rest = ARENA_JOIN(arena, rest, str_find_char(rest, '?') < rest.length ? STR("&") : STR("?"), request->form);
    if (sign(platform, arena, ARENA_JOIN(arena, known.length > 0 ? known : platform->url, rest), request, signature,
             error) != 0)
        return -1;
    struct str header = ARENA_JOIN(arena, STR("X-SignalWire-Signature: "), str_of(signature));
    struct http_request asked = {
        .url = ARENA_JOIN(arena, platform->url, rest),
        .body = request->get ? (struct str){ NULL, 0 } : request->form,
        .content_type = request->get    ? STR("")
                        : request->json ? STR("application/json")
                                        : STR("application/x-www-form-urlencoded"),
        .headers = &header,
        .header_count = 1,
        .time_s = PATIENCE_S,
        .stall_s = PATIENCE_S,
        .max_bytes = CXML_MAX_BYTES,
        .ca_file = platform->ca_file,
        .on_chunk = take,
        .context = &body,
    };
    struct error why;
    if (http_perform(arena, &asked, &answer, &why) != HTTP_DONE)
        return error_set(error, "%.*s: %s (error 11200)", STR_ARGS(str_upto(target, 100)), why.sentence);
    if (answer.status == 200 && !str_is(answer.content_type, "text/xml") &&
        !str_is(answer.content_type, "application/xml"))
        return error_set(error, "%.*s: answered as '%.*s'; expected text/xml (error 12100): do the programs run there?",
                         STR_ARGS(str_upto(target, 100)), STR_ARGS(str_upto(answer.content_type, 80)));
    *response =
        (struct response){ .status = (int)answer.status, .type = answer.content_type, .body = buffer_text(&body) };
    return 0;
}

int platform_post(const struct platform *platform, struct arena *arena, const struct platform_request *request,
                  struct response *response, struct error *error)
{
    size_t program;
    struct str target = below(platform, request->address, &program);
    struct platform_request whole = *request;
    if (target.length == 0)
        return error_set(error, "%.*s is not an address of this suite", STR_ARGS(str_upto(request->address, 300)));
    if (platform->further.length > 0)
        whole.form = ARENA_JOIN(arena, request->form, request->form.length > 0 ? STR("&") : STR(""), platform->further);
    return platform->url.length > 0 ? ask_server(platform, arena, target, &whole, response, error)
                                    : handle(platform, arena, program, target, &whole, response, error);
}

int platform_report(const struct platform *platform, struct arena *arena, const struct platform_request *request,
                    struct error *error)
{
    struct response response = { .status = 0 };
    if (platform_post(platform, arena, request, &response, error) != 0)
        return -1;
    return response.status == 200 || response.status == 204
               ? 0
               : error_set(error, "%.*s: the answer's status is %d (error 11200)",
                           STR_ARGS(str_upto(request->address, 200)), response.status);
}

int platform_ask(const struct platform *platform, struct arena *arena, const struct platform_request *request,
                 enum cxml_context context, const struct cxml_tree **document, struct error *error)
{
    struct response response = { .status = 0 };
    struct error why;
    struct str address = str_upto(request->address, 150);
    if (platform_post(platform, arena, request, &response, error) != 0)
        return -1;
    if (response.status != 200)
        return error_set(error, "%.*s: the answer's status is %d (error 11200)", STR_ARGS(address), response.status);
    *document = cxml_tree_parse(arena, response.body, &why);
    if (*document == NULL || cxml_tree_check(arena, *document, context, &why) != 0)
        return error_set(error, "%.*s: %s", STR_ARGS(address), why.sentence);
    return 0;
}

struct str platform_account(const struct platform *platform)
{
    const struct settings *settings = platform->service->settings;
    return settings->project.length > 0 ? settings->project : STR("00000000-0000-4000-8000-000000000000");
}

/* A UUID of version 4 (RFC 9562, section 5.4). */
struct str platform_sid(struct arena *arena)
{
    unsigned char bytes[16] = { 0 };
    RAND_bytes(bytes, sizeof bytes);
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    struct str hex = STR("");
    for (size_t i = 0; i < sizeof bytes; i++)
        hex = arena_format(arena, "%.*s%s%02x", STR_ARGS(hex), i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                           bytes[i]);
    return hex;
}
