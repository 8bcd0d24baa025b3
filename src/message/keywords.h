/* Inside of src/message: what a [texts] section is made of. */
#ifndef HOOKSWITCH_MESSAGE_KEYWORDS_H
#define HOOKSWITCH_MESSAGE_KEYWORDS_H

#include "message/pattern.h"
#include "message/texts.h"
#include "service/actions.h"

struct phrase {
    struct phrase *next;
    struct str folded;
};

enum keyword_only { ONLY_NOTHING, ONLY_FIRST, ONLY_DAILY };

/* A keyword with its other words, its pattern and its replies. */
struct keyword {
    struct keyword *next; /* in the order of the file */
    struct str name;
    struct phrase *phrases;
    struct pattern *pattern;
    bool only_whole, whole_given; /* it must be all of the message */
    enum keyword_only only;
    struct replies replies;
    struct destination *to; /* where the message is led on to; may be NULL */
    struct entry first;     /* where it stands, for complaints */
};

struct texts {
    struct texts_manner manner;
    struct texts_forward forward;
    bool whole_message, tolerate_typos;
    struct str reply_from;
    struct keyword *keywords;
    struct keyword otherwise, welcome;
    size_t patterns;
    bool asks_first; /* some reply is for first messages only */
    struct actions actions;
};

/* The keyword that fits best, or `otherwise`: the first pattern, else of the words that stand there the longest, else
 * the nearest word. The groups of a pattern are known to the inbound. */
const struct keyword *keywords_find(struct inbound *inbound, const struct section *section);

#endif
