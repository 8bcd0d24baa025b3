/* The typed keys of a section: each kind of section declares a table of these. */
#ifndef HOOKSWITCH_CONFIG_FIELD_H
#define HOOKSWITCH_CONFIG_FIELD_H

#include <stdint.h>

#include "base/str.h"

enum field_type {               /* what the member at `offset` is */
                  FIELD_TEXT,   /* struct str */
                  FIELD_PROMPT, /* struct prompt *: key, key.2, key.3 ... in order; key.es, key.es.2 ... in Spanish */
                  FIELD_DESTINATION, /* struct destination *: where a call goes on */
                  FIELD_REFERENCE,   /* struct destination *: a section of the class in `min` */
                  FIELD_NUMBERS,     /* struct word *, chained: own numbers (E.164) and sip: addresses */
                  FIELD_WORDS,       /* struct word *, chained: separated by commas */
                  FIELD_NUMBER,      /* struct str: one E.164 number */
                  FIELD_DURATION,    /* long, seconds: 20, 20s, 2m, 1h; from `min` to `max` */
                  FIELD_COUNT,       /* long, from `min` to `max` */
                  FIELD_SIZE,        /* long, bytes: 4096, 64k, 1M; from `min` to `max` */
                  FIELD_DECIMAL,     /* double, 0 to 1 */
                  FIELD_SWITCH,      /* bool: yes no true false on off */
                  FIELD_CHOICE,      /* int: the position in `choices` */
                  FIELD_KEYS,        /* struct str: telephone keys 0-9 * # */
                  FIELD_URL,         /* struct str: http:// or https:// */
                  FIELD_FILE,        /* struct str: a path, made absolute from the configuration's folder */
                  FIELD_ZONE,        /* struct zone * */
                  FIELD_LANGUAGE     /* struct str: en-US */
};

enum field_flags {
    FIELD_REQUIRED = 1,
    FIELD_WITHOUT_INPUT = 2, /* this destination is reached without the caller doing anything */
    FIELD_SECRET = 4,        /* never shown; of a FIELD_FILE: what the file holds is not */
    FIELD_WIPE = 16,         /* the programs that answer have no use for it once the configuration is read */
    FIELD_DEAD_END = 8       /* where it is absent the call just ends, which is worth a hint */
};

struct field {
    const char *key;
    enum field_type type;
    size_t offset;
    unsigned flags;
    long min, max;
    const char *fallback;       /* read as if it stood in the file; NULL: zero */
    const char *const *choices; /* of FIELD_CHOICE, ended by NULL */
};

struct word {
    struct word *next;
    struct str text;
};
/* In any case of letters. */
bool word_is_in(struct str text, const struct word *list);
/* By patterns: str_matches. */
bool word_matches_one_of(struct str text, const struct word *list);

struct prompt {
    struct prompt *next;
    enum prompt_kind { PROMPT_SAY, PROMPT_PLAY, PROMPT_PAUSE } kind;
    struct str text; /* to speak, or the address to play; may hold {{Name}} */
    long pause_s;
    /* Set in the first part of a prompt: */
    struct str language;       /* "es"; empty: for languages without a prompt of their own */
    struct prompt *translated; /* the same in another language */
};

enum destination_kind {
    DESTINATION_SECTION, /* a node, texts, fax: `section` */
    DESTINATION_NUMBER,  /* an E.164 number to dial */
    DESTINATION_SIP,     /* a sip: address to dial */
    DESTINATION_REPEAT,
    DESTINATION_HANGUP,
    DESTINATION_REJECT,
    DESTINATION_BUSY
};

struct section;
struct section_kind;

struct destination {
    struct destination *next_in_section;
    enum destination_kind kind;
    struct str name;               /* as written; the number without spaces; the address */
    const struct section *section; /* of DESTINATION_SECTION, once resolved */
    struct str key;                /* where it stands */
    unsigned line;
    int wanted;                             /* the class of section it must be */
    const struct section_kind *wanted_kind; /* and its kind; NULL: any */
    bool without_input;
    bool is_reference; /* the call does not go there */
};

#endif
