/* lapse: a form whose sender has written no more for so long that it is over; and one that was completed by a message
 * which did not come to say so. */
#include "message/form.h"
#include "store/kv.h"
#include "work/task.h"

enum task_result form_expire(struct task *task)
{
    struct kv_entry row;
    struct str name =
        str_from(task->job.action, str_find(task->job.action, STR(FORM_EXPIRY_JOB)) + sizeof FORM_EXPIRY_JOB - 1);
    int found = kv_get(task->store, task->arena, name, task->now_us, &row, &task->why);
    if (found < 0)
        return TASK_RETRY;
    struct form_status result =
        form_read_status(task->arena, task->service->config, task->line, found > 0 ? row.value : STR(""), task->now_us);
    if (result.end == FORM_OPEN)
        return TASK_DONE;
    const char *event_name = result.end == FORM_COMPLETED ? "form.completed" : "form.expired";
    struct event event = event_derive(&task->event, event_name);
    event.sid = result.sid;
    event.dedup_key = event.cause = ARENA_JOIN(task->arena, str_of(event_name), STR(" "), result.sid);
    event.parameters = settings_redact(task->service->settings) ? STR("") : result.parameters;
    if (result.end == FORM_COMPLETED)
        actions_request_jobs(task->arena, task->section, false, &event);
    task_emit_event(task, &event);
    return TASK_DONE;
}
