/* Inside of src/store: transactions on the connection for all but adding events, for one caller at a time. */
#ifndef HOOKSWITCH_STORE_TRANSACTION_H
#define HOOKSWITCH_STORE_TRANSACTION_H

#include "store/core.h"

/* Takes the connection, opened. False, with the reason, when it was not free or could not be opened in time. */
bool store_acquire(struct store *store, int64_t until_ms, struct error *error);
void store_release(struct store *store);
/* Opens the connection for the requests that wait for that. The writer calls it. */
void store_open_query_connection(struct store_core *core, int patience_ms);

enum { STORE_ROLLED_BACK = 1 };
/* Runs `act` in one transaction: all of it is stored, or nothing. 0, or -1 with the reason. `act` may return
 * STORE_ROLLED_BACK, and this returns it too: all was rolled back, and the store is in order. When the database was
 * lost under `act`, it is called once more on a new connection; never after a commit was tried. */
int store_transact(struct store *store, enum engine_purpose purpose, int patience_ms,
                   int (*act)(struct store *store, void *database, void *context, struct error *error), void *context,
                   struct error *error);

/* Runs one statement that reads, in a transaction, and calls `on_row` for its rows. 0, or -1 with the reason. */
int store_query(struct store *store, enum statement_name name, const struct value *values, int patience_ms,
                engine_on_row *on_row, void *context, struct error *error);
/* Runs one statement that writes, in a transaction. The number of rows that it changed, or -1 with the reason. */
long store_run(struct store *store, enum statement_name name, const struct value *values, int patience_ms,
               struct error *error);
/* An engine_on_row: puts the first column, a number, into the int64_t `context`. */
void store_read_number(void *context, const struct value *columns);

#endif
