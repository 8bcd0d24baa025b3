/* Inside of src/store: an event on the heap, waiting for the writer. */
#ifndef HOOKSWITCH_STORE_PENDING_H
#define HOOKSWITCH_STORE_PENDING_H

#include "store/core.h"

/* Copies the event (or NULL), and those attached to it, into one allocation, as the last step of the request (or NULL).
 * NULL without memory. Free it with free. */
struct pending *pending_copy(struct once *once, const struct event *event);
/* Makes it the last step of the request; `once` may be NULL. */
void pending_be_last(struct pending *pending, struct once *once);

#endif
