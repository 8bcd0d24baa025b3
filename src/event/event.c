#include "event/event.h"

#include <string.h>

#include "base/digest.h"
#include "base/str.h"

enum { SID_MAX_BYTES = 64, WORD_MAX_BYTES = 64, SEQUENCE_MAX = 1000000, EVENT_NAMES_MAX = 3 };

/* --- every kind of callback, how it is told, and the rank of its states --- */

struct event_state {
    const char *state, *name; /* "in-progress"; the end of the event's name where it is not the state */
    long rank;
};

struct event_kind {
    const char *name;
    const char *sids[EVENT_NAMES_MAX];   /* parameters that may hold its sid */
    const char *states[EVENT_NAMES_MAX]; /* parameters that may hold its state */
    bool has_current;                    /* has a current row */
    const struct event_state *known;     /* ended by a NULL state; others are kept too, with rank 0 */
};

static const struct event_state transcription_states[] = {
    { "in-progress", NULL, 0 }, { "completed", NULL, 1 }, { "failed", NULL, 1 }, { NULL, NULL, 0 }
};
static const struct event_state recording_states[] = { { "in-progress", NULL, 0 },
                                                       { "completed", NULL, 1 },
                                                       { "absent", NULL, 1 },
                                                       { "failed", NULL, 1 },
                                                       { NULL, NULL, 0 } };
static const struct event_state stream_states[] = { { "stream-started", "started", 0 },
                                                    { "stream-stopped", "stopped", 1 },
                                                    { "stream-error", "error", 1 },
                                                    { NULL, NULL, 0 } };
static const struct event_state fax_states[] = {
    { "queued", NULL, 0 },    { "processing", NULL, 1 }, { "sending", NULL, 2 },   { "receiving", NULL, 2 },
    { "delivered", NULL, 3 }, { "received", NULL, 3 },   { "no-answer", NULL, 3 }, { "busy", NULL, 3 },
    { "failed", NULL, 3 },    { "canceled", NULL, 3 },   { NULL, NULL, 0 }
};
static const struct event_state message_states[] = { { "queued", NULL, 0 },      { "receiving", NULL, 0 },
                                                     { "sending", NULL, 1 },     { "sent", NULL, 2 },
                                                     { "received", NULL, 3 },    { "delivered", NULL, 3 },
                                                     { "undelivered", NULL, 3 }, { "failed", NULL, 3 },
                                                     { NULL, NULL, 0 } };
static const struct event_state call_states[] = { { "queued", NULL, 0 },    { "initiated", NULL, 1 },
                                                  { "ringing", NULL, 2 },   { "in-progress", NULL, 3 },
                                                  { "completed", NULL, 4 }, { "busy", NULL, 4 },
                                                  { "failed", NULL, 4 },    { "no-answer", NULL, 4 },
                                                  { "canceled", NULL, 4 },  { NULL, NULL, 0 } };
static const struct event_state any_states[] = { { NULL, NULL, 0 } };

/* A callback of a call may speak of its recording, a text sent from a call of that call: the more special kind is tried
 * first, and each needs both its sid and its state. */
static const struct event_kind event_kinds[] = {
    { "transcription", { "TranscriptionSid" }, { "TranscriptionStatus" }, true, transcription_states },
    { "conference", { "ConferenceSid" }, { "StatusCallbackEvent" }, false, any_states },
    { "stream", { "StreamSid" }, { "StreamEvent" }, false, stream_states },
    { "recording", { "RecordingSid" }, { "RecordingStatus" }, true, recording_states },
    { "fax", { "FaxSid" }, { "FaxStatus" }, true, fax_states },
    { "message", { "MessageSid", "SmsSid" }, { "MessageStatus", "SmsStatus" }, true, message_states },
    { "queue", { "QueueSid" }, { "QueueResult" }, false, any_states },
    { "call", { "CallSid" }, { "CallStatus" }, true, call_states },
    { NULL, { NULL }, { NULL }, false, NULL },
};

/* --- events --- */

static struct str first_of(const struct form *form, const char *const names[EVENT_NAMES_MAX])
{
    for (size_t i = 0; i < EVENT_NAMES_MAX && names[i] != NULL; i++) {
        struct str value = form_value(form, names[i]);
        if (value.length > 0)
            return value;
    }
    return STR("");
}

static bool is_word(struct str text, size_t max)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c != '-' && c != '_')
            return false;
    }
    return text.length > 0 && text.length <= max;
}

static const struct event_kind *find_kind(struct str name)
{
    for (const struct event_kind *kind = event_kinds; kind->name != NULL; kind++)
        if (str_is(name, kind->name))
            return kind;
    return NULL;
}

static bool fits(const struct event_kind *kind, const struct form *form)
{
    return is_word(first_of(form, kind->sids), SID_MAX_BYTES) && is_word(first_of(form, kind->states), WORD_MAX_BYTES);
}

static const struct event_kind *tell_kind(const struct form *form, struct str path_kind)
{
    const struct event_kind *named = find_kind(path_kind);
    if (named != NULL && fits(named, form))
        return named;
    for (const struct event_kind *kind = event_kinds; kind->name != NULL; kind++)
        if (fits(kind, form))
            return kind;
    return NULL;
}

static struct str digest_form(struct arena *arena, const struct form *form, struct str address)
{
    struct form sorted = form_sorted(arena, form);
    struct buffer list = buffer_in(arena);
    digest_add(&list, address);
    for (size_t i = 0; i < sorted.count; i++) {
        digest_add(&list, sorted.at[i].name);
        digest_add(&list, sorted.at[i].value);
    }
    return digest_of(&list);
}

/* As a database takes it as text: the parameters hold what came. */
static struct str limited(struct arena *arena, const struct form *form, const char *name)
{
    return utf8_repair(arena, str_upto(form_value(form, name), 256));
}

static struct event common(struct arena *arena, const struct form *form)
{
    return (struct event){ .sequence = -1,
                           .from = limited(arena, form, "From"),
                           .to = limited(arena, form, "To"),
                           .parent_sid = limited(arena, form, "ParentCallSid") };
}

static const struct event_state *set_state(struct event *event, const struct event_kind *kind, struct str state)
{
    const struct event_state *known = kind->known;
    while (known->state != NULL && !str_is(state, known->state))
        known++;
    event->kind = str_of(kind->name);
    event->has_current = kind->has_current;
    event->state = state;
    event->rank = known->rank;
    return known;
}

struct event event_from_callback(struct arena *arena, const struct form *form, struct str path_kind, struct str raw)
{
    struct event event = common(arena, form);
    const struct event_kind *kind = tell_kind(form, path_kind);
    if (kind == NULL) {
        event.kind = STR("other");
        event.name = STR("other.received");
        event.sid = event.dedup_key = event.cause = digest_form(arena, form, raw);
        return event;
    }
    const struct event_state *known = set_state(&event, kind, first_of(form, kind->states));
    event.sid = first_of(form, kind->sids);
    struct str ending = known->name != NULL ? str_of(known->name) : event.state;
    event.name = ARENA_JOIN(arena, event.kind, STR("."), ending);
    if (event.parent_sid.length == 0 && !str_is(event.kind, "call"))
        event.parent_sid = limited(arena, form, "CallSid");
    unsigned long sequence;
    if (str_to_number(form_value(form, "SequenceNumber"), SEQUENCE_MAX, &sequence)) {
        event.sequence = (long)sequence;
        event.dedup_key = arena_format(arena, "%.*s#%lu", STR_ARGS(event.name), sequence);
    } else {
        event.dedup_key = ARENA_JOIN(arena, event.name, STR(" "), digest_form(arena, form, STR("")));
    }
    event.cause = kind->has_current ? event.name : event.dedup_key;
    if (str_is(event.kind, "transcription"))
        event.wakes = limited(arena, form, "RecordingSid");
    return event;
}

struct event event_from_request(struct arena *arena, const struct form *form, const char *name, const char *state,
                                struct str address)
{
    struct event event = common(arena, form);
    struct str whole = str_of(name);
    const struct event_kind *kind = find_kind(str_upto(whole, str_find_char(whole, '.')));
    struct str said = kind == NULL ? STR("") : first_of(form, kind->states);
    struct str digest = digest_form(arena, form, address);
    if (kind != NULL)
        set_state(&event, kind, is_word(said, WORD_MAX_BYTES) ? said : str_of(state));
    event.name = whole;
    event.sid = kind == NULL ? STR("") : first_of(form, kind->sids);
    if (!is_word(event.sid, SID_MAX_BYTES)) {
        event.sid = digest;
        event.has_current = false;
    }
    event.dedup_key = event.cause = ARENA_JOIN(arena, whole, STR(" "), digest);
    return event;
}

struct event event_derive(const struct event *from, const char *name)
{
    struct event event = *from;
    event.name = event.dedup_key = event.cause = str_of(name);
    event.rank = event.sequence = -1; /* it says nothing of the item's state */
    event.has_current = false;
    event.origin = STR("derived");
    event.answer = event.wakes = STR("");
    event.job_requests = NULL;
    event.also = NULL;
    return event;
}

void event_texts(struct event *event, struct str *texts[EVENT_TEXTS])
{
    struct str *const all[EVENT_TEXTS] = { &event->kind,       &event->name,       &event->sid,   &event->dedup_key,
                                           &event->state,      &event->line,       &event->from,  &event->to,
                                           &event->parent_sid, &event->parameters, &event->cause, &event->origin,
                                           &event->answer,     &event->wakes };
    memcpy(texts, all, sizeof all);
}

struct event event_copy(struct arena *arena, const struct event *event)
{
    struct event copy = *event;
    struct str *texts[EVENT_TEXTS];
    event_texts(&copy, texts);
    for (size_t i = 0; i < EVENT_TEXTS; i++)
        *texts[i] = arena_copy(arena, *texts[i]);
    copy.job_requests = NULL;
    copy.also = NULL;
    return copy;
}

const char *event_kind_name(size_t position)
{
    static const char other[] = "other";
    for (const struct event_kind *kind = event_kinds;; kind++, position--)
        if (position == 0 || kind->name == NULL)
            return kind->name != NULL ? kind->name : position == 0 ? other : NULL;
}

const char *event_state_name(size_t position)
{
    for (const struct event_kind *kind = event_kinds; kind->name != NULL; kind++)
        for (const struct event_state *known = kind->known; known->state != NULL; known++)
            if (position-- == 0)
                return known->state;
    return NULL;
}

/* Names that are no state of the platform's: requests that were answered, and what follows from others. */
static const char *const own_names[] = { "call.received",      "call.gathered",      "call.dialed",    "call.whispered",
                                         "call.declined",      "call.collected",     "call.connected", "call.queued",
                                         "callback.requested", "call.recorded",      "call.fallback",  "fax.arrived",
                                         "other.received",     "voicemail.received", "call.missed",    "call.abandoned",
                                         "message.stuck",      "form.completed",     "form.expired" };

static bool kind_has(const struct event_kind *kind, struct str ending)
{
    if (str_is(ending, "*") || str_is(ending, "fetched") || kind->known->state == NULL)
        return ending.length > 0;
    for (const struct event_state *known = kind->known; known->state != NULL; known++)
        if (str_is(ending, known->name != NULL ? known->name : known->state))
            return true;
    return false;
}

void event_each_name(struct arena *arena, void (*offer)(void *context, struct str name), void *context)
{
    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++)
        offer(context, str_of(own_names[i]));
    for (const struct event_kind *kind = event_kinds; kind->name != NULL; kind++) {
        for (const struct event_state *known = kind->known; known->state != NULL; known++)
            offer(context, arena_format(arena, "%s.%s", kind->name, known->name != NULL ? known->name : known->state));
        offer(context, arena_format(arena, "%s.*", kind->name));
    }
}

bool event_name_known(struct str name)
{
    size_t dot = str_find_char(name, '.');
    struct str front = str_upto(name, dot), ending = str_from(name, dot + 1);
    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++)
        if (str_is(name, own_names[i]))
            return true;
    const struct event_kind *kind = find_kind(front);
    return str_is(name, "*") || str_is(name, "voicemail.*") || str_is(name, "form.*") || str_is(name, "other.*") ||
           (kind != NULL && kind_has(kind, ending));
}
