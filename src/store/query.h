/* Inside of src/store: events and current rows, read from the database. */
#ifndef HOOKSWITCH_STORE_QUERY_H
#define HOOKSWITCH_STORE_QUERY_H

#include "store/core.h"

/* As listed by every statement that gives events: the columns of event, and first_us. Texts are borrowed. */
struct store_row query_row(const struct value *columns);

/* Lists within a transaction that stands: in the order received, or `streamed`, in the order that the tables have,
 * which needs no sorting of all there is. */
int query_list(struct store *store, void *database, bool current, const struct store_filter *filter, bool streamed,
               void (*each)(void *context, const struct store_row *row), void *context, struct error *error);

#endif
