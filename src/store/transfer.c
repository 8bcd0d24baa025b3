#include "store/transfer.h"

#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "store/core.h"

enum {
    FORMAT_VERSION = 1,
    PROGRESS_EVERY = 2000,
    AT_ONCE = 2000,
    LINE_MAX_BYTES = 64 << 20,
    PATIENCE_MS = 24 * 3600 * 1000,
    JOB_STATE = 9 /* the position of a job's state */
};

/* A kind of row: the statement that imports it, the names of that statement's values in an export, and how they are
 * read. A value without a name is 0. */
static const struct kind {
    const char *name;
    enum statement_name add;
    const char *members[ENGINE_COLUMNS_MAX];
    const char *sql[DIALECTS];
} kinds[] = {
    { "event",
      STATEMENT_ADD_EVENT,
      { "sid", "kind", "mark", "name", "state", "rank", "sequence", "line", "from", "to", "parent_sid", "received_us",
        "parameters", "origin", "answer" },
      { "SELECT " EVENT_COLUMNS " FROM event ORDER BY id",
        "SELECT " EVENT_COLUMNS " FROM event ORDER BY received_us, sid, mark" } },
    { "current",
      STATEMENT_IMPORT_CURRENT,
      { "sid", "kind", "name", "state", "rank", "sequence", "line", "from", "to", "parent_sid", "first_us",
        "received_us" },
      { "SELECT " CURRENT_COLUMNS " FROM current ORDER BY updated_us, sid" } },
    { "job",
      STATEMENT_ADD_JOB,
      { "sid", "kind", "cause", "action", "id", "mark", "line", "due_us", "created_us", "state", "attempts", "reason",
        "ended_us" },
      { "SELECT sid, kind, cause, action, id, mark, line, due_us, created_us,"
        " CASE WHEN state IN (0, 1) THEN state ELSE 2 END, attempts, reason, ended_us FROM job ORDER BY created_us" } },
    { "shared",
      STATEMENT_ADD_KV,
      { "name", "value", "expires_us" },
      { "SELECT name, value, expires_us FROM shared ORDER BY name" } },
    { "request",
      STATEMENT_CLAIM_REQUEST,
      { "digest", "split", "received_us", "step", "answer" },
      { "SELECT digest, split, id, step, answer FROM request ORDER BY id", /* the id is the time */
        "SELECT digest, split, received_us, step, answer FROM request ORDER BY received_us" } },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* --- writing --- */

struct exporting {
    FILE *to;
    const struct kind *kind;
    long rows;
    void (*progress)(void *context, long rows);
    void *context;
};

/* Bytes that are no UTF-8 go as base64 under another name. */
static void add_text(json_t *object, const char *name, struct str text)
{
    char coded_name[40];
    if (str_is_utf8(text) && str_find_char(text, '\0') == text.length) {
        json_object_set_new(object, name, json_stringn(text.length == 0 ? "" : text.at, text.length));
        return;
    }
    char *coded = g_base64_encode((const guchar *)text.at, text.length);
    snprintf(coded_name, sizeof coded_name, "%s_base64", name);
    json_object_set_new(object, coded_name, json_string(coded));
    g_free(coded);
}

static void put(struct exporting *exporting, json_t *object)
{
    json_dumpf(object, exporting->to, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putc('\n', exporting->to);
    json_decref(object);
}

/* With the first row: what cannot be read is not begun. */
static void put_head(struct exporting *exporting)
{
    if (exporting->rows == 0)
        put(exporting, json_pack("{s:s, s:i}", "row", "hookswitch", "version", FORMAT_VERSION));
}

static void put_row(void *context, const struct value *columns)
{
    struct exporting *exporting = context;
    const struct kind *kind = exporting->kind;
    const char *types = statements[kind->add].values;
    json_t *object = json_pack("{s:s}", "row", kind->name);
    for (size_t i = 0; kind->members[i] != NULL; i++) {
        if (types[i] == 'n')
            json_object_set_new(object, kind->members[i], json_integer(columns[i].number));
        else
            add_text(object, kind->members[i], columns[i].text);
    }
    put_head(exporting);
    put(exporting, object);
    if (++exporting->rows % PROGRESS_EVERY == 0 && exporting->progress != NULL)
        exporting->progress(exporting->context, exporting->rows);
}

static int read_all(struct store *store, void *database, void *context, struct error *error)
{
    struct exporting *exporting = context;
    int failed = 0;
    for (size_t i = 0; i < KINDS && !failed; i++) {
        const char *own = kinds[i].sql[store->engine->dialect];
        exporting->kind = &kinds[i];
        failed =
            store->engine->query_sql(database, own != NULL ? own : kinds[i].sql[0], 0, NULL, put_row, exporting, error);
    }
    return failed;
}

int transfer_export(struct store *store, FILE *to, void (*progress)(void *context, long rows), void *context,
                    struct error *error)
{
    struct exporting exporting = { to, NULL, 0, progress, context };
    if (store_transact(store, ENGINE_READ, PATIENCE_MS, read_all, &exporting, error) != 0)
        return -1;
    put_head(&exporting);
    put(&exporting, json_pack("{s:s, s:I}", "row", "end", "rows", (json_int_t)exporting.rows));
    return 0;
}

/* --- reading --- */

/* The rows that are written together. */
struct importing {
    struct arena *arena;
    const struct kind *kinds[AT_ONCE];
    struct value *values; /* of one row after the other */
    size_t count, used;
    long lines, rows;
    bool ended;
};

static int read_text(struct arena *arena, const json_t *object, const char *member, struct str *text,
                     struct error *error)
{
    char coded_name[40];
    const json_t *value = json_object_get(object, member);
    snprintf(coded_name, sizeof coded_name, "%s_base64", member);
    const json_t *coded = json_object_get(object, coded_name);
    if (json_is_string(value)) {
        *text = arena_copy(arena, (struct str){ json_string_value(value), json_string_length(value) });
        return 0;
    }
    if (!json_is_string(coded))
        return error_set(error, "the member '%s' is missing", member);
    gsize length = 0;
    guchar *bytes = g_base64_decode(json_string_value(coded), &length);
    *text = arena_copy(arena, (struct str){ (const char *)bytes, length });
    g_free(bytes);
    return 0;
}

static int read_row(struct importing *importing, const json_t *object, const struct kind *kind, struct error *error)
{
    const char *types = statements[kind->add].values;
    struct value *values = importing->values + importing->used;
    size_t i = 0;
    for (; types[i] != '\0'; i++) {
        const json_t *number = kind->members[i] == NULL ? NULL : json_object_get(object, kind->members[i]);
        struct str text;
        if (types[i] == 'n' && kind->members[i] != NULL && !json_is_integer(number))
            return error_set(error, "the member '%s' is not a whole number", kind->members[i]);
        if (types[i] != 'n' && read_text(importing->arena, object, kind->members[i], &text, error) != 0)
            return -1;
        /* Databases want text; the raw bytes of a request may be anything. */
        values[i] = types[i] == 'n'   ? value_number(json_integer_value(number))
                    : types[i] == 't' ? value_text(utf8_repair(importing->arena, text))
                                      : value_bytes(text);
    }
    if (kind->add == STATEMENT_ADD_JOB && (values[JOB_STATE].number < 0 || values[JOB_STATE].number > 2))
        return error_set(error, "the member 'state' is not a state of a job");
    if (kind->add == STATEMENT_CLAIM_REQUEST && values[0].text.length != IDENTITY_BYTES)
        return error_set(error, "the member 'digest' has not %d bytes", IDENTITY_BYTES);
    importing->kinds[importing->count++] = kind;
    importing->used += i;
    importing->rows++;
    return 0;
}

static int read_object(struct importing *importing, const json_t *object, struct error *error)
{
    struct str row = str_of(json_string_value(json_object_get(object, "row")));
    bool head = str_is(row, "hookswitch");
    const struct kind *kind = NULL;
    importing->ended = str_is(row, "end");
    for (size_t i = 0; i < KINDS; i++)
        if (str_is(row, kinds[i].name))
            kind = &kinds[i];
    if (kind == NULL && !head && !importing->ended)
        return error_set(error, "no row of an export");
    if (head && json_integer_value(json_object_get(object, "version")) != FORMAT_VERSION)
        return error_set(error, "a version of export that is not known here");
    if (head != (importing->lines == 1))
        return error_set(error, "this is not an export of hookswitch");
    long expected = importing->ended ? (long)json_integer_value(json_object_get(object, "rows")) : importing->rows;
    if (expected != importing->rows)
        return error_set(error, "%ld rows were expected, %ld came", expected, importing->rows);
    return kind == NULL ? 0 : read_row(importing, object, kind, error);
}

static int read_line(struct importing *importing, struct str line, struct error *error)
{
    json_error_t wrong;
    if (line.length > LINE_MAX_BYTES)
        return error_set(error, "longer than %d bytes", LINE_MAX_BYTES);
    json_t *object = json_loadb(line.at, line.length, 0, &wrong);
    if (object == NULL)
        return error_set(error, "not JSON: %s", wrong.text);
    int failed = read_object(importing, object, error);
    json_decref(object);
    return failed;
}

static int write_rows(struct store *store, void *database, void *context, struct error *error)
{
    const struct importing *importing = context;
    const struct value *values = importing->values;
    for (size_t i = 0, count = 0; i < importing->count; i += count) {
        enum statement_name add = importing->kinds[i]->add;
        for (count = 1; i + count < importing->count && importing->kinds[i + count]->add == add;)
            count++;
        if (store->engine->run(database, add, count, values, NULL, error) != 0)
            return -1;
        values += count * strlen(statements[add].values);
    }
    return 0;
}

static int write_batch(struct store *store, struct importing *importing, struct error *error)
{
    int failed = store_transact(store, ENGINE_WRITE, PATIENCE_MS, write_rows, importing, error);
    arena_reset(importing->arena);
    importing->values = ARENA_ARRAY(importing->arena, struct value, AT_ONCE * ENGINE_COLUMNS_MAX);
    importing->count = importing->used = 0;
    return failed;
}

int transfer_import(struct store *store, FILE *from, void (*progress)(void *context, long rows), void *context,
                    long *rows, struct error *error)
{
    struct importing importing = { .arena = arena_new() };
    struct error why;
    char *text = NULL;
    size_t size = 0;
    ssize_t length;
    int failed = 0;
    importing.values = ARENA_ARRAY(importing.arena, struct value, AT_ONCE * ENGINE_COLUMNS_MAX);
    while (!failed && !importing.ended && (length = getline(&text, &size, from)) > 0) {
        importing.lines++;
        failed = read_line(&importing, str_trim((struct str){ text, (size_t)length }), &why);
        if (failed)
            error_set(error, "line %ld: %s", importing.lines, why.sentence);
        else if (importing.count == AT_ONCE)
            failed = write_batch(store, &importing, error);
        if (importing.rows % PROGRESS_EVERY == 0)
            progress(context, importing.rows);
    }
    free(text);
    if (!failed)
        failed = write_batch(store, &importing, error);
    if (!failed && !importing.ended)
        failed = error_set(error, "the export is cut: it has no last line; %ld rows were read", importing.rows);
    *rows = importing.rows;
    arena_free(importing.arena);
    return failed;
}
