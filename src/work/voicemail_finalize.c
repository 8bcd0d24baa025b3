/* settle: a recording whose caller could still hear it again, record again or call it urgent. By now it is known: what
 * was not dropped is a message, also where the caller hung up without a word. */
#include "flow/kinds.h"
#include "service/mailbox.h"
#include "work/task.h"

static struct str with(struct task *task, struct str parameters, bool urgent)
{
    return urgent ? ARENA_JOIN(task->arena, parameters, STR("&Urgent=yes")) : parameters;
}

static int put_in_mailbox(struct task *task, bool urgent)
{
    long days = voicemail_listen_days(task->section);
    bool masked = task->service->settings->keep_numbers == NUMBERS_MASKED;
    struct mailbox_message message = { .url = form_value(&task->form, "RecordingUrl"),
                                       .from = masked ? STR("") : task->event.from,
                                       .duration = form_value(&task->form, "RecordingDuration"),
                                       .left_us = task->event.received_us,
                                       .urgent = urgent };
    return days == 0 ? 0
                     : mailbox_add(task->store, task->arena, mailbox_prefix(task->arena, task->section, task->line),
                                   &message, days, &task->why);
}

enum task_result voicemail_finalize(struct task *task)
{
    struct kv_entry row;
    struct str name = mailbox_choice_row(task->arena, form_value(&task->form, "RecordingUrl"));
    int found = kv_get(task->store, task->arena, name, task->now_us, &row, &task->why);
    if (found < 0)
        return TASK_RETRY;
    if (found > 0 && str_is(row.value, "dropped"))
        return task_fail(task, TASK_DONE, "the caller dropped it");
    bool urgent = found > 0 && str_is(row.value, "urgent");
    if (put_in_mailbox(task, urgent) != 0)
        return TASK_RETRY;
    struct event event = event_derive(&task->event, "voicemail.received");
    event.parameters = with(task, event.parameters, urgent);
    event.received_us = task->now_us;
    bool waits = voicemail_transcribes(task->section) && task->transcription.length == 0;
    actions_request_jobs(task->arena, task->section, waits, &event);
    task_emit_event(task, &event);
    return TASK_DONE;
}
