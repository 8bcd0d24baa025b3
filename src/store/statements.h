/* Inside of src/store: every statement that is run again and again, for each engine. $1, $2 ... are its values. */
#ifndef HOOKSWITCH_STORE_STATEMENTS_H
#define HOOKSWITCH_STORE_STATEMENTS_H

/* The column mark holds the event's dedup_key. */
#define EVENT_COLUMNS                                                                                                  \
    "sid, kind, mark, name, state, rank, sequence, line, from_number, to_number, parent_sid, received_us, parameters," \
    " origin, answer"

enum { DIALECT_SQLITE, DIALECT_POSTGRESQL, DIALECTS };

enum statement_name {
    STATEMENT_GUARD_EVENT,
    STATEMENT_ADD_EVENT,
    STATEMENT_UPDATE_CURRENT,
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

#endif
