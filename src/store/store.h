/* Where events are kept. One interface; the engine behind it follows the address: sqlite:/path/to/events.db, or
 * postgresql://user@host/database where it was built in. */
#ifndef HOOKSWITCH_STORE_STORE_H
#define HOOKSWITCH_STORE_STORE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "event/event.h"

struct store;

enum store_result {
    STORE_ADDED,     /* on disk */
    STORE_DUPLICATE, /* was on disk already */
    STORE_FAILED,    /* is not on disk */
    STORE_QUEUED     /* is not on disk yet */
};

enum store_mode {
    STORE_THREADED, /* many threads: a writer thread commits all that wait together */
    STORE_DIRECT,   /* a process of one request, or a worker: each event is committed by its caller */
    STORE_EXISTING  /* for looking at and tending: a database that is not there is not made */
};

/* Opens the store that `address` names. NULL with the reason when the address is none; a database that cannot be opened
 * now is tried again with each event. `log` must outlive the store. */
struct store *store_open(const char *address, enum store_mode mode, const struct log *log, struct error *error);
/* Writes what waits, then closes. Takes NULL, and nothing that store_with_deadline has made. */
void store_close(struct store *store);

/* The same store for one request, in the arena: all that is asked of it, waiting for others included, ends within
 * `patience_ms` from now. Whoever finds the store slow and failing tells the others: until it answers again one request
 * at a time asks it, and the others fail at once. The log says so once a minute. NULL for NULL. */
struct store *store_with_deadline(struct store *store, struct arena *arena, int patience_ms);
/* For a program that ends: whatever is asked of the store, now or later, ends within `patience_ms` from now. What is
 * not on disk then is lost, and logged. Takes NULL. */
void store_limit_shutdown(struct store *store, int patience_ms);

/* Keeps an event durably before it returns, together with those that it brings along and with the jobs that they order:
 * within STORE_PATIENCE_MS, or STORE_FAILED with the reason. A repeat changes nothing and orders nothing. An event
 * whose time ran out may still be kept a moment later: who sends it again is told that it was there. */
enum { STORE_PATIENCE_MS = 4000 }; /* the platform waits 5 s for an answer */
enum store_result store_add(struct store *store, const struct event *event, struct error *error);
/* Waits `patience_ms` for the event to be on disk; after that it stays in line, as with store_queue, and the
 * result is STORE_QUEUED. */
enum store_result store_add_or_queue(struct store *store, const struct event *event, int patience_ms,
                                     struct error *error);
/* Keeps a copy of the event a moment later, so that nobody waits for it. What cannot be kept in a minute is logged. */
void store_queue(struct store *store, const struct event *event);

struct store_filter {
    struct str sid, kind, name, number, state, line; /* empty: any; name and sid may end in '*' */
    int64_t since_us;                                /* 0: from the first */
    long limit;                                      /* the newest so many; 0: all */
};

struct store_row {
    struct event event; /* of a current row: state, name and numbers of the last word on it */
    int64_t first_us;   /* of a current row: when it was first heard of; else 0 */
};

/* Calls `each` for the events, or the current rows, in the order received. By sid, by number, by state and by time an
 * index serves (by number and by state through the current rows). 0, or -1 with the reason. */
int store_list_events(struct store *store, const struct store_filter *filter,
                      void (*each)(void *context, const struct store_row *row), void *context, struct error *error);
int store_list_current(struct store *store, const struct store_filter *filter,
                       void (*each)(void *context, const struct store_row *row), void *context, struct error *error);
/* Every event of one item, and of what belongs to it (a call's recordings), in the order received. */
int store_list_related(struct store *store, struct str sid, void (*each)(void *context, const struct store_row *row),
                       void *context, struct error *error);
/* One event, in the arena. 1 when there is one, 0 when not, -1 with the reason. */
int store_find_event(struct store *store, struct arena *arena, struct str sid, struct str kind, struct str mark,
                     struct event *event, struct error *error);

/* Whether `address` names an engine that this build has; a sentence otherwise, which holds nothing of the address. */
int store_address_check(const char *address, struct error *error);

#endif
