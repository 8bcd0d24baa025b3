/* Inside of src/store: events on their way to the engine, alone or in line for the writer thread. */
#ifndef HOOKSWITCH_STORE_QUEUE_H
#define HOOKSWITCH_STORE_QUEUE_H

#include <pthread.h>

#include "store/engine.h"

/* One event, with those that it brings along, that waits for the writer. */
struct pending {
    struct pending *next;
    const struct event *event;
    bool copied;   /* on the heap, to be freed by the last who has to do with it */
    bool attended; /* somebody waits for the result */
    int64_t deadline_ms;
    bool done;
    enum store_result result;
    struct error error;
    pthread_cond_t answered;
};

/* One opened database, opened again when it is lost. */
struct door {
    void *database; /* NULL while it cannot be opened */
    int64_t reopen_ms;
    struct error trouble; /* why it cannot */
};

struct store {
    const struct engine *engine;
    char *location;
    enum store_mode mode;
    const struct log *log;
    struct door events; /* the writer's; of who keeps, where there is none */
    pthread_t writer;
    bool has_writer, stopping;
    pthread_mutex_t lock;
    pthread_cond_t work; /* something waits for the writer */
    pthread_cond_t room; /* the writer has taken some of it */
    struct pending *first, **end;
    size_t waiting;  /* in line */
    size_t attended; /* callers who wait for theirs */
    struct log_limit lost;
    pthread_mutex_t other_lock;
    struct door other; /* for all but keeping events */
};

/* Milliseconds of the clock that nobody sets. */
int64_t store_now_ms(void);

/* Opens the engine where it is not open (any more). False with the reason in door->trouble. Called by who uses it. */
bool door_open(struct store *store, struct door *door, int patience_ms);
/* The same at once, without the pause that follows a failure. */
bool door_open_now(struct store *store, struct door *door, int patience_ms);
void door_close(struct store *store, struct door *door);

/* One transaction in store->other: what `act` does is there as a whole afterwards, or not at all. 0, or -1 with the
 * reason. `act` is called again, once, when the database was lost under it and could be opened anew. */
int store_transact(struct store *store, enum engine_purpose purpose, int patience_ms,
                   int (*act)(struct store *store, void *database, void *context, struct error *error), void *context,
                   struct error *error);

/* Adds events that stand side by side (each with those that it brings along) to a transaction. 0, or -1 with the
 * reason. `results` gets STORE_KEPT or STORE_REPEATED for each. */
int batch_add(struct store *store, void *database, const struct event *const *events, size_t count,
              enum store_result *results, struct error *error);
/* Writes a list of pendings, together where that goes, and leaves each with its result. Called by who writes. */
void batch_write(struct store *store, struct pending *batch);

/* The writer thread: takes what is in line until store->stopping is set and the line is empty. */
void *writer_run(void *store);

#endif
