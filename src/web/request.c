#include "web/request.h"

#include "web/url.h"

enum { TARGET_MAX_BYTES = 64 * 1024, HOST_MAX_BYTES = 253 + 6 };

static struct text variable(struct gateway *gateway, const char *name)
{
    return text_of(gateway->variable(gateway, name));
}

static bool read_method(struct gateway *gateway, enum request_method *method)
{
    static const char *const names[] = { [REQUEST_GET] = "GET", [REQUEST_HEAD] = "HEAD", [REQUEST_POST] = "POST" };
    struct text given = variable(gateway, "REQUEST_METHOD");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_is(given, names[i])) {
            *method = (enum request_method)i;
            return true;
        }
    return false;
}

static bool read_body_type(struct gateway *gateway, enum request_body *type)
{
    struct text given = variable(gateway, "CONTENT_TYPE");
    struct text media = text_trim(text_upto(given, text_find_char(given, ';')));
    if (text_equal_nocase(media, TEXT("application/x-www-form-urlencoded")))
        *type = REQUEST_BODY_FORM;
    else if (text_equal_nocase(media, TEXT("application/json")))
        *type = REQUEST_BODY_JSON;
    else
        return false;
    return true;
}

/* How long the body is that is to be read. 0, or the status to refuse with. */
static int read_length(struct gateway *gateway, const struct request_limits *limits, struct request *request,
                       unsigned long *length, struct error *error)
{
    struct text given = text_trim(variable(gateway, "CONTENT_LENGTH"));
    bool said = given.length > 0 && !(gateway->body_bytes > 0 && text_is(given, "-1")); /* Caddy, of a chunked body */
    *length = gateway->body_bytes;
    request->lengthless = !said && *length == 0 && variable(gateway, "CONTENT_TYPE").length > 0;
    if (said && !text_to_number(given, (unsigned long)-1, length)) {
        bool digits = true;
        for (size_t i = 0; i < given.length; i++)
            digits = digits && given.at[i] >= '0' && given.at[i] <= '9';
        error_set(error, "CONTENT_LENGTH is no number that a body can have");
        return digits ? 413 : 400;
    }
    if (*length > limits->body_bytes) {
        error_set(error, "a body of %lu bytes%s, at most %zu are taken", *length, said ? "" : " or more",
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
    request->body = (struct text){ at, length };
    return 0;
}

/* The address of the request without its origin, exactly as it was sent. */
static struct text raw_target(struct gateway *gateway, struct arena *arena)
{
    struct text uri = variable(gateway, "REQUEST_URI");
    if (uri.length > 0) {
        /* A proxy may pass the absolute form (RFC 9112 section 3.2.2). */
        size_t scheme = text_find(uri, TEXT("://"));
        if (uri.at[0] != '/' && scheme < uri.length) {
            struct text rest = text_from(uri, scheme + 3);
            return text_from(rest, text_find_char(rest, '/'));
        }
        return uri;
    }
    struct text query = variable(gateway, "QUERY_STRING");
    return arena_format(arena, "%s%s%s%.*s", variable(gateway, "SCRIPT_NAME").at, variable(gateway, "PATH_INFO").at,
                        query.length > 0 ? "?" : "", TEXT_ARGS(query));
}

/* Where "/PROGRAM" stands as a whole segment of the path, or path.length. */
static size_t find_segment(struct text path, struct text program)
{
    for (size_t i = 0; i + 1 + program.length <= path.length; i++) {
        struct text rest = text_from(path, i + 1);
        if (path.at[i] == '/' && program.length > 0 && text_starts(rest, program) &&
            (rest.length == program.length || rest.at[program.length] == '/'))
            return i;
    }
    return path.length;
}

static struct text last_segment(struct text path)
{
    size_t start = path.length;
    while (start > 0 && path.at[start - 1] != '/')
        start--;
    return text_from(path, start);
}

/* Letters, digits and what else stands in a name, an address or a port: nothing that would begin a path or a query. */
static bool is_host(struct text host)
{
    bool sound = host.length > 0 && host.length <= HOST_MAX_BYTES;
    for (size_t i = 0; sound && i < host.length; i++) {
        char c = host.at[i];
        sound = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                c == '_' || c == ':' || c == '[' || c == ']';
    }
    return sound;
}

/* How the platform sees this server, where the configuration does not say; empty when the host is none. */
static struct text seen_origin(struct gateway *gateway, const struct request_origin *origin, struct arena *arena)
{
    struct text https = variable(gateway, "HTTPS"), scheme = variable(gateway, "REQUEST_SCHEME");
    bool secure = text_equal_nocase(https, TEXT("on")) || text_is(https, "1") || text_is(scheme, "https");
    struct text host = variable(gateway, "HTTP_HOST");
    if (origin->trust_forwarded) {
        struct text proto = variable(gateway, "HTTP_X_FORWARDED_PROTO");
        struct text forwarded = variable(gateway, "HTTP_X_FORWARDED_HOST"), first;
        if (proto.length > 0)
            secure = text_equal_nocase(proto, TEXT("https"));
        if (forwarded.length > 0 && text_next(&forwarded, ',', &first))
            host = first;
    }
    if (host.length == 0)
        host = variable(gateway, "SERVER_NAME");
    if (!is_host(host))
        return TEXT("");
    return arena_format(arena, "%s://%.*s", secure ? "https" : "http", TEXT_ARGS(host));
}

/* False when there is no public URL and the request names no host. */
static bool read_address(struct gateway *gateway, const char *name, const struct request_origin *origin,
                         struct request *request)
{
    /* The gateway's variables go when the answer is out; the request lives on until its event is kept. */
    struct text target = arena_copy(request->arena, raw_target(gateway, request->arena));
    size_t mark = text_find_char(target, '?');
    struct text path = text_upto(target, mark);
    request->query = text_from(target, mark + 1);

    /* The program stands in the address under its own name, or under the one that the web server mapped to it. */
    struct text program = text_of(name);
    size_t mount = find_segment(path, program);
    if (mount == path.length) {
        program = last_segment(variable(gateway, "SCRIPT_NAME"));
        mount = find_segment(path, program);
    }
    struct text shown = target; /* what follows the public URL */
    if (mount < path.length) {
        request->program = arena_copy(request->arena, program);
        request->path = text_from(path, mount + 1 + program.length);
        shown = text_from(target, mount);
    } else {
        request->path = path;
    }
    struct text front = origin->public_url;
    if (front.length == 0) {
        struct text folder = text_upto(path, mount < path.length ? mount : 0);
        struct text seen = seen_origin(gateway, origin, request->arena);
        if (seen.length == 0)
            return false;
        front = ARENA_JOIN(request->arena, seen, folder);
    }
    request->base = front;
    request->url = ARENA_JOIN(request->arena, front, shown);
    /* The same address where the operator's public URL names the host but not the folder, or nothing was rewritten. */
    struct url parts;
    request->url_as_seen = request->url;
    if (url_split(front, &parts))
        request->url_as_seen =
            ARENA_JOIN(request->arena, text_upto(front, front.length - parts.path.length - parts.query.length), target);
    return true;
}

static struct text read_signature(struct gateway *gateway)
{
    /* The platform's header first, then the one that older callbacks carry (signatures.md, "The header"). */
    const char *given = gateway->variable(gateway, "HTTP_X_SIGNALWIRE_SIGNATURE");
    if (given == NULL)
        given = gateway->variable(gateway, "HTTP_X_TWILIO_SIGNATURE");
    return text_trim(text_of(given));
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

struct text request_parameter(const struct request *request, const char *name)
{
    return form_value(request_parameters(request), name);
}
