/* The elements of cXML and what each may contain, from the platform's reference. The writer enforces this table, and
 * the tests compare it with the published schema. To add a verb, add rows. */
#ifndef HOOKSWITCH_CXML_VERBS_H
#define HOOKSWITCH_CXML_VERBS_H

#include <stdbool.h>
#include <stdint.h>

enum cxml_context { CXML_VOICE = 1, CXML_MESSAGING = 2, CXML_FAX = 4 };

enum cxml_element {
    CXML_RESPONSE,
    CXML_SAY,
    CXML_PLAY,
    CXML_PAUSE,
    CXML_GATHER,
    CXML_RECORD,
    CXML_DIAL,
    CXML_ENQUEUE,
    CXML_LEAVE,
    CXML_REDIRECT,
    CXML_REJECT,
    CXML_HANGUP,
    CXML_SMS,
    CXML_REFER,
    CXML_CONNECT,
    CXML_START,
    CXML_STOP,
    CXML_ECHO,
    CXML_DENOISE,
    CXML_PAY,
    CXML_NUMBER,
    CXML_SIP,
    CXML_CONFERENCE,
    CXML_QUEUE,
    CXML_VERTO,
    CXML_ROOM,
    CXML_VIRTUAL_AGENT,
    CXML_STREAM,
    CXML_PROMPT,
    CXML_PARAMETER,
    CXML_MESSAGE,
    CXML_BODY,
    CXML_MEDIA,
    CXML_RECEIVE,
    CXML_ELEMENTS
};

enum cxml_type {
    CXML_NONE,
    CXML_STRING,
    CXML_STRING_OPTIONAL,
    CXML_URL,  /* http:// or https:// */
    CXML_WSS,  /* wss:// */
    CXML_E164, /* +15551230001 */
    CXML_SIP_ADDRESS,
    CXML_DTMF, /* 0-9 * # w */
    CXML_INTEGER,
    CXML_INTEGER_OR_AUTO,
    CXML_DECIMAL,
    CXML_BOOLEAN,
    CXML_ENUM,
    CXML_ENUM_LIST /* separated by spaces */
};

struct cxml_attribute_rule {
    enum cxml_element element;
    const char *name; /* NULL ends the list */
    enum cxml_type type;
    long min, max;             /* of integers; max 0: no upper end */
    const char *const *values; /* of enumerations, ended by NULL */
};

struct cxml_rule {
    const char *name;
    unsigned context;  /* enum cxml_context, or-ed */
    uint64_t children; /* bit 1 << enum cxml_element */
    enum cxml_type text;
    unsigned max_text; /* characters; 0: no limit of its own */
    unsigned max_children;
    bool needs_action; /* without an action it would ask the current document again: a loop */
};

/* By enum cxml_element. */
extern const struct cxml_rule cxml_rules[CXML_ELEMENTS];
/* At most 32 an element, one behind the other. */
extern const struct cxml_attribute_rule cxml_attributes[];
/* NULL: the element has no such attribute. */
const struct cxml_attribute_rule *cxml_attribute_rule(enum cxml_element element, const char *name);

#endif
