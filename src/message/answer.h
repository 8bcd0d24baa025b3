/* What people answer to a question, checked and put into one form: 2026-12-25, 09:30, yes, +15551230001. */
#ifndef HOOKSWITCH_MESSAGE_ANSWER_H
#define HOOKSWITCH_MESSAGE_ANSWER_H

#include "base/zone.h"
#include "config/field.h"
#include "message/pattern.h"

enum answer_kind {
    ANSWER_TEXT,
    ANSWER_NAME,   /* letters, at least two */
    ANSWER_NUMBER, /* whole */
    ANSWER_DATE,
    ANSWER_FUTURE, /* a date that is not over */
    ANSWER_TIME,
    ANSWER_YES_NO,
    ANSWER_CHOICE, /* one of `choices`, by its name or its number */
    ANSWER_MAIL,
    ANSWER_PHONE
};

/* The words for them in a configuration, in this order, ended by NULL. */
extern const char *const answer_kinds[];

struct answer_rule {
    enum answer_kind kind;
    long min, max;           /* of a number; of a text, in characters; max 0: none */
    struct word *choices;    /* of ANSWER_CHOICE */
    struct pattern *pattern; /* which it must fit as well; may be NULL */
};

/* What is known where the answer is read. */
struct answer_place {
    struct zone_time now;        /* the line's clock */
    bool month_first;            /* 12/25, not 25/12 */
    struct str country_code;     /* "+1" ahead of a number without one; may be empty */
    const struct word *yes, *no; /* further words for them */
};

enum { ANSWER_MAX_CHARACTERS = 500 };

/* Takes the answer. False when it is none; else `value` is it, in the arena, in its one form. */
bool answer_take(struct arena *arena, const struct answer_rule *rule, const struct answer_place *place, struct str text,
                 struct str *value);

#endif
