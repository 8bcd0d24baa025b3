/* Maintenance of a store: prune, check, back up. */
#ifndef HOOKSWITCH_STORE_MAINTENANCE_H
#define HOOKSWITCH_STORE_MAINTENANCE_H

#include "store/store.h"

/* Deletes items whose latest event came before `before_us`, with their current row, events and ended jobs; in kinds
 * without a current row, single events. An item with a waiting job stays. Works in small transactions, to block nobody.
 * Calls `progress` after each with the number of deleted events; it returns false to stop. The number of deleted
 * events, or -1 with the reason. */
long maintenance_prune(struct store *store, struct str kind, int64_t before_us,
                       bool (*progress)(void *context, long pruned), void *context, struct error *error);
/* True when `now_us` is safe to delete old events by. False, with the reason, when it is more than
 * MAINTENANCE_CLOCK_DAYS after the newest event that is at least a day old. -1 when the store fails. */
enum { MAINTENANCE_CLOCK_DAYS = 30 };
int maintenance_clock_is_plausible(struct store *store, int64_t now_us, struct error *error);
/* The number of events that maintenance_prune would delete, or -1. */
long maintenance_count_prunable(struct store *store, struct str kind, int64_t before_us, struct error *error);
/* Deletes the idempotency rows of requests older than `before_us` and well older than the oldest event, in the same
 * manner. Afterwards their signed bytes count as new. The number of rows, or -1 with the reason. */
long maintenance_prune_requests(struct store *store, int64_t before_us, bool (*progress)(void *context, long pruned),
                                void *context, struct error *error);
/* Deletes expired shared state. */
int maintenance_expire(struct store *store, int64_t now_us, struct error *error);

/* Checks the database's own structures, and each current row against its events. 0, or -1 with the first error. */
int maintenance_check(struct store *store, struct error *error);

/* Copies a database in use into a file, which gets its name when it is complete. 1 when the engine cannot (use an
 * export instead). 0, or -1 with the reason. */
int maintenance_backup(struct store *store, const char *path, void (*progress)(void *context, long done, long total),
                       void *context, struct error *error);

#endif
