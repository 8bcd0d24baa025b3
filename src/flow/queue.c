/* [queue NAME]: callers wait in a queue with music and position announcements until an agent takes them. */
#include <stddef.h>

#include "flow/kinds.h"

enum { ROOM_MAX_BYTES = 100, LENGTH_MAX = 10000, SIZE_S = 120 };

struct queue {
    struct str queue; /* its name on the platform */
    struct prompt *prompt, *position, *music;
    long every_s, max_wait_s, max_length;
    struct str leave_key;
    struct destination *leave, *too_long, *full, *failed, *after;
};

#define AT(member) offsetof(struct queue, member)

static const struct field fields[] = {
    { "queue", FIELD_TEXT, AT(queue), 0, 0, 0, NULL, NULL },
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "position", FIELD_PROMPT, AT(position), 0, 0, 0, NULL, NULL },
    { "music", FIELD_PROMPT, AT(music), 0, 0, 0, NULL, NULL },
    { "max_wait", FIELD_DURATION, AT(max_wait_s), 0, 10, 86400, NULL, NULL },
    { "max_length", FIELD_COUNT, AT(max_length), 0, 1, LENGTH_MAX, NULL, NULL },
    { "leave_key", FIELD_KEYS, AT(leave_key), 0, 0, 0, NULL, NULL },
    { "leave", FIELD_DESTINATION, AT(leave), 0, 0, 0, NULL, NULL },
    { "too_long", FIELD_DESTINATION, AT(too_long), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "full", FIELD_DESTINATION, AT(full), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "failed", FIELD_DESTINATION, AT(failed), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "after", FIELD_DESTINATION, AT(after), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    struct queue *queue = section->keys;
    if (queue->queue.length == 0)
        queue->queue = section->name;
    if (queue->queue.length > ROOM_MAX_BYTES)
        config_error(reader, section, "queue: more than %d bytes; shorten it", ROOM_MAX_BYTES);
    if ((queue->leave_key.length > 0) != (queue->leave != NULL))
        config_error(reader, section, "leave_key and leave must be given together");
    if (queue->leave_key.length > 1)
        config_error(reader, section, "leave_key: expected one key, such as 1");
    if (queue->too_long != NULL && queue->max_wait_s == 0)
        config_error(reader, section, "too_long without max_wait never applies; expected max_wait = 10m too");
    if (queue->full != NULL && queue->max_length == 0)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "full without max_length: callers come there only when the platform takes no more");
    if (queue->music == NULL)
        config_complain(reader, section, NULL, COMPLAINT_HINT,
                        "no music: waiting callers hear silence; expected music = https://host/music.mp3");
}

struct str queue_name(const void *keys)
{
    return ((const struct queue *)keys)->queue;
}

/* --- the queue's size --- */

/* The platform tells it only to waiting callers; new callers get the last known size. */
static struct str size_row(const struct call *call, const struct queue *queue)
{
    return ARENA_JOIN(call->session.arena, STR("queue "), queue->queue);
}

struct size {
    struct arena *arena;
    unsigned long is;
    int64_t until_us;
    bool one_less;
};

static enum kv_action set_size(void *context, bool there, struct kv_entry *entry)
{
    struct size *size = context;
    unsigned long before = 0;
    str_to_number(entry->value, LENGTH_MAX, &before);
    if (size->one_less)
        size->is = before > 0 ? before - 1 : 0;
    if (there && size->is == before && entry->expires_us > size->until_us - SIZE_S / 2 * INT64_C(1000000))
        return KV_KEEP;
    entry->value = arena_format(size->arena, "%lu", size->is);
    entry->expires_us = size->until_us;
    return KV_SET;
}

static void save_size(struct call *call, const struct queue *queue, unsigned long is, bool one_less)
{
    struct size size = { call->session.arena, is, call->session.context->now_us + SIZE_S * INT64_C(1000000), one_less };
    if (queue->max_length > 0)
        session_kv_change(&call->session, size_row(call, queue), set_size, &size);
}

static bool is_full(struct call *call, const struct queue *queue)
{
    unsigned long size = 0;
    return queue->max_length > 0 &&
           str_to_number(session_kv_get(&call->session, size_row(call, queue)), LENGTH_MAX, &size) &&
           size >= (unsigned long)queue->max_length;
}

/* --- waiting --- */

static void enter(struct call *call, const void *keys)
{
    const struct queue *queue = keys;
    if (is_full(call, queue)) {
        call_go_or_apologize(call, queue->full);
        return;
    }
    call_prompt(call, queue->prompt);
    cxml_open(call->out, CXML_ENQUEUE);
    cxml_attribute(call->out, "action", call_step_url(call, "left", STR("")));
    cxml_attribute(call->out, "waitUrl", call_step_url(call, "wait", STR("")));
    cxml_text(call->out, queue->queue);
    cxml_close(call->out);
    call->ended = true; /* the platform requests the action next */
}

static unsigned long queue_number(const struct call *call, const char *name)
{
    return (unsigned long)form_number(request_parameters(call->session.context->request), name, 1000000);
}

static bool waited_too_long(const struct call *call, const struct queue *queue)
{
    return queue->max_wait_s > 0 && queue_number(call, "QueueTime") >= (unsigned long)queue->max_wait_s;
}

/* Sets {{Waiting}}: the minutes for the callers ahead at the recent average, at least one. */
static void set_waiting_time(struct call *call)
{
    unsigned long position = queue_number(call, "QueuePosition"), average = queue_number(call, "AvgQueueTime"),
                  waited = queue_number(call, "QueueTime");
    unsigned long ahead = position > 1 ? position : 1;
    unsigned long size = queue_number(call, "CurrentQueueSize"), all = size > ahead ? size : ahead;
    unsigned long expected = average * ahead / all;
    expected = expected > waited ? expected - waited : 0;
    call_set_value(call, "Waiting", arena_format(call->session.arena, "%lu", expected / 60 + 1));
}

static void play(struct call *call, const struct queue *queue)
{
    set_waiting_time(call);
    call_prompt(call, queue->position);
    call_set_value(call, "Waiting", STR(""));
    call_prompt(call, queue->music);
    if (queue->music == NULL) {
        cxml_open(call->out, CXML_PAUSE);
        cxml_attribute_number(call->out, "length", 20);
        cxml_close(call->out);
    }
}

static void wait_step(struct call *call, const void *keys)
{
    const struct queue *queue = keys;
    struct question question = { .step = "key", .timeout_s = 1, .digits = 1, .finish_on_key = "" };
    save_size(call, queue, queue_number(call, "CurrentQueueSize"), false);
    if (waited_too_long(call, queue)) {
        cxml_leaf(call->out, CXML_LEAVE, STR(""));
        return;
    }
    if (queue->leave_key.length == 0) {
        play(call, queue);
        return;
    }
    call_ask(call, &question);
    play(call, queue);
    call_asked(call);
}

static void key(struct call *call, const void *keys)
{
    const struct queue *queue = keys;
    if (str_equal(session_parameter(&call->session, "Digits"), queue->leave_key))
        cxml_leaf(call->out, CXML_LEAVE, STR(""));
    else
        wait_step(call, keys);
}

static void left(struct call *call, const void *keys)
{
    const struct queue *queue = keys;
    struct str result = session_parameter(&call->session, "QueueResult");
    save_size(call, queue, 0, true);
    if (str_is(result, "hangup"))
        return; /* the caller has hung up: an empty response */
    if (str_is(result, "leave"))
        call_go_or_apologize(call,
                             waited_too_long(call, queue) && queue->too_long != NULL ? queue->too_long : queue->leave);
    else if (str_is(result, "queue-full"))
        call_go_or_apologize(call, queue->full);
    else if (str_is(result, "error") || str_is(result, "system-error"))
        call_go_or_apologize(call, queue->failed);
    else
        call_go(call, queue->after);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "wait", NULL, CALL_KEEP_LATER, wait_step, false },
               { "key", NULL, CALL_KEEP_LATER, key, false },
               { "left", "call.queued", CALL_KEEP_LATER, left, false } },
};

const struct section_kind queue_kind = { .name = "queue",
                                         .class = SECTION_NODE,
                                         .size = sizeof(struct queue),
                                         .fields = fields,
                                         .finish = check,
                                         .behaviour = &behaviour };
