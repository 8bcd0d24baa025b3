#include "store/connection.h"

enum { REOPEN_PAUSE_MS = 500 };

void connection_close(struct store_core *core, struct connection *connection)
{
    if (connection->database != NULL)
        core->store.engine->close(connection->database);
    connection->database = NULL;
}

static void warn(struct store_core *core, struct connection *connection)
{
    const struct engine *engine = core->store.engine;
    struct error warning;
    if (core->log != NULL && engine->find_warning != NULL && engine->find_warning(connection->database, &warning))
        log_line(core->log, LOG_LEVEL_WARNING, "%s", warning.sentence);
}

bool connection_open_now(struct store_core *core, struct connection *connection, int patience_ms)
{
    const struct engine *engine = core->store.engine;
    if (connection->database != NULL && engine->is_usable(connection->database))
        return true;
    bool again = connection->database != NULL || connection->reopen_ms > 0;
    connection_close(core, connection);
    connection->database = engine->open(core->location, core->engine_flags, patience_ms, &connection->open_error);
    connection->reopen_ms = clock_ms() + REOPEN_PAUSE_MS;
    connection->fresh = true;
    if (connection == &core->query)
        core->secrets.current = NULL;
    if (connection->database != NULL && !again && connection == &core->events)
        warn(core, connection);
    return connection->database != NULL;
}

bool connection_open(struct store_core *core, struct connection *connection, int patience_ms)
{
    bool lost = connection->database == NULL || !core->store.engine->is_usable(connection->database);
    if (lost && clock_ms() < connection->reopen_ms) {
        connection_close(core, connection);
        return false;
    }
    return connection_open_now(core, connection, patience_ms < CONNECTION_OPEN_MS ? patience_ms : CONNECTION_OPEN_MS);
}
