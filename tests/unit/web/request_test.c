#include "promise.h"

#include "../fixture.h"
#include "web/request.h"

static const struct request_limits limits = { 100, { 10, 50 } };

static int read_it(struct arena *arena, const char *const *variables, const char *body, const char *public_url,
                   struct request *request)
{
    struct fake_gateway fake;
    struct error why;
    struct request_origin origin = { str_of(public_url), false };
    fake_gateway_init(&fake, arena, variables, str_of(body));
    return request_read(&fake.gateway, arena, "voice.fcgi", &limits, &origin, request, &why);
}

static void addresses(void **state)
{
    struct arena *arena = arena_new();
    struct request request;
    const char *const variables[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/hooks/voice.fcgi/desk/main/chosen?try=2",
                                      NULL };
    (void)state;
    assert_int_equal(read_it(arena, variables, "", "https://pbx.example.com/hooks", &request), 0);
    assert_text(request.url, "https://pbx.example.com/hooks/voice.fcgi/desk/main/chosen?try=2");
    assert_text(request.path, "/desk/main/chosen");
    assert_text(request.base, "https://pbx.example.com/hooks");
    assert_int_equal(read_it(arena, variables, "", "https://other.example/x", &request), 0);
    assert_text(request.url, "https://other.example/x/voice.fcgi/desk/main/chosen?try=2");
    assert_text(request.url_as_seen, "https://other.example/hooks/voice.fcgi/desk/main/chosen?try=2");
    arena_free(arena);
}

static void without_public_url(void **state)
{
    struct arena *arena = arena_new();
    struct request request;
    const char *const variables[] = { "REQUEST_METHOD=GET",
                                      "REQUEST_URI=/h/voice.fcgi?",
                                      "HTTPS=on",
                                      "HTTP_HOST=pbx.example.com:8443",
                                      "HTTP_X_FORWARDED_PROTO=http",
                                      "HTTP_X_FORWARDED_HOST=evil.example",
                                      NULL };
    (void)state;
    assert_int_equal(read_it(arena, variables, "", "", &request), 0);
    assert_text(request.url, "https://pbx.example.com:8443/h/voice.fcgi?");
    struct fake_gateway fake;
    struct error why;
    struct request_origin origin = { STR(""), true };
    fake_gateway_init(&fake, arena, variables, STR(""));
    assert_int_equal(request_read(&fake.gateway, arena, "voice.fcgi", &limits, &origin, &request, &why), 0);
    assert_text(request.url, "http://evil.example/h/voice.fcgi?");
    arena_free(arena);
}

static void odd_hosts(void **state)
{
    struct arena *arena = arena_new();
    struct request request;
    const char *const hosts[] = { "evil.example/aaa?x=", "a/b", "a b", "u@h", "h%41", "h#", "h?", "", NULL };
    (void)state;
    for (const char *const *host = hosts; *host != NULL; host++) {
        const char *const variables[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/h/voice.fcgi",
                                          arena_format(arena, "HTTP_HOST=%s", *host).at, NULL };
        assert_int_equal(read_it(arena, variables, "", "", &request), 400);
        assert_int_equal(read_it(arena, variables, "", "https://h", &request), 0);
    }
    arena_free(arena);
}

static void refusals(void **state)
{
    struct arena *arena = arena_new();
    struct request request;
    const struct {
        int status;
        const char *variables[5];
        const char *body;
    } cases[] = {
        { 405, { "REQUEST_METHOD=DELETE" }, "" },
        { 405, { "X=y" }, "" },
        { 413, { "REQUEST_METHOD=POST", "CONTENT_LENGTH=101", "CONTENT_TYPE=application/x-www-form-urlencoded" }, "" },
        { 413, { "REQUEST_METHOD=POST", "CONTENT_LENGTH=99999999999999999999999" }, "" },
        { 400, { "REQUEST_METHOD=POST", "CONTENT_LENGTH=-2", "CONTENT_TYPE=application/x-www-form-urlencoded" }, "" },
        { 0, { "REQUEST_METHOD=POST", "CONTENT_LENGTH=-1" }, "" }, /* of a server that does not know */
        { 400, { "REQUEST_METHOD=POST", "CONTENT_LENGTH=9x", "CONTENT_TYPE=application/x-www-form-urlencoded" }, "" },
        { 400,
          { "REQUEST_METHOD=POST", "CONTENT_LENGTH=9", "CONTENT_TYPE=application/x-www-form-urlencoded" },
          "short" },
        { 415, { "REQUEST_METHOD=POST", "CONTENT_LENGTH=1", "CONTENT_TYPE=multipart/form-data" }, "x" },
        { 415, { "REQUEST_METHOD=POST", "CONTENT_LENGTH=1" }, "x" },
        { 413,
          { "REQUEST_METHOD=POST", "CONTENT_LENGTH=21", "CONTENT_TYPE=application/x-www-form-urlencoded" },
          "a&b&c&d&e&f&g&h&i&j&k" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(read_it(arena, cases[i].variables, cases[i].body, "https://h", &request), cases[i].status);
    arena_free(arena);
}

static void longer_body(void **state)
{
    struct arena *arena = arena_new();
    struct request request;
    const char *const variables[] = { "REQUEST_METHOD=POST", "CONTENT_LENGTH=3",
                                      "CONTENT_TYPE=application/x-www-form-urlencoded; charset=UTF-8", NULL };
    (void)state;
    assert_int_equal(read_it(arena, variables, "a=1&b=2", "https://h", &request), 0);
    assert_text(request.body, "a=1");
    arena_free(arena);
}

static void headers(void **state)
{
    struct arena *arena = arena_new();
    struct request request;
    const char *const both[] = { "REQUEST_METHOD=GET", "HTTP_X_TWILIO_SIGNATURE=old", "HTTP_X_SIGNALWIRE_SIGNATURE=new",
                                 NULL };
    const char *const empty[] = { "REQUEST_METHOD=GET", "HTTP_X_TWILIO_SIGNATURE=old",
                                  "HTTP_X_SIGNALWIRE_SIGNATURE=", NULL };
    const char *const old[] = { "REQUEST_METHOD=GET", "HTTP_X_TWILIO_SIGNATURE=old", NULL };
    (void)state;
    read_it(arena, both, "", "https://h", &request);
    assert_text(request.signature, "new");
    read_it(arena, old, "", "https://h", &request);
    assert_text(request.signature, "old");
    read_it(arena, empty, "", "https://h", &request);
    assert_text(request.signature, "");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("builds the address that the platform signed from the public URL, also behind a rewriting proxy",
            addresses),
    PROMISE("believes X-Forwarded headers only when told to", without_public_url),
    PROMISE("without a public URL takes a Host header that is a host, and no other", odd_hosts),
    PROMISE("refuses wrong methods, lengths, types and cut bodies, each with its status", refusals),
    PROMISE("reads no further than the length that was announced", longer_body),
    PROMISE("takes the platform's signature header, or else the older one", headers),
};

KEEP_PROMISES(promises)
