/* The SQLite engine: WAL, synchronous=FULL, so that a commit is on disk when it returns. */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "store/engine.h"

/* Each step brings the database from one version to the next; PRAGMA user_version counts the steps done. A step that
 * has been released is never changed. */
static const char *const migrations[] = {
    /* id: the time of keeping in microseconds since 1970, or one more than the last: the order in which events came. */
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
};

enum { SCHEMA_VERSION = (int)(sizeof migrations / sizeof *migrations), OPEN_PATIENCE_MS = 2000 };

static const char add_event[] =
    "INSERT INTO event (id, sid, kind, mark, name, state, rank, sequence, line, from_number, to_number, parent_sid,"
    " received_us, parameters) VALUES (max(?12, (SELECT ifnull(max(id), 0) + 1 FROM event)), "
    "?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13) ON CONFLICT DO NOTHING";

/* A row moves on only: to a higher rank, or within a rank to a later sequence number. */
static const char fold_event[] =
    "INSERT INTO current (sid, kind, name, state, rank, sequence, line, from_number, to_number, parent_sid, first_us,"
    " updated_us) VALUES (?1,?2,?4,?5,?6,?7,?8,?9,?10,?11,?12,?12)"
    " ON CONFLICT (sid, kind) DO UPDATE SET name = excluded.name, state = excluded.state, rank = excluded.rank,"
    " sequence = excluded.sequence, updated_us = excluded.updated_us,"
    " line = iif(excluded.line = '', line, excluded.line),"
    " from_number = iif(excluded.from_number = '', from_number, excluded.from_number),"
    " to_number = iif(excluded.to_number = '', to_number, excluded.to_number),"
    " parent_sid = iif(excluded.parent_sid = '', parent_sid, excluded.parent_sid)"
    " WHERE (excluded.rank, excluded.sequence) > (rank, sequence)";

struct database {
    sqlite3 *handle;
    sqlite3_stmt *begin, *commit, *rollback, *add, *fold;
};

static int explain(const struct database *database, const char *attempt, struct error *error)
{
    int system = sqlite3_system_errno(database->handle);
    return error_set(error, "%s: %s%s%s", attempt, sqlite3_errmsg(database->handle), system ? ": " : "",
                     system ? strerror(system) : "");
}

static int run(struct database *database, const char *sql, struct error *error)
{
    if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return explain(database, "SQLite", error);
    return 0;
}

static int run_prepared(struct database *database, sqlite3_stmt *statement, const char *attempt, struct error *error)
{
    int result = sqlite3_step(statement);
    int failed = result == SQLITE_DONE ? 0 : explain(database, attempt, error);
    sqlite3_reset(statement);
    return failed;
}

static int read_version(struct database *database)
{
    sqlite3_stmt *statement;
    int version = -1;
    if (sqlite3_prepare_v2(database->handle, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return version;
}

static int migrate(struct database *database, struct error *error)
{
    char set_version[48];
    int version = read_version(database);
    if (version == SCHEMA_VERSION)
        return 0;
    if (run(database, "BEGIN IMMEDIATE", error) != 0)
        return -1;
    version = read_version(database); /* another process may have been quicker */
    int failed = version < 0;
    if (failed)
        explain(database, "the database's version cannot be read", error);
    if (version > SCHEMA_VERSION)
        failed = error_set(error, "the database has version %d, this hookswitch knows versions up to %d", version,
                           SCHEMA_VERSION);
    for (int step = version; !failed && step < SCHEMA_VERSION; step++) {
        sqlite3_snprintf(sizeof set_version, set_version, "PRAGMA user_version = %d", step + 1);
        failed = run(database, migrations[step], error) != 0 || run(database, set_version, error) != 0;
    }
    if (failed)
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    return failed ? -1 : run(database, "COMMIT", error);
}

static int prepare(struct database *database, struct error *error)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = { { &database->begin, "BEGIN IMMEDIATE" },
                { &database->commit, "COMMIT" },
                { &database->rollback, "ROLLBACK" },
                { &database->add, add_event },
                { &database->fold, fold_event } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (sqlite3_prepare_v3(database->handle, all[i].sql, -1, SQLITE_PREPARE_PERSISTENT, all[i].statement, NULL) !=
            SQLITE_OK)
            return explain(database, "SQLite", error);
    return 0;
}

static void database_close(void *opened)
{
    struct database *database = opened;
    sqlite3_stmt *const all[] = { database->begin, database->commit, database->rollback, database->add,
                                  database->fold };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sqlite3_finalize(all[i]);
    sqlite3_close(database->handle);
    free(database);
}

static void *database_open(const char *location, enum store_mode mode, struct error *error)
{
    struct database *database = calloc(1, sizeof *database);
    struct error why;
    if (database == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == STORE_PRESENT ? 0 : SQLITE_OPEN_CREATE);
    int failed = sqlite3_open_v2(location, &database->handle, flags, NULL) != SQLITE_OK;
    if (failed) {
        explain(database, "cannot open", &why);
    } else {
        sqlite3_busy_timeout(database->handle, OPEN_PATIENCE_MS);
        /* The last connection to close would move the whole log into the database: too much for each CGI request. */
        if (mode == STORE_DIRECT)
            sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        failed = run(database,
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                     "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -1024",
                     &why) != 0 ||
                 migrate(database, &why) != 0 || prepare(database, &why) != 0;
    }
    if (failed) {
        error_set(error, "%s: %s", location, why.sentence);
        database_close(database);
        return NULL;
    }
    return database;
}

static int database_begin(void *opened, int patience_ms, struct error *error)
{
    struct database *database = opened;
    sqlite3_busy_timeout(database->handle, patience_ms);
    return run_prepared(database, database->begin, "cannot begin to write", error);
}

static void database_rollback(void *opened)
{
    struct database *database = opened;
    struct error ignored;
    if (!sqlite3_get_autocommit(database->handle)) /* some errors have rolled back already */
        run_prepared(database, database->rollback, "cannot roll back", &ignored);
}

static int database_commit(void *opened, struct error *error)
{
    struct database *database = opened;
    if (run_prepared(database, database->commit, "cannot commit", error) == 0)
        return 0;
    database_rollback(database);
    return -1;
}

static void bind(sqlite3_stmt *statement, int position, struct text text)
{
    sqlite3_bind_text(statement, position, text.length == 0 ? "" : text.at, (int)text.length, SQLITE_STATIC);
}

static void bind_event(sqlite3_stmt *statement, const struct event *event, bool with_body)
{
    bind(statement, 1, event->sid);
    bind(statement, 2, event->kind);
    if (with_body)
        bind(statement, 3, event->mark);
    bind(statement, 4, event->name);
    bind(statement, 5, event->state);
    sqlite3_bind_int64(statement, 6, event->rank);
    sqlite3_bind_int64(statement, 7, event->sequence);
    bind(statement, 8, event->line);
    bind(statement, 9, event->from);
    bind(statement, 10, event->to);
    bind(statement, 11, event->parent_sid);
    sqlite3_bind_int64(statement, 12, event->received_us);
    if (with_body)
        sqlite3_bind_blob(statement, 13, event->parameters.length == 0 ? "" : event->parameters.at,
                          (int)event->parameters.length, SQLITE_STATIC);
}

static enum store_result database_add(void *opened, const struct event *event, struct error *error)
{
    struct database *database = opened;
    bind_event(database->add, event, true);
    if (run_prepared(database, database->add, "cannot keep the event", error) != 0)
        return STORE_FAILED;
    if (sqlite3_changes(database->handle) == 0)
        return STORE_REPEATED;
    if (!event->folded)
        return STORE_KEPT;
    bind_event(database->fold, event, false);
    if (run_prepared(database, database->fold, "cannot bring the current row up to date", error) != 0)
        return STORE_FAILED;
    return STORE_KEPT;
}

static bool database_is_there(void *opened)
{
    struct database *database = opened;
    int moved = 0;
    sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return !moved;
}

static struct text column(sqlite3_stmt *statement, int position)
{
    const void *at = sqlite3_column_blob(statement, position);
    int length = sqlite3_column_bytes(statement, position);
    return (struct text){ at == NULL ? "" : at, at == NULL ? 0 : (size_t)length };
}

static struct store_row read_row(sqlite3_stmt *statement)
{
    return (struct store_row){
        .event = { .sid = column(statement, 0),
                   .kind = column(statement, 1),
                   .name = column(statement, 2),
                   .state = column(statement, 3),
                   .rank = (long)sqlite3_column_int64(statement, 4),
                   .sequence = (long)sqlite3_column_int64(statement, 5),
                   .line = column(statement, 6),
                   .from = column(statement, 7),
                   .to = column(statement, 8),
                   .parent_sid = column(statement, 9),
                   .received_us = sqlite3_column_int64(statement, 10),
                   .parameters = column(statement, 11) },
        .first_us = sqlite3_column_int64(statement, 12),
    };
}

#define COLUMNS "sid, kind, name, state, rank, sequence, line, from_number, to_number, parent_sid, "
#define CHOSEN "(?1 = '' OR sid = ?1) AND (?2 = '' OR kind = ?2) AND "

static const char *const listings[2][2] = {
    /* all, or those of one sid, for which the index serves */
    { "SELECT * FROM (SELECT " COLUMNS "received_us AS at, parameters, 0, id AS tie FROM event WHERE " CHOSEN
      "id >= ?3 ORDER BY tie DESC LIMIT ?4) ORDER BY tie",
      "SELECT * FROM (SELECT " COLUMNS
      "received_us AS at, parameters, 0, id AS tie FROM event WHERE sid = ?1 AND " CHOSEN
      "id >= ?3 ORDER BY tie DESC LIMIT ?4) ORDER BY tie" },
    { "SELECT * FROM (SELECT " COLUMNS "updated_us AS at, '', first_us, sid AS tie FROM current WHERE " CHOSEN
      "updated_us >= ?3 ORDER BY at DESC, tie DESC LIMIT ?4) ORDER BY at, tie",
      "SELECT * FROM (SELECT " COLUMNS
      "updated_us AS at, '', first_us, sid AS tie FROM current WHERE sid = ?1 AND " CHOSEN
      "updated_us >= ?3 ORDER BY at DESC, tie DESC LIMIT ?4) ORDER BY at, tie" },
};

static int database_list(void *opened, bool current, const struct store_filter *filter,
                         void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    struct database *database = opened;
    sqlite3_stmt *statement;
    int result;
    if (sqlite3_prepare_v2(database->handle, listings[current][filter->sid.length > 0], -1, &statement, NULL) !=
        SQLITE_OK)
        return explain(database, "SQLite", error);
    bind(statement, 1, filter->sid);
    bind(statement, 2, filter->kind);
    sqlite3_bind_int64(statement, 3, filter->since_us);
    sqlite3_bind_int64(statement, 4, filter->limit > 0 ? filter->limit : -1);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct store_row row = read_row(statement);
        each(context, &row);
    }
    int failed = result == SQLITE_DONE ? 0 : explain(database, "cannot read", error);
    sqlite3_finalize(statement);
    return failed;
}

const struct engine sqlite_engine = {
    .scheme = "sqlite:",
    .open = database_open,
    .close = database_close,
    .begin = database_begin,
    .add = database_add,
    .commit = database_commit,
    .rollback = database_rollback,
    .is_there = database_is_there,
    .list = database_list,
};
