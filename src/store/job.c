#include "store/job.h"

#include "base/digest.h"
#include "store/engine.h"

struct str job_id(struct arena *arena, struct str sid, struct str kind, struct str cause, struct str action)
{
    struct buffer list = buffer_in(arena);
    digest_add(&list, sid);
    digest_add(&list, kind);
    digest_add(&list, cause);
    digest_add(&list, action);
    return digest_of(&list);
}

struct job job_of_columns(const struct value *columns)
{
    return (struct job){
        .id = columns[0].text,
        .sid = columns[1].text,
        .kind = columns[2].text,
        .cause = columns[3].text,
        .action = columns[4].text,
        .dedup_key = columns[5].text,
        .line = columns[6].text,
        .state = columns[7].number >= JOB_WAITING && columns[7].number < JOB_UNKNOWN ? (enum job_state)columns[7].number
                                                                                     : JOB_UNKNOWN,
        .due_us = columns[8].number,
        .attempts = columns[9].number,
        .worker = columns[10].text,
        .reason = columns[11].text,
        .created_us = columns[12].number,
        .ended_us = columns[13].number,
    };
}

struct job job_copy(struct arena *arena, const struct job *job)
{
    struct job copy = *job;
    struct str *const texts[] = { &copy.id,        &copy.sid,  &copy.kind,   &copy.cause, &copy.action,
                                  &copy.dedup_key, &copy.line, &copy.worker, &copy.reason };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_copy(arena, *texts[i]);
    return copy;
}
