/* What follows from all that is known of a call or a message, once it has settled. */
#include "service/derive.h"

#include <string.h>

#include "work/task.h"

/* --- calls --- */

struct history {
    struct task *task;
    bool answered;      /* somebody took it */
    bool refused;       /* a leg was tried to its end */
    bool left;          /* the caller went while it rang, or in a queue */
    bool message;       /* something was recorded */
    struct str came_to; /* where the last answer left the caller */
    int64_t came_to_us;
    struct event first; /* the arrival: it knows the line and the numbers */
    bool has_first;
};

static struct str parameter(struct task *task, const struct event *event, const char *name)
{
    struct form_limits limits = { 100000, (size_t)-1 };
    struct form form;
    struct error ignored;
    struct str copy = arena_copy(task->arena, event->parameters);
    return form_parse(task->arena, copy, &limits, &form, &ignored) == 0 ? form_value(&form, name) : STR("");
}

static void see_dial(struct history *history, struct str status)
{
    history->answered = history->answered || str_is(status, "completed") || str_is(status, "answered");
    history->refused =
        history->refused || str_is(status, "no-answer") || str_is(status, "busy") || str_is(status, "failed");
    history->left = history->left || str_is(status, "canceled");
}

static void see_queue(struct history *history, struct str result)
{
    bool taken = str_starts(result, STR("bridged")) || str_is(result, "bridging-in-progress");
    see_dial(history, taken ? STR("answered") : str_is(result, "hangup") ? STR("canceled") : STR(""));
}

/* Nodes in which a caller waits for somebody, or is asked for something. */
static bool is_waiting(struct str came_to)
{
    static const char *const kinds[] = {
        "menu ", "dial ", "voicemail ", "collect ", "directory ", "queue ", "callback "
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_starts(came_to, str_of(kinds[i])))
            return true;
    return false;
}

static void see(void *context, const struct store_row *row)
{
    struct history *history = context;
    const struct event *event = &row->event;
    struct task *task = history->task;
    if (str_is(event->name, "call.dialed"))
        see_dial(history, parameter(task, event, "DialCallStatus"));
    if (str_is(event->name, "call.declined"))
        history->refused = true;
    if (str_is(event->name, "call.queued"))
        see_queue(history, parameter(task, event, "QueueResult"));
    if (str_is(event->name, "callback.requested"))
        history->message = true;
    if (str_is(event->name, "call.recorded") && !str_is(parameter(task, event, "RecordingDuration"), "0"))
        history->message = true;
    if (str_is(event->kind, "queue"))
        see_dial(history, str_is(event->state, "bridged") ? STR("answered") : STR("canceled"));
    if (event->answer.length > 0 && event->received_us >= history->came_to_us) {
        history->came_to = arena_copy(task->arena, event->answer);
        history->came_to_us = event->received_us;
    }
    if (str_is(event->name, "call.received") && !history->has_first) {
        struct event *first = &history->first;
        *first = *event;
        struct str *const texts[] = { &first->sid,  &first->kind, &first->state,     &first->line,
                                      &first->from, &first->to,   &first->parameters };
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = arena_copy(task->arena, *texts[i]);
        history->has_first = true;
    }
}

/* missed: it rang here, and nobody took it. abandoned: the caller went before anybody could: while it rang, in a queue
 * or in a menu, and left no message. A call that was led to its end by us (an announcement, then a hang-up) is neither.
 */
enum outcome derive_call_do(struct task *task)
{
    struct history history = { .task = task };
    if (store_list_related(task->store, task->event.sid, see, &history, &task->why) != 0)
        return TASK_AGAIN;
    if (!history.has_first || history.answered)
        return TASK_DONE;
    bool waiting = is_waiting(history.came_to);
    const char *name = history.refused                                 ? "call.missed"
                       : (history.left || waiting) && !history.message ? "call.abandoned"
                                                                       : NULL;
    if (name == NULL)
        return TASK_DONE;
    struct event event = event_derive(&history.first, name);
    event.state = task->event.state;
    if (event.line.length == 0)
        event.line = task->event.line;
    task_derive(task, &event);
    return TASK_DONE;
}

/* --- messages --- */

struct standing {
    bool there;
    long rank;
};

static void see_row(void *context, const struct store_row *row)
{
    struct standing *standing = context;
    if (str_is(row->event.kind, "message")) {
        standing->there = true;
        standing->rank = row->event.rank;
    }
}

enum outcome derive_message_do(struct task *task)
{
    struct standing standing = { false, 0 };
    struct store_filter filter = { .sid = task->event.sid };
    if (store_list_current(task->store, &filter, see_row, &standing, &task->why) != 0)
        return TASK_AGAIN;
    if (!standing.there || standing.rank > task->event.rank)
        return TASK_DONE; /* it moved on; a later state has a look of its own */
    struct event event = event_derive(&task->event, "message.stuck");
    task_derive(task, &event);
    return TASK_DONE;
}
