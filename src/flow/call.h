/* A call between two requests: the node kinds write what happens next through this. */
#ifndef HOOKSWITCH_FLOW_CALL_H
#define HOOKSWITCH_FLOW_CALL_H

#include "flow/node.h"
#include "service/outcome.h"
#include "service/session.h"

/* All of them together stand in every address of an answer, which has 64 kB. */
enum { CALL_VALUES_MAX = 16, CALL_VALUE_MAX = 500, CALL_VALUES_BYTES = 1000 };

struct call {
    struct session session;
    struct cxml *out;
    bool answered;              /* before this request */
    bool ended;                 /* the platform runs nothing after this */
    unsigned depth;             /* nodes entered in this response */
    struct str voice, language; /* of a node that has its own; empty: those of the caller's language */
    const char *event_name;     /* instead of the step's; may be NULL */
    struct attached attached;   /* an event to keep with this request, such as call.collected; its name may be NULL */
    struct str result;          /* where this response leaves the caller: "menu main-menu", "hangup" */
    void (*dial_address)(struct call *call, const struct destination *to); /* dials a number or sip: address */
};

/* Goes on at `to`; NULL hangs up. */
void call_go(struct call *call, const struct destination *to);
void call_enter(struct call *call, const struct section *node);
void call_hangup(struct call *call);

/* The step of the call's node, with what is known of the call; `query` such as "try=2", or empty. */
struct str call_step_url(const struct call *call, const char *step, struct str query);
/* A value known for the rest of the call, cut at CALL_VALUE_MAX bytes, and where all values would come to more than
 * CALL_VALUES_BYTES; {{Name}} stands for it in prompts. With the empty text it is forgotten. */
void call_set_value(struct call *call, const char *name, struct str value);
/* Takes what the address says is known. */
void call_restore_values(struct call *call);
/* From here on the call is in that language: "es". */
void call_choose_language(struct call *call, struct str language);
/* A text of the address's query, or empty. */
struct str call_query(const struct call *call, const char *name);
/* A whole number of the address's query from 1 to `max`, which stands for all above it; 1 when it is absent or anything
 * else. */
long call_query_number(const struct call *call, const char *name, long max);
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

/* Whether what was said was understood with at least that confidence (0 to 1), or nobody says how well. */
bool call_is_confident(const struct call *call, double least);

/* Has an event kept with this request, and what the call's node says is done with it. */
void call_attach_event(struct call *call, const char *name, struct str parameters);

/* Speaks, plays and pauses, in the call's language where the prompt is there in it; long texts are cut into several Say
 * at the ends of words. */
void call_prompt(struct call *call, const struct prompt *prompt);
void call_say(struct call *call, struct str text);

#endif
