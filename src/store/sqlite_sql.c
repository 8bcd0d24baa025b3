#include "store/sqlite_sql.h"

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

int64_t sqlite_read_number(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement;
    int64_t number = -1;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}
