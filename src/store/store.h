/* The store of events. The address selects the engine: sqlite:/path/to/events.db, or postgresql://user@host/database
 * in a build with PostgreSQL. */
#ifndef HOOKSWITCH_STORE_STORE_H
#define HOOKSWITCH_STORE_STORE_H

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
    STORE_THREADED, /* many threads: a writer thread commits all waiting events together */
    STORE_DIRECT,   /* a process of one request, or a worker: each event is committed by its caller */
    STORE_EXISTING  /* for inspection and maintenance: never creates a database */
};

/* Opens the store at `address`. NULL with the reason when the address is invalid. A database that cannot be opened now
 * is opened with a later event. `log` must outlive the store. */
struct store *store_open(const char *address, enum store_mode mode, const struct log *log, struct error *error);
/* Writes the queued events, then closes the store. Takes NULL, but not the result of store_with_deadline. */
void store_close(struct store *store);

/* The same store for one request, in the arena: every call on it returns within `patience_ms` from now. A slow failure
 * trips a circuit breaker: until the store recovers, one request at a time probes it, and the others fail at once. Logs
 * this once a minute. NULL for NULL. */
struct store *store_with_deadline(struct store *store, struct arena *arena, int patience_ms);
/* Limits shutdown: every current and later call returns within `patience_ms` from now. Events that are not on disk by
 * then are lost, and logged. Takes NULL. */
void store_limit_shutdown(struct store *store, int patience_ms);

/* Commits an event with its attached events and their jobs to disk, within STORE_PATIENCE_MS; else STORE_FAILED with
 * the reason. A duplicate changes nothing. After a timeout the event may still reach the disk: sending it again then
 * gives STORE_DUPLICATE. */
enum { STORE_PATIENCE_MS = 4000 }; /* the platform waits 5 s for an answer */
enum store_result store_add(struct store *store, const struct event *event, struct error *error);
/* Waits `patience_ms` for the event to be on disk; after that it stays in the queue, and the result is STORE_QUEUED. */
enum store_result store_add_or_queue(struct store *store, const struct event *event, int patience_ms,
                                     struct error *error);
/* Queues a copy of the event and returns at once. Logs an event that cannot be stored within a minute. */
void store_queue(struct store *store, const struct event *event);

struct store_filter {
    struct str sid, kind, name, number, state, line; /* empty: any; name and sid may end in '*' */
    int64_t since_us;                                /* 0: from the first */
    long limit;                                      /* the newest so many; 0: all */
};

struct store_row {
    struct event event; /* of a current row: state, name and numbers of its latest event */
    int64_t first_us;   /* of a current row: when its first event came; else 0 */
};

/* Calls `each` for the events, or the current rows, in the order received. Indexes cover
 * sid, number, state and time (number and state through the current rows). 0, or -1 with the reason. */
int store_list_events(struct store *store, const struct store_filter *filter,
                      void (*each)(void *context, const struct store_row *row), void *context, struct error *error);
int store_list_current(struct store *store, const struct store_filter *filter,
                       void (*each)(void *context, const struct store_row *row), void *context, struct error *error);
/* Lists the events of one item and of its children (a call's recordings), in the order received. */
int store_list_related(struct store *store, struct str sid, void (*each)(void *context, const struct store_row *row),
                       void *context, struct error *error);
/* Reads one event into the arena. 1 when found, 0 when not, -1 with the reason. */
int store_find_event(struct store *store, struct arena *arena, struct str sid, struct str kind, struct str mark,
                     struct event *event, struct error *error);

/* 0 when `address` names an engine of this build; else -1 with a reason that repeats nothing of the address. */
int store_address_check(const char *address, struct error *error);
/* Whether a pooler gives two transactions of one connection to different sessions of the server: prepared statements,
 * settings and notices get lost then. Opens two connections of its own. False too when it cannot be told. */
bool store_pooler_loses_sessions(const char *address);

#endif
