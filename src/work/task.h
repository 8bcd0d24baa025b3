/* One job in a worker's hands: what it is about, and what came of it. */
#ifndef HOOKSWITCH_WORK_TASK_H
#define HOOKSWITCH_WORK_TASK_H

#include "base/log.h"
#include "base/zone.h"
#include "service/actions.h"
#include "service/service.h"
#include "store/jobs.h"
#include "work/work.h"

enum task_result {
    TASK_DONE,
    TASK_RETRY,  /* a failure that may pass */
    TASK_GIVE_UP /* one that will not */
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

    struct error why;      /* of TASK_RETRY and TASK_GIVE_UP; may be empty else */
    long retry_after_s;    /* 0: as usual */
    struct event *derived; /* kept with the job's end */
};

enum task_result task_fail(struct task *task, enum task_result outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The kinds of tasks. */
enum task_result task_fetch(struct task *task);
enum task_result task_discard(struct task *task);
enum task_result task_mail(struct task *task);
enum task_result task_run_program(struct task *task);
enum task_result task_post(struct task *task);
enum task_result voicemail_finalize(struct task *task);
enum task_result form_expire(struct task *task);
enum task_result task_optout(struct task *task);
enum task_result task_text(struct task *task);
enum task_result task_derive_call(struct task *task);
enum task_result task_derive_message(struct task *task);

/* What the house does for itself, and nobody has written into the configuration: patterns of LIKE, ended by NULL. */
extern const char *const task_internal_actions[];

/* Finds the task's event and all that belongs to it, and does it. */
enum task_result task_run(struct task *task);

/* An event to be kept with the job's end, with what the configuration orders for it. */
void task_emit_event(struct task *task, const struct event *event);

/* When the event was received, by the clock of its line. */
struct zone_time task_local_time(const struct task *task);

/* {{Name}} in a text: what the task knows by that name, or the event's parameter; empty when it is neither. */
struct str task_fill(const struct task *task, struct str text, struct str (*extra)(void *context, struct str name),
                     void *context);

#endif
