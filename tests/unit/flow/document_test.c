#include "played.h"

static char path[] = "/tmp/hookswitch-unit-document";

static void with(const char *document)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(document, file);
    fclose(file);
}

#define NODE                                                                                                           \
    HEAD "voice = d\n[document d]\nfile = /tmp/hookswitch-unit-document\nnext = bye\notherwise = no\n"                 \
         "[announce bye]\nprompt = Bye.\n[announce no]\nprompt = No.\n"

static void fills_in(void **state)
{
    (void)state;
    with("<?xml version=\"1.0\"?>\n<!-- ours -->\n<Response>\n <Say voice=\"man\">Hello {{CallerName}} &amp; co</Say>\n"
         " <Play>https://h/a.mp3?from={{From}}</Play>\n <Gather action=\"https://h/next?c={{CallerName}}\" "
         "numDigits=\"1\"><Say>Press</Say></Gather>\n</Response>\n");
    begin(NODE);
    struct str answer = post("voice.fcgi", RING "&CallerName=%3CHangup%2F%3E%26+x");
    assert_contains(answer, "<Say voice=\"man\">Hello &lt;Hangup/&gt;&amp; x &amp; co</Say>");
    assert_contains(answer, "<Play>https://h/a.mp3?from=%2B15551230001</Play>");
    assert_contains(answer, "action=\"https://h/next?c=%3CHangup%2F%3E%26%20x\"");
    assert_contains(answer, ">Bye.<");
    fixture_end(&fixture);
}

static void dials_what_may_be(void **state)
{
    (void)state;
    with("<Response><Dial action=\"https://h/\"><Number>{{Wanted}}</Number></Dial></Response>");
    begin(NODE);
    assert_contains(post("voice.fcgi", RING "&Wanted=%2B15551110001"), "<Number>+15551110001</Number>");
    assert_contains(post("voice.fcgi", RING "&Wanted=%2B19005550100"), ">No.<");
    fixture_end(&fixture);
}

static void is_checked(void **state)
{
    static const struct {
        const char *document, *sentence;
    } cases[] = { { "<Response>", "line 1: " },
                  { "hello", "line 1: " },
                  { "<Answer/>", "line 1: the root is <Answer>; expected <Response>" },
                  { "<Response>\n<Sya>x</Sya></Response>", "line 2: <Sya> is not a cXML element" },
                  { "<Response>\n\n<Say vocie=\"man\">x</Say></Response>", "line 3: <Say> has no attribute 'vocie'" },
                  { "<Response><Dial timeout=\"2\">+15551110001</Dial></Response>", "timeout" },
                  { "<Response><Say>x</Say><Reject/></Response>", "Reject must come first" },
                  { "<Response><Gather/></Response>", "has no action" },
                  { "<Response>text</Response>", "holds text" },
                  { "<!DOCTYPE r [<!ENTITY a \"b\">]><Response><Say>&a;</Say></Response>",
                    "it has a document type" } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        with(cases[i].document);
        fixture_expect_error(NODE, cases[i].sentence);
    }
    unlink(path);
    fixture_expect_error(NODE, "No such file");
}

static void once_a_day(void **state)
{
    (void)state;
    begin_with_store(
        HEAD "voice = a\n[announce a]\nprompt = News.\nonce_a_day = yes\nnext = b\n[announce b]\nprompt = On.\n");
    assert_contains(post("voice.fcgi", RING), ">News.<");
    struct str again = post("voice.fcgi", RING);
    assert_lacks(again, ">News.<");
    assert_contains(again, ">On.<");
    assert_contains(post("voice.fcgi", "CallSid=c2&CallStatus=ringing&From=%2B15551230002&To=%2B15559870002"),
                    ">News.<");
    fixture.now_us += 86400 * 1000000LL;
    assert_contains(post("voice.fcgi", RING), ">News.<");
    fixture_end(&fixture);
}

static const struct CMUnitTest promises[] = {
    PROMISE("a document is answered with {{Name}} filled in, escaped as text and as part of an address", fills_in),
    PROMISE("a document dials no number that may not be", dials_what_may_be),
    PROMISE("a document is checked at load, with the line of what is wrong", is_checked),
    PROMISE("news are announced to a caller once a day", once_a_day),
};

KEEP_PROMISES(promises)
