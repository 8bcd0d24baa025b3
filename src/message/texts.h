/* [texts NAME]: what a message gets back, by keywords and patterns. */
#ifndef HOOKSWITCH_MESSAGE_TEXTS_H
#define HOOKSWITCH_MESSAGE_TEXTS_H

#include "message/inbound.h"

extern const struct section_kind texts_kind;

/* What holds for all that a section answers. */
struct texts_manner {
    bool optout;                       /* STOP, START and HELP are heeded */
    long replies_per_hour;             /* to one sender: two robots must not text each other for ever */
    struct str stopped, started, help; /* replies; empty: none */
};
/* Of a [texts] section; of others, or NULL, the defaults. */
const struct texts_manner *texts_manner(const struct section *section);

/* Passing messages on to telephones, whose replies go back. */
struct texts_forward {
    struct word *to; /* telephone numbers; NULL: nobody */
    struct str prefix;
    long for_s, per_hour;
    struct str which, nobody, refused, error; /* what they are told who cannot be understood */
};
/* What a configuration is marked with where some section forwards. */
#define TEXTS_FORWARD_FLAG "forward"
const struct texts_forward *texts_forward(const struct section *section);

/* Answers the message out of the section, and gives where it is led on to; NULL for nowhere. */
const struct destination *texts_answer(struct inbound *inbound, const struct section *section);

#endif
