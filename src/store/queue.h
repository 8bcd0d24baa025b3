/* Inside of src/store: events on their way to the engine, alone or in line for the writer thread. */
#ifndef HOOKSWITCH_STORE_QUEUE_H
#define HOOKSWITCH_STORE_QUEUE_H

#include <pthread.h>

#include "store/engine.h"

/* One event that waits for the writer. */
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

struct store {
    const struct engine *engine;
    char *location;
    enum store_mode mode;
    const struct log *log;
    void *database; /* the writer's; NULL while it cannot be opened */
    int64_t reopen_ms;
    struct error trouble; /* why it cannot */
    pthread_t writer;
    bool has_writer, stopping;
    pthread_mutex_t lock;
    pthread_cond_t work; /* something waits for the writer */
    pthread_cond_t room; /* the writer has taken some of it */
    struct pending *first, **end;
    size_t waiting;  /* in line */
    size_t attended; /* callers who wait for theirs */
};

/* Milliseconds of the clock that nobody sets. */
int64_t store_now_ms(void);

/* Opens the engine where it is not open (any more). False with the reason in store->trouble. Called by who writes. */
bool batch_open(struct store *store);
/* Writes a list of pendings, together where that goes, and leaves each with its result. Called by who writes. */
void batch_write(struct store *store, struct pending *batch);

/* The writer thread: takes what is in line until store->stopping is set and the line is empty. */
void *writer_run(void *store);

#endif
