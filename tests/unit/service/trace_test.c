#include "promise.h"

#include "service/trace.h"

static void files(void **state)
{
    struct arena *arena = arena_new();
    struct trace trace, again;
    struct error why;
    (void)state;
    assert_int_equal(
        trace_file_parse(arena,
                    STR("# request 17\nPOST https://pbx.example.com/hooks/voice.fcgi/desk?try=1\r\n"
                        "Content-Type: application/x-www-form-urlencoded\r\nX-SignalWire-Signature: old\r\n\r\n"
                        "CallSid=c1&From=%2B15551230001\r\n# answered 200 text/xml\n# <Response/>\n"),
                    &trace, &why),
        0);
    assert_true(str_is(trace.method, "POST"));
    assert_true(str_is(trace.url, "https://pbx.example.com/hooks/voice.fcgi/desk?try=1"));
    assert_true(str_is(trace.body, "CallSid=c1&From=%2B15551230001"));
    trace.answer = STR("<Response>\n<Hangup/></Response>");
    assert_int_equal(trace_file_parse(arena, trace_file_format(arena, &trace), &again, &why), 0);
    assert_true(str_equal(again.body, trace.body));
    assert_true(str_equal(again.url, trace.url));
    assert_int_equal(trace_file_parse(arena, STR("GET https://pbx.example.com/hooks/voice.fcgi?CallSid=c1"), &trace, &why),
                     0);
    assert_int_equal(trace.body.length, 0);
    arena_free(arena);
}

static void mistakes(void **state)
{
    static const struct {
        const char *file, *complaint;
    } wrong[] = {
        { "", "1: expected POST URL" },
        { "\n\nPUT https://x.example/voice.fcgi\n", "3: expected POST URL" },
        { "POST /voice.fcgi\n", "1: expected an address" },
        { "POST https://x.example/voice.fcgi\nCallSid=c1\n", "2: expected Name: value" },
        { "POST https://x.example/voice.fcgi\nContent-Type: text/plain\n",
          "2: expected Content-Type: application/x-www" },
    };
    struct arena *arena = arena_new();
    struct trace trace;
    struct error why;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(trace_file_parse(arena, str_of(wrong[i].file), &trace, &why), -1);
        if (!str_starts(str_of(why.sentence), str_of(wrong[i].complaint)))
            fail_msg("'%s' where '%s' was expected", why.sentence, wrong[i].complaint);
    }
    char *large = arena_alloc(arena, TRACE_FILE_MAX_BYTES + 2);
    for (size_t i = 0; i < TRACE_FILE_MAX_BYTES + 1; i++)
        large[i] = '\n';
    assert_int_equal(trace_file_parse(arena, (struct str){ large, TRACE_FILE_MAX_BYTES + 1 }, &trace, &why), -1);
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("a request in a file is read with what is sent of it, and written so that it is read alike", files),
    PROMISE("says in which line of a file no request stands, and why", mistakes),
};

KEEP_PROMISES(promises)
