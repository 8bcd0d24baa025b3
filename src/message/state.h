/* Inside of src/message: where a sender has got to in a form, as it is kept in shared state. */
#ifndef HOOKSWITCH_MESSAGE_STATE_H
#define HOOKSWITCH_MESSAGE_STATE_H

#include <stdint.h>

#include "web/form.h"

/* What became of a message; kept, so that the same message gets the same reply. */
enum state_out {
    OUT_NONE,  /* there is no form to go on with */
    OUT_ASK,   /* the question at which the state is */
    OUT_AGAIN, /* the same question, after an answer that was none */
    OUT_DONE,
    OUT_LEFT,
    OUT_TOO_MANY,
    OUT_EXPIRED,
    OUT_BUSY /* another message began it at this very moment: that one is answered */
};

struct state {
    struct str form; /* the section's name */
    size_t at;       /* which question is open, from 0; behind the last: the confirmation */
    long wrong;      /* answers to it that were none */
    struct str sid;  /* of the last message that was taken */
    enum state_out out;
    int64_t until_us; /* then it has expired */
    struct form answers;
};

/* Texts point into `value`, or are in the arena. False when it is nothing that state_write has written. */
bool state_read(struct arena *arena, struct str value, struct state *state);
struct str state_write(struct arena *arena, const struct state *state);

/* No further answer is awaited. */
bool state_is_closed(const struct state *state);

/* Keeps an answer under its name, in place of an earlier one. False when there is no room for it. */
bool state_keep(struct state *state, struct arena *arena, struct str name, struct str value);

/* For an event: Form, Answers (the names), and each name with its answer; form-encoded. */
struct str state_parameters(struct arena *arena, const struct state *state);

#endif
