/* The SQLite engine: WAL, synchronous=FULL, so that a commit is on disk when it returns. Its tables are in
 * sqlite_schema.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/sqlite.h"

enum { LOOK_EVERY_MS = 100, SET_UP_PAUSE_MS = 10, BACKUP_PAGES = 256, BACKUP_PAUSE_MS = 2 };

/* Statements of its own, behind those of all engines. */
enum { BEGIN_READ = STATEMENTS, BEGIN_WRITE, COMMIT, ROLLBACK, DATA_VERSION, ALL_STATEMENTS };

struct database {
    sqlite3 *handle;
    sqlite3_stmt *prepared[ALL_STATEMENTS];
    int64_t deadline_ms; /* of clock_ms: the end of all waiting for locks */
    bool broken;         /* the open handle can no longer use its files */
};

/* Another process has removed the files or changed their owner: the store reopens the database. */
static void notice_breakage(struct database *database)
{
    int code = sqlite3_errcode(database->handle) & 0xFF;
    if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_PERM)
        database->broken = true;
}

/* Called while another connection holds the lock. Returns 0 to stop waiting. */
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

static int explain(struct database *database, const char *attempt, struct error *error)
{
    notice_breakage(database);
    return sqlite_explain(database->handle, attempt, error);
}

/* SQLite writes ?1 for the $1 of other engines. */
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

static sqlite3_stmt *prepared(struct database *database, unsigned name, struct error *error)
{
    static const char *const own[] = { "BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "PRAGMA data_version" };
    const char *sql = name < STATEMENTS ? statement_sql(name, DIALECT_SQLITE) : own[name - STATEMENTS];
    if (database->prepared[name] == NULL)
        database->prepared[name] = prepare(database, sql, error);
    return database->prepared[name];
}

static int step_once(struct database *database, sqlite3_stmt *statement, const char *attempt, struct error *error)
{
    if (statement == NULL)
        return -1;
    int result = sqlite3_step(statement);
    int failed = result == SQLITE_DONE || result == SQLITE_ROW ? 0 : explain(database, attempt, error);
    sqlite3_reset(statement);
    return failed;
}

static void database_close(void *opened)
{
    struct database *database = opened;
    for (size_t i = 0; i < ALL_STATEMENTS; i++)
        sqlite3_finalize(database->prepared[i]);
    sqlite3_close(database->handle);
    free(database);
}

/* While one process creates the write-ahead log and the tables, others get SQLITE_BUSY, sometimes without a call of
 * the busy handler. */
static int set_up(struct database *database, unsigned flags, int patience_ms, struct error *error)
{
    database->deadline_ms = clock_ms() + patience_ms;
    sqlite3_busy_handler(database->handle, wait_for_lock, database);
    if ((flags & ENGINE_CREATE) != 0 && sqlite3_db_readonly(database->handle, "main") == 1)
        return error_set(error, "this user may read it, but not write it");
    /* The last connection to close would checkpoint the whole log: too slow for a CGI request. */
    if ((flags & ENGINE_SHORT_LIVED) != 0)
        sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    while (sqlite_run_sql(database->handle,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                          "PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -1024",
                          error) != 0 ||
           sqlite_migrate(database->handle, error) != 0) {
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

static bool database_is_usable(void *opened)
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
    return step_once(database, prepared(database, purpose == ENGINE_WRITE ? BEGIN_WRITE : BEGIN_READ, error),
                     "cannot begin to write", error);
}

static void database_rollback(void *opened)
{
    struct database *database = opened;
    struct error ignored;
    if (!sqlite3_get_autocommit(database->handle)) /* some errors roll back by themselves */
        step_once(database, prepared(database, ROLLBACK, &ignored), "cannot roll back", &ignored);
}

static int database_commit(void *opened, struct error *error)
{
    struct database *database = opened;
    if (step_once(database, prepared(database, COMMIT, error), "cannot commit", error) == 0)
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

static int read_rows(struct database *database, sqlite3_stmt *statement, engine_on_row *each, void *context,
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
    int failed = read_rows(database, statement, each, context, error);
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
    int failed = read_rows(database, statement, each, context, error);
    sqlite3_finalize(statement);
    return failed;
}

/* --- notifications, backup, checks --- */

static int64_t data_version(struct database *database)
{
    struct error ignored;
    sqlite3_stmt *statement = prepared(database, DATA_VERSION, &ignored);
    int64_t version = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_reset(statement);
    return version;
}

/* Another process's commit changes data_version. Reading it costs as little as reading a counter in shared memory. */
static void database_wait(void *opened, int timeout_ms)
{
    struct database *database = opened;
    int64_t before = data_version(database);
    for (int waited = 0; waited < timeout_ms && data_version(database) == before; waited += LOOK_EVERY_MS)
        clock_sleep(LOOK_EVERY_MS);
}

static int database_backup(void *opened, const char *path, void (*progress)(void *context, long done, long total),
                           void *context, struct error *error)
{
    sqlite3 *database = ((struct database *)opened)->handle, *copy = NULL;
    struct error why;
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return error_set(error, "the path is too long");
    unlink(part);
    if (sqlite_file_prepare(part, true, &why) != 0)
        return error_set(error, "%s: %s", part, why.sentence);
    int result = sqlite3_open_v2(part, &copy, SQLITE_OPEN_READWRITE, NULL);
    sqlite3_backup *backup = result == SQLITE_OK ? sqlite3_backup_init(copy, "main", database, "main") : NULL;
    if (backup == NULL) {
        sqlite_explain(copy, part, error);
        sqlite3_close(copy);
        return -1;
    }
    /* One snapshot for all steps: otherwise each commit of another process would restart the copy. */
    sqlite3_exec(database, "BEGIN; SELECT 1 FROM event LIMIT 1", NULL, NULL, NULL);
    do {
        result = sqlite3_backup_step(backup, BACKUP_PAGES);
        progress(context, sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup),
                 sqlite3_backup_pagecount(backup));
        if (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED)
            sqlite3_sleep(BACKUP_PAUSE_MS);
    } while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED);
    sqlite3_backup_finish(backup);
    sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    int failed = result == SQLITE_DONE ? 0 : sqlite_explain(copy, part, error);
    sqlite3_close(copy);
    int file = failed ? -1 : open(part, O_RDONLY | O_CLOEXEC);
    if (!failed && (file < 0 || fsync(file) != 0 || rename(part, path) != 0))
        failed = error_set(error, "%s: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
    if (failed)
        unlink(part);
    return failed;
}

static void copy_first_row(void *context, const struct value *columns)
{
    struct error *found = context;
    if (found->sentence[0] == '\0')
        error_set(found, "%.*s", STR_ARGS(columns[0].text));
}

static int database_check_integrity(void *opened, struct error *error)
{
    struct error found = { "" };
    if (database_ask(opened, "PRAGMA integrity_check", 0, NULL, copy_first_row, &found, error) != 0)
        return -1;
    return strcmp(found.sentence, "ok") == 0 ? 0 : error_set(error, "integrity_check: %s", found.sentence);
}

const struct engine sqlite_engine = {
    .scheme = "sqlite:",
    .dialect = DIALECT_SQLITE,
    .check = database_check,
    .open = database_open,
    .close = database_close,
    .is_usable = database_is_usable,
    .begin = database_begin,
    .commit = database_commit,
    .rollback = database_rollback,
    .run = database_run,
    .query = database_query,
    .query_sql = database_ask,
    .wait = database_wait,
    .backup = database_backup,
    .check_integrity = database_check_integrity,
};
