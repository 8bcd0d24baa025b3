#include "engines.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAVE_POSTGRESQL
#include <libpq-fe.h>
#endif

enum { ADDRESS_SIZE = 256 };

static char folder[64], server_address[ADDRESS_SIZE];

/* --- SQLite --- */

int sqlite_begin(void **state)
{
    strcpy(folder, "/tmp/hookswitch-store-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(*state, ADDRESS_SIZE, "sqlite:%s/events.db", folder);
    return 0;
}

static int remove_folder(const char *path)
{
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    return system(command);
}

int sqlite_end(void **state)
{
    (void)state;
    return remove_folder(folder);
}

void sqlite_plan(const char *address, const char *sql, void (*each)(void *sql, const char *step))
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    char explain[4096];
    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_open(address + 7, &database), SQLITE_OK);
    if (sqlite3_prepare_v2(database, explain, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(database), sql);
    while (sqlite3_step(statement) == SQLITE_ROW)
        each((void *)(uintptr_t)sql, (const char *)sqlite3_column_text(statement, 3));
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

/* --- PostgreSQL --- */

static char server_folder[64];

static int run_script(const char *words, char *output, size_t size)
{
    const char *source = getenv("HOOKSWITCH_SOURCE");
    char command[512];
    snprintf(command, sizeof command, "sh '%s/tests/postgres.sh' %s", source == NULL ? "." : source, words);
    FILE *script = popen(command, "r");
    if (script == NULL)
        return -1;
    if (fgets(output, (int)size, script) == NULL)
        output[0] = '\0';
    output[strcspn(output, "\n")] = '\0';
    int status = pclose(script);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int engines_begin(void **state)
{
    (void)state;
#ifdef HAVE_POSTGRESQL
    char words[160];
    strcpy(server_folder, "/tmp/hookswitch-pg-XXXXXX");
    if (mkdtemp(server_folder) == NULL || chmod(server_folder, 0755) != 0)
        return -1;
    snprintf(words, sizeof words, "start %s/server fsync=off", server_folder);
    int status = run_script(words, server_address, sizeof server_address);
    if (status != 0 && status != 77)
        return -1;
#endif
    return 0;
}

int engines_end(void **state)
{
    char words[160], output[160];
    (void)state;
    if (server_address[0] != '\0') {
        snprintf(words, sizeof words, "stop %s/server immediate", server_folder);
        run_script(words, output, sizeof output);
    }
    return server_folder[0] == '\0' ? 0 : remove_folder(server_folder);
}

#ifdef HAVE_POSTGRESQL
static void say_nothing(void *context, const char *message)
{
    (void)context;
    (void)message;
}
#endif

int postgresql_begin(void **state)
{
    snprintf(*state, ADDRESS_SIZE, "%s", server_address);
    if (server_address[0] == '\0')
        skip();
#ifdef HAVE_POSTGRESQL
    PGconn *connection = PQconnectdb(server_address);
    PQsetNoticeProcessor(connection, say_nothing, NULL);
    PGresult *result = PQexec(connection, "DROP SCHEMA IF EXISTS hookswitch CASCADE");
    int failed = PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : -1;
    PQclear(result);
    PQfinish(connection);
    return failed;
#else
    return -1;
#endif
}

int postgresql_end(void **state)
{
    (void)state;
    return 0;
}

void engine_absent(const char *address, char *absent, size_t size)
{
    bool sqlite = strncmp(address, "sqlite:", 7) == 0;
    snprintf(absent, size, "%s", sqlite ? "sqlite:/nonexistent/events.db" : "postgresql://hookswitch@127.0.0.1:1/none");
}
