/* The replies to a message: texts with media, optionally from another number. */
#ifndef HOOKSWITCH_MESSAGE_REPLIES_H
#define HOOKSWITCH_MESSAGE_REPLIES_H

#include "config/config.h"

/* The platform's limits: cXML Message. */
enum { REPLIES_MAX_CHARACTERS = 1600, REPLIES_MAX_MEDIA = 10, REPLIES_MAX = 10 };

struct reply {
    struct reply *next;
    unsigned long number; /* from 1 */
    struct str text;      /* a template */
    struct str path;      /* of its file, when that is not read yet; else empty */
    struct word *media;   /* URLs, which are templates too */
    struct entry entry;   /* for error messages */
};

struct replies {
    struct reply *first;
    bool given;      /* possibly as empty */
    struct str from; /* another number or short code; empty: the line's number */
};

/* Reads a key by its suffix: "" or "reply", "2" to "10", "media", "2.media", "file", "2.file", "from". Returns false
 * for any other suffix; reports invalid values. */
bool replies_read(struct config_reader *reader, const struct section *section, const struct entry *entry,
                  struct str ending, struct replies *replies);
/* Checks all replies: length, segments, missing texts. */
void replies_check(struct config_reader *reader, const struct section *section, const struct replies *replies);
/* Whether the text is a telephone number or a short code. */
bool replies_is_sender(struct arena *arena, struct str text, struct str *sender);

/* The reply's text, read from its file if necessary, in the arena. Returns 0, or -1 with the reason. */
int replies_text(struct arena *arena, const struct reply *reply, struct str *text, struct error *error);

#endif
