/* Who wants no messages of a line's any more: STOP, START and HELP, as carriers' rules ask for (CTIA, Messaging
 * Principles and Best Practices, section 5.1.2). Kept as shared state, so that it holds on every host and for ever. */
#ifndef HOOKSWITCH_MESSAGE_OPTOUTS_H
#define HOOKSWITCH_MESSAGE_OPTOUTS_H

#include "event/event.h"
#include "service/line.h"
#include "store/kv.h"

enum optouts_word { OPTOUTS_NONE, OPTOUTS_STOP, OPTOUTS_START, OPTOUTS_HELP };

/* What a whole message says: STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT; START, UNSTOP; HELP, INFO; and the words of
 * the languages that the line has. Case, accents and punctuation do not count; other words beside it do. */
enum optouts_word optouts_read(struct arena *arena, const struct line *line, struct str default_language,
                               struct str body);

/* The name in shared state of a sender's opt-out; its value is the time in seconds since 1970. */
struct str optouts_row(struct arena *arena, struct str line, struct str number);
#define OPTOUTS_FRONT "optout "

/* 1 when the sender has opted out of the line, 0 when not, -1 with the reason. */
int optouts_has(struct store *store, struct arena *arena, struct str line, struct str number, int64_t now_us,
                struct error *error);
/* Opts a number out, or in again. 0, or -1 with the reason. */
int optouts_set(struct store *store, struct arena *arena, struct str line, struct str number, bool out, int64_t now_us,
                struct error *error);

/* Orders it together with an event, for when the store can be written again (work/optout.c): behind the word and a
 * space stands the number. */
#define OPTOUTS_ORDER_OUT "optout/out"
#define OPTOUTS_ORDER_IN "optout/in"
void optouts_order(struct arena *arena, struct str number, bool out, int64_t due_us, struct event *event);

#endif
