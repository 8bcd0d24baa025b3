/* Looking after a store: pruning, checking, copying, moving to another. */
#ifndef HOOKSWITCH_STORE_MAINTENANCE_H
#define HOOKSWITCH_STORE_MAINTENANCE_H

#include "store/jobs.h"
#include "store/kv.h"

/* Removes what was last heard of before `before_us`: whole items with their current row, their events and their ended
 * jobs; of kinds without a current row event by event. An item with a job that waits stays. In small transactions, so
 * that nobody waits for it. `progress` is called behind each with how many events have gone, and says whether to go on.
 * How many in the end, or -1 with the reason. */
long maintenance_prune(struct store *store, struct str kind, int64_t before_us,
                       bool (*progress)(void *context, long pruned), void *context, struct error *error);
/* Whether the time can be trusted as far as to delete what is old by it: false, with the reason, when it is more than
 * MAINTENANCE_CLOCK_DAYS after the newest event that is a day old. -1 when the store cannot say. */
enum { MAINTENANCE_CLOCK_DAYS = 30 };
int maintenance_clock_is_plausible(struct store *store, int64_t now_us, struct error *error);
/* How many events that would be; or -1. */
long maintenance_count_prunable(struct store *store, struct str kind, int64_t before_us, struct error *error);
/* Forgets what was done for requests that came before `before_us` and well before the oldest event, in the same manner:
 * from then on their signed bytes are new. How many, or -1 with the reason. */
long maintenance_prune_requests(struct store *store, int64_t before_us, bool (*progress)(void *context, long pruned),
                                void *context, struct error *error);
/* Drops shared state that has expired. */
int maintenance_expire(struct store *store, int64_t now_us, struct error *error);

/* The database's own structures, and whether each current row is where its events put it. 0, or -1 with what is wrong.
 */
int maintenance_check(struct store *store, struct error *error);

/* A copy of the database in a file, made while it is used; complete when it has its name. 1: the engine makes none (an
 * export does instead). 0, or -1 with the reason. */
int maintenance_backup(struct store *store, const char *path, void (*progress)(void *context, long done, long total),
                       void *context, struct error *error);

/* What was done for a request (once.h). */
struct dump_request {
    struct str digest, answer;
    int64_t split, received_us, step;
};

/* Everything that is kept, in one moment's state; each row by the function of its kind. */
struct dump_rows {
    void (*event)(void *context, const struct store_row *row);
    void (*current)(void *context, const struct store_row *row);
    void (*job)(void *context, const struct job *job);
    void (*kv)(void *context, struct str name, const struct kv_entry *entry);
    void (*request)(void *context, const struct dump_request *request);
    void *context;
};
int dump_export(struct store *store, const struct dump_rows *rows, struct error *error);

/* Rows of an export into a store: what is there already stays as it is; a current row moves on as with events. */
struct dump_batch {
    const struct event *events;
    const struct store_row *current;
    const struct job *jobs;
    const struct dump_kv {
        struct str name;
        struct kv_entry entry;
    } * kv;
    const struct dump_request *requests;
    size_t event_count, current_count, job_count, kv_count, request_count;
};
/* All or nothing. 0, or -1 with the reason. */
int dump_import(struct store *store, const struct dump_batch *batch, struct error *error);

#endif
