/* Maintenance of a store: prune, check, back up. */
#ifndef HOOKSWITCH_STORE_MAINTENANCE_H
#define HOOKSWITCH_STORE_MAINTENANCE_H

#include "store/store.h"

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

#endif
