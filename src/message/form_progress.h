/* A sender's progress in a form, as saved. Private to src/message. */
#ifndef HOOKSWITCH_MESSAGE_FORM_PROGRESS_H
#define HOOKSWITCH_MESSAGE_FORM_PROGRESS_H

#include <stdint.h>

#include "web/form.h"

/* The result of a message; saved, so that the same message gets the same reply. */
enum turn_result {
    TURN_NOT_IN_FORM, /* the sender is not in a form */
    TURN_ASK,         /* the current question */
    TURN_ASK_AGAIN,   /* the same question after an invalid answer */
    TURN_DONE,
    TURN_CANCELED,
    TURN_TOO_MANY_TRIES,
    TURN_EXPIRED,
    TURN_BUSY /* another message began it at the same moment, and gets the reply */
};

struct form_progress {
    struct str form; /* the section's name */
    size_t at;       /* index of the current question; after the last: the confirmation */
    long wrong;      /* invalid answers to it */
    struct str sid;  /* of the last message */
    enum turn_result out;
    int64_t until_us; /* expiry */
    struct form answers;
};

/* Decodes a saved value; strings point into `value` or the arena. Returns false when it is invalid. */
bool form_progress_decode(struct arena *arena, struct str value, struct form_progress *state);
struct str form_progress_encode(struct arena *arena, const struct form_progress *state);

/* Whether the form has ended. */
bool form_progress_has_ended(const struct form_progress *state);

/* Saves an answer under its name, replacing an earlier one. Returns false when there are too many. */
bool form_progress_set_answer(struct form_progress *state, struct arena *arena, struct str name, struct str value);

/* The event's parameters: Form, Answers (the names), and each answer under its name; form-encoded. */
struct str form_progress_parameters(struct arena *arena, const struct form_progress *state);

#endif
