/* One job in a worker's hands: what it is about, and what came of it. */
#ifndef HOOKSWITCH_WORK_TASK_H
#define HOOKSWITCH_WORK_TASK_H

#include "base/log.h"
#include "base/zone.h"
#include "service/actions.h"
#include "service/service.h"
#include "store/jobs.h"
#include "work/work.h"

enum outcome {
    TASK_DONE,
    TASK_AGAIN, /* a failure that may pass */
    TASK_NEVER  /* one that will not */
};

struct task {
    struct arena *arena;
    const struct service *service;
    const struct work *work;
    struct store *store;
    const struct log *log;
    struct job job;
    int64_t now_us;

    struct event event;            /* that ordered it; numbers it does not say are those of its call */
    struct form form;              /* its parameters */
    struct str transcription;      /* of its recording, if there is one by now */
    const struct line *line;       /* NULL: none is configured any more */
    const struct section *section; /* whose action it is; NULL for what no section orders */
    const struct actions *actions; /* of that section */
    bool last;                     /* after this there is no further try */

    struct error why;      /* of TASK_AGAIN and TASK_NEVER; may be empty else */
    long retry_after_s;    /* 0: as usual */
    struct event *derived; /* kept with the job's end */
};

enum outcome task_fail(struct task *task, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The kinds of tasks. */
enum outcome fetch_do(struct task *task);
enum outcome discard_do(struct task *task);
enum outcome mail_do(struct task *task);
enum outcome run_do(struct task *task);
enum outcome post_do(struct task *task);
enum outcome settle_do(struct task *task);
enum outcome lapse_do(struct task *task);
enum outcome optout_do(struct task *task);
enum outcome text_do(struct task *task);
enum outcome derive_call_do(struct task *task);
enum outcome derive_message_do(struct task *task);

/* What the house does for itself, and nobody has written into the configuration: patterns of LIKE, ended by NULL. */
extern const char *const task_internal_actions[];

/* Finds the task's event and all that belongs to it, and does it. */
enum outcome task_do(struct task *task);

/* An event to be kept with the job's end, with what the configuration orders for it. */
void task_derive(struct task *task, const struct event *event);

/* When the event was received, by the clock of its line. */
struct zone_time task_local_time(const struct task *task);

/* {{Name}} in a text: what the task knows by that name, or the event's parameter; empty when it is neither. */
struct str task_fill(const struct task *task, struct str text, struct str (*extra)(void *context, struct str name),
                     void *context);

#endif
