#include "work/task.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/template.h"
#include "message/optouts.h"
#include "service/on.h"
#include "service/outcome.h"

enum { PARAMETERS_MAX = 100000 };

enum task_result task_fail(struct task *task, enum task_result outcome, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(task->why.sentence, sizeof task->why.sentence, format, args);
    va_end(args);
    return outcome;
}

/* --- what it is about --- */

static void read_form(struct task *task)
{
    struct form_limits limits = { PARAMETERS_MAX, (size_t)-1 };
    struct error ignored;
    if (form_parse(task->arena, task->event.parameters, &limits, &task->form, &ignored) != 0)
        task->form = (struct form){ NULL, 0 };
}

static void on_related(void *context, const struct store_row *row)
{
    struct task *task = context;
    const struct event *event = &row->event;
    if (task->event.from.length == 0 && str_is(event->kind, "call"))
        task->event.from = arena_copy(task->arena, event->from);
    if (task->event.to.length == 0 && str_is(event->kind, "call"))
        task->event.to = arena_copy(task->arena, event->to);
    if (!str_is(event->name, "transcription.completed"))
        return;
    struct form_limits limits = { PARAMETERS_MAX, (size_t)-1 };
    struct form form;
    struct error ignored;
    struct str copy = arena_copy(task->arena, event->parameters);
    if (form_parse(task->arena, copy, &limits, &form, &ignored) == 0 &&
        str_equal(form_value(&form, "RecordingSid"), task->event.sid))
        task->transcription = form_value(&form, "TranscriptionText");
}

/* A recording's event says neither who called nor what was said: its call's events and its transcription do. */
static int find_related(struct task *task)
{
    bool recording = str_is(task->event.kind, "recording") || str_is(task->event.kind, "transcription");
    if (!recording || task->event.parent_sid.length == 0)
        return 0;
    return store_list_related(task->store, task->event.parent_sid, on_related, task, &task->why);
}

static const struct {
    const char *verb;
    enum task_result (*act)(struct task *task);
} section_actions[] = { { "fetch", task_fetch },          { "mail", task_mail },
                        { "run", task_run_program },      { "post", task_post },
                        { "settle", voicemail_finalize }, { "text", task_text },
                        { "lapse", form_expire } },
  own_actions[] = { { DERIVE_CALL, task_derive_call },
                    { DERIVE_MESSAGE, task_derive_message },
                    { "discard", task_discard },
                    { OPTOUTS_ORDER_OUT, task_optout },
                    { OPTOUTS_ORDER_IN, task_optout } };

const char *const task_internal_actions[] = { DERIVE_CALL,          DERIVE_MESSAGE, "discard%",  OPTOUTS_ORDER_OUT "%",
                                              OPTOUTS_ORDER_IN "%", "%/settle",     "%/lapse:%", NULL };

static enum task_result run_section_action(struct task *task, struct str verb)
{
    verb = str_upto(verb, str_find_char(verb, ':')); /* behind it stands what it is about */
    if (!on_matches(task->section, &task->event, &task->form))
        return task_fail(task, TASK_DONE, "the numbers do not fit the section's");
    for (size_t i = 0; i < sizeof section_actions / sizeof *section_actions; i++)
        if (str_is(verb, section_actions[i].verb))
            return section_actions[i].act(task);
    return task_fail(task, TASK_GIVE_UP, "no action is called '%.*s'", STR_ARGS(verb));
}

enum task_result task_run(struct task *task)
{
    const struct job *job = &task->job;
    struct str verb = STR("");
    int found =
        store_find_event(task->store, task->arena, job->sid, job->kind, job->dedup_key, &task->event, &task->why);
    if (found < 0)
        return TASK_RETRY;
    if (found == 0)
        return task_fail(task, TASK_GIVE_UP, "its event was deleted");
    read_form(task);
    for (size_t i = 0; i < sizeof own_actions / sizeof *own_actions; i++)
        if (str_is(str_upto(job->action, str_find_char(job->action, ' ')), own_actions[i].verb))
            return own_actions[i].act(task);
    task->line = service_line(task->service, job->line);
    task->section = actions_find(task->service->config, task->line == NULL ? 0 : task->line->scope, job->action, &verb);
    if (task->section == NULL)
        return task_fail(task, TASK_GIVE_UP, "the configuration has no such section any more");
    task->actions = actions_of(task->section);
    if (find_related(task) != 0)
        return TASK_RETRY;
    return run_section_action(task, verb);
}

void task_emit_event(struct task *task, const struct event *event)
{
    struct event *derived = ARENA_NEW(task->arena, struct event);
    struct form_limits limits = { PARAMETERS_MAX, (size_t)-1 };
    struct form *form = ARENA_NEW(task->arena, struct form);
    struct error ignored;
    *derived = *event;
    derived->received_us = task->now_us;
    if (form_parse(task->arena, event->parameters, &limits, form, &ignored) != 0)
        *form = (struct form){ NULL, 0 };
    on_request_jobs(task->service->on, task->arena, form, service_line(task->service, event->line), derived);
    task->derived = derived;
}

/* --- texts with names in them --- */

struct zone_time task_local_time(const struct task *task)
{
    const struct zone *zone =
        task->line != NULL && task->line->timezone != NULL ? task->line->timezone : task->service->settings->timezone;
    return zone_at(zone, task->event.received_us / 1000000);
}

static struct str known(const struct task *task, struct str name)
{
    const struct event *event = &task->event;
    const struct {
        const char *name;
        struct str value;
    } all[] = { { "event", event->name },  { "sid", event->sid },
                { "state", event->state }, { "kind", event->kind },
                { "line", event->line },   { "from", event->from },
                { "to", event->to },       { "transcription", task->transcription } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_is(name, all[i].name))
            return all[i].value;
    struct zone_time at = task_local_time(task);
    if (str_is(name, "date"))
        return arena_format(task->arena, "%04d-%02d-%02d", at.year, at.month, at.day);
    if (str_is(name, "time"))
        return arena_format(task->arena, "%02d%02d%02d", at.minute / 60, at.minute % 60, at.second);
    return form_value(&task->form, arena_copy(task->arena, name).at);
}

struct filling {
    const struct task *task;
    struct str (*extra)(void *context, struct str name);
    void *context;
};

static struct str fill_value(void *context, struct str name)
{
    const struct filling *filling = context;
    struct str value = filling->extra == NULL ? STR("") : filling->extra(filling->context, name);
    return value.length > 0 ? value : known(filling->task, name);
}

struct str task_fill(const struct task *task, struct str text, struct str (*extra)(void *context, struct str name),
                     void *context)
{
    struct filling filling = { task, extra, context };
    return template_fill(task->arena, text, fill_value, &filling);
}
