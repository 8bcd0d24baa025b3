/* What is done for a request is done once, whoever sends its signed bytes again, in whatever split or method
 * (identity.h). A request takes steps: each change of shared state is one, numbered as they come; the last is its
 * event. A step is taken in the transaction of what it does. Who comes again, because the first attempt broke off
 * between two steps, takes those that are left, if it came in the same way; all others take none. */
#ifndef HOOKSWITCH_STORE_ONCE_H
#define HOOKSWITCH_STORE_ONCE_H

#include "auth/identity.h"
#include "base/arena.h"
#include "store/store.h"

enum { ONCE_LAST_STEP = 1000000 };

/* One request, on its way through one thread; with its identity filled in by who has authenticated it. */
struct once {
    struct identity identity;
    int64_t received_us; /* since 1970 */
    struct arena *arena; /* for `answer` */
    long step;           /* so many changes of shared state it has come to */
    bool changed;        /* one of them was made now: its answer is to be kept with the last step */
    bool looked;         /* for the answer below */
    bool left;           /* one of them was not made, as it was not needed: nor is it when the same bytes come again */
    bool last;           /* it has come to the last step */
    struct str reply;    /* what it is about to be answered with; may be empty */
    struct str answer;   /* what the same bytes were answered with before, once that is known; else empty */
};

/* Has `store`, which is one request's, do everything once for that request. Borrowed; NULL: for none. */
void store_once(struct store *store, struct once *once);
/* Whether the answer to the request that `store` is for is to be kept: it has changed shared state. */
bool store_wants_reply(const struct store *store);
/* What it is about to be answered with (borrowed): kept together with its event. */
void store_reply(struct store *store, struct str reply);
/* Takes the last step of a request that came to shared state and kept no event, a moment later. */
void store_end_request(struct store *store);

#endif
