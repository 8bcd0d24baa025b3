#include "promise.h"

#include <stdio.h>

#include "../fixture.h"
#include "service/actions.h"
#include "service/outcome.h"
#include "service/on.h"
#include "service/privacy.h"

#define BASE                                                                                                           \
    "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nsigning_key = PSK_0123456789abcdef\n"                   \
    "[line desk]\nnumbers = +15559870002\nvoice = a\n[line other]\nvoice = a\n[announce a]\nprompt = x\n"

static struct fixture fixture;

static struct form form_of(const char *body)
{
    struct form_limits limits = { 1000, 65536 };
    struct form form;
    struct error why;
    assert_int_equal(form_parse(fixture.arena, str_of(body), &limits, &form, &why), 0);
    return form;
}

/* The actions that the event orders, the last section's first, separated by spaces. */
static struct str orders(const char *body)
{
    struct form form = form_of(body);
    struct event event = event_from_callback(fixture.arena, &form, STR(""), str_of(body));
    struct str all = STR("");
    event.line = STR("desk");
    event.received_us = 1000;
    on_request_jobs(fixture.service->on, fixture.arena, &form, service_line(fixture.service, STR("desk")), &event);
    for (const struct job_request *order = event.job_requests; order != NULL; order = order->next)
        all = arena_format(fixture.arena, "%.*s%s%.*s", STR_ARGS(order->action), all.length > 0 ? ", " : "",
                           STR_ARGS(all));
    return all;
}

#define COMPLETED                                                                                                      \
    "CallSid=c&CallStatus=completed&From=%2B15551230001&To=%2B15559870002&CallDuration=61&SequenceNumber=3"

static void names(void **state)
{
    (void)state;
    fixture_begin(&fixture,
                  BASE "[on call.completed]\nrun = /a\n[on call.completed again]\nrun = /b\nmail = a@b.example\n"
                       "[on call.*]\nrun = /c\n[on *]\nrun = /d\n[on call.busy]\nrun = /e\n[on message.*]\nrun = /f\n");
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    assert_text(
        orders(COMPLETED),
        "on call.completed/run, on call.completed again/mail, on call.completed again/run, on call.*/run, on */run");
    assert_text(orders("MessageSid=m&MessageStatus=sent"), "on message.*/run, on */run");
    assert_text(orders("What=ever"), "on */run");
    assert_true(on_has_handler(fixture.service->on, "call.missed"));
    fixture_end(&fixture);
    fixture_begin(&fixture, BASE "[on call.completed]\nrun = /a\n");
    assert_false(on_has_handler(fixture.service->on, "call.missed"));
    fixture_end(&fixture);
}

static void filters(void **state)
{
    static const struct {
        const char *keys;
        bool fits;
    } cases[] = {
        { "line = desk", true },
        { "line = Other, DESK", true },
        { "line = other", false },
        { "number = +1 (555) 123-0001", true },
        { "number = +1555123*", true },
        { "number = +15559870002", true },
        { "number = +1666*", false },
        { "state = completed", true },
        { "state = busy, failed", false },
        { "min_duration = 1m", true },
        { "min_duration = 2m", false },
        { "max_duration = 61", true },
        { "max_duration = 60", false },
        { "min_duration = 30\nmax_duration = 90\nline = desk\nstate = completed", true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char config[1024];
        snprintf(config, sizeof config, BASE "[on call.completed]\nrun = /a\n%s\n", cases[i].keys);
        fixture_begin(&fixture, config);
        if ((orders(COMPLETED).length > 0) != cases[i].fits)
            fail_msg("%s", cases[i].keys);
        fixture_end(&fixture);
    }
}

/* A recording says no numbers: who called is found out when the job is done. */
static void numbers_later(void **state)
{
    (void)state;
    fixture_begin(&fixture, BASE "[on recording.completed]\nrun = /a\nnumber = +15551230001\n");
    assert_text(orders("RecordingSid=r&RecordingStatus=completed&CallSid=c"), "on recording.completed/run");
    struct str verb;
    const struct section *section =
        actions_find(fixture.service->config, 0, STR("on recording.completed/run"), &verb);
    assert_non_null(section);
    assert_text(verb, "run");
    struct form form = form_of("RecordingSid=r");
    struct event event = { .from = STR("+15551230001"), .state = STR("completed") };
    assert_true(on_matches(section, &event, &form));
    event.from = STR("+15550000000");
    assert_false(on_matches(section, &event, &form));
    assert_null(actions_find(fixture.service->config, 0, STR("on recording.failed/run"), &verb));
    assert_null(actions_find(fixture.service->config, 0, STR("no slash"), &verb));
    fixture_end(&fixture);
}

static size_t derive_orders(const char *body)
{
    struct form form = form_of(body);
    struct event event = event_from_callback(fixture.arena, &form, STR(""), str_of(body));
    size_t count = 0;
    event.received_us = 0;
    derive_request_jobs(fixture.service, fixture.arena, &form, &event);
    for (const struct job_request *order = event.job_requests; order != NULL; order = order->next)
        count++;
    return count;
}

static void derives(void **state)
{
    (void)state;
    fixture_begin(&fixture, BASE "[on call.missed]\nrun = /a\n[on message.stuck]\nrun = /a\n");
    assert_int_equal(derive_orders(COMPLETED "&Direction=inbound"), 1);
    assert_int_equal(derive_orders(COMPLETED), 1); /* the number's own callback says no direction */
    assert_int_equal(derive_orders(COMPLETED "&Direction=outbound-dial&ParentCallSid=p"), 0);
    assert_int_equal(derive_orders("CallSid=c&CallStatus=ringing"), 0);
    assert_int_equal(derive_orders("MessageSid=m&MessageStatus=sent"), 1);
    assert_int_equal(derive_orders("MessageSid=m&MessageStatus=delivered"), 0);
    fixture_end(&fixture);
    fixture_begin(&fixture, BASE);
    assert_int_equal(derive_orders(COMPLETED), 0); /* nobody waits for it */
    fixture_end(&fixture);
}

static struct event kept(const char *body)
{
    struct form form = form_of(body);
    struct event event = event_from_callback(fixture.arena, &form, STR(""), str_of(body));
    event.parameters = str_of(body);
    privacy_apply(fixture.service, fixture.arena, &form, &event);
    return event;
}

#define PRIVATE "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nsigning_key = PSK_0123456789abcdef\n"

static void privacy(void **state)
{
    static const char text[] =
        "MessageSid=m&MessageStatus=sent&From=%2B15551230001&To=%2B15559870002&Body=secret&CallerName=Ada";
    (void)state;
    fixture_begin(&fixture, PRIVATE);
    assert_text(kept(text).parameters, text);
    fixture_end(&fixture);
    fixture_begin(&fixture, PRIVATE "keep_body = no\n");
    assert_text(kept(text).parameters,
                "MessageSid=m&MessageStatus=sent&From=%2B15551230001&To=%2B15559870002&CallerName=Ada");
    fixture_end(&fixture);
    fixture_begin(&fixture, PRIVATE
                  "keep_numbers = masked\n[line desk]\nnumbers = +15559870002\nvoice = a\n[announce a]\nprompt = x\n");
    struct event event = kept(text);
    assert_text(event.parameters,
                "MessageSid=m&MessageStatus=sent&From=%2B%2A%2A%2A%2A%2A%2A%2A%2A%2A01&To=%2B15559870002&Body=secret");
    assert_text(event.from, "+*********01");
    assert_text(event.to, "+15559870002");
    fixture_end(&fixture);
}

static void refusals(void **state)
{
    (void)state;
    fixture_expect_error(BASE "[on call.mised]\nrun = /a\n", "no event is called 'call.mised'");
    fixture_expect_error(BASE "[on call.missed]\nrun = /a\nline = desk, dekc\n",
                         "line: no line is called 'dekc'; did you mean 'desk'?");
    fixture_expect_error(BASE "[on call.missed]\nrun = /a\nnumber = +1555x*\n", "'+1555x*' is not a number");
    fixture_expect_error(BASE "[on call.missed]\nrun = /a\nnumber = 555 1234\n",
                         "'555 1234' lacks '+' and the country code");
    fixture_expect_error(BASE "[on call.missed]\nrun = /a\nmin_duration = 2m\nmax_duration = 60\n",
                         "min_duration is more than max_duration; lower the one or raise the other");
    fixture_expect_error(BASE "[on message.received]\nfetch = x\nfetch_size = 0\n", "fetch_size: 0 is out of range; expected 1 to");
    fixture_expect_error(BASE "[work]\nfetch_hosts = http://media.example.com\n",
                         "fetch_hosts: 'http://media.example.com' is not a host; expected its name alone");
    fixture_expect_error(BASE "[work]\nfetch_hosts = signalwire.com, media.example.com/a\n", "'media.example.com/a' is not a host");
    fixture_expect_error(BASE "[voicemail v]\nurgent_key = 4\n", "expected review = TEXT too");
    fixture_expect_error(BASE "[on call.missed]\n", "no action is given");
    fixture_expect_error(BASE "[on call.missed]\nrun = a b\n", "not an absolute path");
    fixture_expect_error(BASE "[on call.missed]\nmail = a b@c\n", "is not an address");
    fixture_expect_error(BASE "[on call.missed]\nmail = -oQ/tmp@c\n", "is not an address");
    fixture_expect_error(BASE "[on call.missed]\nfetch = x\nname = ../{{sid}}\n", "the name of a file cannot contain");
    fixture_expect_error(BASE "[on call.missed]\npost = https://x/y\nsecret = a\nsecret_file = b\n", "not both");
    fixture_expect_error(BASE "[voicemail v]\nmail = nobody\n", "is not an address");
    fixture_expect_error(BASE "[on]\nrun = /a\n", "needs a name");
}

static const struct CMUnitTest promises[] = {
    PROMISE("orders what every section that names the event, its kind or all says", names),
    PROMISE("lets line, number, state and duration decide", filters),
    PROMISE("decides by number later where the event says none", numbers_later),
    PROMISE("has what follows found out only where somebody waits for it", derives),
    PROMISE("leaves out what is not to be kept, and masks all numbers but one's own", privacy),
    PROMISE("refuses actions that cannot be", refusals),
};

KEEP_PROMISES(promises)
