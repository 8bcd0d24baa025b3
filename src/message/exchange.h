/* One message on its way through what answers it: what is known, what is to be kept, what is sent back. */
#ifndef HOOKSWITCH_MESSAGE_EXCHANGE_H
#define HOOKSWITCH_MESSAGE_EXCHANGE_H

#include "flow/call.h"
#include "message/replies.h"

struct outgoing {
    struct outgoing *next;
    struct str to, from, text; /* `to` empty: to the sender; `from` empty: from the number that was written to */
    const struct word *media;
};

struct exchange {
    struct request_context context; /* the request's own */
    struct call call;               /* for the line's clock and shared state, as in a call; no document */
    struct form values;             /* further names for {{Name}} */
    struct event event;             /* what the message is kept as, together with what is ordered and brought */
    struct outgoing *first, **end;
    bool expected; /* it answered a question: what is sent back does not count as one of two robots' replies */
};

/* `line` is what the message came to. */
void exchange_begin(struct exchange *exchange, const struct request_context *context, const struct line *line);

struct str exchange_sender(const struct exchange *exchange); /* From */
struct str exchange_body(const struct exchange *exchange);   /* what was written, trimmed and of bounded length */

/* {{Name}} stands for it from here on, unless the request has a parameter called so. Both are borrowed. */
void exchange_know(struct exchange *exchange, struct str name, struct str value);

/* To be sent to the sender, filled in. NULL: nothing. */
void exchange_reply(struct exchange *exchange, const struct replies *replies);
/* A text of the configuration, to the sender; empty: nothing. */
void exchange_say(struct exchange *exchange, struct str text);
/* As it stands, to whom it may be; what is longer than one message holds comes in several. `media` go with the first.
 */
void exchange_send(struct exchange *exchange, struct str to, struct str text, const struct word *media);
/* The pictures that came with the message. */
struct word *exchange_media(const struct exchange *exchange);

/* Whether something is sent to the sender. */
bool exchange_answers(const struct exchange *exchange);
/* Writes what is sent; `silent`: to others than the sender alone. */
void exchange_write(const struct exchange *exchange, bool silent, struct cxml *out);

#endif
