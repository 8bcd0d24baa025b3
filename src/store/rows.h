/* Inside of src/store: rows of the database as events. */
#ifndef HOOKSWITCH_STORE_ROWS_H
#define HOOKSWITCH_STORE_ROWS_H

#include "store/jobs.h"
#include "store/queue.h"

/* As listed by every statement that gives events: the columns of event, and first_us. Texts are borrowed. */
struct store_row row_of_columns(const struct value *columns);

/* As claimed, listed and exported. */
#define JOB_COLUMNS                                                                                                    \
    "id, sid, kind, cause, action, mark, line, state, due_us, attempts, worker, reason, created_us, ended_us"
struct job job_of_columns(const struct value *columns);

/* Lists within a transaction that stands: in the order received, or `streamed`, in the order that the tables have,
 * which needs no sorting of all there is. */
int rows_list(struct store *store, void *database, bool current, const struct store_filter *filter, bool streamed,
              void (*each)(void *context, const struct store_row *row), void *context, struct error *error);

/* The event with all its texts in the arena. */
struct event event_copy(struct arena *arena, const struct event *event);

#endif
