/* A message that came in: its session, the event to keep, and the messages to send. */
#ifndef HOOKSWITCH_MESSAGE_INBOUND_H
#define HOOKSWITCH_MESSAGE_INBOUND_H

#include "message/replies.h"
#include "service/outcome.h"
#include "service/session.h"

struct outgoing {
    struct outgoing *next;
    struct str to, from, text; /* `to` empty: to the sender; `from` empty: from the number that was written to */
    const struct word *media;
};

struct inbound {
    struct session session;
    struct event event; /* that the message is kept as, with the jobs and events attached to it */
    struct outgoing *first, **end;
    bool expected; /* it answers a question: the replies do not count as those of two robots to each other */
};

/* `line` is what the message came to. */
void inbound_begin(struct inbound *inbound, const struct request_context *context, const struct line *line);

struct str inbound_sender(const struct inbound *inbound); /* From */
struct str inbound_body(const struct inbound *inbound);   /* what was written, trimmed and of bounded length */

/* To be sent to the sender, filled in. NULL: nothing. */
void inbound_reply(struct inbound *inbound, const struct replies *replies);
/* A text of the configuration, to the sender; empty: nothing. */
void inbound_say(struct inbound *inbound, struct str text);
/* As it stands, to whom it may be; what is longer than one message holds comes in several. `media` go with the first.
 */
void inbound_send(struct inbound *inbound, struct str to, struct str text, const struct word *media);
/* The pictures that came with the message. */
struct word *inbound_media(const struct inbound *inbound);

/* Whether something is sent to the sender. */
bool inbound_answers(const struct inbound *inbound);
/* Writes what is sent; `silent`: to others than the sender alone. */
void inbound_write(const struct inbound *inbound, bool silent, struct cxml *out);

#endif
