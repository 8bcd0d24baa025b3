#include "store/engine.h"

#include <stddef.h>

/* A row moves on only: to a higher rank, or within a rank to a later sequence number. What it does not say, the row
 * keeps. */
#define MOVE_ON                                                                                                        \
    " DO UPDATE SET name = excluded.name, state = excluded.state, rank = excluded.rank,"                               \
    " sequence = excluded.sequence, updated_us = excluded.updated_us,"                                                 \
    " line = CASE excluded.line WHEN '' THEN c.line ELSE excluded.line END,"                                           \
    " from_number = CASE excluded.from_number WHEN '' THEN c.from_number ELSE excluded.from_number END,"               \
    " to_number = CASE excluded.to_number WHEN '' THEN c.to_number ELSE excluded.to_number END,"                       \
    " parent_sid = CASE excluded.parent_sid WHEN '' THEN c.parent_sid ELSE excluded.parent_sid END"                    \
    " WHERE (excluded.rank, excluded.sequence) > (c.rank, c.sequence)"

#define EVENT_VALUES "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15"

#define CURRENT_VALUES "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12"
#define POSTGRESQL_CURRENT                                                                                             \
    "INSERT INTO current AS c (" CURRENT_COLUMNS ") VALUES (" CURRENT_VALUES ") ON CONFLICT (sid, kind)" MOVE_ON

/* In SQLite a row of `current` has the id of an event of its item: both tables grow at their end, and the one index on
 * event (sid, kind, mark) finds either. */
#define SQLITE_CURRENT_ID                                                                                              \
    "coalesce((SELECT r.id FROM event e JOIN current r ON r.id = e.id WHERE e.sid = $1 AND e.kind = $2 LIMIT 1),"      \
    " (SELECT max(id) FROM event WHERE sid = $1 AND kind = $2))"

/* Both halves by an index of their own: the second one holds what has a parent only. */
#define RELATED                                                                                                        \
    "(SELECT * FROM event WHERE sid = $1 UNION ALL SELECT * FROM event WHERE parent_sid = $1 AND parent_sid <> ''"     \
    " AND sid <> $1) AS related"

/* What of a job is given to its worker. */
#define CLAIMED(job)                                                                                                   \
    " RETURNING " job ".id, " job ".sid, " job ".kind, " job ".cause, " job ".action, " job ".mark, " job              \
    ".line, " job ".state, " job ".due_us, " job ".attempts, " job ".worker, " job ".reason, " job ".created_us, " job \
    ".ended_us"
#define DUE_JOBS "SELECT sid, kind, cause, action FROM job WHERE state = 0 AND due_us <= $2 ORDER BY due_us LIMIT $4"
#define CLAIM " SET worker = $1, due_us = $3, attempts = attempts + 1"

/* A job that waits keeps its item, whether it is due already or still to come. */
#define HAS_JOB(item)                                                                                                  \
    "EXISTS (SELECT 1 FROM job j WHERE j.sid = " item ".sid AND j.kind = " item ".kind AND j.state = 0)"
#define SOME_ITEMS SOME_OF_ITEMS("c.sid, c.kind")
#define SOME_OF_ITEMS(columns)                                                                                         \
    "SELECT " columns " FROM current c WHERE c.kind = $1 AND c.updated_us < $2 AND NOT " HAS_JOB(                      \
        "c") " ORDER BY c.updated_us, c.sid LIMIT $3"

/* A request goes on only where it came in the same way, and further than it had got. */
#define GO_ON                                                                                                          \
    " ON CONFLICT (digest) DO UPDATE SET step = excluded.step, answer = excluded.answer"                               \
    " WHERE r.split = excluded.split AND r.step < excluded.step"

const struct statement statements[STATEMENTS] = {
    /* Where the operator has partitioned the table by time, its key cannot tell a repeat from an event of another
     * partition: then whoever adds to an item holds this lock, and looks. */
    [STATEMENT_GUARD_EVENT] = { "t", { "", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))" } },
    /* id: the time of keeping in microseconds since 1970, or one more than the last: the order in which events came. */
    [STATEMENT_ADD_EVENT] = { "tttttnnttttnbtt",
                              { "INSERT INTO event (id, " EVENT_COLUMNS
                                ") VALUES (max($12, (SELECT ifnull(max(id), 0) + 1 FROM event)), " EVENT_VALUES
                                ") ON CONFLICT DO NOTHING",
                                "INSERT INTO event (" EVENT_COLUMNS ") SELECT " EVENT_VALUES
                                " WHERE NOT EXISTS (SELECT 1 FROM event WHERE sid = $1 AND kind = $2 AND mark = $3)"
                                " ON CONFLICT DO NOTHING" } },
    /* VALUES, not SELECT: where several rows may be inserted, SQLite journals each page once more. */
    [STATEMENT_UPDATE_CURRENT] = { "ttttnnttttnn",
                                   { "INSERT INTO current AS c (id, " CURRENT_COLUMNS ") VALUES (" SQLITE_CURRENT_ID
                                     "," CURRENT_VALUES ") ON CONFLICT (id)" MOVE_ON,
                                     POSTGRESQL_CURRENT } },
    /* Of an import: only with an event of its item. */
    [STATEMENT_IMPORT_CURRENT] = { "ttttnnttttnn",
                                   { "INSERT INTO current AS c (id, " CURRENT_COLUMNS ") SELECT item.id," CURRENT_VALUES
                                     " FROM (SELECT " SQLITE_CURRENT_ID " AS id) AS item WHERE item.id IS NOT NULL"
                                     " ON CONFLICT (id)" MOVE_ON,
                                     POSTGRESQL_CURRENT } },
    [STATEMENT_ADD_JOB] = { "tttttttnnnntn",
                            { "INSERT INTO job (sid, kind, cause, action, id, mark, line, due_us, created_us,"
                              " state, attempts, reason, ended_us)"
                              " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT DO NOTHING" } },
    /* What a job waited for is there. */
    [STATEMENT_WAKE_JOBS] = { "tn",
                              { "UPDATE job SET due_us = $2 WHERE sid = $1 AND state = 0 AND attempts = 0"
                                " AND due_us > $2" } },
    [STATEMENT_NOTIFY_JOBS] = { "", { "", "NOTIFY hookswitch_jobs" } },
    /* Locked first, once and for all: a sub-select within the update might run again for other rows. */
    [STATEMENT_CLAIM_JOBS] = { "tnnn",
                               { "UPDATE job" CLAIM " WHERE (sid, kind, cause, action) IN (" DUE_JOBS
                                 ")" CLAIMED("job"),
                                 "WITH due AS MATERIALIZED (" DUE_JOBS " FOR UPDATE SKIP LOCKED) UPDATE job AS j" CLAIM
                                 " FROM due WHERE j.sid = due.sid AND j.kind = due.kind AND j.cause = due.cause"
                                 " AND j.action = due.action" CLAIMED("j") } },
    [STATEMENT_RENEW_JOBS] = { "tn",
                               { "UPDATE job SET due_us = $2 WHERE worker = $1 AND worker <> '' AND state = 0" } },
    /* Only while it is still this worker's: one that was too slow has lost it to another. */
    [STATEMENT_END_JOB] = { "ttttnnntn",
                            { "UPDATE job SET worker = '', state = $6, due_us = $7, reason = $8, ended_us = $9"
                              " WHERE sid = $1 AND kind = $2 AND cause = $3 AND action = $4 AND attempts = $5"
                              " AND state = 0 AND worker <> ''" } },
    [STATEMENT_NEXT_JOB] = { "", { "SELECT min(due_us) FROM job WHERE state = 0" } },
    [STATEMENT_RETRY_JOBS] = { "tn",
                               { "UPDATE job SET state = 0, due_us = $2, worker = '', ended_us = 0,"
                                 " attempts = CASE WHEN state = 0 THEN attempts ELSE 0 END"
                                 " WHERE (state = 2 AND $1 = '') OR (id = $1 AND (state NOT IN (0, 1)"
                                 " OR (state = 0 AND worker = '')))" } },
    [STATEMENT_DELETE_JOBS] = { "t",
                                { "DELETE FROM job WHERE (state NOT IN (0, 1) OR (state = 0 AND worker = ''))"
                                  " AND id = $1" } },
    [STATEMENT_FIND_EVENT] = { "ttt",
                               { "SELECT " EVENT_COLUMNS
                                 ", 0 FROM event WHERE sid = $1 AND kind = $2 AND mark = $3" } },
    [STATEMENT_FIND_RELATED] = { "t",
                                 { "SELECT " EVENT_COLUMNS ", 0 FROM " RELATED " ORDER BY received_us, id",
                                   "SELECT " EVENT_COLUMNS ", 0 FROM " RELATED " ORDER BY received_us, sid, mark" } },
    [STATEMENT_GET_KV] = { "tn",
                           { "SELECT value, version, expires_us FROM shared WHERE name = $1"
                             " AND (expires_us = 0 OR expires_us > $2)" } },
    [STATEMENT_ADD_KV] = { "tbnn",
                           { "INSERT INTO shared AS s (name, value, version, expires_us) VALUES ($1, $2, 1, $3)"
                             " ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = s.version + 1,"
                             " expires_us = excluded.expires_us"
                             " WHERE s.expires_us <> 0 AND s.expires_us <= $4" } },
    [STATEMENT_UPDATE_KV] = { "tbnn",
                              { "UPDATE shared SET value = $2, version = version + 1, expires_us = $3"
                                " WHERE name = $1 AND version = $4" } },
    [STATEMENT_DELETE_KV] = { "tn", { "DELETE FROM shared WHERE name = $1 AND version = $2" } },
    [STATEMENT_EXPIRE_KV] = { "n", { "DELETE FROM shared WHERE expires_us <> 0 AND expires_us <= $1" } },
    /* id: as of events. */
    [STATEMENT_CLAIM_REQUEST] = { "bnnnb",
                                  { "INSERT INTO request AS r (id, digest, split, step, answer)"
                                    " VALUES (max($3, (SELECT ifnull(max(id), 0) + 1 FROM request)), $1, $2, $4, "
                                    "$5)" GO_ON,
                                    "INSERT INTO request AS r (digest, split, received_us, step, answer)"
                                    " VALUES ($1, $2, $3, $4, $5)" GO_ON } },
    [STATEMENT_FIND_ANSWER] = { "b", { "SELECT answer FROM request WHERE digest = $1" } },
    /* Never one that may be of an event that is still there: the oldest event, less a day, is a limit too. */
    [STATEMENT_PRUNE_REQUESTS] = { "nn",
                                   { "DELETE FROM request WHERE id IN (SELECT id FROM request WHERE id < $1 AND id <"
                                     " (SELECT ifnull(min(id) - 86400000000, $1) FROM event) LIMIT $2)",
                                     "DELETE FROM request WHERE digest IN (SELECT digest FROM request"
                                     " WHERE received_us < $1 AND received_us <"
                                     " (SELECT coalesce(min(received_us) - 86400000000, $1) FROM event)"
                                     " LIMIT $2)" } },
    [STATEMENT_PRUNE_ITEM_EVENTS] = { "tnn", { "DELETE FROM event WHERE (sid, kind) IN (" SOME_ITEMS ")" } },
    [STATEMENT_PRUNE_ITEM_JOBS] = { "tnn", { "DELETE FROM job WHERE (sid, kind) IN (" SOME_ITEMS ")" } },
    [STATEMENT_PRUNE_ITEMS] = { "tnn",
                                { "DELETE FROM current WHERE id IN (" SOME_OF_ITEMS("c.id") ")",
                                  "DELETE FROM current WHERE (sid, kind) IN (" SOME_ITEMS ")" } },
    /* Kinds without a current row, and what came later than the row's end. */
    [STATEMENT_PRUNE_LOOSE_EVENTS] = { "tnn",
                                       { "DELETE FROM event WHERE id IN (SELECT e.id FROM event e WHERE e.kind = $1"
                                         " AND e.id < $2 AND NOT EXISTS (SELECT 1 FROM event f JOIN current c"
                                         " ON c.id = f.id WHERE f.sid = e.sid AND f.kind = e.kind) AND NOT " HAS_JOB(
                                             "e") " LIMIT $3)",
                                         "DELETE FROM event WHERE (sid, kind, mark) IN (SELECT e.sid, e.kind, e.mark"
                                         " FROM event e WHERE e.kind = $1 AND e.received_us < $2 AND NOT EXISTS"
                                         " (SELECT 1 FROM current c WHERE c.sid = e.sid AND c.kind = e.kind)"
                                         " AND NOT " HAS_JOB("e") " LIMIT $3)" } },
    [STATEMENT_COUNT_PRUNABLE] = { "tn",
                                   { "SELECT count(*) FROM event e WHERE e.kind = $1 AND e.received_us < $2 AND NOT"
                                     " EXISTS (SELECT 1 FROM event f JOIN current c ON c.id = f.id WHERE f.sid = e.sid"
                                     " AND f.kind = e.kind AND c.updated_us >= $2) AND NOT " HAS_JOB("e"),
                                     "SELECT count(*) FROM event e WHERE e.kind = $1 AND e.received_us < $2 AND NOT"
                                     " EXISTS (SELECT 1 FROM current c WHERE c.sid = e.sid AND c.kind = e.kind"
                                     " AND c.updated_us >= $2) AND NOT " HAS_JOB("e") } },
    [STATEMENT_NEWEST_EVENT] = { "n",
                                 { "SELECT received_us FROM event WHERE id < $1 ORDER BY id DESC LIMIT 1",
                                   "SELECT max(received_us) FROM event WHERE received_us < $1" } },
    /* Items whose row is behind one of their events. */
    [STATEMENT_FIND_LAGGING] = { "",
                                 { "SELECT e.sid, e.kind, e.name FROM current c JOIN event e ON e.sid = c.sid"
                                   " AND e.kind = c.kind WHERE (e.rank, e.sequence) > (c.rank, c.sequence) LIMIT 1" } },
};

const char *statement_sql(enum statement_name name, int dialect)
{
    const char *own = statements[name].sql[dialect];
    return own != NULL ? own : statements[name].sql[0];
}
