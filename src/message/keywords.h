/* The keys of a [texts] section, and the choice of a keyword. Private to src/message. */
#ifndef HOOKSWITCH_MESSAGE_KEYWORDS_H
#define HOOKSWITCH_MESSAGE_KEYWORDS_H

#include "message/inbound.h"
#include "message/pattern.h"
#include "service/actions.h"

struct phrase {
    struct phrase *next;
    struct str folded;
};

enum keyword_only { ONLY_NOTHING, ONLY_FIRST, ONLY_DAILY };

/* A keyword with its phrases, its pattern and its replies. */
struct keyword {
    struct keyword *next; /* in the order of the file */
    struct str name;
    struct phrase *phrases;
    struct pattern *pattern;
    bool only_whole, whole_given; /* it must be the whole message */
    enum keyword_only only;
    struct replies replies;
    struct destination *to; /* the next section; may be NULL */
    struct entry first;     /* for error messages */
};

/* For all messages that a section answers. */
struct texts_policy {
    bool optout;                       /* STOP, START and HELP work */
    long replies_per_hour;             /* to one sender: two robots must not text each other for ever */
    struct str stopped, started, help; /* replies; empty: none */
};
/* Forwards messages to telephones, whose replies go back to the sender. */
struct texts_forward {
    struct word *to; /* telephone numbers; NULL: nobody */
    struct str prefix;
    long for_s, per_hour;
    struct str which, nobody, refused, error; /* replies to a telephone whose message cannot be delivered */
};
/* A flag of the configuration: some section forwards. */
#define TEXTS_FORWARD_FLAG "forward"
struct texts {
    struct texts_policy policy;
    struct texts_forward forward;
    bool whole_message, tolerate_typos;
    struct str reply_from;
    struct keyword *keywords;
    struct keyword otherwise, welcome;
    size_t patterns;
    bool asks_first; /* some reply is only for first messages */
    struct actions actions;
};

/* The best keyword: the first matching pattern, else the longest phrase in the message, else the nearest phrase, else
 * `otherwise`. The groups of a pattern become values of the session. */
const struct keyword *keywords_find(struct inbound *inbound, const struct section *section);

#endif
