#include "store/pooler.h"

#ifdef HAVE_POSTGRESQL
#include <string.h>

#include "store/engine.h"

enum { PATIENCE_MS = 2000 };

static void take_number(void *context, const struct value *columns)
{
    *(int64_t *)context = columns[0].number;
}

/* Begins a transaction; gives the server's process that has it, or 0. */
static int64_t begin(void *database)
{
    int64_t process = 0;
    struct error ignored;
    if (postgresql_engine.begin(database, ENGINE_READ, PATIENCE_MS, &ignored) != 0 ||
        postgresql_engine.query_sql(database, "SELECT pg_backend_pid()", 0, NULL, take_number, &process, &ignored) != 0)
        return 0;
    return process;
}

/* Two transactions side by side have a session each. A pooler gives the one that came back last to who asks next, which
 * is the second one's to the first. */
static bool swaps(void *first, void *second)
{
    struct error ignored;
    int64_t before = begin(first), beside = before == 0 ? 0 : begin(second);
    if (beside == 0 || postgresql_engine.commit(first, &ignored) != 0 ||
        postgresql_engine.commit(second, &ignored) != 0)
        return false;
    int64_t after = begin(first);
    postgresql_engine.rollback(first);
    return after != 0 && after != before;
}

bool pooler_loses_sessions(const char *address)
{
    struct error ignored;
    void *databases[2] = { NULL, NULL };
    if (strncmp(address, postgresql_engine.scheme, strlen(postgresql_engine.scheme)) != 0)
        return false;
    for (size_t i = 0; i < 2; i++)
        databases[i] = postgresql_engine.open(address, 0, PATIENCE_MS, &ignored);
    bool loses = databases[0] != NULL && databases[1] != NULL && swaps(databases[0], databases[1]);
    for (size_t i = 0; i < 2; i++)
        if (databases[i] != NULL)
            postgresql_engine.close(databases[i]);
    return loses;
}
#else
bool pooler_loses_sessions(const char *address)
{
    (void)address;
    return false;
}
#endif
