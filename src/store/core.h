/* Inside of src/store: the state of a store, shared by the files of this folder. */
#ifndef HOOKSWITCH_STORE_CORE_H
#define HOOKSWITCH_STORE_CORE_H

#include <stdatomic.h>

#include "base/clock.h"
#include "store/engine.h"
#include "store/once.h"

/* An event that waits for the writer, with its attached events: one heap allocation. */
struct pending {
    struct pending *next;
    const struct event *event; /* NULL: the end of a request without an event */
    bool ends_request;         /* it is the last step of `once` */
    struct once once;
    bool has_waiter;         /* a caller waits for the result, and frees it */
    bool requeue_on_failure; /* a failure puts it back into the queue until its deadline */
    int64_t deadline_ms;
    bool done;
    enum store_result result;
    struct error error;
    pthread_cond_t answered;
};

/* An open database, reopened when it is lost. */
struct connection {
    void *database; /* NULL while it cannot be opened */
    bool fresh;     /* not used since it was opened */
    int64_t reopen_ms;
    struct error open_error; /* why opening failed */
};

struct store_core;

/* A handle on the shared core, with a deadline. */
struct store {
    struct store_core *core;
    struct once *once; /* of the current request, or NULL */
    const struct engine *engine;
    int64_t deadline_ms; /* of clock_ms; 0: each question has its own patience, and is asked even of one that is away */
    bool is_probe;       /* this request probes whether the store has recovered */
};

enum { STORE_SECRET_BYTES = 32 };

struct store_core {
    struct store store; /* without a deadline */
    char *location;
    enum store_mode mode;
    unsigned engine_flags;
    const struct log *log;
    atomic_bool unavailable; /* since a slow failure: one request at a time asks it, the others fail at once */
    atomic_bool probing;     /* and one does */
    struct log_limit unavailable_logged, failure_logged;
    _Atomic int64_t written_ms; /* when the writer last succeeded */
    _Atomic int64_t end_by_ms;  /* the deadline of a shutdown; 0: none */
    struct connection events;   /* the writer's; without a writer, the caller's */
    pthread_t writer;
    bool has_writer, stopping;
    pthread_mutex_t lock;
    pthread_cond_t work; /* something waits for the writer */
    pthread_cond_t room; /* the writer has taken some of it */
    struct pending *first, **end;
    size_t waiting; /* in the queue */
    size_t waiters; /* callers who wait for theirs */
    struct log_limit lost;
    pthread_mutex_t query_lock;
    pthread_cond_t query_free;
    pthread_cond_t query_opened;
    long query_open_tries; /* how often the writer has tried to open it for requests */
    bool query_busy;
    atomic_bool query_lost;                   /* a request waits for the writer to open it */
    struct connection query;                  /* for everything but adding events */
    unsigned char secret[STORE_SECRET_BYTES]; /* secret.h; changed with query_lock held */
    atomic_bool has_secret;                   /* else it is to be read, again where another database may be open */
};

/* --- breaker.c: deadlines, and a circuit breaker: after a slow failure one request at a time probes the store --- */

/* The time of clock_ms until which a question with `patience_ms` of its own may take. */
int64_t store_until_ms(const struct store *store, int patience_ms);
/* Milliseconds from now until then, at least 0. */
int store_left_ms(int64_t until_ms);

/* Whether the store may be asked; else false with the reason. Each question that may be asked ends in breaker_report.
 */
bool breaker_allows(struct store *store, struct error *why);
void breaker_report(struct store *store, bool succeeded);
/* Tells all requests that the store does not answer. */
void breaker_trip(struct store_core *core, const struct error *why);
enum { STORE_SLOW_MS = 150 }; /* a failure that took longer trips the breaker */

/* --- open.c: one opened database, opened again when it is lost --- */

enum { CONNECTION_OPEN_MS = 2000 };

/* Opens the database where it is not usable. False with the reason in connection->open_error; after a failure it is
 * tried again only after a pause. Call it from the thread that uses the connection. */
bool connection_open(struct store_core *core, struct connection *connection, int patience_ms);
/* The same without the pause. */
bool connection_open_now(struct store_core *core, struct connection *connection, int patience_ms);
void connection_close(struct store_core *core, struct connection *connection);

struct store *store_open_engine(const struct engine *engine, const char *location, enum store_mode mode,
                                const struct log *log);

/* --- transaction.c: transactions on the connection for all but adding events, for one caller at a time --- */

/* Takes the connection, opened. False, with the reason, when it was not free or could not be opened in time. */
bool store_acquire(struct store *store, int64_t until_ms, struct error *error);
void store_release(struct store *store);
/* Opens the connection for the requests that wait for that. The writer calls it. */
void store_open_query_connection(struct store_core *core, int patience_ms);

enum { STORE_ROLLED_BACK = 1 };
/* Runs `act` in one transaction: all of it is stored, or nothing. 0, or -1 with the reason. `act` may return
 * STORE_ROLLED_BACK, and this returns it too: all was rolled back, and the store is in order. When the database was
 * lost under `act`, it is called once more on a new connection; never after a commit was tried. */
int store_transact(struct store *store, enum engine_purpose purpose, int patience_ms,
                   int (*act)(struct store *store, void *database, void *context, struct error *error), void *context,
                   struct error *error);

/* Runs one statement that reads, in a transaction, and calls `on_row` for its rows. 0, or -1 with the reason. */
int store_query(struct store *store, enum statement_name name, const struct value *values, int patience_ms,
                engine_on_row *on_row, void *context, struct error *error);
/* Runs one statement that writes, in a transaction. The number of rows that it changed, or -1 with the reason. */
long store_run(struct store *store, enum statement_name name, const struct value *values, int patience_ms,
               struct error *error);
/* An engine_on_row: puts the first column, a number, into the int64_t `context`. */
void store_read_number(void *context, const struct value *columns);

/* --- batch.c: many events in one transaction --- */

/* Adds events that stand side by side (each with its attached events) to a transaction. 0, or -1 with the
 * reason. `results` gets STORE_ADDED or STORE_DUPLICATE for each. */
int batch_add(struct store *store, void *database, const struct event *const *events, size_t count,
              enum store_result *results, struct error *error);
/* Writes a list of pending events, together where possible, and leaves each with its result. */
void batch_write(struct store_core *core, struct pending *batch, int64_t until_ms);

/* --- writer.c: the writer thread and its queue. It commits all events that wait, together. --- */

enum { WRITER_BATCH_MAX = 1024 };

/* The thread: writes what is in the queue until core->stopping is set and the queue is empty. */
void *writer_run(void *core);
/* Puts an event at the end of the queue. Call it with core->lock held. */
void writer_enqueue(struct store_core *core, struct pending *pending);
/* Logs that an event (NULL: the last step of a request) is lost. */
void writer_log_lost(const struct store_core *core, const struct event *event, const char *why);

/* Copies the event (or NULL), and those attached to it, into one allocation, as the last step of the request (or NULL).
 * NULL without memory. Free it with free. */
struct pending *pending_copy(struct once *once, const struct event *event);
/* Makes it the last step of the request; `once` may be NULL. */
void pending_be_last(struct pending *pending, struct once *once);

/* --- kv.c: the steps of a request (once.h) in the database --- */

enum { ONCE_WIDTH = 5 };
/* The values of STATEMENT_CLAIM_REQUEST. */
void once_values(const struct once *once, int64_t step, struct value values[ONCE_WIDTH]);

#endif
