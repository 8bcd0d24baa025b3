/* Idempotency: a request that is sent again with the same signed bytes, in any split or method (identity.h), takes
 * effect once. A request takes numbered steps: one for each change of shared state; the last is its event. A step
 * commits in the transaction of its change. If the first attempt broke off between two steps, a repeat in the same
 * split takes the remaining steps; any other repeat takes none. */
#ifndef HOOKSWITCH_STORE_ONCE_H
#define HOOKSWITCH_STORE_ONCE_H

#include "auth/signature.h"
#include "store/store.h"

enum { ONCE_LAST_STEP = 1000000 };

/* One request, used by one thread. Authentication fills in its identity. */
struct once {
    struct identity identity;
    int64_t received_us; /* since 1970 */
    struct arena *arena; /* for `answer` */
    long step;           /* number of the current change of shared state */
    bool changed;        /* this attempt made a change: the last step stores the response */
    bool looked;         /* `answer` has been looked up */
    bool left;           /* a change was not needed: a repeat skips it too */
    bool last;           /* at the last step */
    struct str reply;    /* the response about to be sent; may be empty */
    struct str answer;   /* the stored response to the same bytes; else empty */
};

/* Makes changes through `store`, which belongs to one request, idempotent for it. `once` is borrowed; NULL turns it
 * off. */
void store_once(struct store *store, struct once *once);
/* True when the request has changed shared state, so that its response must be stored. */
bool store_wants_reply(const struct store *store);
/* Sets the response (borrowed) that is stored with the event. */
void store_reply(struct store *store, struct str reply);
/* Queues the last step of a request that used shared state and stored no event. */
void store_end_request(struct store *store);

#endif
