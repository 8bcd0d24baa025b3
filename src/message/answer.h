/* Checks an answer and normalizes it: 2026-12-25, 09:30, yes, +15551230001. */
#ifndef HOOKSWITCH_MESSAGE_ANSWER_H
#define HOOKSWITCH_MESSAGE_ANSWER_H

#include "base/zone.h"
#include "config/field.h"
#include "message/pattern.h"

enum answer_kind {
    ANSWER_TEXT,
    ANSWER_NAME,   /* at least two letters */
    ANSWER_NUMBER, /* whole */
    ANSWER_DATE,
    ANSWER_FUTURE, /* a date from today on */
    ANSWER_TIME,
    ANSWER_YES_NO,
    ANSWER_CHOICE, /* one of `choices`, by name or number */
    ANSWER_MAIL,
    ANSWER_PHONE
};

/* Their names in a configuration, in this order, ended by NULL. */
extern const char *const answer_kinds[];

struct answer_rule {
    enum answer_kind kind;
    long min, max;           /* limits of a number, or characters of a text; max 0: none */
    struct word *choices;    /* of ANSWER_CHOICE */
    struct pattern *pattern; /* that the answer must also match; may be NULL */
};

/* How the line's callers write. */
struct answer_place {
    struct zone_time now;        /* the line's clock */
    bool month_first;            /* 12/25 instead of 25/12 */
    struct str country_code;     /* "+1" for numbers without a country code; may be empty */
    const struct word *yes, *no; /* additional words */
};

enum { ANSWER_MAX_CHARACTERS = 500 };

/* Checks the answer. Returns false when it is invalid, else the normalized `value` in the arena. */
bool answer_take(struct arena *arena, const struct answer_rule *rule, const struct answer_place *place, struct str text,
                 struct str *value);

#endif
