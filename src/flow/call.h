/* A call between two requests: the node kinds write what happens next through this. */
#ifndef HOOKSWITCH_FLOW_CALL_H
#define HOOKSWITCH_FLOW_CALL_H

#include "base/zone.h"
#include "cxml/cxml.h"
#include "service/outcome.h"
#include "store/shared.h"

/* All of them together stand in every address of an answer, which has 64 kB. */
enum { CALL_VALUES_MAX = 16, CALL_VALUE_MAX = 500, CALL_VALUES_BYTES = 1000 };

struct call {
    const struct request_context *context;
    const struct line *line;
    struct cxml *out;
    const struct section *node; /* where the call is now; NULL for a number dialled from no node */
    bool answered;              /* before this request */
    bool ended;                 /* nothing after this is carried out by the platform */
    unsigned depth;             /* nodes gone through in this answer */
    struct str voice, language; /* of who speaks now, where a node has its own; empty: those of the chosen language */
    const char *kept_as;        /* instead of what the step is kept as; may be NULL */
    const struct section *brings_of; /* whose actions are ordered with it */
    const char *brings;              /* an event that is kept with this request, such as call.collected; may be NULL */
    struct str brought;              /* its parameters beside those of the request, form-encoded */
    bool store_failed;               /* it is not asked again in this request */
    struct form values;              /* what is known for the rest of the call: it travels in the addresses */
    struct str came_to;              /* where this answer leaves the caller: "menu main-menu", "hangup" */
};

enum call_keeping {
    CALL_KEEP_LATER, /* the answer is not held up for the event */
    CALL_KEEP_SOON   /* it carries what exists nowhere else: kept ahead of the answer, unless the store makes it wait */
};

/* What a node kind does: section_kind.behaviour points to one of these. */
struct node_step {
    const char *name;  /* the last segment of the address; NULL ends the list */
    const char *event; /* what this request is kept as; NULL: it is asked again and again, and not kept */
    enum call_keeping keeping;
    void (*run)(struct call *call, const void *keys);
    bool secret; /* what was typed is a PIN: it is kept nowhere */
};

struct node_behaviour {
    void (*enter)(struct call *call, const void *keys);
    const struct node_step *steps; /* may be NULL */
    /* Where it leads, of a kind that forks. */
    const struct destination *(*choose)(struct call *call, const void *keys);
};

/* Goes on at `to`; NULL hangs up. */
void call_go(struct call *call, const struct destination *to);
void call_enter(struct call *call, const struct section *node);
void call_hangup(struct call *call);

/* The step of the call's node, with what is known of the call; `query` such as "try=2", or empty. */
struct str call_step_url(const struct call *call, const char *step, struct str query);
/* A value known for the rest of the call, cut at CALL_VALUE_MAX bytes, and where all values would come to more than
 * CALL_VALUES_BYTES; {{Name}} stands for it in prompts. With the empty text it is forgotten. */
void call_know(struct call *call, const char *name, struct str value);
struct str call_known(const struct call *call, const char *name);
/* Takes what the address says is known. */
void call_recall(struct call *call);
/* From here on the call is in that language: "es". */
void call_choose_language(struct call *call, struct str language);
/* A text of the address's query, or empty. */
struct str call_query(const struct call *call, const char *name);
/* A whole number of the address's query from 1 to `max`, which stands for all above it; 1 when it is absent or anything
 * else. */
long call_query_number(const struct call *call, const char *name, long max);
/* What the platform says in this request. */
struct str call_parameter(const struct call *call, const char *name);
/* The call's sid; or, where a message or a fax is led through a fork, that one's. */
struct str call_item(const struct call *call);

/* Asks for keys, or keys and words: Gather with its action. Between the two the caller of these writes prompts. */
struct question {
    const char *step;
    struct str query;
    long timeout_s;
    long digits; /* after so many the input ends; 0: at the finish key or the time-out */
    bool speech;
    const char *finish_on_key; /* NULL: the pound key */
    struct str hints;          /* for speech */
};
void call_ask(struct call *call, const struct question *question);
void call_asked(struct call *call);
/* A question with one prompt in it. */
void call_ask_with(struct call *call, const struct question *question, const struct prompt *prompt);

/* The wall clock where the line is. */
struct zone_time call_time(const struct call *call);
/* The same at another moment. */
struct zone_time call_time_at(const struct call *call, int64_t epoch_s);
/* Shared state, as long as the store answers: after the first failure, which is logged, a request asks no more, so that
 * the platform is not kept waiting. */
/* A name for the number that calls or writes, for shared state: the number cannot be told from it. Empty when the store
 * does not answer. */
struct str call_caller_mark(struct call *call);
struct str call_shared(struct call *call, struct str name);                /* empty when there is none, or no store */
int64_t call_shared_count(struct call *call, struct str name, long for_s); /* one more; -1 when it cannot be counted */
void call_shared_change(struct call *call, struct str name,
                        enum shared_verdict (*decide)(void *context, bool there, struct shared *shared), void *context);
/* Where the caller is, "MX": as the platform says, else by the number; may be empty. */
struct str call_country(const struct call *call);

/* Whether what was said was understood with at least that confidence (0 to 1), or nobody says how well. */
bool call_is_confident(const struct call *call, double least);

/* Has an event kept with this request, and what the call's node says is done with it. */
void call_bring(struct call *call, const char *name, struct str parameters);

/* Speaks, plays and pauses, in the call's language where the prompt is there in it; long texts are cut into several Say
 * at the ends of words. */
void call_prompt(struct call *call, const struct prompt *prompt);
void call_say(struct call *call, struct str text);
const struct settings *call_settings(const struct call *call);

#endif
