#include "store/postgresql.h"

#include <stdio.h>

#include "base/clock.h"

/* The tables live in their own schema. Every unique key contains the sid, or is a single column, so that all tables can
 * be distributed by that column. An operator may create other tables first, partitioned ones for instance: existing
 * tables stay. */
static const char *const migrations[] = {
    "CREATE TABLE IF NOT EXISTS event ("
    " sid text NOT NULL, kind text NOT NULL, mark text NOT NULL,"
    " name text NOT NULL, state text NOT NULL, rank bigint NOT NULL, sequence bigint NOT NULL,"
    " line text NOT NULL, from_number text NOT NULL, to_number text NOT NULL, parent_sid text NOT NULL,"
    " received_us bigint NOT NULL, parameters bytea NOT NULL, origin text NOT NULL, answer text NOT NULL,"
    " PRIMARY KEY (sid, kind, mark));"
    "CREATE INDEX IF NOT EXISTS event_time ON event (received_us);"
    "CREATE INDEX IF NOT EXISTS event_parent ON event (parent_sid) WHERE parent_sid <> '';"
    "CREATE TABLE IF NOT EXISTS current ("
    " sid text NOT NULL, kind text NOT NULL,"
    " name text NOT NULL, state text NOT NULL, rank bigint NOT NULL, sequence bigint NOT NULL,"
    " line text NOT NULL, from_number text NOT NULL, to_number text NOT NULL, parent_sid text NOT NULL,"
    " first_us bigint NOT NULL, updated_us bigint NOT NULL,"
    " PRIMARY KEY (sid, kind));"
    "CREATE INDEX IF NOT EXISTS current_from ON current (from_number);"
    "CREATE INDEX IF NOT EXISTS current_to ON current (to_number);"
    "CREATE INDEX IF NOT EXISTS current_state ON current (state, updated_us);"
    "CREATE INDEX IF NOT EXISTS current_updated ON current (updated_us);"
    "CREATE TABLE IF NOT EXISTS job ("
    " sid text NOT NULL, kind text NOT NULL, cause text NOT NULL, action text NOT NULL, id text NOT NULL,"
    " mark text NOT NULL, line text NOT NULL, state bigint NOT NULL DEFAULT 0, due_us bigint NOT NULL,"
    " attempts bigint NOT NULL DEFAULT 0, worker text NOT NULL DEFAULT '', reason text NOT NULL DEFAULT '',"
    " created_us bigint NOT NULL, ended_us bigint NOT NULL DEFAULT 0,"
    " PRIMARY KEY (sid, kind, cause, action));"
    "CREATE INDEX IF NOT EXISTS job_due ON job (due_us) WHERE state = 0;"
    "CREATE INDEX IF NOT EXISTS job_failed ON job (ended_us) WHERE state = 2;"
    "CREATE INDEX IF NOT EXISTS job_id ON job (id);"
    "CREATE INDEX IF NOT EXISTS job_worker ON job (worker) WHERE worker <> '';"
    "CREATE TABLE IF NOT EXISTS shared (name text PRIMARY KEY, value bytea NOT NULL, version bigint NOT NULL,"
    " expires_us bigint NOT NULL);",
    /* The response to a request, by its signed bytes (once.h). */
    "CREATE TABLE IF NOT EXISTS request (digest bytea PRIMARY KEY, split bigint NOT NULL, received_us bigint NOT NULL,"
    " step bigint NOT NULL, answer bytea NOT NULL);"
    "CREATE INDEX IF NOT EXISTS request_time ON request (received_us);",
};

enum { SCHEMA_VERSION = (int)(sizeof migrations / sizeof *migrations), MIGRATE_PATIENCE_MS = 10000 };

static int read_version(struct postgresql *database, int64_t *version, struct error *error)
{
    int64_t there;
    *version = -1;
    if (postgresql_read_number(database,
                               "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('hookswitch.meta')",
                               &there, error) != 0)
        return -1;
    return there == 0 ? 0 : postgresql_read_number(database, "SELECT version FROM hookswitch.meta", version, error);
}

/* Several hosts may start at once: the one that holds the lock migrates. */
static int migrate(struct postgresql *database, struct error *error)
{
    char set_version[80];
    int64_t version;
    database->deadline_ms = clock_ms() + MIGRATE_PATIENCE_MS;
    if (postgresql_run_sql(database,
                           "BEGIN; SELECT pg_advisory_xact_lock(7236837162910);"
                           "CREATE SCHEMA IF NOT EXISTS hookswitch; SET LOCAL search_path = hookswitch;"
                           "CREATE TABLE IF NOT EXISTS meta (version bigint NOT NULL);"
                           "INSERT INTO meta SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM meta)",
                           error) != 0 ||
        postgresql_read_number(database, "SELECT version FROM meta", &version, error) != 0)
        return -1;
    int failed = 0;
    if (version > SCHEMA_VERSION)
        failed = error_set(error, "the database has version %d, this hookswitch knows versions up to %d", (int)version,
                           SCHEMA_VERSION);
    for (int step = (int)version; !failed && step < SCHEMA_VERSION; step++) {
        snprintf(set_version, sizeof set_version, "UPDATE meta SET version = %d", step + 1);
        failed = postgresql_run_sql(database, migrations[step], error) != 0 ||
                 postgresql_run_sql(database, set_version, error) != 0;
    }
    if (failed) {
        postgresql_rollback(database);
        return -1;
    }
    return postgresql_run_sql(database, "COMMIT", error);
}

int postgresql_prepare_schema(struct postgresql *database, unsigned flags, struct error *error)
{
    int64_t version, partitioned;
    if (read_version(database, &version, error) != 0)
        return -1;
    if (version != SCHEMA_VERSION && (flags & ENGINE_CREATE) == 0 && version < 0)
        return error_set(error, "there are no tables of hookswitch in this database");
    if (version != SCHEMA_VERSION && migrate(database, error) != 0)
        return -1;
    /* A commit must be on disk before the server acknowledges it; remote_apply and on stay unchanged. */
    if (postgresql_run_sql(database,
                           "SET search_path = hookswitch; SELECT set_config('synchronous_commit', 'on', false)"
                           " WHERE current_setting('synchronous_commit') IN ('off', 'local')",
                           error) != 0 ||
        postgresql_read_number(
            database, "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('event') AND relkind = 'p'",
            &partitioned, error) != 0)
        return -1;
    database->guarded = partitioned > 0;
    return 0;
}
