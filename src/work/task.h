/* A claimed job with its event, and its result. */
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
    TASK_RETRY,  /* a temporary failure */
    TASK_GIVE_UP /* a permanent failure */
};

struct task {
    struct arena *arena;
    const struct service *service;
    const struct work *work;
    struct store *store;
    const struct log *log;
    struct job job;
    int64_t now_us;

    struct event event;            /* that triggered the job; missing numbers come from its call */
    struct form form;              /* its parameters */
    struct str transcription;      /* of its recording; may be empty */
    const struct line *line;       /* NULL: no longer configured */
    const struct section *section; /* that configures the action; NULL for internal actions */
    const struct actions *actions; /* of that section */
    bool last;                     /* the last attempt */

    struct error why;      /* of TASK_RETRY and TASK_GIVE_UP; may be empty else */
    long retry_after_s;    /* 0: as usual */
    struct event *derived; /* stored with the job's end */
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

/* Internal actions, which no configuration contains: patterns of LIKE, ended by NULL. */
extern const char *const task_internal_actions[];

/* Reads the task's event and related events, and runs the action. */
enum task_result task_run(struct task *task);

/* Stores an event with the job's end, and triggers its configured actions. */
void task_emit_event(struct task *task, const struct event *event);

/* The time of the event in the time zone of its line. */
struct zone_time task_local_time(const struct task *task);

/* Replaces each {{Name}} in a text by the task's value or the event's parameter of that name; else by nothing. */
struct str task_fill(const struct task *task, struct str text, struct str (*extra)(void *context, struct str name),
                     void *context);

#endif
