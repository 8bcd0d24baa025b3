/* Inside of src/store: the state of a store, shared by the files of this folder. */
#ifndef HOOKSWITCH_STORE_CORE_H
#define HOOKSWITCH_STORE_CORE_H

#include <stdatomic.h>

#include "base/clock.h"
#include "store/engine.h"
#include "store/once.h"
#include "store/store.h"

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

/* The store's secret (secret.h), once it is known. */
struct secret;
struct secrets {
    struct secret *_Atomic current; /* NULL: to be read, again where another database may have been opened */
    struct secret *all;             /* changed within a transaction */
};

/* A handle on the shared core, with a deadline. */
struct store {
    struct store_core *core;
    struct once *once; /* of the current request, or NULL */
    const struct engine *engine;
    int64_t deadline_ms; /* of clock_ms; 0: each question has its own patience, and is asked even of one that is away */
    bool is_probe;       /* this request probes whether the store has recovered */
};

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
    atomic_bool query_lost;  /* a request waits for the writer to open it */
    struct connection query; /* for everything but adding events */
    struct secrets secrets;
};

#endif
