#include "simulator/server.h"

#include "cxml/cxml.h"
#include "net/http.h"

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

int server_post(const struct platform *platform, struct arena *arena, struct str target,
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
