#include "work/event_json.h"

#include <stdlib.h>
#include <time.h>

json_t *json_text(struct arena *arena, struct str text)
{
    struct str clean = utf8_repair(arena, text);
    return json_stringn(clean.length == 0 ? "" : clean.at, clean.length);
}

struct str json_stamp(struct arena *arena, int64_t us)
{
    char text[40];
    struct tm utc;
    time_t seconds = (time_t)(us / 1000000);
    gmtime_r(&seconds, &utc);
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    return arena_format(arena, "%.*s.%03dZ", (int)length, text, (int)(us / 1000 % 1000));
}

static json_t *parameters_of(const struct task *task)
{
    json_t *object = json_object();
    for (size_t i = 0; i < task->form.count; i++) {
        const char *key = arena_copy(task->arena, utf8_repair(task->arena, task->form.at[i].name)).at;
        if (json_object_get(object, key) == NULL)
            json_object_set_new(object, key, json_text(task->arena, task->form.at[i].value));
    }
    return object;
}

struct str event_json_of_task(const struct task *task)
{
    const struct event *event = &task->event;
    struct arena *arena = task->arena;
    const struct {
        const char *name;
        struct str value;
    } members[] = { { "kind", event->kind },
                    { "sid", event->sid },
                    { "state", event->state },
                    { "line", event->line },
                    { "from", event->from },
                    { "to", event->to },
                    { "parent_sid", event->parent_sid },
                    { "transcription", task->transcription } };
    json_t *data = json_object(), *whole = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].value.length > 0)
            json_object_set_new(data, members[i].name, json_text(arena, members[i].value));
    if (event->sequence >= 0)
        json_object_set_new(data, "sequence", json_integer(event->sequence));
    json_object_set_new(data, "parameters", parameters_of(task));
    json_object_set_new(whole, "id", json_text(arena, task->job.id));
    json_object_set_new(whole, "type", json_text(arena, event->name));
    json_object_set_new(whole, "timestamp", json_text(arena, json_stamp(arena, event->received_us)));
    json_object_set_new(whole, "data", data);
    char *dumped = json_dumps(whole, JSON_COMPACT | JSON_PRESERVE_ORDER);
    struct str text = arena_copy(arena, str_of(dumped));
    free(dumped);
    json_decref(whole);
    return text;
}
