/* hookswitch doctor: checks whether the public address is reached, and the platform's signatures are accepted. */
#include <netdb.h>

#include "base/clock.h"
#include "cli/doctor.h"
#include "net/http.h"
#include "web/url.h"

/* The platform waits two seconds for a connection and five for an answer. */
enum { PATIENCE_S = 10, SLOW_MS = 2000, TOO_SLOW_MS = 5000, ANSWER_MAX_BYTES = 1 << 20 };

/* Nobody's number: it says in the log who asks, and leads to no line. */
#define ASKER "hookswitch-doctor"

static const char *const programs[] = { "voice", "sms", "fax", "status", "recording" };

struct question {
    struct str target;    /* below the address: "/voice.fcgi" */
    struct str body;      /* a POST, or NULL in `at`: a HEAD */
    struct str signed_as; /* the address that is signed, without the target; `at` NULL: not signed */
};

static enum http_result ask(const struct doctor *doctor, const struct question *question, struct http_response *answer,
                            struct error *error)
{
    struct arena *arena = doctor->arena;
    char signature[SIGNATURE_TEXT_SIZE];
    struct form_limits limits = service_limits(doctor->service).form;
    struct form form = { NULL, 0 };
    struct str header = STR("");
    bool is_signed = question->signed_as.at != NULL, post = question->body.at != NULL;
    if (post)
        form_parse(arena, question->body, &limits, &form, error);
    struct signature_message message = { ARENA_JOIN(arena, question->signed_as, question->target), question->body, post,
                                         form_sorted(arena, &form) };
    if (is_signed && signature_make(doctor->service->keys, arena, &message, signature) == 0)
        header = ARENA_JOIN(arena, STR("X-SignalWire-Signature: "), str_of(signature));
    struct http_request request = {
        .url = ARENA_JOIN(arena, doctor->url, question->target),
        .body = question->body,
        .content_type = post ? STR("application/x-www-form-urlencoded") : STR(""),
        .head = !post,
        .headers = &header,
        .header_count = header.length > 0,
        .time_s = PATIENCE_S,
        .stall_s = PATIENCE_S,
        .max_bytes = ANSWER_MAX_BYTES,
        .ca_file = doctor->ca_file,
    };
    return http_perform(arena, &request, answer, error);
}

/* --- the address --- */

static bool resolves_privately(struct arena *arena, struct str host)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *first = NULL;
    struct str name = host.length > 2 && host.at[0] == '[' ? str_upto(str_from(host, 1), host.length - 2) : host;
    bool private = getaddrinfo(arena_copy(arena, name).at, NULL, &hints, &first) == 0;
    for (const struct addrinfo *at = first; at != NULL && private; at = at->ai_next)
    private = http_address_is_private(at->ai_addr);
    if (first != NULL)
        freeaddrinfo(first);
    return private;
}

static void look_at_address(struct doctor *doctor, const struct url *url)
{
    if (!str_is(url->scheme, "https"))
        report(doctor, DOCTOR_WARN, "public address", "%.*s: anybody on the way can read and change calls: use https",
               STR_ARGS(doctor->url));
    if (resolves_privately(doctor->arena, url->host))
        report(doctor, doctor->url_given ? DOCTOR_WARN : DOCTOR_FAIL, "public address",
               "%.*s resolves to a private address here: the platform cannot reach it, unless its DNS differs",
               STR_ARGS(url->host));
}

/* --- the programs behind it --- */

static const char *meaning_of(long status)
{
    switch (status) {
    case 404:
        return "install the web server's snippet, below this address";
    case 403:
        return "let the web server run the program: chmod its file and folder";
    case 500:
        return "the program failed: see its log, and 'hookswitch check'";
    case 502:
    case 503:
    case 504:
        return "the web server does not reach the program: start it with that server's socket as its descriptor 0 "
               "(spawn-fcgi, a systemd socket with StandardInput=socket), or with --listen";
    default:
        return "the address leads to another program";
    }
}

enum reached { REACHED_NOTHING, REACHED_ANOTHER, REACHED_REFUSED, REACHED };

/* One program, asked as the platform would. */
static enum reached look_at_program(struct doctor *doctor, const char *program, long *slowest_ms)
{
    struct arena *arena = doctor->arena;
    struct str name = arena_format(arena, "%s.fcgi", program);
    struct question question = { .target = ARENA_JOIN(arena, STR("/"), name, STR("?To=" ASKER)),
                                 .signed_as = doctor->url };
    struct http_response answer;
    struct error why;
    int64_t began = clock_ms();
    if (ask(doctor, &question, &answer, &why) != HTTP_DONE) {
        report(doctor, DOCTOR_FAIL, "public address", "no answer: %s", why.sentence);
        return REACHED_NOTHING;
    }
    int64_t took_ms = clock_ms() - began;
    *slowest_ms = took_ms > *slowest_ms ? (long)took_ms : *slowest_ms;
    if (answer.status == 200 && str_is(answer.content_type, "text/xml"))
        return REACHED;
    if (answer.status == 401)
        return REACHED_REFUSED;
    if (answer.location.length > 0)
        report(doctor, DOCTOR_FAIL, name.at, "answers %ld and redirects to %.*s: make that address public_url",
               answer.status, STR_ARGS(str_upto(url_for_log(arena, answer.location), 200)));
    else if (answer.status == 200)
        report(doctor, DOCTOR_FAIL, name.at, "answers as '%.*s': the address leads to another program",
               STR_ARGS(str_upto(answer.content_type, 60)));
    else
        report(doctor, DOCTOR_FAIL, name.at, "answers %ld: %s", answer.status, meaning_of(answer.status));
    return REACHED_ANOTHER;
}

/* The signature does not fit: for which address would it? */
static void explain_refusal(struct doctor *doctor, const struct url *url, const char *program)
{
    struct arena *arena = doctor->arena;
    struct str host = ARENA_JOIN(arena, url->host, url->path), port = url->port;
    struct str bare = url->host, with_port = ARENA_JOIN(arena, url->host, STR(":"), port);
    const struct str candidates[] = {
        doctor->service->settings->public_url,
        ARENA_JOIN(arena, STR("http://"), host),
        ARENA_JOIN(arena, STR("https://"), host),
        ARENA_JOIN(arena, STR("http://"), with_port, url->path),
        ARENA_JOIN(arena, STR("https://"), with_port, url->path),
        ARENA_JOIN(arena, STR("https://"), bare, STR(":443"), url->path),
        ARENA_JOIN(arena, STR("http://"), bare, STR(":80"), url->path),
        ARENA_JOIN(arena, STR("http://"), bare, STR(":8080"), url->path),
        ARENA_JOIN(arena, STR("http://localhost"), url->path),
        ARENA_JOIN(arena, STR("https://localhost"), url->path),
    };
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        struct question question = { .target = arena_format(arena, "/%s.fcgi?To=%s", program, ASKER),
                                     .signed_as = candidates[i] };
        struct http_response answer;
        struct error why;
        if (candidates[i].length == 0 || str_equal(candidates[i], doctor->url) ||
            ask(doctor, &question, &answer, &why) != HTTP_DONE || answer.status != 200)
            continue;
        report(doctor, DOCTOR_FAIL, "signature",
               "the server expects %.*s, and the platform signs %.*s: set public_url = %.*s there",
               STR_ARGS(candidates[i]), STR_ARGS(doctor->url), STR_ARGS(doctor->url));
        return;
    }
    report(doctor, DOCTOR_FAIL, "signature",
           "the server refuses it: it has another key, or sees another address; its log names the address (401: tried "
           "for ...)");
}

/* Bodies must come through as they were sent, and nothing may get through unsigned. */
static void look_at_posts(struct doctor *doctor)
{
    struct question question = { .target = STR("/voice.fcgi"),
                                 .body = STR("To=" ASKER "&From=" ASKER "&Words=a+b%2Bc%26d%C3%A9"),
                                 .signed_as = doctor->url };
    struct http_response answer;
    struct error why;
    if (ask(doctor, &question, &answer, &why) != HTTP_DONE || answer.status != 200)
        report(doctor, DOCTOR_FAIL, "signature",
               "valid without a body, and invalid with one: a proxy changes the body");
    else
        report(doctor, DOCTOR_OK, "signature", "accepted, with and without a body");
    question.signed_as = (struct str){ NULL, 0 };
    if (ask(doctor, &question, &answer, &why) == HTTP_DONE && answer.status != 401)
        report(doctor, DOCTOR_FAIL, "unsigned", "a request without a signature gets %ld, not 401%s", answer.status,
               answer.status == 200 ? ": remove unsigned = accept" : "");
    else
        report(doctor, DOCTOR_OK, "unsigned", "refused with 401");
}

void doctor_check_http(struct doctor *doctor)
{
    struct url url;
    long slowest_ms = 0;
    size_t taken = 0;
    const char *refuser = NULL;
    if (doctor->url.length == 0) {
        report(doctor, DOCTOR_FAIL, "public address",
               "no public_url is configured: signatures are invalid behind a proxy: set it, such as "
               "https://phone.example.com/hooks");
        return;
    }
    if (!url_split(doctor->url, &url)) {
        report(doctor, DOCTOR_FAIL, "public address", "%.*s is not an http(s) address", STR_ARGS(doctor->url));
        return;
    }
    look_at_address(doctor, &url);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        enum reached reached = look_at_program(doctor, programs[i], &slowest_ms);
        if (reached == REACHED_NOTHING)
            return; /* nor will the others */
        taken += reached == REACHED;
        refuser = reached == REACHED_REFUSED && refuser == NULL ? programs[i] : refuser;
    }
    if (taken == sizeof programs / sizeof *programs)
        report(doctor,
               slowest_ms > TOO_SLOW_MS ? DOCTOR_FAIL
               : slowest_ms > SLOW_MS   ? DOCTOR_WARN
                                        : DOCTOR_OK,
               "public address", "%.*s: all five programs answer, the slowest in %ld ms", STR_ARGS(doctor->url),
               slowest_ms);
    if (signature_keys_count(doctor->service->keys) == 0)
        return;
    if (refuser != NULL)
        explain_refusal(doctor, &url, refuser);
    else if (taken > 0)
        look_at_posts(doctor);
}
