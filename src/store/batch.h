/* Inside of src/store: many events in one transaction. */
#ifndef HOOKSWITCH_STORE_BATCH_H
#define HOOKSWITCH_STORE_BATCH_H

#include "store/core.h"
#include "store/job.h"

/* The values of STATEMENT_UPDATE_CURRENT and of STATEMENT_ADD_JOB. */
enum { BATCH_CURRENT_WIDTH = 12, BATCH_JOB_WIDTH = 13 };
void batch_current_values(const struct event *event, int64_t first_us, struct value values[BATCH_CURRENT_WIDTH]);
void batch_job_values(const struct job *job, struct value values[BATCH_JOB_WIDTH]);

/* Adds events that stand side by side (each with its attached events) to a transaction. 0, or -1 with the
 * reason. `results` gets STORE_ADDED or STORE_DUPLICATE for each. */
int batch_add(struct store *store, void *database, const struct event *const *events, size_t count,
              enum store_result *results, struct error *error);
/* Writes a list of pending events, together where possible, and leaves each with its result. */
void batch_write(struct store_core *core, struct pending *batch, int64_t until_ms);

#endif
