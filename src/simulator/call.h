/* The state of a simulated call. */
#ifndef HOOKSWITCH_SIMULATOR_CALL_H
#define HOOKSWITCH_SIMULATOR_CALL_H

#include "cxml/tree.h"
#include "simulator/platform.h"

/* The input that the call waits for. */
enum phone_waits {
    PHONE_INPUT,      /* Gather: keys, or words */
    PHONE_RECORDING,  /* Record: the caller speaks */
    PHONE_DIALLING,   /* Dial: somebody else's telephone rings */
    PHONE_CONFERENCE, /* Dial: others have come or will come */
    PHONE_QUEUE,      /* Enqueue: for somebody to take the call */
    PHONE_CONNECTED,  /* Connect, Refer, Echo: until it ends */
    PHONE_ENDED
};

/* The side of the call that a document is for: the caller; the caller in a queue; the caller before a conference
 * begins; the callee; a caller who is taken out of a queue. */
enum phone_side { PHONE_CALLER, PHONE_WAITING, PHONE_LOBBY, PHONE_CALLEE, PHONE_TAKEN };

enum { PHONE_LEGS_MAX = 10 };

/* A telephone that is dialled: a call of its own, within the call. */
struct phone_leg {
    const struct cxml_tree *noun; /* NULL: the number stands in Dial itself */
    struct str sid, to;
    int sequence; /* of its status callbacks */
};

struct phone_call {
    const struct platform *platform;
    struct arena *arena;
    struct str from, to;
    struct str sid, queue_sid, conference_sid, recording_sid, stream_sid;
    /* Called for all that is heard and happens: "say", "play", "dial", "text", "record" ..., and what. */
    void (*emit)(void *context, const char *kind, struct str what);
    void *context;
    /* Carries out a verb (NULL: the end of the document) and those behind it: verbs_run. */
    int (*run)(struct phone_call *call, const struct cxml_tree *verb, struct error *error);
    enum phone_waits waits;
    enum phone_side side;
    bool answered;
    const struct cxml_tree *verb;           /* that waits */
    const struct cxml_tree *dial, *enqueue; /* that the other sides belong to */
    struct phone_leg legs[PHONE_LEGS_MAX];
    size_t leg_count, leg;   /* `leg`: which of them has answered */
    struct str lobby;        /* where who waits for a conference has been sent; or empty */
    int documents;           /* taken in without the caller doing anything */
    long seconds;            /* since it rang */
    long queued_s, talked_s; /* in the queue; with who was dialled */
};

#endif
