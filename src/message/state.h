/* A sender's progress in a form, as saved. Private to src/message. */
#ifndef HOOKSWITCH_MESSAGE_STATE_H
#define HOOKSWITCH_MESSAGE_STATE_H

#include <stdint.h>

#include "web/form.h"

/* The result of a message; saved, so that the same message gets the same reply. */
enum state_out {
    OUT_NONE,  /* the sender is not in a form */
    OUT_ASK,   /* the current question */
    OUT_AGAIN, /* the same question after an invalid answer */
    OUT_DONE,
    OUT_LEFT,
    OUT_TOO_MANY,
    OUT_EXPIRED,
    OUT_BUSY /* another message began it at the same moment, and gets the reply */
};

struct state {
    struct str form; /* the section's name */
    size_t at;       /* index of the current question; after the last: the confirmation */
    long wrong;      /* invalid answers to it */
    struct str sid;  /* of the last message */
    enum state_out out;
    int64_t until_us; /* expiry */
    struct form answers;
};

/* Decodes a saved value; strings point into `value` or the arena. Returns false when it is invalid. */
bool state_read(struct arena *arena, struct str value, struct state *state);
struct str state_write(struct arena *arena, const struct state *state);

/* Whether the form has ended. */
bool state_is_closed(const struct state *state);

/* Saves an answer under its name, replacing an earlier one. Returns false when there are too many. */
bool state_keep(struct state *state, struct arena *arena, struct str name, struct str value);

/* The event's parameters: Form, Answers (the names), and each answer under its name; form-encoded. */
struct str state_parameters(struct arena *arena, const struct state *state);

#endif
