/* Inside of src/store: the interface of an engine: statements with values, in transactions. One thread at a time uses
 * an open database. statements.c holds the SQL of each engine. */
#ifndef HOOKSWITCH_STORE_ENGINE_H
#define HOOKSWITCH_STORE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Every statement that is run again and again; $1, $2 ... are its values. */

/* The column mark holds the event's dedup_key. */
#define EVENT_COLUMNS                                                                                                  \
    "sid, kind, mark, name, state, rank, sequence, line, from_number, to_number, parent_sid, received_us, parameters," \
    " origin, answer"
#define CURRENT_COLUMNS                                                                                                \
    "sid, kind, name, state, rank, sequence, line, from_number, to_number, parent_sid, first_us, updated_us"

enum { DIALECT_SQLITE, DIALECT_POSTGRESQL, DIALECTS };

enum statement_name {
    STATEMENT_GUARD_EVENT,
    STATEMENT_ADD_EVENT,
    STATEMENT_UPDATE_CURRENT,
    STATEMENT_IMPORT_CURRENT,
    STATEMENT_ADD_JOB,
    STATEMENT_WAKE_JOBS,
    STATEMENT_NOTIFY_JOBS,
    STATEMENT_CLAIM_JOBS,
    STATEMENT_RENEW_JOBS,
    STATEMENT_END_JOB,
    STATEMENT_NEXT_JOB,
    STATEMENT_RETRY_JOBS,
    STATEMENT_DELETE_JOBS,
    STATEMENT_FIND_EVENT,
    STATEMENT_FIND_RELATED,
    STATEMENT_GET_KV,
    STATEMENT_ADD_KV,
    STATEMENT_UPDATE_KV,
    STATEMENT_DELETE_KV,
    STATEMENT_EXPIRE_KV,
    STATEMENT_CLAIM_REQUEST,
    STATEMENT_FIND_ANSWER,
    STATEMENT_PRUNE_REQUESTS,
    STATEMENT_PRUNE_ITEM_EVENTS,
    STATEMENT_PRUNE_ITEM_JOBS,
    STATEMENT_PRUNE_ITEMS,
    STATEMENT_PRUNE_LOOSE_EVENTS,
    STATEMENT_COUNT_PRUNABLE,
    STATEMENT_FIND_LAGGING,
    STATEMENT_NEWEST_EVENT,
    STATEMENTS
};

struct statement {
    const char *values; /* their types in order: t text, b bytes, n number */
    const char *sql[DIALECTS];
};

/* By enum statement_name. A dialect without a text of its own shares the first; an empty text does nothing. */
extern const struct statement statements[STATEMENTS];
const char *statement_sql(enum statement_name name, int dialect);

struct value {
    enum value_type { VALUE_TEXT, VALUE_BYTES, VALUE_NUMBER } type;
    struct str text; /* of text and bytes; borrowed */
    int64_t number;
};

static inline struct value value_text(struct str text)
{
    return (struct value){ VALUE_TEXT, text, 0 };
}

static inline struct value value_bytes(struct str text)
{
    return (struct value){ VALUE_BYTES, text, 0 };
}

static inline struct value value_number(int64_t number)
{
    return (struct value){ VALUE_NUMBER, { "", 0 }, number };
}

/* How a database is opened. */
enum engine_flags {
    ENGINE_CREATE = 1,      /* creates a missing database; for writing */
    ENGINE_SHORT_LIVED = 2, /* for a process of one request: closing must be cheap */
};

enum engine_purpose { ENGINE_READ, ENGINE_WRITE };
enum { ENGINE_COLUMNS_MAX = 24 };

typedef void engine_on_row(void *context, const struct value *columns);

struct engine {
    const char *scheme; /* "sqlite:" */
    bool is_server;     /* gets its location with the scheme; a lost server may return on another host */
    int dialect;        /* position in struct statement.sql */
    /* Checks `location`. 0, or -1 with a reason that repeats nothing of it: it may hold a password. */
    int (*check)(const char *location, struct error *error);
    /* Opens, creates and migrates the database within `patience_ms`. NULL with the reason. */
    void *(*open)(const char *location, unsigned flags, int patience_ms, struct error *error);
    void (*close)(void *database);
    /* True while the open database is still the one at its location, and usable. */
    bool (*is_usable)(void *database);
    /* Begins a transaction that lasts at most about `patience_ms`. 0, or -1 with the reason. */
    int (*begin)(void *database, enum engine_purpose purpose, int patience_ms, struct error *error);
    int (*commit)(void *database, struct error *error); /* durable when it returns 0; else rolled back */
    void (*rollback)(void *database);
    /* Runs a statement for each of `count` consecutive rows of values; `changed` (or NULL) gets the number of rows that
     * each run changed. 0, or -1 with the reason. */
    int (*run)(void *database, enum statement_name name, size_t count, const struct value *values, long *changed,
               struct error *error);
    /* Runs a statement and calls `each` for every row of its result. */
    int (*query)(void *database, enum statement_name name, const struct value *values, engine_on_row *each,
                 void *context, struct error *error);
    /* The same for a statement composed by the caller. */
    int (*query_sql)(void *database, const char *sql, size_t count, const struct value *values, engine_on_row *each,
                     void *context, struct error *error);
    /* Waits until another process may have written jobs, or `timeout_ms` have passed. NULL: not supported. */
    void (*wait)(void *database, int timeout_ms);
    /* The database's clock, in microseconds since 1970; NULL: the host's clock. */
    int (*clock)(void *database, int64_t *now_us, struct error *error);
    /* True, with a warning, when a setting of the database endangers stored data. */
    bool (*find_warning)(void *database, struct error *warning);
    /* Copies the database into a file while it is in use, calling `progress` with done and total pages; NULL: not
     * supported. */
    int (*backup)(void *database, const char *path, void (*progress)(void *context, long done, long total),
                  void *context, struct error *error);
    /* Checks the database's own structures. 0, or -1 with the first error. */
    int (*check_integrity)(void *database, struct error *error);
};

extern const struct engine sqlite_engine;
#ifdef HAVE_POSTGRESQL
extern const struct engine postgresql_engine;
#endif

#endif
