/* Inside of src/store: the writer thread and its queue. It commits all events that wait, together. */
#ifndef HOOKSWITCH_STORE_WRITER_H
#define HOOKSWITCH_STORE_WRITER_H

#include "store/core.h"

enum { WRITER_BATCH_MAX = 1024 };

/* The thread: writes what is in the queue until core->stopping is set and the queue is empty. */
void *writer_run(void *core);
/* Puts an event at the end of the queue. Call it with core->lock held. */
void writer_enqueue(struct store_core *core, struct pending *pending);
/* Logs that an event (NULL: the last step of a request) is lost. */
void writer_log_lost(const struct store_core *core, const struct event *event, const char *why);

#endif
