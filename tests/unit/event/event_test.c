#include "promise.h"

#include "../fixture.h"
#include "event/event.h"

static struct event told(struct arena *arena, const char *sample, const char *path_kind)
{
    struct form_limits limits = { 1000, 65536 };
    struct form *form = ARENA_NEW(arena, struct form);
    struct error why;
    struct str body = str_trim(fixture_data(arena, arena_format(arena, "samples/%s.form", sample).at));
    assert_int_equal(form_parse(arena, body, &limits, form, &why), 0);
    return event_from_callback(arena, form, str_of(path_kind), body);
}

static void samples(void **state)
{
    static const struct {
        const char *sample, *name;
        long rank, sequence;
    } expected[] = {
        { "status-call-initiated", "call.initiated", 1, 0 },
        { "status-call-ringing", "call.ringing", 2, 1 },
        { "status-call-in-progress", "call.in-progress", 3, 2 },
        { "status-call-completed", "call.completed", 4, 3 },
        { "status-inbound-call", "call.completed", 4, -1 },
        { "status-message-queued", "message.queued", 0, -1 },
        { "status-message-sending", "message.sending", 1, -1 },
        { "status-message-sent", "message.sent", 2, -1 },
        { "status-message-delivered", "message.delivered", 3, -1 },
        { "status-message-undelivered", "message.undelivered", 3, -1 },
        { "status-message-failed", "message.failed", 3, -1 },
        { "recording-in-progress", "recording.in-progress", 0, -1 },
        { "recording-completed", "recording.completed", 1, -1 },
        { "recording-absent", "recording.absent", 1, -1 },
        { "recording-failed", "recording.failed", 1, -1 },
        { "transcription-completed", "transcription.completed", 1, -1 },
        { "conference-join", "conference.participant-join", 0, -1 },
        { "fax-received", "fax.received", 3, -1 },
        { "fax-failed", "fax.failed", 3, -1 },
        { "enqueue-leave", "queue.leave", 0, -1 },
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct event event = told(arena, expected[i].sample, "");
        assert_text(event.name, expected[i].name);
        assert_int_equal(event.rank, expected[i].rank);
        assert_int_equal(event.sequence, expected[i].sequence);
        assert_true(event.sid.length == 36);
    }
    arena_free(arena);
}

static struct event told_of(struct arena *arena, const char *body, const char *path_kind)
{
    struct form_limits limits = { 1000, 65536 };
    struct form *form = ARENA_NEW(arena, struct form);
    struct error why;
    assert_int_equal(form_parse(arena, str_of(body), &limits, form, &why), 0);
    return event_from_callback(arena, form, str_of(path_kind), str_of(body));
}

static void kinds(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_text(told_of(arena, "StreamSid=s&StreamEvent=stream-error&CallSid=c&CallStatus=in-progress", "").name,
                "stream.error");
    assert_text(told_of(arena, "SmsSid=s&SmsStatus=sent&CallSid=c", "").name, "message.sent");
    assert_text(told_of(arena, "CallSid=c&CallStatus=completed&RecordingSid=r&RecordingUrl=u", "").name,
                "call.completed");
    assert_text(told_of(arena, "CallSid=c&CallStatus=completed&RecordingSid=r&RecordingStatus=completed", "").name,
                "recording.completed");
    assert_text(told_of(arena, "CallSid=c&CallStatus=completed&RecordingSid=r&RecordingStatus=completed", "call").name,
                "call.completed");
    assert_text(told_of(arena, "CallSid=c&CallStatus=teleported", "").name, "call.teleported");
    arena_free(arena);
}

static void unknown(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    struct event one = told_of(arena, "What=1", ""), other = told_of(arena, "What=2", ""),
                 again = told_of(arena, "What=1", "");
    assert_text(one.name, "other.received");
    assert_true(str_equal(one.sid, again.sid));
    assert_false(str_equal(one.sid, other.sid));
    assert_text(told_of(arena, "CallSid=%3Cscript%3E&CallStatus=completed", "").name, "other.received");
    assert_text(told_of(arena, "CallSid=a&CallStatus=x%0Ay", "").name, "other.received");
    arena_free(arena);
}

static void marks(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    struct event one = told_of(arena, "CallSid=a&CallStatus=ringing&SequenceNumber=1&Timestamp=x", "");
    struct event again = told_of(arena, "Timestamp=y&SequenceNumber=1&CallSid=a&CallStatus=ringing", "");
    struct event next = told_of(arena, "CallSid=a&CallStatus=ringing&SequenceNumber=2", "");
    assert_true(str_equal(one.dedup_key, again.dedup_key));
    assert_false(str_equal(one.dedup_key, next.dedup_key));
    struct event sent = told_of(arena, "MessageSid=m&MessageStatus=sent&To=1", "");
    struct event same = told_of(arena, "To=1&MessageStatus=sent&MessageSid=m", "");
    assert_true(str_equal(sent.dedup_key, same.dedup_key));
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("names every callback that the platform sends, with its rank and sequence", samples),
    PROMISE("tells kinds that share parameters apart, by what they hold and by their address", kinds),
    PROMISE("keeps a callback of no known kind under a name of its own", unknown),
    PROMISE("knows a repeat by its sequence number, or else by its content", marks),
};

KEEP_PROMISES(promises)
