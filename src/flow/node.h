/* The behaviour of a node kind. */
#ifndef HOOKSWITCH_FLOW_NODE_H
#define HOOKSWITCH_FLOW_NODE_H

#include <stdbool.h>

struct call;
struct destination;
struct session;

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

/* section_kind.behaviour points to one. */
struct node_behaviour {
    void (*enter)(struct call *call, const void *keys); /* a router may have none */
    const struct node_step *steps;                      /* may be NULL */
    /* The destination that a router chooses, for calls, messages and faxes. */
    const struct destination *(*choose)(struct session *session, const void *keys);
};

#endif
