/* A message that came in: its session, the event to keep, and the messages to send. */
#ifndef HOOKSWITCH_MESSAGE_INBOUND_H
#define HOOKSWITCH_MESSAGE_INBOUND_H

#include "message/replies.h"
#include "service/outcome.h"
#include "service/session.h"

struct outgoing {
    struct outgoing *next;
    struct str to, from, text; /* empty `to`: the sender; empty `from`: the number that received the message */
    const struct word *media;
};

struct inbound {
    struct session session;
    struct event event; /* that the message is kept as, with the jobs and events attached to it */
    struct outgoing *first, **end;
    bool expected; /* it answers a question: the replies do not count as those of two robots to each other */
};

/* `line` received the message. */
void inbound_begin(struct inbound *inbound, const struct request_context *context, const struct line *line);

struct str inbound_sender(const struct inbound *inbound); /* From */
struct str inbound_body(const struct inbound *inbound);   /* the text, trimmed and cut */

/* Replies with filled templates. NULL: nothing. */
void inbound_reply(struct inbound *inbound, const struct replies *replies);
/* Replies with a text of the configuration; empty: nothing. */
void inbound_say(struct inbound *inbound, struct str text);
/* Sends the text unchanged, in several messages when it is too long. `media` go with the first. */
void inbound_send(struct inbound *inbound, struct str to, struct str text, const struct word *media);
/* The media that came with the message. */
struct word *inbound_media(const struct inbound *inbound);

/* Whether there is a reply to the sender. */
bool inbound_answers(const struct inbound *inbound);
/* Writes the messages; `silent`: without those to the sender. */
void inbound_write(const struct inbound *inbound, bool silent, struct cxml *out);

#endif
