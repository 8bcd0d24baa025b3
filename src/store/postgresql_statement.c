#include "store/postgresql_statement.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { TEXT_OID = 25, BYTEA_OID = 17, INT8_OID = 20, INT4_OID = 23, BOOL_OID = 16 };
enum { VALUES_MAX = 20, PIPELINE_MAX = 64 };

/* --- values --- */

struct bound {
    const char *values[VALUES_MAX];
    int lengths[VALUES_MAX], formats[VALUES_MAX];
    Oid types[VALUES_MAX];
    uint64_t numbers[VALUES_MAX];
};

static void bind(struct bound *bound, size_t count, const struct value *values)
{
    for (size_t i = 0; i < count; i++) {
        const struct value *value = &values[i];
        bound->formats[i] = 1;
        if (value->type == VALUE_NUMBER) {
            bound->numbers[i] = htobe64((uint64_t)value->number);
            bound->values[i] = (const char *)&bound->numbers[i];
            bound->lengths[i] = 8;
            bound->types[i] = INT8_OID;
        } else {
            bound->values[i] = value->text.length == 0 ? "" : value->text.at;
            bound->lengths[i] = (int)value->text.length;
            bound->types[i] = value->type == VALUE_TEXT ? TEXT_OID : BYTEA_OID;
        }
    }
}

static struct value column(const PGresult *result, int row, int position)
{
    const char *at = libpq->PQgetvalue(result, row, position);
    size_t length = (size_t)libpq->PQgetlength(result, row, position);
    uint64_t wide;
    uint32_t narrow;
    if (libpq->PQgetisnull(result, row, position))
        return value_number(0);
    switch (libpq->PQftype(result, position)) {
    case INT8_OID:
        memcpy(&wide, at, sizeof wide);
        return value_number((int64_t)be64toh(wide));
    case INT4_OID:
        memcpy(&narrow, at, sizeof narrow);
        return value_number((int32_t)be32toh(narrow));
    case BOOL_OID:
        return value_number(*at);
    default:
        return value_bytes((struct str){ at, length });
    }
}

/* --- statements --- */

/* The name is a digest of the SQL: behind a pooler, a statement that another version of hookswitch has prepared under
 * the same name is the same statement. */
static void name_statement(enum statement_name name, char label[LABEL_SIZE])
{
    struct arena *arena = arena_new();
    struct buffer list = buffer_in(arena);
    digest_add(&list, str_of(statements[name].values));
    digest_add(&list, str_of(statement_sql(name, DIALECT_POSTGRESQL)));
    snprintf(label, LABEL_SIZE, "hs_%.*s", STR_ARGS(digest_of(&list)));
    arena_free(arena);
}

static int prepare(struct postgresql *database, enum statement_name name, struct error *error)
{
    const char *types = statements[name].values;
    Oid oids[VALUES_MAX];
    char label[LABEL_SIZE];
    if (database->broken)
        return error_set(error, "the connection is broken");
    if (database->prepared[name][0] != '\0')
        return 0;
    name_statement(name, label);
    size_t count = strlen(types);
    for (size_t i = 0; i < count; i++)
        oids[i] = types[i] == 'n' ? INT8_OID : types[i] == 't' ? TEXT_OID : BYTEA_OID;
    if (!libpq->PQsendPrepare(database->connection, label, statement_sql(name, DIALECT_POSTGRESQL), (int)count, oids))
        return postgresql_fail(database, "cannot send", error);
    if (postgresql_flush(database, error) != 0 || postgresql_finish_results(database, error) != 0)
        return -1;
    memcpy(database->prepared[name], label, sizeof label);
    return 0;
}

static int send_prepared(struct postgresql *database, enum statement_name name, const struct value *values)
{
    struct bound bound;
    size_t count = strlen(statements[name].values);
    bind(&bound, count, values);
    return libpq->PQsendQueryPrepared(database->connection, database->prepared[name], (int)count, bound.values,
                                      bound.lengths, bound.formats, 1);
}

/* Reads the results of a pipeline of `count` statements, and the sync that ends it. */
static int read_pipeline(struct postgresql *database, size_t count, size_t stride, long *changed, struct error *error)
{
    struct error ignored;
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        PGresult *result = NULL;
        int status = postgresql_await_result(database, &result, failed ? &ignored : error);
        if (status < 0)
            return -1;
        if (status > 0) {
            failed = -1;
        } else if (result != NULL) {
            if (libpq->PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
                failed = -1;
            if (changed != NULL && (i + 1) % stride == 0)
                changed[i / stride] = strtol(libpq->PQcmdTuples(result), NULL, 10);
            libpq->PQclear(result);
        }
        if (postgresql_await_result(database, &result, &ignored) != 0 || result != NULL) { /* the NULL after each */
            libpq->PQclear(result);
            return postgresql_fail(database, "the pipeline is out of step", error);
        }
    }
    PGresult *end = NULL;
    if (postgresql_await_result(database, &end, &ignored) != 0 || libpq->PQresultStatus(end) != PGRES_PIPELINE_SYNC) {
        libpq->PQclear(end);
        return postgresql_fail(database, "the pipeline is out of step", error);
    }
    libpq->PQclear(end);
    return failed;
}

static int run_pipeline(struct postgresql *database, enum statement_name name, size_t count, const struct value *values,
                        bool guarded, long *changed, struct error *error)
{
    size_t width = strlen(statements[name].values), stride = guarded ? 2 : 1;
    int sent = libpq->PQenterPipelineMode(database->connection);
    for (size_t i = 0; i < count && sent; i++) {
        const struct value *row = values + i * width;
        sent = (!guarded || send_prepared(database, STATEMENT_GUARD_EVENT, row)) && send_prepared(database, name, row);
    }
    if (!sent || !libpq->PQpipelineSync(database->connection))
        return postgresql_fail(database, "cannot send", error);
    if (postgresql_flush(database, error) != 0)
        return -1;
    int failed = read_pipeline(database, count * stride, stride, changed, error);
    if (!database->broken && !libpq->PQexitPipelineMode(database->connection))
        return postgresql_fail(database, "the pipeline is out of step", error);
    return failed;
}

int postgresql_run(void *opened, enum statement_name name, size_t count, const struct value *values, long *changed,
                   struct error *error)
{
    struct postgresql *database = opened;
    size_t width = strlen(statements[name].values);
    bool guarded = name == STATEMENT_ADD_EVENT && database->guarded;
    if (count == 0)
        return 0;
    if (prepare(database, name, error) != 0 || (guarded && prepare(database, STATEMENT_GUARD_EVENT, error) != 0))
        return -1;
    for (size_t done = 0; done < count; done += PIPELINE_MAX) {
        size_t some = count - done < PIPELINE_MAX ? count - done : PIPELINE_MAX;
        if (run_pipeline(database, name, some, values + done * width, guarded, changed == NULL ? NULL : changed + done,
                         error) != 0)
            return -1;
    }
    return 0;
}

/* Passes rows on as they arrive: a list of millions does not fill the memory. */
static int read_rows(struct postgresql *database, engine_on_row *each, void *context, struct error *error)
{
    struct value columns[ENGINE_COLUMNS_MAX] = { { VALUE_NUMBER, { "", 0 }, 0 } };
    struct error ignored;
    int failed = 0;
    libpq->PQsetSingleRowMode(database->connection);
    if (postgresql_flush(database, error) != 0)
        return -1;
    for (;;) {
        PGresult *result = NULL;
        int status = postgresql_await_result(database, &result, failed ? &ignored : error);
        if (status < 0)
            return -1;
        failed = failed || status > 0;
        if (status == 0 && result == NULL)
            return failed ? -1 : 0;
        int count = result == NULL ? 0 : libpq->PQnfields(result);
        for (int row = 0; result != NULL && row < libpq->PQntuples(result); row++) {
            for (int i = 0; i < count && i < ENGINE_COLUMNS_MAX; i++)
                columns[i] = column(result, row, i);
            each(context, columns);
        }
        libpq->PQclear(result);
    }
}

int postgresql_query(void *opened, enum statement_name name, const struct value *values, engine_on_row *each,
                     void *context, struct error *error)
{
    struct postgresql *database = opened;
    if (prepare(database, name, error) != 0)
        return -1;
    if (!send_prepared(database, name, values))
        return postgresql_fail(database, "cannot send", error);
    return read_rows(database, each, context, error);
}

int postgresql_query_sql(void *opened, const char *sql, size_t count, const struct value *values, engine_on_row *each,
                         void *context, struct error *error)
{
    struct postgresql *database = opened;
    struct bound bound;
    if (database->broken)
        return error_set(error, "the connection is broken");
    bind(&bound, count, values);
    if (!libpq->PQsendQueryParams(database->connection, sql, (int)count, bound.types, bound.values, bound.lengths,
                                  bound.formats, 1))
        return postgresql_fail(database, "cannot send", error);
    return read_rows(database, each, context, error);
}

static void copy_number(void *context, const struct value *columns)
{
    *(int64_t *)context = columns[0].number;
}

int postgresql_read_number(struct postgresql *database, const char *sql, int64_t *number, struct error *error)
{
    *number = 0;
    return postgresql_query_sql(database, sql, 0, NULL, copy_number, number, error);
}
