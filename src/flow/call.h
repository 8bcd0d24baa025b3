/* One request of a call, and the verbs that node kinds write in response. */
#ifndef HOOKSWITCH_FLOW_CALL_H
#define HOOKSWITCH_FLOW_CALL_H

#include "flow/node.h"
#include "service/outcome.h"
#include "service/session.h"

/* Every address in a response carries all values, and a response has 64 kB. */
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

/* Continues at `to`; NULL hangs up. */
void call_go(struct call *call, const struct destination *to);
void call_enter(struct call *call, const struct section *node);
void call_hangup(struct call *call);

/* The address of a step of the call's node, with the call's values; `query` such as "try=2", or empty. */
struct str call_step_url(const struct call *call, const char *step, struct str query);
/* Keeps a value for the rest of the call; prompts read it as {{Name}}. Cuts it at CALL_VALUE_MAX bytes, and where all
 * values exceed CALL_VALUES_BYTES. The empty text removes it. */
void call_set_value(struct call *call, const char *name, struct str value);
/* Restores the values from the request's address. */
void call_restore_values(struct call *call);
/* Sets the caller's language: "es". */
void call_choose_language(struct call *call, struct str language);
/* A parameter of the address's query, or empty. */
struct str call_query(const struct call *call, const char *name);
/* The same as a number from 1 to `max`; larger ones become `max`. 1 when it is missing or invalid. */
long call_query_number(const struct call *call, const char *name, long max);
/* Opens a Gather for keys, or keys and speech; the prompts are written before call_asked closes it. */
struct question {
    const char *step;
    struct str query;
    long timeout_s;
    long digits; /* input ends after so many; 0: at the finish key or the time-out */
    bool speech;
    const char *finish_on_key; /* NULL: the pound key */
    struct str hints;          /* for speech */
};
void call_ask(struct call *call, const struct question *question);
void call_asked(struct call *call);
/* Asks a question with one prompt. */
void call_ask_with(struct call *call, const struct question *question, const struct prompt *prompt);

/* Whether speech was recognized with at least that confidence (0 to 1). True when the platform gives none. */
bool call_is_confident(const struct call *call, double least);

/* Attaches an event to the one of this request; it triggers the actions of the call's node. */
void call_attach_event(struct call *call, const char *name, struct str parameters);

/* Writes Say, Play and Pause, translated to the caller's language where possible. Long texts become several Say. */
void call_prompt(struct call *call, const struct prompt *prompt);
void call_say(struct call *call, struct str text);

#endif
