/* text: a message to somebody's telephone, through the platform's REST interface (POST .../Messages). */
#include "service/actions.h"
#include "store/kv.h"
#include "web/form.h"
#include "work/rest.h"
#include "work/task.h"

enum { TEXT_TIME_S = 30, MESSAGE_MAX_CHARACTERS = 1600 };

static enum task_result send_one(struct task *task, const struct rest *rest, struct str to, struct str from,
                                 struct str message)
{
    struct arena *arena = task->arena;
    struct http_response answer;
    struct buffer body = buffer_in(arena);
    form_add(&body, STR("From"), from);
    form_add(&body, STR("To"), to);
    form_add(&body, STR("Body"), message);
    struct http_request request = rest_request(rest, arena, STR("Messages.json"), buffer_text(&body));
    request.time_s = request.stall_s = TEXT_TIME_S;
    enum http_result result = http_perform(arena, &request, &answer, &task->why);
    if (result != HTTP_DONE)
        return result == HTTP_REFUSED ? TASK_GIVE_UP : TASK_RETRY;
    task->retry_after_s = answer.retry_after_s;
    if (answer.status >= 200 && answer.status < 300)
        return TASK_DONE;
    /* What the platform will not take now it will not take later, unless it is too busy. */
    bool lasting = answer.status >= 400 && answer.status < 500 && answer.status != 429 && answer.status != 408;
    return task_fail(task, lasting ? TASK_GIVE_UP : TASK_RETRY, "a text to %.*s: the platform answered %ld",
                     STR_ARGS(to), answer.status);
}

struct sent {
    struct arena *arena;
    struct str to;
    int64_t until_us;
};

static enum kv_action note_sent(void *context, bool there, struct kv_entry *entry)
{
    const struct sent *sent = context;
    (void)there;
    entry->value = ARENA_JOIN(sent->arena, entry->value, sent->to, STR(" "));
    entry->expires_us = sent->until_us;
    return KV_SET;
}

/* One after the other; who has it already, at an earlier attempt, is not sent it again. */
enum task_result task_text(struct task *task)
{
    struct rest rest;
    struct str from = task->line == NULL ? STR("") : line_number(task->line);
    struct str row = ARENA_JOIN(task->arena, STR("texted "), task->job.id);
    struct str message =
        str_prefix(str_trim(task_fill(task, task->actions->text_message, NULL, NULL)), MESSAGE_MAX_CHARACTERS);
    struct kv_entry entry;
    if (rest_init(&rest, task->service, task->arena, 0, &task->why) != 0)
        return TASK_RETRY;
    if (from.length == 0)
        return task_fail(task, TASK_RETRY, "the line has no number that a text could come from");
    int found = kv_get(task->store, task->arena, row, task->now_us, &entry, &task->why);
    if (found < 0)
        return TASK_RETRY;
    struct str done = found > 0 ? entry.value : STR("");
    for (const struct word *to = task->actions->text; to != NULL; to = to->next) {
        struct str mark = ARENA_JOIN(task->arena, to->text, STR(" "));
        struct sent sent = { task->arena, to->text, task->now_us + 7 * INT64_C(86400000000) };
        if (str_find(done, mark) < done.length)
            continue;
        enum task_result outcome = send_one(task, &rest, to->text, from, message);
        if (outcome != TASK_DONE)
            return outcome;
        if (to->next != NULL || to != task->actions->text)
            if (kv_update(task->store, task->arena, row, task->now_us, note_sent, &sent, &task->why) != 0)
                log_line(task->log, LOG_LEVEL_WARNING, "that %.*s was texted is not noted: %s", STR_ARGS(to->text),
                         task->why.sentence);
    }
    return TASK_DONE;
}
