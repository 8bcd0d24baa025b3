/* Opt-outs: STOP, START and HELP as carriers require (CTIA, Messaging Principles and Best Practices, section 5.1.2).
 * They are saved state, so they hold on every host and for ever. */
#ifndef HOOKSWITCH_MESSAGE_OPTOUTS_H
#define HOOKSWITCH_MESSAGE_OPTOUTS_H

#include "event/event.h"
#include "service/line.h"
#include "store/kv.h"

enum optouts_word { OPTOUTS_NONE, OPTOUTS_STOP, OPTOUTS_START, OPTOUTS_HELP };

/* Recognizes a whole message: STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT; START, UNSTOP; HELP, INFO; and the words
 * of the line's languages. Ignores case, accents and punctuation, but not other words. */
enum optouts_word optouts_read(struct arena *arena, const struct line *line, struct str default_language,
                               struct str body);

/* The name of an opt-out in saved state; its value is the time in seconds since 1970. */
struct str optouts_row(struct arena *arena, struct str line, struct str number);
#define OPTOUTS_FRONT "optout "

/* 1 when the sender has opted out of the line, 0 when not, -1 with the reason. */
int optouts_has(struct store *store, struct arena *arena, struct str line, struct str number, int64_t now_us,
                struct error *error);
/* Opts a number out or in. Returns 0, or -1 with the reason. */
int optouts_set(struct store *store, struct arena *arena, struct str line, struct str number, bool out, int64_t now_us,
                struct error *error);

/* Requests a job that does the same once the store can be written again (work/optout.c). The job's verb is followed by
 * a space and the number. */
#define OPTOUTS_ORDER_OUT "optout/out"
#define OPTOUTS_ORDER_IN "optout/in"
void optouts_order(struct arena *arena, struct str number, bool out, int64_t due_us, struct event *event);

#endif
