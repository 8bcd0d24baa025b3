/* [form NAME]: a conversation: one question after another, each answer checked, the whole handed on as an event. Where
 * it has got to is shared state, so that any process on any host goes on with it. */
#ifndef HOOKSWITCH_MESSAGE_FORM_H
#define HOOKSWITCH_MESSAGE_FORM_H

#include "message/inbound.h"

/* Whether the sender is in the middle of a form; then the message is taken as an answer. */
bool form_go_on(struct inbound *inbound);
/* Asks the sender the first question. */
void form_begin(struct inbound *inbound, const struct section *section);

/* --- for the job that looks after a form whose sender wrote no more --- */

/* The verb of its order is this with the name in shared state behind it. */
#define FORM_LAPSE "lapse:"

enum form_end {
    FORM_OPEN,      /* it goes on, or there is none */
    FORM_COMPLETED, /* form.completed; it may have been said before */
    FORM_EXPIRED    /* form.expired */
};

/* How the form stands; where it ended, the sid of the last message of it and what was answered, as an event's
 * parameters, in the arena. */
struct form_result {
    enum form_end end;
    struct str sid, parameters;
};
struct form_result form_look(struct arena *arena, const struct config *config, const struct line *line,
                             struct str value, int64_t now_us);

#endif
