/* The SQLite engine: WAL, synchronous=FULL, so that a commit is on disk when it returns. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/engine.h"
#include "store/sqlite_file.h"

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
    /* A row of current has the id of an event of its item, so that it is written at the end of its table and found by
     * the index that events have anyway. */
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
    /* What was done for a request's signed bytes (once.h). id: as of events. */
    ("CREATE TABLE request (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, split INTEGER NOT NULL,"
     " step INTEGER NOT NULL, answer BLOB NOT NULL);"),
};

/* A column that each step adds: `.dump` writes the tables and forgets user_version. */
static const struct {
    const char *table, *column;
} added[] = { { "event", "mark" }, { "job", "cause" }, { "request", "digest" } };

_Static_assert(sizeof added / sizeof *added == sizeof migrations / sizeof *migrations, "each step is recognised");

enum {
    SCHEMA_VERSION = (int)(sizeof migrations / sizeof *migrations),
    LOOK_EVERY_MS = 100,
    BACKUP_PAGES = 256,
    BACKUP_PAUSE_MS = 2,
    SET_UP_PAUSE_MS = 10
};

struct database {
    sqlite3 *handle;
    sqlite3_stmt *prepared[STATEMENTS];
    sqlite3_stmt *begin_read, *begin_write, *commit, *rollback, *data_version;
    int64_t deadline_ms; /* of clock_ms: until when it waits for locks, whatever it does */
    bool broken;         /* its files cannot be used as they were opened */
};

/* Files that were given to another user, or that are gone: opened again they may serve. */
static void notice_breakage(struct database *database)
{
    int code = sqlite3_errcode(database->handle) & 0xFF;
    if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_PERM)
        database->broken = true;
}

static int explain(struct database *database, const char *attempt, struct error *error)
{
    int system = sqlite3_system_errno(database->handle);
    notice_breakage(database);
    return error_set(error, "%s: %s%s%s", attempt, sqlite3_errmsg(database->handle), system ? ": " : "",
                     system ? strerror(system) : "");
}

/* Called while another connection has the lock. 0: it is not waited for any longer. */
static int wait_for_lock(void *context, int times)
{
    static const int pauses_ms[] = { 1, 1, 2, 3, 5, 8, 13, 20 };
    const int last = (int)(sizeof pauses_ms / sizeof *pauses_ms) - 1;
    const struct database *database = context;
    int64_t left = database->deadline_ms - clock_ms(), pause = pauses_ms[times < last ? times : last];
    if (left <= 0)
        return 0;
    clock_sleep((int)(pause < left ? pause : left));
    return 1;
}

static int run_text(struct database *database, const char *sql, struct error *error)
{
    if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return explain(database, "SQLite", error);
    return 0;
}

static int step_once(struct database *database, sqlite3_stmt *statement, const char *attempt, struct error *error)
{
    int result = sqlite3_step(statement);
    int failed = result == SQLITE_DONE || result == SQLITE_ROW ? 0 : explain(database, attempt, error);
    sqlite3_reset(statement);
    return failed;
}

static int64_t read_number(struct database *database, const char *sql)
{
    sqlite3_stmt *statement;
    int64_t number = -1;
    if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static const char version_of[] = "PRAGMA user_version";

static int64_t find_version(struct database *database)
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

static int migrate(struct database *database, struct error *error)
{
    char set_version[48];
    if (read_number(database, version_of) == SCHEMA_VERSION)
        return 0;
    if (run_text(database, "BEGIN IMMEDIATE", error) != 0)
        return -1;
    int64_t version = find_version(database); /* another process may have been quicker */
    int failed = version < 0;
    if (failed)
        explain(database, "the database's version cannot be read", error);
    if (version > SCHEMA_VERSION)
        failed = error_set(error, "the database has version %d, this hookswitch knows versions up to %d", (int)version,
                           SCHEMA_VERSION);
    for (int step = (int)version; !failed && step < SCHEMA_VERSION; step++)
        failed = run_text(database, migrations[step], error);
    sqlite3_snprintf(sizeof set_version, set_version, "PRAGMA user_version = %d", SCHEMA_VERSION);
    if (!failed)
        failed = run_text(database, set_version, error);
    if (failed)
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    return failed ? -1 : run_text(database, "COMMIT", error);
}

/* $1, $2 as other engines write them are ?1, ?2 here. */
static sqlite3_stmt *prepare(struct database *database, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    char *own = strdup(sql);
    for (char *at = own; at != NULL && *at != '\0'; at++)
        if (*at == '$')
            *at = '?';
    if (own == NULL ||
        sqlite3_prepare_v3(database->handle, own, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        explain(database, "SQLite", error);
    free(own);
    return statement;
}

static int prepare_transactions(struct database *database, struct error *error)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = { { &database->begin_read, "BEGIN" },
                { &database->begin_write, "BEGIN IMMEDIATE" },
                { &database->commit, "COMMIT" },
                { &database->rollback, "ROLLBACK" },
                { &database->data_version, "PRAGMA data_version" } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (*all[i].statement == NULL && (*all[i].statement = prepare(database, all[i].sql, error)) == NULL)
            return -1;
    return 0;
}

static void database_close(void *opened)
{
    struct database *database = opened;
    sqlite3_stmt *const own[] = { database->begin_read, database->begin_write, database->commit, database->rollback,
                                  database->data_version };
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(database->prepared[i]);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sqlite3_finalize(own[i]);
    sqlite3_close(database->handle);
    free(database);
}

/* The first of several programs makes the log and the tables: what it has locked meanwhile is busy for the others, and
 * SQLite tells some of that at once. */
static int set_up(struct database *database, unsigned flags, int patience_ms, struct error *error)
{
    database->deadline_ms = clock_ms() + patience_ms;
    sqlite3_busy_handler(database->handle, wait_for_lock, database);
    if ((flags & ENGINE_CREATE) != 0 && sqlite3_db_readonly(database->handle, "main") == 1)
        return error_set(error, "this user may read it, but not write it");
    /* The last connection to close would move the whole log into the database: too much for each CGI request. */
    if ((flags & ENGINE_SHORT_LIVED) != 0)
        sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    while (run_text(database,
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                    "PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -1024",
                    error) != 0 ||
           migrate(database, error) != 0 || prepare_transactions(database, error) != 0) {
        bool busy = (sqlite3_errcode(database->handle) & 0xFF) == SQLITE_BUSY;
        if (!busy || clock_ms() >= database->deadline_ms)
            return -1;
        clock_sleep(SET_UP_PAUSE_MS);
    }
    return 0;
}

static void *database_open(const char *location, unsigned flags, int patience_ms, struct error *error)
{
    struct database *database = calloc(1, sizeof *database);
    struct error why;
    if (database == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    int failed = sqlite_file_prepare(location, (flags & ENGINE_CREATE) != 0, &why);
    if (!failed &&
        sqlite3_open_v2(location, &database->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        failed = explain(database, "cannot open", &why);
    if (!failed)
        failed = set_up(database, flags, patience_ms, &why);
    if (failed) {
        error_set(error, "%s: %s", location, why.sentence);
        database_close(database);
        return NULL;
    }
    return database;
}

static int database_check(const char *location, struct error *error)
{
    if (location[0] == '/')
        return 0;
    return error_set(error, "expected an absolute path, such as sqlite:/var/lib/hookswitch/events.db");
}

static bool database_is_there(void *opened)
{
    struct database *database = opened;
    int moved = 0;
    sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return !moved && !database->broken;
}

/* --- transactions --- */

static int database_begin(void *opened, enum engine_purpose purpose, int patience_ms, struct error *error)
{
    struct database *database = opened;
    database->deadline_ms = clock_ms() + patience_ms;
    return step_once(database, purpose == ENGINE_WRITE ? database->begin_write : database->begin_read,
                     "cannot begin to write", error);
}

static void database_rollback(void *opened)
{
    struct database *database = opened;
    struct error ignored;
    if (!sqlite3_get_autocommit(database->handle)) /* some errors have rolled back already */
        step_once(database, database->rollback, "cannot roll back", &ignored);
}

static int database_commit(void *opened, struct error *error)
{
    struct database *database = opened;
    if (step_once(database, database->commit, "cannot commit", error) == 0)
        return 0;
    database_rollback(database);
    return -1;
}

/* --- statements --- */

static void bind(sqlite3_stmt *statement, size_t count, const struct value *values)
{
    for (size_t i = 0; i < count; i++) {
        const struct value *value = &values[i];
        const char *at = value->text.length == 0 ? "" : value->text.at;
        int position = (int)i + 1;
        if (value->type == VALUE_NUMBER)
            sqlite3_bind_int64(statement, position, value->number);
        else if (value->type == VALUE_TEXT)
            sqlite3_bind_text(statement, position, at, (int)value->text.length, SQLITE_STATIC);
        else
            sqlite3_bind_blob(statement, position, at, (int)value->text.length, SQLITE_STATIC);
    }
}

static sqlite3_stmt *prepared(struct database *database, enum statement_name name, struct error *error)
{
    if (database->prepared[name] == NULL)
        database->prepared[name] = prepare(database, statement_sql(name, DIALECT_SQLITE), error);
    return database->prepared[name];
}

static int database_run(void *opened, enum statement_name name, size_t count, const struct value *values, long *changed,
                        struct error *error)
{
    struct database *database = opened;
    size_t width = strlen(statements[name].values);
    if (*statement_sql(name, DIALECT_SQLITE) == '\0')
        return 0;
    sqlite3_stmt *statement = prepared(database, name, error);
    if (statement == NULL)
        return -1;
    for (size_t i = 0; i < count; i++) {
        bind(statement, width, values + i * width);
        if (step_once(database, statement, "cannot write", error) != 0)
            return -1;
        if (changed != NULL)
            changed[i] = sqlite3_changes(database->handle);
    }
    return 0;
}

static struct value column(sqlite3_stmt *statement, int position)
{
    if (sqlite3_column_type(statement, position) == SQLITE_INTEGER)
        return value_number(sqlite3_column_int64(statement, position));
    const void *at = sqlite3_column_blob(statement, position);
    int length = sqlite3_column_bytes(statement, position);
    return value_bytes((struct str){ at == NULL ? "" : at, at == NULL ? 0 : (size_t)length });
}

static int give_rows(struct database *database, sqlite3_stmt *statement, engine_on_row *each, void *context,
                     struct error *error)
{
    struct value columns[ENGINE_COLUMNS_MAX] = { { VALUE_NUMBER, { "", 0 }, 0 } };
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        int count = sqlite3_column_count(statement);
        for (int i = 0; i < count && i < ENGINE_COLUMNS_MAX; i++)
            columns[i] = column(statement, i);
        each(context, columns);
    }
    return result == SQLITE_DONE ? 0 : explain(database, "cannot read", error);
}

static int database_query(void *opened, enum statement_name name, const struct value *values, engine_on_row *each,
                          void *context, struct error *error)
{
    struct database *database = opened;
    sqlite3_stmt *statement = prepared(database, name, error);
    if (statement == NULL)
        return -1;
    bind(statement, strlen(statements[name].values), values);
    int failed = give_rows(database, statement, each, context, error);
    sqlite3_reset(statement);
    return failed;
}

static int database_ask(void *opened, const char *sql, size_t count, const struct value *values, engine_on_row *each,
                        void *context, struct error *error)
{
    struct database *database = opened;
    sqlite3_stmt *statement = prepare(database, sql, error);
    if (statement == NULL)
        return -1;
    bind(statement, count, values);
    int failed = give_rows(database, statement, each, context, error);
    sqlite3_finalize(statement);
    return failed;
}

/* --- around it --- */

static int64_t data_version(struct database *database)
{
    int64_t version =
        sqlite3_step(database->data_version) == SQLITE_ROW ? sqlite3_column_int64(database->data_version, 0) : -1;
    sqlite3_reset(database->data_version);
    return version;
}

/* Another process's commit changes data_version: a look costs no more than reading a counter in shared memory. */
static void database_wait(void *opened, int timeout_ms)
{
    struct database *database = opened;
    int64_t before = data_version(database);
    for (int waited = 0; waited < timeout_ms && data_version(database) == before; waited += LOOK_EVERY_MS)
        clock_sleep(LOOK_EVERY_MS);
}

/* The copy is complete, and on disk, before it has its name. */
static int database_backup(void *opened, const char *path, void (*progress)(void *context, long done, long total),
                           void *context, struct error *error)
{
    struct database *database = opened;
    struct database copy = { .handle = NULL };
    struct error why;
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return error_set(error, "the path is too long");
    unlink(part);
    if (sqlite_file_prepare(part, true, &why) != 0)
        return error_set(error, "%s: %s", part, why.sentence);
    int result = sqlite3_open_v2(part, &copy.handle, SQLITE_OPEN_READWRITE, NULL);
    sqlite3_backup *backup =
        result == SQLITE_OK ? sqlite3_backup_init(copy.handle, "main", database->handle, "main") : NULL;
    if (backup == NULL) {
        explain(&copy, part, error);
        sqlite3_close(copy.handle);
        return -1;
    }
    /* Within one snapshot: of a database that others write to all the time the copy would be begun anew at every step.
     */
    sqlite3_exec(database->handle, "BEGIN; SELECT 1 FROM event LIMIT 1", NULL, NULL, NULL);
    do {
        result = sqlite3_backup_step(backup, BACKUP_PAGES);
        progress(context, sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup),
                 sqlite3_backup_pagecount(backup));
        if (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED)
            sqlite3_sleep(BACKUP_PAUSE_MS);
    } while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED);
    sqlite3_backup_finish(backup);
    sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    int failed = result == SQLITE_DONE ? 0 : explain(&copy, part, error);
    sqlite3_close(copy.handle);
    int file = failed ? -1 : open(part, O_RDONLY | O_CLOEXEC);
    if (!failed && (file < 0 || fsync(file) != 0 || rename(part, path) != 0))
        failed = error_set(error, "%s: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
    if (failed)
        unlink(part);
    return failed;
}

static void take_first_word(void *context, const struct value *columns)
{
    struct error *found = context;
    if (found->sentence[0] == '\0')
        error_set(found, "%.*s", STR_ARGS(columns[0].text));
}

static int database_examine(void *opened, struct error *error)
{
    struct error found = { "" };
    if (database_ask(opened, "PRAGMA integrity_check", 0, NULL, take_first_word, &found, error) != 0)
        return -1;
    return strcmp(found.sentence, "ok") == 0 ? 0 : error_set(error, "integrity_check: %s", found.sentence);
}

const struct engine sqlite_engine = {
    .scheme = "sqlite:",
    .dialect = DIALECT_SQLITE,
    .check = database_check,
    .open = database_open,
    .close = database_close,
    .is_usable = database_is_there,
    .begin = database_begin,
    .commit = database_commit,
    .rollback = database_rollback,
    .run = database_run,
    .query = database_query,
    .query_sql = database_ask,
    .wait = database_wait,
    .backup = database_backup,
    .check_integrity = database_examine,
};
