/* [form NAME]: asks questions one after another, checks the answers, and attaches an event with all of them. Progress
 * is in saved state, so that any process on any host can continue. */
#ifndef HOOKSWITCH_MESSAGE_FORM_H
#define HOOKSWITCH_MESSAGE_FORM_H

#include "message/inbound.h"

/* Handles the message as an answer when the sender is in a form. Returns whether that was so. */
bool form_continue(struct inbound *inbound);
/* Asks the sender the first question. */
void form_begin(struct inbound *inbound, const struct section *section);

/* --- for work/form_expire --- */

/* The job's verb: this prefix and the name in saved state. */
#define FORM_EXPIRY_JOB "lapse:"

enum form_end {
    FORM_OPEN,      /* in progress, or no form */
    FORM_COMPLETED, /* form.completed, which may have been kept before */
    FORM_EXPIRED    /* form.expired */
};

/* The state of a form. When it has ended: the sid of its last message, and the parameters of its event. */
struct form_status {
    enum form_end end;
    struct str sid, parameters;
};
struct form_status form_read_status(struct arena *arena, const struct config *config, const struct line *line,
                                    struct str value, int64_t now_us);

#endif
