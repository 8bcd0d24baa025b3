/* Events as JSON, for programs, receivers and `hookswitch events --json`. */
#ifndef HOOKSWITCH_WORK_EVENT_JSON_H
#define HOOKSWITCH_WORK_EVENT_JSON_H

#include <jansson.h>

#include "work/task.h"

/* A JSON string, with U+FFFD for invalid UTF-8. The caller owns it. */
json_t *json_text(struct arena *arena, struct str text);
/* 2026-01-05T15:04:05.123Z, in the arena (RFC 3339). */
struct str json_stamp(struct arena *arena, int64_t us);

/* {"id": JOB, "type": "call.missed", "timestamp": ..., "data": {...}} with all parameters by name; the first of a
 * repeated name. In the arena. */
struct str event_json_of_task(const struct task *task);

#endif
