/* run: a program with the event as JSON on its standard input and the main of it in its environment. */
#include <glib.h>
#include <stdlib.h>

#include "work/event_json.h"
#include "work/spawn.h"

enum { ENVIRONMENT_MAX = 24, VALUE_MAX_BYTES = 4096 };

static void log_output(void *context, struct str line)
{
    const struct task *task = context;
    log_line(task->log, LOG_LEVEL_INFO, "job %.*s: run: %.*s", STR_ARGS(str_upto(task->job.id, 8)), STR_ARGS(line));
}

/* NAME=value: what a request says cannot make a second variable of it. */
static char *variable(struct arena *arena, const char *name, struct str value)
{
    struct str clean = utf8_repair(arena, str_upto(value, VALUE_MAX_BYTES));
    return (char *)(uintptr_t)arena_format(arena, "%s=%.*s", name, STR_ARGS(clean)).at;
}

static char *const *environment_of(const struct task *task)
{
    static const char *const passed[] = { "PATH", "HOME", "LANG", "TZ", "TMPDIR" };
    const struct event *event = &task->event;
    struct arena *arena = task->arena;
    char **environment = ARENA_ARRAY(arena, char *, ENVIRONMENT_MAX);
    size_t used = 0;
    const struct {
        const char *name;
        struct str value;
    } own[] = { { "HOOKSWITCH_JOB", task->job.id },
                { "HOOKSWITCH_EVENT", event->name },
                { "HOOKSWITCH_KIND", event->kind },
                { "HOOKSWITCH_SID", event->sid },
                { "HOOKSWITCH_PARENT_SID", event->parent_sid },
                { "HOOKSWITCH_STATE", event->state },
                { "HOOKSWITCH_LINE", event->line },
                { "HOOKSWITCH_FROM", event->from },
                { "HOOKSWITCH_TO", event->to },
                { "HOOKSWITCH_TIME", json_stamp(arena, event->received_us) },
                { "HOOKSWITCH_ATTEMPT", arena_format(arena, "%lld", (long long)task->job.attempts) } };
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        if (getenv(passed[i]) != NULL)
            environment[used++] = variable(arena, passed[i], str_of(getenv(passed[i])));
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        environment[used++] = variable(arena, own[i].name, own[i].value);
    return environment;
}

enum task_result task_run_program(struct task *task)
{
    char **words = NULL;
    GError *wrong = NULL;
    if (!g_shell_parse_argv(arena_copy(task->arena, task->actions->run).at, NULL, &words, &wrong)) {
        enum task_result outcome = task_fail(task, TASK_GIVE_UP, "run: %s", wrong->message);
        g_error_free(wrong);
        return outcome;
    }
    struct spawn spawn = { .arguments = words,
                           .environment = environment_of(task),
                           .input = event_json_of_task(task),
                           .time_limit_s = task->actions->time_limit_s,
                           .on_line = log_output,
                           .context = task };
    int failed = spawn_run(&spawn, &task->why);
    g_strfreev(words);
    return failed ? TASK_RETRY : TASK_DONE;
}
