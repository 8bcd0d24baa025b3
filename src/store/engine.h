/* Inside of src/store: what an engine offers: statements with values, in transactions. An opened database is used by
 * one thread at a time. What the statements say, and for which engine how, is in statements.c. */
#ifndef HOOKSWITCH_STORE_ENGINE_H
#define HOOKSWITCH_STORE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "store/statements.h"

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
    ENGINE_CREATE = 1,      /* made where it is missing; to be written */
    ENGINE_SHORT_LIVED = 2, /* by a process of one request: closing it must cost little */
};

enum engine_purpose { ENGINE_READ, ENGINE_WRITE };
enum { ENGINE_COLUMNS_MAX = 24 };

typedef void engine_on_row(void *context, const struct value *columns);

struct engine {
    const char *scheme; /* "sqlite:" */
    bool is_server;     /* reached by an address, which it gets with the scheme: what is lost may come back elsewhere */
    int dialect;        /* position in struct statement.sql */
    /* Whether `location` can be one. 0, or -1 with the reason, which repeats nothing of it: it may hold a password. */
    int (*check)(const char *location, struct error *error);
    /* Opens, creates and migrates the database within `patience_ms`. NULL with the reason. */
    void *(*open)(const char *location, unsigned flags, int patience_ms, struct error *error);
    void (*close)(void *database);
    /* Whether what was opened is still the database at its location, and can be used. */
    bool (*is_usable)(void *database);
    /* A transaction; from here to its end it takes at most about `patience_ms`. 0, or -1 with the reason. */
    int (*begin)(void *database, enum engine_purpose purpose, int patience_ms, struct error *error);
    int (*commit)(void *database, struct error *error); /* durable when it returns 0; else as rolled back */
    void (*rollback)(void *database);
    /* Runs a statement for each of `count` rows of values, one behind the other; `changed` (or NULL) gets how many rows
     * each of them changed. 0, or -1 with the reason. */
    int (*run)(void *database, enum statement_name name, size_t count, const struct value *values, long *changed,
               struct error *error);
    /* Runs a statement and calls `each` for every row that it gives. */
    int (*query)(void *database, enum statement_name name, const struct value *values, engine_on_row *each,
                 void *context, struct error *error);
    /* The same for a statement composed by the caller. */
    int (*query_sql)(void *database, const char *sql, size_t count, const struct value *values, engine_on_row *each,
                     void *context, struct error *error);
    /* Waits until another process may have written jobs, or `timeout_ms`. NULL: it cannot tell. */
    void (*wait)(void *database, int timeout_ms);
    /* The database's clock, in microseconds since 1970; NULL: it is the host's. */
    int (*clock)(void *database, int64_t *now_us, struct error *error);
    /* What of the settings of an opened database endangers what is kept; false when nothing does. */
    bool (*find_warning)(void *database, struct error *warning);
    /* Copies the database into a file while it is used, calling `progress` with done and total pages; NULL: the engine
     * has no copy of its own. */
    int (*backup)(void *database, const char *path, void (*progress)(void *context, long done, long total),
                  void *context, struct error *error);
    /* Looks whether the database's own structures are sound. 0, or -1 with what is not. */
    int (*check_integrity)(void *database, struct error *error);
};

extern const struct engine sqlite_engine;
#ifdef HAVE_POSTGRESQL
extern const struct engine postgresql_engine;
#endif

#endif
