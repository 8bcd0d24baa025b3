#include "texted.h"

#define CONFIG STORED "[texts t]\nreplies_per_hour = 1000\nhours = Nine.\nforward = " DESK "\n"

static void there_and_back(void **state)
{
    (void)state;
    texted_begin_with_store(CONFIG "otherwise = We will answer.\n");
    struct str answer =
        text_sid("a1", ANN, "Is {{To}} open?", "&NumMedia=1&MediaUrl0=https%3A%2F%2Ffiles.example.com%2Fa.jpg");
    assert_contains(answer, ">We will answer.<");
    assert_contains(answer, "<Message to=\"" DESK "\" statusCallback=");
    assert_contains(answer, "<Body>1) " ANN ": Is {{To}} open?</Body>");
    assert_contains(answer, "<Media>https://files.example.com/a.jpg</Media>");
    answer = text(DESK, "Yes, until 5");
    assert_contains(answer, "<Message to=\"" ANN "\" statusCallback=");
    assert_contains(answer, ">Yes, until 5<");
    assert_int_equal(texted_count(answer, "<Message"), 1);
    assert_contains(text(DESK, "1) hours"), ">hours<"); /* no keyword: it is for Ann */
    assert_contains(text(DESK, "1 pm works too"), ">1 pm works too<");
    texted_end();
}

static void several_at_once(void **state)
{
    (void)state;
    texted_begin_with_store(CONFIG "otherwise =\n");
    assert_contains(text(ANN, "Hello"), ">1) " ANN ": Hello<");
    assert_contains(text(BOB, "Hi"), ">2) " BOB ": Hi<");
    assert_contains(text(ANN, "Still there?"), ">1) " ANN ": Still there?<");
    struct str answer = text(DESK, "Yes");
    assert_contains(answer, ">Not sent: to whom? Please begin with 1) for " ANN ", 2) for " BOB ".<");
    assert_int_equal(texted_count(answer, "to=\""), 0);
    answer = text(DESK, "2) Yes");
    assert_contains(answer, "to=\"" BOB "\"");
    assert_contains(answer, ">Yes<");
    answer = text(DESK, "#1 No");
    assert_contains(answer, "to=\"" ANN "\"");
    assert_contains(answer, ">No<");
    assert_contains(text(DESK, "2 really"), "to=\"" BOB "\"");
    fixture.now_us += 25 * 60 * MINUTE_US;
    assert_contains(text(DESK, "anybody?"), ">Not sent: nobody has written lately.<");
    texted_end();
}

static void opted_out(void **state)
{
    (void)state;
    texted_begin_with_store(CONFIG "otherwise = Thanks.\n");
    text(ANN, "Hello");
    text(ANN, "STOP");
    struct str answer = text(DESK, "Are you there?");
    assert_contains(answer, ">Not sent: " ANN " wants no messages.<");
    assert_int_equal(texted_count(answer, "to=\"" ANN), 0);
    answer = text(ANN, "But a person may read this"); /* no automatic reply, yet it is not lost */
    assert_contains(answer, ">1) " ANN ": But a person may read this<");
    assert_int_equal(texted_count(answer, "Thanks."), 0);
    text(DESK, "stop");
    assert_contains(text(BOB, "Hello"), ">Thanks.<");
    assert_int_equal(texted_count(text(BOB, "Hello"), DESK), 0);
    texted_end();
}

static void never_for_ever(void **state)
{
    (void)state;
    texted_begin_with_store(CONFIG "forwards_per_hour = 3\notherwise =\n");
    for (int i = 0; i < 3; i++)
        assert_contains(text(ANN, "Auto-reply"), DESK);
    assert_contains(text(ANN, "Auto-reply"), "<Response/>");
    for (int i = 0; i < 3; i++)
        assert_contains(text(DESK, "I am driving"), ANN);
    assert_contains(text(DESK, "I am driving"), "<Response/>");
    fixture.now_us += 61 * MINUTE_US;
    assert_contains(text(ANN, "Hello"), DESK);
    texted_end();
}

static void long_messages(void **state)
{
    char body[1601];
    (void)state;
    memset(body, 'Z', sizeof body - 1);
    body[1600] = '\0';
    texted_begin_with_store(CONFIG "otherwise =\n");
    struct str answer = text(ANN, body);
    assert_int_equal(texted_count(answer, "<Message to=\"" DESK "\""), 2);
    assert_int_equal(texted_count(answer, "Z"), 1600);
    texted_end();
}

static void no_way_back(void **state)
{
    (void)state;
    texted_begin_with_store(CONFIG "otherwise =\n");
    assert_contains(text_sid("c1", "262966", "Your code is 1", "&MediaUrl0=javascript%3Ax"),
                    ">?) 262966: Your code is 1<");
    assert_contains(text(DESK, "What?"), ">Not sent: nobody has written lately.<");
    texted_end();
}

static void mistakes(void **state)
{
    (void)state;
    fixture_expect_error(STORED "[texts t]\nforward = desk@example.com\n",
                         "forward: 'desk@example.com' is not a number");
    fixture_expect_error(HEAD "[texts t]\nforward = " DESK "\n", "forward needs a store");
}

static const struct CMUnitTest promises[] = {
    PROMISE("a message goes on to a telephone with the sender's number, and its reply goes back", there_and_back),
    PROMISE("with several senders a reply goes to the one that it names, and to nobody by guess", several_at_once),
    PROMISE("who has opted out gets no reply, but is still read", opted_out),
    PROMISE("two telephones that answer by themselves stop after so many messages an hour", never_for_ever),
    PROMISE("nothing of a long message is lost on the way", long_messages),
    PROMISE("a short code's message goes on too, though no reply can go back to it", no_way_back),
    PROMISE("reports forwards that cannot be", mistakes),
};

KEEP_PROMISES(promises)
