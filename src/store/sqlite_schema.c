#include "store/sqlite.h"

#include <stddef.h>
#include <string.h>

int sqlite_explain(sqlite3 *database, const char *attempt, struct error *error)
{
    int system = sqlite3_system_errno(database);
    return error_set(error, "%s: %s%s%s", attempt, sqlite3_errmsg(database), system ? ": " : "",
                     system ? strerror(system) : "");
}

int sqlite_run_sql(sqlite3 *database, const char *sql, struct error *error)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_explain(database, "SQLite", error);
    return 0;
}

/* The first column of the first row that `sql` returns; -1 without a row and on an error. */
static int64_t read_number(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement;
    int64_t number = -1;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* Each step migrates from one version to the next; PRAGMA user_version counts the steps. A released step never
 * changes. */
static const char *const migrations[] = {
    /* id: the time of storing in microseconds since 1970, or the last id + 1: ids order the events. */
    "CREATE TABLE event ("
    " id INTEGER PRIMARY KEY,"
    " sid TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL,"
    " name TEXT NOT NULL, state TEXT NOT NULL, rank INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    " line TEXT NOT NULL, from_number TEXT NOT NULL, to_number TEXT NOT NULL, parent_sid TEXT NOT NULL,"
    " received_us INTEGER NOT NULL, parameters BLOB NOT NULL,"
    " UNIQUE (sid, kind, mark));"
    "CREATE TABLE current ("
    " sid TEXT NOT NULL, kind TEXT NOT NULL,"
    " name TEXT NOT NULL, state TEXT NOT NULL, rank INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    " line TEXT NOT NULL, from_number TEXT NOT NULL, to_number TEXT NOT NULL, parent_sid TEXT NOT NULL,"
    " first_us INTEGER NOT NULL, updated_us INTEGER NOT NULL,"
    " PRIMARY KEY (sid, kind)) WITHOUT ROWID;",
    /* A row of current takes the id of an event of its item: it is appended to its table, and the index of events finds
     * it. */
    "ALTER TABLE event ADD COLUMN origin TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE event ADD COLUMN answer TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX event_parent ON event (parent_sid) WHERE parent_sid <> '';"
    "ALTER TABLE current RENAME TO current_by_sid;"
    "CREATE TABLE current ("
    " id INTEGER PRIMARY KEY, sid TEXT NOT NULL, kind TEXT NOT NULL,"
    " name TEXT NOT NULL, state TEXT NOT NULL, rank INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    " line TEXT NOT NULL, from_number TEXT NOT NULL, to_number TEXT NOT NULL, parent_sid TEXT NOT NULL,"
    " first_us INTEGER NOT NULL, updated_us INTEGER NOT NULL);"
    "INSERT INTO current SELECT (SELECT max(e.id) FROM event e WHERE e.sid = c.sid AND e.kind = c.kind), c.*"
    " FROM current_by_sid c;"
    "DROP TABLE current_by_sid;"
    "CREATE INDEX current_from ON current (from_number);"
    "CREATE INDEX current_to ON current (to_number);"
    "CREATE INDEX current_state ON current (state, updated_us);"
    "CREATE INDEX current_updated ON current (updated_us);"
    "CREATE TABLE job ("
    " sid TEXT NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL, action TEXT NOT NULL, id TEXT NOT NULL,"
    " mark TEXT NOT NULL, line TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0, due_us INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL DEFAULT 0, worker TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',"
    " created_us INTEGER NOT NULL, ended_us INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (sid, kind, cause, action)) WITHOUT ROWID;"
    "CREATE INDEX job_due ON job (due_us) WHERE state = 0;"
    "CREATE INDEX job_failed ON job (ended_us) WHERE state = 2;"
    "CREATE INDEX job_id ON job (id);"
    "CREATE INDEX job_worker ON job (worker) WHERE worker <> '';"
    "CREATE TABLE shared (name TEXT PRIMARY KEY, value BLOB NOT NULL, version INTEGER NOT NULL,"
    " expires_us INTEGER NOT NULL) WITHOUT ROWID;",
    /* The response to a request, by its signed bytes (once.h). id: like event.id. */
    ("CREATE TABLE request (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, split INTEGER NOT NULL,"
     " step INTEGER NOT NULL, answer BLOB NOT NULL);"),
};

/* A column that each step adds, to recognise a database restored from `.dump`, which omits user_version. */
static const struct {
    const char *table, *column;
} added[] = { { "event", "mark" }, { "job", "cause" }, { "request", "digest" } };

_Static_assert(sizeof added / sizeof *added == sizeof migrations / sizeof *migrations, "each step is recognised");

enum { SCHEMA_VERSION = (int)(sizeof migrations / sizeof *migrations) };

static const char version_of[] = "PRAGMA user_version";

static int64_t find_version(sqlite3 *database)
{
    char has_column[100];
    int64_t version = read_number(database, version_of);
    for (int step = SCHEMA_VERSION; step > 0 && version == 0; step--) {
        sqlite3_snprintf(sizeof has_column, has_column, "SELECT count(*) FROM pragma_table_info(%Q) WHERE name = %Q",
                         added[step - 1].table, added[step - 1].column);
        int64_t found = read_number(database, has_column);
        version = found > 0 ? step : found;
    }
    return version;
}

int sqlite_migrate(sqlite3 *database, struct error *error)
{
    char set_version[48];
    if (read_number(database, version_of) == SCHEMA_VERSION)
        return 0;
    if (sqlite_run_sql(database, "BEGIN IMMEDIATE", error) != 0)
        return -1;
    int64_t version = find_version(database); /* another process may have migrated by now */
    int failed = version < 0;
    if (failed)
        sqlite_explain(database, "the database's version cannot be read", error);
    if (version > SCHEMA_VERSION)
        failed = error_set(error, "the database has version %d, this hookswitch knows versions up to %d", (int)version,
                           SCHEMA_VERSION);
    for (int step = (int)version; !failed && step < SCHEMA_VERSION; step++)
        failed = sqlite_run_sql(database, migrations[step], error);
    sqlite3_snprintf(sizeof set_version, set_version, "PRAGMA user_version = %d", SCHEMA_VERSION);
    if (!failed)
        failed = sqlite_run_sql(database, set_version, error);
    if (failed)
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    return failed ? -1 : sqlite_run_sql(database, "COMMIT", error);
}
