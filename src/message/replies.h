/* What is sent in answer to a message: one or several texts, with pictures, from another number. */
#ifndef HOOKSWITCH_MESSAGE_REPLIES_H
#define HOOKSWITCH_MESSAGE_REPLIES_H

#include "base/error.h"
#include "config/config.h"

/* The platform's limits: cXML Message. */
enum { REPLIES_MAX_CHARACTERS = 1600, REPLIES_MAX_MEDIA = 10, REPLIES_MAX = 10 };

struct reply {
    struct reply *next;
    unsigned long number; /* from 1 */
    struct str text;      /* may hold {{Name}} */
    struct str path;      /* of the file that it stands in, not read yet; empty: it stands in `text` */
    struct word *media;   /* addresses, which may hold {{Name}} too */
    struct entry entry;   /* where it stands */
};

struct replies {
    struct reply *first;
    bool given;      /* perhaps as none at all */
    struct str from; /* another number or short code; empty: the line's own */
};

/* Takes a key's ending: "" or "reply", "2" to "10", "media", "2.media", "file", "2.file", "from". False when it is none
 * of these; what is wrong with the value is complained of. */
bool replies_read(struct config_reader *reader, const struct section *section, const struct entry *entry,
                  struct str ending, struct replies *replies);
/* Looks at them once all are read: too long, in how many segments, nothing to send. */
void replies_check(struct config_reader *reader, const struct section *section, const struct replies *replies);
/* A telephone number, or a short code. */
bool replies_is_sender(struct arena *arena, struct str text, struct str *sender);

/* The reply's text, from its file if need be; in the arena. 0, or -1 with the reason. */
int replies_text(struct arena *arena, const struct reply *reply, struct str *text, struct error *error);

#endif
