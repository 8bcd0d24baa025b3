/* The keys of a [form] section. Private to src/message. */
#ifndef HOOKSWITCH_MESSAGE_QUESTIONS_H
#define HOOKSWITCH_MESSAGE_QUESTIONS_H

#include "message/answer.h"
#include "message/replies.h"
#include "service/actions.h"

enum { QUESTIONS_MAX = 30 };

extern const struct section_kind form_kind;

/* A flag of the configuration: it has a form. */
#define QUESTIONS_FLAG "form"

struct form_question {
    unsigned long number; /* 0: not given */
    struct replies text, invalid;
    struct str keep;
    struct answer_rule rule;
    struct entry entry;
};

struct form_section {
    struct form_question questions[QUESTIONS_MAX];
    size_t count;
    struct replies done, canceled, too_many_tries, confirm;
    struct str invalid, back_first, expired, error;
    struct word *back, *cancel_words, *yes, *no;
    long tries, expires_s;
    struct actions actions;
};

#endif
