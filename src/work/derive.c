/* Derives events such as call.missed from all events of a call or message, after its end. */
#include "service/outcome.h"

#include <string.h>

#include "work/task.h"

/* --- calls --- */

struct history {
    struct task *task;
    bool answered;          /* a person answered */
    bool refused;           /* a leg was tried to its end */
    bool left;              /* the caller went while it rang, or in a queue */
    bool message;           /* something was recorded */
    struct str last_answer; /* where the last answer left the caller */
    int64_t last_answer_us;
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

static void apply_dial_status(struct history *history, struct str status)
{
    history->answered = history->answered || str_is(status, "completed") || str_is(status, "answered");
    history->refused =
        history->refused || str_is(status, "no-answer") || str_is(status, "busy") || str_is(status, "failed");
    history->left = history->left || str_is(status, "canceled");
}

static void apply_queue_result(struct history *history, struct str result)
{
    bool taken = str_starts(result, STR("bridged")) || str_is(result, "bridging-in-progress");
    apply_dial_status(history, taken ? STR("answered") : str_is(result, "hangup") ? STR("canceled") : STR(""));
}

/* Nodes in which a caller waits for somebody, or is asked for something. */
static bool is_waiting(struct str last_answer)
{
    static const char *const kinds[] = {
        "menu ", "dial ", "voicemail ", "collect ", "directory ", "queue ", "callback "
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_starts(last_answer, str_of(kinds[i])))
            return true;
    return false;
}

static void on_event(void *context, const struct store_row *row)
{
    struct history *history = context;
    const struct event *event = &row->event;
    struct task *task = history->task;
    if (str_is(event->name, "call.dialed"))
        apply_dial_status(history, parameter(task, event, "DialCallStatus"));
    if (str_is(event->name, "call.declined"))
        history->refused = true;
    if (str_is(event->name, "call.queued"))
        apply_queue_result(history, parameter(task, event, "QueueResult"));
    if (str_is(event->name, "callback.requested"))
        history->message = true;
    if (str_is(event->name, "call.recorded") && !str_is(parameter(task, event, "RecordingDuration"), "0"))
        history->message = true;
    if (str_is(event->kind, "queue"))
        apply_dial_status(history, str_is(event->state, "bridged") ? STR("answered") : STR("canceled"));
    if (event->answer.length > 0 && event->received_us >= history->last_answer_us) {
        history->last_answer = arena_copy(task->arena, event->answer);
        history->last_answer_us = event->received_us;
    }
    if (str_is(event->name, "call.received") && !history->has_first) {
        history->first = event_copy(task->arena, event);
        history->has_first = true;
    }
}

/* missed: it rang here, and nobody took it. abandoned: the caller went before anybody could: while it rang, in a queue
 * or in a menu, and left no message. A call that was led to its end by us (an announcement, then a hang-up) is neither.
 */
enum task_result task_derive_call(struct task *task)
{
    struct history history = { .task = task };
    if (store_list_related(task->store, task->event.sid, on_event, &history, &task->why) != 0)
        return TASK_RETRY;
    if (!history.has_first || history.answered)
        return TASK_DONE;
    bool waiting = is_waiting(history.last_answer);
    const char *name = history.refused                                 ? "call.missed"
                       : (history.left || waiting) && !history.message ? "call.abandoned"
                                                                       : NULL;
    if (name == NULL)
        return TASK_DONE;
    struct event event = event_derive(&history.first, name);
    event.state = task->event.state;
    if (event.line.length == 0)
        event.line = task->event.line;
    task_emit_event(task, &event);
    return TASK_DONE;
}

/* --- messages --- */

struct latest {
    bool there;
    long rank;
};

static void on_current(void *context, const struct store_row *row)
{
    struct latest *latest = context;
    if (str_is(row->event.kind, "message")) {
        latest->there = true;
        latest->rank = row->event.rank;
    }
}

enum task_result task_derive_message(struct task *task)
{
    struct latest latest = { false, 0 };
    struct store_filter filter = { .sid = task->event.sid };
    if (store_list_current(task->store, &filter, on_current, &latest, &task->why) != 0)
        return TASK_RETRY;
    if (!latest.there || latest.rank > task->event.rank)
        return TASK_DONE; /* it moved on; a later state has a look of its own */
    struct event event = event_derive(&task->event, "message.stuck");
    task_emit_event(task, &event);
    return TASK_DONE;
}
