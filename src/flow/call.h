/* A call between two requests: the node kinds write what happens next through this. */
#ifndef HOOKSWITCH_FLOW_CALL_H
#define HOOKSWITCH_FLOW_CALL_H

#include "cxml/cxml.h"
#include "service/visit.h"

struct call {
    const struct visit *visit;
    const struct line *line;
    struct cxml *out;
    const struct section *node;  /* where the call is now; NULL for a number dialled from no node */
    bool answered;               /* before this request */
    bool ended;                  /* nothing after this is carried out by the platform */
    unsigned depth;              /* nodes gone through in this answer */
    struct text voice, language; /* of who speaks now, where a node has its own; empty: the settings' */
    struct text came_to;         /* where this answer leaves the caller: "menu main-menu", "hangup" */
};

enum call_keeping {
    CALL_KEEP_LATER, /* the answer is not held up for the event */
    CALL_KEEP_SOON   /* it carries what exists nowhere else: kept ahead of the answer, unless the store makes it wait */
};

/* What a node kind does: section_kind.behaviour points to one of these. */
struct node_step {
    const char *name;  /* the last segment of the address; NULL ends the list */
    const char *event; /* what this request is kept as */
    enum call_keeping keeping;
    void (*run)(struct call *call, const void *keys);
};

struct node_behaviour {
    void (*enter)(struct call *call, const void *keys);
    const struct node_step *steps; /* may be NULL */
};

/* Goes on at `to`; NULL hangs up. */
void call_go(struct call *call, const struct destination *to);
void call_enter(struct call *call, const struct section *node);
void call_hangup(struct call *call);

/* The step of the call's node; `query` such as "try=2", or empty. */
struct text call_step_url(const struct call *call, const char *step, struct text query);
/* A whole number of the address's query from 1 to `max`, which stands for all above it; 1 when it is absent or anything
 * else. */
long call_query_number(const struct call *call, const char *name, long max);
/* What the platform says in this request. */
struct text call_parameter(const struct call *call, const char *name);

/* Speaks, plays and pauses; long texts are cut into several Say at the ends of words. */
void call_prompt(struct call *call, const struct prompt *prompt);
void call_say(struct call *call, struct text text);
const struct settings *call_settings(const struct call *call);

#endif
