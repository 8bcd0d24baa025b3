#include "played.h"

#define QUEUE                                                                                                          \
    HEAD "voice = q\n[queue q]\nqueue = support\nprompt = Please hold.\nposition = You are number {{QueuePosition}}, " \
         "about {{Waiting}} minutes.\n"                                                                                \
         "music = https://h/one.mp3\nmusic.2 = https://h/two.mp3\nmax_wait = 10m\nmax_length = 3\nleave_key = "        \
         "1\nleave = box\n"                                                                                            \
         "too_long = late\nfull = many\n[announce box]\nprompt = Box.\n[announce late]\nprompt = Late.\n[announce "    \
         "many]\nprompt = Many.\n"
#define WAITS TALK "&QueueSid=q1&QueuePosition=2&QueueTime=30&AvgQueueTime=240&CurrentQueueSize=3"

static void waits(void **state)
{
    (void)state;
    begin(QUEUE);
    struct str answer = post("voice.fcgi", RING);
    assert_contains(answer, "<Enqueue action=\"https://pbx.example.com/hooks/voice.fcgi/desk/q/left\" "
                            "waitUrl=\"https://pbx.example.com/hooks/voice.fcgi/desk/q/wait\">support</Enqueue>");
    answer = post("voice.fcgi/desk/q/wait", WAITS);
    assert_contains(answer, ">You are number 2, about 3 minutes.<");
    assert_contains(answer, "<Play>https://h/one.mp3</Play>");
    assert_contains(answer, "<Play>https://h/two.mp3</Play>");
    assert_contains(answer, "q/key\"");
    assert_contains(post("voice.fcgi/desk/q/key", WAITS "&Digits=1"), "<Leave/>");
    assert_contains(post("voice.fcgi/desk/q/key", WAITS), "two.mp3");
    assert_contains(post("voice.fcgi/desk/q/left", TALK "&QueueResult=leave&QueueTime=95"), ">Box.<");
    fixture_end(&fixture);
}

static void ends(void **state)
{
    (void)state;
    begin(QUEUE);
    assert_contains(post("voice.fcgi/desk/q/wait", TALK "&QueueTime=600&QueuePosition=1"), "<Leave/>");
    assert_contains(post("voice.fcgi/desk/q/left", TALK "&QueueResult=leave&QueueTime=600"), ">Late.<");
    assert_contains(post("voice.fcgi/desk/q/left", TALK "&QueueResult=queue-full"), ">Many.<");
    assert_contains(post("voice.fcgi/desk/q/left", TALK "&QueueResult=error"), "nobody can take your call");
    assert_contains(post("voice.fcgi/desk/q/left", TALK "&QueueResult=bridged"), "<Hangup/>");
    assert_lacks(post("voice.fcgi/desk/q/left", TALK "&QueueResult=hangup"), "<Hangup/>");
    fixture_end(&fixture);
}

static void is_full(void **state)
{
    (void)state;
    begin_with_store(QUEUE);
    assert_contains(post("voice.fcgi", RING), "<Enqueue");
    post("voice.fcgi/desk/q/wait", WAITS);
    assert_contains(post("voice.fcgi", RING), ">Many.<");
    post("voice.fcgi/desk/q/left", TALK "&QueueResult=bridged");
    assert_contains(post("voice.fcgi", RING), "<Enqueue");
    fixture_end(&fixture);
}

#define AGENT                                                                                                          \
    HEAD "voice = a\n[agent a]\nqueue = support\npin = 4711\nwhisper = You are next.\nidle = Press 1 for the "         \
         "next.\notherwise = no\n[announce no]\nprompt = No.\n"

static void agents_take(void **state)
{
    (void)state;
    begin(AGENT);
    assert_contains(post("voice.fcgi", RING), "a/pin?try=1\"");
    struct str answer = post("voice.fcgi/desk/a/pin?try=1", TALK "&Digits=4711");
    assert_contains(answer, "<Queue url=\"https://pbx.example.com/hooks/voice.fcgi/desk/a/whisper\">support</Queue>");
    assert_contains(post("voice.fcgi/desk/a/whisper", TALK), ">You are next.</Say>\n</Response>");
    assert_contains(post("voice.fcgi/desk/a/ended", TALK "&DialCallStatus=completed"), ">Press 1 for the next.<");
    assert_contains(post("voice.fcgi/desk/a/again", TALK "&Digits=1"), "<Queue");
    assert_contains(post("voice.fcgi/desk/a/again?silence=2", TALK), "silence=3\"");
    assert_contains(post("voice.fcgi/desk/a/again?silence=60", TALK), "<Hangup/>");
    assert_contains(post("voice.fcgi/desk/a/pin?try=1", TALK "&Digits=4712"), "That PIN is not right");
    assert_contains(post("voice.fcgi/desk/a/pin?try=3", TALK "&Digits=4712"), ">No.<");
    fixture_end(&fixture);
    begin(HEAD "voice = a\n[agent a]\nqueue = support\nfrom = +15551230001\n");
    assert_contains(post("voice.fcgi", RING), "<Queue>support</Queue>");
    assert_contains(post("voice.fcgi", "CallSid=c1&CallStatus=ringing&From=%2B15551230002&To=%2B15559870002"),
                    "<Hangup/>");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = a\n[agent a]\nqueue = support\n", "anyone could take these calls");
}

static void pins_lock(void **state)
{
    (void)state;
    begin_with_store(AGENT);
    for (int i = 0; i < 10; i++)
        assert_contains(post("voice.fcgi/desk/a/pin?try=1", TALK "&Digits=0000"), "not right");
    assert_lacks(post("voice.fcgi/desk/a/pin?try=1", TALK "&Digits=4711"), "<Queue");
    fixture.now_us += 901 * 1000000LL;
    assert_contains(post("voice.fcgi/desk/a/pin?try=1", TALK "&Digits=4711"), "<Queue");
    fixture_end(&fixture);
}

static void see_digits(void *context, const struct store_row *row)
{
    if (str_find(row->event.parameters, STR("Digits")) < row->event.parameters.length)
        *(bool *)context = true;
}

static void pins_are_not_kept(void **state)
{
    struct store_filter all = { .limit = 0 };
    struct error why;
    bool seen = false;
    (void)state;
    begin_with_store(AGENT);
    post("voice.fcgi/desk/a/pin?try=1", TALK "&Digits=4711");
    assert_int_equal(store_list_events(fixture.store, &all, see_digits, &seen, &why), 0);
    assert_false(seen);
    post("voice.fcgi/desk/a/again", TALK "&Digits=1");
    assert_int_equal(store_list_events(fixture.store, &all, see_digits, &seen, &why), 0);
    assert_true(seen);
    fixture_end(&fixture);
}

static const struct CMUnitTest promises[] = {
    PROMISE("who waits hears music, a place and an expected time, and leaves with a key", waits),
    PROMISE("waiting ends after its longest time, when the queue is full, and with a conversation", ends),
    PROMISE("a queue takes no more than its longest length", is_full),
    PROMISE("agents take waiting callers one after the other, with a PIN or from their numbers", agents_take),
    PROMISE("wrong PINs lock a node for a quarter of an hour", pins_lock),
    PROMISE("a typed PIN is kept nowhere, other keys are", pins_are_not_kept),
};

KEEP_PROMISES(promises)
