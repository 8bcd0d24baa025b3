/* Turns a report of the platform into a named event with its rank. */
#ifndef HOOKSWITCH_EVENT_EVENT_H
#define HOOKSWITCH_EVENT_EVENT_H

#include <stdint.h>

#include "web/form.h"

/* Something to be done because of an event: a job, written in the event's transaction. */
struct job_request {
    const struct job_request *next;
    struct str action; /* which section's which key: "on call.missed/run" */
    int64_t due_us;    /* since 1970: not ahead of it */
};

struct event {
    struct str kind;      /* call, message, recording, transcription, fax, conference, queue, stream, other */
    struct str name;      /* call.completed */
    struct str sid;       /* of the call, message, recording ... */
    struct str dedup_key; /* with kind and sid: what makes it the same event again */
    struct str state;     /* as the platform says it: in-progress */
    long rank;            /* of the state: a higher one is later */
    long sequence;        /* SequenceNumber, or -1 */
    bool has_current;     /* one of the kinds that have a current row */
    struct str line;      /* the configured line, where known */
    struct str from, to, parent_sid;
    struct str parameters; /* as received, form-encoded (or a JSON body as it came) */
    int64_t received_us;   /* since 1970 */
    struct str cause;      /* what sets off jobs only once: the name, where it can be true of its item only once */
    struct str origin;     /* empty: the platform sent it; else "derived" or "reconcile" */
    struct str answer;     /* of a request that was answered: what with, such as "menu main-menu" */
    struct str wakes;      /* the sid whose jobs waited for this */
    bool secret;           /* what was typed is kept nowhere */
    const struct job_request *job_requests;
    const struct event *also; /* another that is kept in the same transaction */
};

/* Names the event that a status callback reports, by `path_kind` (the word in its address, or empty) and by its
 * parameters. What fits no kind becomes an event of kind "other": nothing signed is thrown away. Texts are borrowed
 * from `form`, or in the arena. `raw` is all that came: it tells events of kind "other" apart. */
struct event event_from_callback(struct arena *arena, const struct form *form, struct str path_kind, struct str raw);

/* The event that a request of a call, message or fax stands for under a name of ours ("call.received"): its kind is the
 * name's front, and its state is what the parameters say, or `state` where they say nothing. `address` is part of what
 * makes it unique: a menu may be answered twice with the same digit. */
struct event event_from_request(struct arena *arena, const struct form *form, const char *name, const char *state,
                                struct str address);

/* An event that follows from another of the same item, "voicemail.received" from a recording's end: once an item. It
 * shares the other's texts. */
struct event event_derive(const struct event *from, const char *name);

/* Pointers to all texts of an event. */
enum { EVENT_TEXTS = 14 };
void event_texts(struct event *event, struct str *texts[EVENT_TEXTS]);
/* The event with all its texts copied into the arena; its job requests and the event attached to it are left out. */
struct event event_copy(struct arena *arena, const struct event *event);

/* Whether events of that name can come: "call.completed", "call.*", "*". */
bool event_name_known(struct str name);

/* Every name that is known, for who offers them; of kinds whose endings are the platform's alone "conference.*". In the
 * arena. */
void event_each_name(struct arena *arena, void (*offer)(void *context, struct str name), void *context);

/* Every kind that a callback can be of, by position; NULL behind the last. */
const char *event_kind_name(size_t position);
/* Every state that the platform is known to report, by position, some more than once; NULL behind the last. */
const char *event_state_name(size_t position);

#endif
