#include "phone/carrier.h"

#include <openssl/rand.h>
#include <string.h>

#include "fax/fax.h"
#include "flow/voice.h"
#include "message/sms.h"
#include "service/callback.h"

/* A request that comes from nowhere. */
struct posted {
    const char *uri, *length;
    struct text body;
    size_t given;
};

static const char *variable(struct gateway *gateway, const char *name)
{
    const struct posted *posted = gateway->connection;
    const struct {
        const char *name, *value;
    } all[] = { { "REQUEST_METHOD", "POST" },         { "REQUEST_URI", posted->uri },
                { "CONTENT_LENGTH", posted->length }, { "CONTENT_TYPE", "application/x-www-form-urlencoded" },
                { "HTTP_HOST", "localhost" },         { "HTTPS", "on" } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(name, all[i].name) == 0)
            return all[i].value;
    return NULL;
}

static size_t read_body(struct gateway *gateway, char *at, size_t size)
{
    struct posted *posted = gateway->connection;
    struct text part = text_upto(text_from(posted->body, posted->given), size);
    memcpy(at, part.at, part.length);
    posted->given += part.length;
    return part.length;
}

static const struct {
    const char *program;
    struct response (*handle)(const struct visit *visit);
} programs[] = { { "voice.fcgi", voice_handle },
                 { "sms.fcgi", sms_handle },
                 { "fax.fcgi", fax_handle },
                 { "status.fcgi", callback_handle_status },
                 { "recording.fcgi", callback_handle_recording } };

/* From the program's name on: "voice.fcgi/desk/menu/chosen?try=2". */
static struct text below(struct text address, size_t *program)
{
    for (*program = 0; *program < sizeof programs / sizeof *programs; ++*program) {
        struct text name = text_of(programs[*program].program);
        for (struct text rest = address; rest.length >= name.length; rest = text_from(rest, 1)) {
            char behind = rest.length > name.length ? rest.at[name.length] : '/';
            bool begins = rest.at == address.at || rest.at[-1] == '/';
            if (begins && text_starts(rest, name) && (behind == '/' || behind == '?'))
                return rest;
        }
    }
    return TEXT("");
}

int carrier_post(const struct carrier *carrier, struct arena *arena, struct text address, struct text form,
                 struct response *response, struct error *error)
{
    size_t program;
    struct text target = below(address, &program);
    if (target.length == 0)
        return error_set(error, "%.*s is no address of this suite", TEXT_ARGS(text_upto(address, 300)));
    struct posted posted = { ARENA_JOIN(arena, TEXT("/hooks/"), target).at, arena_format(arena, "%zu", form.length).at,
                             form, 0 };
    struct gateway gateway = { .connection = &posted, .variable = variable, .read = read_body };
    struct request_limits limits = service_limits(carrier->service);
    struct request_origin origin = service_origin(carrier->service);
    struct request *request = ARENA_NEW(arena, struct request);
    struct event later = { .kind = TEXT("") };
    if (request_read(&gateway, arena, programs[program].program, &limits, &origin, request, error) != 0)
        return -1;
    struct visit visit = { .arena = arena,
                           .service = carrier->service,
                           .request = request,
                           .store = carrier->store,
                           .log = carrier->log,
                           .now_us = carrier->now_us,
                           .later = &later };
    *response = programs[program].handle(&visit);
    if (later.kind.length > 0 && carrier->store != NULL)
        store_keep_later(carrier->store, &later);
    return 0;
}

/* A UUID of version 4 (RFC 9562, section 5.4). */
struct text carrier_sid(struct arena *arena)
{
    unsigned char bytes[16] = { 0 };
    RAND_bytes(bytes, sizeof bytes);
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    struct text hex = TEXT("");
    for (size_t i = 0; i < sizeof bytes; i++)
        hex = arena_format(arena, "%.*s%s%02x", TEXT_ARGS(hex), i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                           bytes[i]);
    return hex;
}
