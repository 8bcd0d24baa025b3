#include "played.h"

#define ROOM                                                                                                           \
    HEAD "voice = c\n[conference c]\nroom = board\npin = 1234\nmoderator_pin = 9876\nwait = https://h/wait.mp3\nbeep " \
         "= enter\nmuted = yes\n"                                                                                      \
         "record = yes\nwait_for_moderator = yes\nend_with_moderator = yes\nlimit = 25\nnext = bye\notherwise = no\n"  \
         "[announce bye]\nprompt = Bye.\n[announce no]\nprompt = No.\n"

static void takes_part(void **state)
{
    (void)state;
    begin(ROOM);
    assert_contains(post("voice.fcgi", RING), "c/pin?try=1\"");
    struct str answer = post("voice.fcgi/desk/c/pin?try=1", TALK "&Digits=1234");
    assert_contains(answer, "<Conference beep=\"onEnter\" muted=\"true\" startConferenceOnEnter=\"false\" "
                            "endConferenceOnExit=\"false\" maxParticipants=\"25\"");
    assert_contains(answer, "waitUrl=\"https://pbx.example.com/hooks/voice.fcgi/desk/c/wait\"");
    assert_contains(answer, "record=\"record-from-start\"");
    assert_contains(answer, ">board</Conference>");
    answer = post("voice.fcgi/desk/c/pin?try=1", TALK "&Digits=9876");
    assert_lacks(answer, "muted");
    assert_contains(answer, "endConferenceOnExit=\"true\"");
    assert_contains(post("voice.fcgi/desk/c/wait", TALK), "<Play>https://h/wait.mp3</Play>\n  <Redirect>");
    assert_contains(post("voice.fcgi/desk/c/left", TALK "&DialCallStatus=answered"), ">Bye.<");
    assert_contains(post("voice.fcgi/desk/c/left", TALK "&DialCallStatus=failed"), ">No.<");
    assert_contains(post("voice.fcgi/desk/c/pin?try=1", TALK "&Digits=12345"), "c/pin?try=2\"");
    assert_contains(post("voice.fcgi/desk/c/pin?try=3", TALK "&Digits=123"), ">No.<");
    assert_contains(post("voice.fcgi/desk/c/pin?try=3", TALK), ">No.<");
    fixture_end(&fixture);
}

static void is_open(void **state)
{
    (void)state;
    begin(HEAD "voice = c\n[conference c]\n");
    assert_contains(post("voice.fcgi", RING), ">c</Conference>");
    fixture_end(&fixture);
    begin(HEAD "voice = c\n[conference c]\nmoderator_pin = 9876\nend_with_moderator = yes\n");
    assert_contains(post("voice.fcgi/desk/c/pin?try=1", TALK), "endConferenceOnExit=\"false\"");
    fixture_end(&fixture);
}

static void mistakes(void **state)
{
    (void)state;
    fixture_expect_error(HEAD "voice = c\n[conference c]\npin = 12\n", "pin: expected 4 to 10 digits");
    fixture_expect_error(HEAD "voice = c\n[conference c]\npin = 1234\nmoderator_pin = 1234\n", "must differ");
    fixture_expect_error(HEAD "voice = c\n[conference c]\nend_with_moderator = yes\n", "nobody could be the moderator");
    fixture_expect_error(HEAD "voice = c\n[conference c]\nwait = Please hold.\n", "text is not spoken to waiting callers");
    fixture_expect_error(HEAD "voice = c\n[conference c]\npin_file = /none\n",
                         "pin_file: /none does not exist: write the secret into it");
}

static void connects(void **state)
{
    (void)state;
    begin(HEAD "voice = v\n[connect v]\nroom = lobby\nnext = bye\n[announce bye]\nprompt = Bye.\n");
    assert_contains(
        post("voice.fcgi", RING),
        "<Connect action=\"https://pbx.example.com/hooks/voice.fcgi/desk/v/ended\">\n    <Room>lobby</Room>");
    assert_contains(post("voice.fcgi/desk/v/ended", TALK), ">Bye.<");
    fixture_end(&fixture);
    begin(HEAD "voice = v\n[connect v]\nstream = wss://ai.example.com/s\ntrack = both\nrealtime = yes\n");
    assert_contains(post("voice.fcgi", RING),
                    "<Stream url=\"wss://ai.example.com/s\" track=\"both_tracks\" realtime=\"true\" statusCallback=");
    fixture_end(&fixture);
    begin(HEAD "voice = v\n[connect v]\nagent = desk-bot\n");
    assert_contains(post("voice.fcgi", RING), "<VirtualAgent connectorName=\"desk-bot\"/>");
    fixture_end(&fixture);
    begin(HEAD "voice = v\n[connect v]\nrefer = sip:a@example.com\notherwise = no\n[announce no]\nprompt = No.\n");
    assert_contains(
        post("voice.fcgi", RING),
        "<Refer action=\"https://pbx.example.com/hooks/voice.fcgi/desk/v/ended\">\n    <Sip>sip:a@example.com</Sip>");
    assert_contains(post("voice.fcgi/desk/v/ended", TALK "&ReferCallStatus=busy"), ">No.<");
    fixture_end(&fixture);
    fixture_expect_error(HEAD "voice = v\n[connect v]\nroom = a\nagent = b\n",
                         "expected one of room, stream, agent and refer");
    fixture_expect_error(HEAD "voice = v\n[connect v]\nstream = https://h/\n", "expected wss://host/path");
}

static const struct CMUnitTest promises[] = {
    PROMISE("who knows the PIN takes part, who knows the moderator's moderates", takes_part),
    PROMISE("a room without a PIN is open, and one with a moderator's alone is to all others", is_open),
    PROMISE("conferences that cannot work are refused", mistakes),
    PROMISE("connect leads to video rooms, streams, agents, and refers sip: calls", connects),
};

KEEP_PROMISES(promises)
