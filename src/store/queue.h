/* Inside of src/store: events on their way to the engine, alone or in line for the writer thread. */
#ifndef HOOKSWITCH_STORE_QUEUE_H
#define HOOKSWITCH_STORE_QUEUE_H

#include <stdatomic.h>

#include "base/clock.h"
#include "store/engine.h"
#include "store/once.h"

/* One event, with those that it brings along, that waits for the writer: on the heap, with all its bytes. */
struct pending {
    struct pending *next;
    const struct event *event; /* NULL: the end of a request that keeps none */
    bool of_request;           /* it is the last step of this one: */
    struct once once;
    bool attended; /* somebody waits for the result, and frees it */
    bool persists; /* a failure puts it back into the queue until its deadline */
    int64_t deadline_ms;
    bool done;
    enum store_result result;
    struct error error;
    pthread_cond_t answered;
};

/* One opened database, opened again when it is lost. */
struct door {
    void *database; /* NULL while it cannot be opened */
    bool fresh;     /* not used since it was opened */
    int64_t reopen_ms;
    struct error trouble; /* why it cannot */
};

struct store_core;

/* The store's secret (secret.h), once it is known. */
struct secret;
struct secrets {
    struct secret *_Atomic current; /* NULL: to be read, again where another database may have been opened */
    struct secret *all;             /* changed within a transaction */
};
void secrets_forget(struct secrets *secrets);

/* What users of a store hold: the core that all share, and until when it may be asked. */
struct store {
    struct store_core *core;
    struct once *once; /* of the request that asks; NULL: of none */
    const struct engine *engine;
    int64_t deadline_ms; /* of clock_ms; 0: each question has its own patience, and is asked even of one that is away */
    bool probes;         /* this request tries whether the store is back */
};

struct store_core {
    struct store store; /* without a deadline */
    char *location;
    enum store_mode mode;
    const struct log *log;
    atomic_bool away;   /* since a slow failure: one request at a time asks it, the others fail at once */
    atomic_bool probed; /* and one does */
    struct log_limit away_said, failure_said;
    _Atomic int64_t written_ms; /* when the writer last succeeded */
    _Atomic int64_t end_by_ms;  /* of a program that ends; 0: none does */
    struct door events;         /* the writer's; of who keeps, where there is none */
    pthread_t writer;
    bool has_writer, stopping;
    pthread_mutex_t lock;
    pthread_cond_t work; /* something waits for the writer */
    pthread_cond_t room; /* the writer has taken some of it */
    struct pending *first, **end;
    size_t waiting;  /* in the queue */
    size_t attended; /* callers who wait for theirs */
    struct log_limit lost;
    pthread_mutex_t other_lock;
    pthread_cond_t other_free;
    pthread_cond_t other_tried;
    long other_tries; /* how often the writer has tried to open it for requests */
    bool other_taken;
    atomic_bool other_lost; /* a request waits for the writer to open it */
    struct door other;      /* for all but keeping events */
    struct secrets secrets;
};

/* Until when a question may take that has `patience_ms` of its own. */
int64_t store_until_ms(const struct store *store, int patience_ms);
/* What is left until then, in milliseconds: not below 0. */
int store_left_ms(int64_t until_ms);
/* Whether the store may be asked: not while it is away and another request tries whether it is back. Each question that
 * may be asked ends in store_answered. */
bool store_may_be_asked(struct store *store, struct error *why);
void store_answered(struct store *store, bool well);
/* Tells all requests that the store does not answer. */
void store_goes_away(struct store_core *core, const struct error *why);
enum { STORE_SLOW_MS = 150 }; /* a failure that took longer than this is one that others should not wait for too */

/* Opens the engine where it is not open (any more). False with the reason in door->trouble. Called by who uses it. */
bool door_open(struct store_core *core, struct door *door, int patience_ms);
/* The same at once, without the pause that follows a failure. */
bool door_open_now(struct store_core *core, struct door *door, int patience_ms);
/* For the first time: the log says when it cannot be opened. */
void door_open_first(struct store_core *core, struct door *door);
void door_close(struct store_core *core, struct door *door);

/* The door for all but keeping events, for one caller at a time. False, with the reason, when it was not free or could
 * not be opened in time. */
bool store_enter(struct store *store, int64_t until_ms, struct error *error);
void store_leave(struct store *store);
/* Opens it for the requests that wait for that. Called by the writer. */
void store_open_other(struct store_core *core, int patience_ms);

/* A store with an engine of the caller's: for store_open, and for tests. */
struct store *store_open_engine(const struct engine *engine, const char *location, enum store_mode mode,
                                const struct log *log);

enum { STORE_WITHDRAWN = 1 };
/* One transaction: what `act` does is there as a whole afterwards, or not at all. 0, or -1 with the reason. `act` may
 * return STORE_WITHDRAWN, and so does this: all was rolled back, and nothing is wrong with the store. When the
 * database was lost under `act` it is called again, once, in a new connection; never after a commit was tried. What it
 * tells others must wait until this has returned. */
int store_transact(struct store *store, enum engine_purpose purpose, int patience_ms,
                   int (*act)(struct store *store, void *database, void *context, struct error *error), void *context,
                   struct error *error);

enum { ONCE_WIDTH = 5 };
/* The values of STATEMENT_CLAIM_REQUEST. */
void once_values(const struct once *once, int64_t step, struct value values[ONCE_WIDTH]);
/* At a request's first look at shared state: `once` (NULL: of none) gets the answer of the same bytes, if it is known.
 */
int once_look(const struct engine *engine, void *database, struct once *once, struct error *error);
/* Takes the step at which the request is, in a transaction that stands. 0 with `taken`; where it was taken before,
 * `once` gets the answer that was given then, if it is known. Or -1 with the reason. */
int once_step(const struct engine *engine, void *database, struct once *once, bool *taken, struct error *error);

/* Adds events that stand side by side (each with those that it brings along) to a transaction. 0, or -1 with the
 * reason. `results` gets STORE_ADDED or STORE_DUPLICATE for each. */
int batch_add(struct store *store, void *database, const struct event *const *events, size_t count,
              enum store_result *results, struct error *error);
/* Writes a list of pendings, together where that goes, and leaves each with its result. Called by who writes. */
void batch_write(struct store_core *core, struct pending *batch, int64_t until_ms);

/* A copy of the event (or NULL) and of those that it brings along in one allocation, as the last step of the request
 * (or NULL); NULL without memory. To be freed. */
struct pending *pending_copy(struct once *once, const struct event *event);
/* Makes it the last step of the request; `once` may be NULL. */
void pending_be_last(struct pending *pending, struct once *once);

/* The writer thread: takes what is in the queue until core->stopping is set and the queue is empty. */
void *writer_run(void *core);

#endif
