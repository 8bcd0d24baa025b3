/* Inside of src/event: every kind of callback, how it is told, and the rank of its states. */
#ifndef HOOKSWITCH_EVENT_KINDS_H
#define HOOKSWITCH_EVENT_KINDS_H

#include <stdbool.h>

enum { EVENT_NAMES_MAX = 3 };

struct event_state {
    const char *state, *name; /* "in-progress"; the end of the event's name where it is not the state */
    long rank;
};

struct event_kind {
    const char *name;
    const char *sids[EVENT_NAMES_MAX];   /* parameters that may hold its sid */
    const char *states[EVENT_NAMES_MAX]; /* parameters that may hold its state */
    bool has_current;                    /* has a current row */
    const struct event_state *known;     /* ended by a NULL state; others are kept too, with rank 0 */
};

/* In the order in which a callback is tried; ended by a NULL name. */
extern const struct event_kind event_kinds[];

#endif
