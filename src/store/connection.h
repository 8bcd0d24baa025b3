/* Inside of src/store: one opened database, opened again when it is lost. */
#ifndef HOOKSWITCH_STORE_CONNECTION_H
#define HOOKSWITCH_STORE_CONNECTION_H

#include "store/core.h"

enum { CONNECTION_OPEN_MS = 2000 };

/* Opens the database where it is not usable. False with the reason in connection->open_error; after a failure it is
 * tried again only after a pause. Call it from the thread that uses the connection. */
bool connection_open(struct store_core *core, struct connection *connection, int patience_ms);
/* The same without the pause. */
bool connection_open_now(struct store_core *core, struct connection *connection, int patience_ms);
void connection_close(struct store_core *core, struct connection *connection);

#endif
