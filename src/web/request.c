#include "web/request.h"

#include "web/url.h"

enum { TARGET_MAX_BYTES = 64 * 1024, HOST_MAX_BYTES = 253 + 6 };

static struct str variable(struct gateway *gateway, const char *name)
{
    return str_of(gateway->variable(gateway, name));
}

static bool read_method(struct gateway *gateway, enum request_method *method)
{
    static const char *const names[] = { [REQUEST_GET] = "GET", [REQUEST_HEAD] = "HEAD", [REQUEST_POST] = "POST" };
    struct str given = variable(gateway, "REQUEST_METHOD");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(given, names[i])) {
            *method = (enum request_method)i;
            return true;
        }
    return false;
}

static bool read_body_type(struct gateway *gateway, enum request_body *type)
{
    struct str given = variable(gateway, "CONTENT_TYPE");
    struct str media = str_trim(str_upto(given, str_find_char(given, ';')));
    if (str_equal_nocase(media, STR("application/x-www-form-urlencoded")))
        *type = REQUEST_BODY_FORM;
    else if (str_equal_nocase(media, STR("application/json")))
        *type = REQUEST_BODY_JSON;
    else
        return false;
    return true;
}

/* Sets the length of the body. 0, or the status to refuse with. */
static int read_length(struct gateway *gateway, const struct request_limits *limits, struct request *request,
                       unsigned long *length, struct error *error)
{
    struct str given = str_trim(variable(gateway, "CONTENT_LENGTH"));
    bool said = given.length > 0 && !str_is(given, "-1"); /* Caddy, of a chunked body */
    *length = gateway->body_bytes;
    request->length_missing = !said && *length == 0 && variable(gateway, "CONTENT_TYPE").length > 0;
    if (said && !str_to_number(given, (unsigned long)-1, length)) {
        error_set(error, "CONTENT_LENGTH is invalid");
        return str_is_digits(given) ? 413 : 400;
    }
    if (*length > limits->body_bytes) {
        error_set(error, "a body of %lu bytes%s: the limit is %zu", *length, said ? "" : " or more",
                  limits->body_bytes);
        return 413;
    }
    return 0;
}

static int read_body(struct gateway *gateway, const struct request_limits *limits, struct request *request,
                     struct error *error)
{
    unsigned long length = 0;
    request->body_type = REQUEST_BODY_NONE;
    if (request->method != REQUEST_POST)
        return 0; /* a body of a GET has no meaning (RFC 9110 section 9.3.1) and no signature covers it */
    int refused = read_length(gateway, limits, request, &length, error);
    if (refused != 0)
        return refused;
    if (length == 0)
        return 0;
    if (!read_body_type(gateway, &request->body_type)) {
        error_set(error, "the body is neither a form nor JSON");
        return 415;
    }
    char *at = arena_alloc(request->arena, length + 1);
    size_t got = gateway->read(gateway, at, length);
    if (got != length) {
        error_set(error, "the body ended after %zu of %lu bytes", got, length);
        return 400;
    }
    request->body = (struct str){ at, length };
    return 0;
}

/* The address of the request without its origin, exactly as it was sent. */
static struct str raw_target(struct gateway *gateway, struct arena *arena)
{
    struct str uri = variable(gateway, "REQUEST_URI");
    if (uri.length > 0) {
        /* A proxy may pass the absolute form (RFC 9112 section 3.2.2). */
        size_t scheme = str_find(uri, STR("://"));
        if (uri.at[0] != '/' && scheme < uri.length) {
            struct str rest = str_from(uri, scheme + 3);
            return str_from(rest, str_find_char(rest, '/'));
        }
        return uri;
    }
    struct str query = variable(gateway, "QUERY_STRING");
    return arena_format(arena, "%s%s%s%.*s", variable(gateway, "SCRIPT_NAME").at, variable(gateway, "PATH_INFO").at,
                        query.length > 0 ? "?" : "", STR_ARGS(query));
}

/* Where "/PROGRAM" stands as a whole segment of the path, or path.length. */
static size_t find_segment(struct str path, struct str program)
{
    for (size_t i = 0; i + 1 + program.length <= path.length; i++) {
        struct str rest = str_from(path, i + 1);
        if (path.at[i] == '/' && program.length > 0 && str_starts(rest, program) &&
            (rest.length == program.length || rest.at[program.length] == '/'))
            return i;
    }
    return path.length;
}

/* The origin by the request, where public_url is not set; empty when the host is invalid. */
static struct str seen_origin(struct gateway *gateway, const struct request_origin *origin, struct arena *arena)
{
    struct str https = variable(gateway, "HTTPS"), scheme = variable(gateway, "REQUEST_SCHEME");
    bool secure = str_equal_nocase(https, STR("on")) || str_is(https, "1") || str_is(scheme, "https");
    struct str host = variable(gateway, "HTTP_HOST");
    if (origin->trust_forwarded) {
        struct str proto = variable(gateway, "HTTP_X_FORWARDED_PROTO");
        struct str forwarded = variable(gateway, "HTTP_X_FORWARDED_HOST"), first;
        if (proto.length > 0)
            secure = str_equal_nocase(proto, STR("https"));
        if (forwarded.length > 0 && str_next(&forwarded, ',', &first))
            host = first;
    }
    if (host.length == 0)
        host = variable(gateway, "SERVER_NAME");
    /* No character that could begin a path or a query. */
    if (host.length == 0 || host.length > HOST_MAX_BYTES || !str_is_made_of(host, STR_ALPHANUMERIC ".-_:[]"))
        return STR("");
    return arena_format(arena, "%s://%.*s", secure ? "https" : "http", STR_ARGS(host));
}

/* False when there is no public URL and the request names no host. */
static bool read_address(struct gateway *gateway, const char *name, const struct request_origin *origin,
                         struct request *request)
{
    /* The gateway's variables go when the answer is out; the request lives on until its event is kept. */
    struct str target = arena_copy(request->arena, raw_target(gateway, request->arena));
    size_t question_mark = str_find_char(target, '?');
    struct str path = str_upto(target, question_mark);
    request->query = str_from(target, question_mark + 1);

    /* The program stands in the address under its own name, or under the one that the web server mapped to it. */
    struct str program = str_of(name);
    size_t mount = find_segment(path, program);
    if (mount == path.length) {
        program = str_behind_last(variable(gateway, "SCRIPT_NAME"), '/');
        mount = find_segment(path, program);
    }
    struct str shown = target; /* what follows the public URL */
    if (mount < path.length) {
        request->program = arena_copy(request->arena, program);
        request->path = str_from(path, mount + 1 + program.length);
        shown = str_from(target, mount);
    } else {
        request->path = path;
    }
    struct str base = origin->public_url;
    if (base.length == 0) {
        struct str folder = str_upto(path, mount < path.length ? mount : 0);
        struct str seen = seen_origin(gateway, origin, request->arena);
        if (seen.length == 0)
            return false;
        base = ARENA_JOIN(request->arena, seen, folder);
    }
    request->base = base;
    request->url = ARENA_JOIN(request->arena, base, shown);
    /* The same address where the operator's public URL names the host but not the folder, or nothing was rewritten. */
    struct url parts;
    request->url_as_seen = request->url;
    if (url_split(base, &parts))
        request->url_as_seen =
            ARENA_JOIN(request->arena, str_upto(base, base.length - parts.path.length - parts.query.length), target);
    return true;
}

static struct str read_signature(struct gateway *gateway)
{
    /* The platform's header first, then the one that older callbacks carry (signatures.md, "The header"). */
    const char *given = gateway->variable(gateway, "HTTP_X_SIGNALWIRE_SIGNATURE");
    if (given == NULL)
        given = gateway->variable(gateway, "HTTP_X_TWILIO_SIGNATURE");
    return str_trim(str_of(given));
}

int request_read(struct gateway *gateway, struct arena *arena, const char *program, const struct request_limits *limits,
                 const struct request_origin *origin, struct request *request, struct error *error)
{
    *request = (struct request){ .arena = arena };
    if (!read_method(gateway, &request->method)) {
        error_set(error, "only GET, HEAD and POST are answered");
        return 405;
    }
    if (variable(gateway, "REQUEST_URI").length > TARGET_MAX_BYTES) {
        error_set(error, "the address is longer than %d bytes", TARGET_MAX_BYTES);
        return 400;
    }
    if (!read_address(gateway, program, origin, request)) {
        error_set(error, "the Host header (%s) is not a host, and [hookswitch] has no public_url",
                  origin->trust_forwarded ? "or X-Forwarded-Host" : "HTTP_HOST");
        return 400;
    }
    request->signature = arena_copy(arena, read_signature(gateway));
    int refused = read_body(gateway, limits, request, error);
    if (refused != 0)
        return refused;
    if (form_parse(arena, request->query, &limits->form, &request->query_form, error) != 0)
        return 400;
    if (request->body_type == REQUEST_BODY_FORM &&
        form_parse(arena, request->body, &limits->form, &request->form, error) != 0)
        return 413;
    return 0;
}

const struct form *request_parameters(const struct request *request)
{
    return request->method == REQUEST_POST ? &request->form : &request->query_form;
}

struct str request_parameter(const struct request *request, const char *name)
{
    return form_value(request_parameters(request), name);
}
