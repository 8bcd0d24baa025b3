/* A telephone that rings a line and does what it is told, verb by verb, as the platform would. Whoever holds it says
 * what the caller does next. */
#ifndef HOOKSWITCH_PHONE_CALL_H
#define HOOKSWITCH_PHONE_CALL_H

#include "cxml/tree.h"
#include "phone/carrier.h"

/* What the call waits for. */
enum phone_waits {
    PHONE_INPUT,     /* Gather: keys, or words */
    PHONE_RECORDING, /* Record: the caller speaks */
    PHONE_DIALLING,  /* Dial: somebody else's telephone rings */
    PHONE_QUEUE,     /* Enqueue: for somebody to take the call */
    PHONE_CONNECTED, /* Connect, Refer, Echo: until it ends */
    PHONE_ENDED
};

/* Whose side of the call speaks: what is gathered in a queue or from who was dialled comes back there. */
enum phone_side { PHONE_CALLER, PHONE_WAITING, PHONE_CALLEE };

struct phone_call {
    const struct carrier *carrier;
    struct arena *arena;
    struct text from, to;
    struct text sid, leg_sid, queue_sid;
    /* Called for all that is heard and happens: "say", "play", "dial", "text", "record" ..., and what. */
    void (*tell)(void *context, const char *kind, struct text what);
    void *context;
    enum phone_waits waits;
    enum phone_side side;
    bool answered;
    const struct cxml_tree *verb;           /* that waits */
    const struct cxml_tree *dial, *enqueue; /* that the other sides belong to */
    int documents;                          /* taken in without the caller doing anything */
    long turns;                             /* in the queue */
};

/* All of these: 0, or -1 with the reason: the platform would not take an answer, or nothing waits for that. */
int phone_ring(struct phone_call *call, struct text line, struct error *error);
int phone_press(struct phone_call *call, struct text keys, struct error *error);
int phone_say(struct phone_call *call, struct text words, struct error *error);
/* The caller does nothing: the time runs out, the queue's turn comes again. */
int phone_wait(struct phone_call *call, struct error *error);
/* How the other telephone's ringing ends: completed, busy, no-answer, failed, canceled; in a queue: bridged. */
int phone_outcome(struct phone_call *call, struct text outcome, struct error *error);
/* So many seconds are spoken and a key is pressed; 0: nothing is said. */
int phone_record(struct phone_call *call, long seconds, struct error *error);
int phone_hang_up(struct phone_call *call, struct error *error);

/* What can be done now, for people: "press KEYS, say WORDS, wait, hang up". */
const char *phone_choices(const struct phone_call *call);

#endif
