/* The behaviour of node kinds, one request of a call, and the verbs that nodes write in response. */
#ifndef HOOKSWITCH_FLOW_CALL_H
#define HOOKSWITCH_FLOW_CALL_H

#include "service/outcome.h"
#include "service/session.h"

struct call;

enum call_keeping {
    CALL_KEEP_LATER, /* the event is kept once the response is sent */
    CALL_KEEP_SOON   /* it holds what exists nowhere else: kept before the response, unless the store is slow */
};

struct node_step {
    const char *name;  /* the last segment of the address; NULL ends the list */
    const char *event; /* that the request is kept as; NULL: it comes again and again, and is not kept */
    enum call_keeping keeping;
    void (*run)(struct call *call, const void *keys);
    bool secret; /* the digits are a PIN and are not kept */
};

enum { NODE_STEPS_MAX = 4 };

/* section_kind.behaviour points to one. */
struct node_behaviour {
    void (*enter)(struct call *call, const void *keys); /* a router may have none */
    struct node_step steps[NODE_STEPS_MAX + 1];
    /* The destination that a router ([hours], [route]) chooses, for calls, messages and faxes. */
    const struct destination *(*choose)(struct session *session, const void *keys);
};

/* Follows routers from `to` on, for messages and faxes. Returns the first destination that is not one, or NULL. */
const struct destination *router_follow(struct session *session, const struct destination *to);

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
};

/* Continues at `to`; NULL hangs up. */
void call_go(struct call *call, const struct destination *to);
/* The same; NULL says that nobody answers, and hangs up. */
void call_go_or_apologize(struct call *call, const struct destination *to);
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

struct question {
    const char *step;
    long attempt;     /* goes to the step as try=ATTEMPT; 0: none */
    struct str query; /* also goes to the step */
    long timeout_s;
    long digits; /* input ends after so many; 0: at the finish key or the time-out */
    bool speech;
    const char *finish_on_key; /* NULL: the pound key */
    struct str hints;          /* for speech */
};
/* A pattern of keys: digits, and x for any. Digits fit that match it as far as it goes. */
bool digits_is_pattern(struct str pattern);
bool digits_fit(struct str pattern, struct str digits);
/* Opens a Gather for keys, or keys and speech; the prompts are written before call_asked closes it. */
void call_ask(struct call *call, const struct question *question);
void call_asked(struct call *call);
/* Asks a question with its prompts, which may be NULL. */
void call_ask_with(struct call *call, const struct question *question, const struct prompt *ahead,
                   const struct prompt *prompt);

/* Whether speech was recognized with at least that confidence (0 to 1). True when the platform gives none. */
bool call_is_confident(const struct call *call, double least);

/* Attaches an event to the one of this request; it triggers the actions of the call's node. */
void call_attach_event(struct call *call, const char *name, struct str parameters);

/* Writes Say, Play and Pause, translated to the caller's language where possible. Long texts become several Say. */
void call_prompt(struct call *call, const struct prompt *prompt);

/* --- numbers and sip: addresses that are destinations themselves (dial.c) --- */

/* Dials with the defaults of a [dial] section; apologizes when nobody answers. A call's node with a step "ended" gets
 * the `query`. */
void dial_address(struct call *call, const struct destination *to, struct str query);
/* Whether the request says that the call was answered. */
bool dial_was_answered(const struct call *call);
/* Continues after dial_address. */
void dial_address_ended(struct call *call);

#endif
