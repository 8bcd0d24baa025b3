/* [texts NAME]: what a message gets back. */
#ifndef HOOKSWITCH_MESSAGE_TEXTS_H
#define HOOKSWITCH_MESSAGE_TEXTS_H

#include "config/config.h"

enum { TEXTS_MAX_CHARACTERS = 1600 }; /* of one message; the platform takes no more */

struct reply {
    struct reply *next;
    struct text text; /* may hold {{Name}} */
};

extern const struct section_kind texts_kind;

/* What holds for all that a section answers. */
struct texts_manner {
    bool optout;                        /* STOP, START and HELP are heeded */
    long replies_per_hour;              /* to one sender: two robots must not text each other for ever */
    struct text stopped, started, help; /* replies; empty: none */
};
const struct texts_manner *texts_manner(const void *keys);

/* The replies to `body`, in the order to send them; NULL for none. `keys` are those of a [texts] section. */
const struct reply *texts_answer(const void *keys, struct arena *arena, struct text body);

#endif
