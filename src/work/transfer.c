#include "work/transfer.h"

#include <glib.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "auth/signature.h"

enum { FORMAT_VERSION = 1, PROGRESS_EVERY = 2000, AT_ONCE = 2000 };

/* --- the members of each kind of row --- */

struct member {
    const char *name;
    enum { MEMBER_WORDS, MEMBER_BYTES, MEMBER_NUMBER, MEMBER_LONG } type;
    size_t offset;
};

#define EVENT_AT(base, member) ((base) + offsetof(struct event, member))
#define EVENT_MEMBERS(base)                                                                                            \
    { "sid", MEMBER_WORDS, EVENT_AT(base, sid) }, { "kind", MEMBER_WORDS, EVENT_AT(base, kind) },                      \
        { "name", MEMBER_WORDS, EVENT_AT(base, name) }, { "state", MEMBER_WORDS, EVENT_AT(base, state) },              \
        { "rank", MEMBER_LONG, EVENT_AT(base, rank) }, { "sequence", MEMBER_LONG, EVENT_AT(base, sequence) },          \
        { "line", MEMBER_WORDS, EVENT_AT(base, line) }, { "from", MEMBER_WORDS, EVENT_AT(base, from) },                \
        { "to", MEMBER_WORDS, EVENT_AT(base, to) }, { "parent_sid", MEMBER_WORDS, EVENT_AT(base, parent_sid) },        \
    {                                                                                                                  \
        "received_us", MEMBER_NUMBER, EVENT_AT(base, received_us)                                                      \
    }

static const struct member event_members[] = { EVENT_MEMBERS(0),
                                               { "mark", MEMBER_WORDS, EVENT_AT(0, dedup_key) },
                                               { "origin", MEMBER_WORDS, EVENT_AT(0, origin) },
                                               { "answer", MEMBER_WORDS, EVENT_AT(0, answer) },
                                               { "parameters", MEMBER_BYTES, EVENT_AT(0, parameters) },
                                               { NULL, MEMBER_WORDS, 0 } };
static const struct member current_members[] = { EVENT_MEMBERS(offsetof(struct store_row, event)),
                                                 { "first_us", MEMBER_NUMBER, offsetof(struct store_row, first_us) },
                                                 { NULL, MEMBER_WORDS, 0 } };

#define JOB_AT(member) offsetof(struct job, member)
static const struct member job_members[] = {
    { "id", MEMBER_WORDS, JOB_AT(id) },
    { "sid", MEMBER_WORDS, JOB_AT(sid) },
    { "kind", MEMBER_WORDS, JOB_AT(kind) },
    { "cause", MEMBER_WORDS, JOB_AT(cause) },
    { "action", MEMBER_WORDS, JOB_AT(action) },
    { "mark", MEMBER_WORDS, JOB_AT(dedup_key) },
    { "line", MEMBER_WORDS, JOB_AT(line) },
    { "reason", MEMBER_WORDS, JOB_AT(reason) },
    { "due_us", MEMBER_NUMBER, JOB_AT(due_us) },
    { "attempts", MEMBER_NUMBER, JOB_AT(attempts) },
    { "created_us", MEMBER_NUMBER, JOB_AT(created_us) },
    { "ended_us", MEMBER_NUMBER, JOB_AT(ended_us) },
    { NULL, MEMBER_WORDS, 0 },
};
static const struct member kv_members[] = {
    { "name", MEMBER_WORDS, offsetof(struct dump_kv, name) },
    { "value", MEMBER_BYTES, offsetof(struct dump_kv, entry) + offsetof(struct kv_entry, value) },
    { "expires_us", MEMBER_NUMBER, offsetof(struct dump_kv, entry) + offsetof(struct kv_entry, expires_us) },
    { NULL, MEMBER_WORDS, 0 },
};

#define REQUEST_AT(member) offsetof(struct dump_request, member)
static const struct member request_members[] = {
    { "digest", MEMBER_BYTES, REQUEST_AT(digest) },
    { "split", MEMBER_NUMBER, REQUEST_AT(split) },
    { "received_us", MEMBER_NUMBER, REQUEST_AT(received_us) },
    { "step", MEMBER_NUMBER, REQUEST_AT(step) },
    { "answer", MEMBER_BYTES, REQUEST_AT(answer) },
    { NULL, MEMBER_WORDS, 0 },
};

/* --- writing --- */

struct exporting {
    FILE *to;
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

static json_t *object_of(const char *row, const struct member *members, const void *from)
{
    json_t *object = json_object();
    json_object_set_new(object, "row", json_string(row));
    for (const struct member *member = members; member->name != NULL; member++) {
        const char *at = (const char *)from + member->offset;
        struct str text;
        int64_t number = 0;
        long narrow = 0;
        switch (member->type) {
        case MEMBER_WORDS:
        case MEMBER_BYTES:
            memcpy(&text, at, sizeof text);
            add_text(object, member->name, text);
            break;
        case MEMBER_NUMBER:
            memcpy(&number, at, sizeof number);
            json_object_set_new(object, member->name, json_integer(number));
            break;
        case MEMBER_LONG:
            memcpy(&narrow, at, sizeof narrow);
            json_object_set_new(object, member->name, json_integer(narrow));
            break;
        }
    }
    return object;
}

/* With the first row: what cannot be read is not begun. */
static void put_head(struct exporting *exporting)
{
    if (exporting->rows == 0)
        put(exporting, json_pack("{s:s, s:i}", "row", "hookswitch", "version", FORMAT_VERSION));
}

static void put_row(struct exporting *exporting, json_t *object)
{
    put_head(exporting);
    put(exporting, object);
    if (++exporting->rows % PROGRESS_EVERY == 0 && exporting->progress != NULL)
        exporting->progress(exporting->context, exporting->rows);
}

static void put_event(void *context, const struct store_row *row)
{
    put_row(context, object_of("event", event_members, &row->event));
}

static void put_current(void *context, const struct store_row *row)
{
    put_row(context, object_of("current", current_members, row));
}

static void put_job(void *context, const struct job *job)
{
    json_t *object = object_of("job", job_members, job);
    json_object_set_new(object, "state", json_integer(job->state == JOB_UNKNOWN ? JOB_GIVEN_UP : job->state));
    put_row(context, object);
}

static void put_kv(void *context, struct str name, const struct kv_entry *entry)
{
    struct dump_kv row = { name, *entry };
    put_row(context, object_of("shared", kv_members, &row));
}

static void put_request(void *context, const struct dump_request *request)
{
    put_row(context, object_of("request", request_members, request));
}

int transfer_export(struct store *store, FILE *to, void (*progress)(void *context, long rows), void *context,
                    struct error *error)
{
    struct exporting exporting = { to, 0, progress, context };
    struct dump_rows rows = { put_event, put_current, put_job, put_kv, put_request, &exporting };
    if (dump_export(store, &rows, error) != 0)
        return -1;
    put_head(&exporting);
    put(&exporting, json_pack("{s:s, s:I}", "row", "end", "rows", (json_int_t)exporting.rows));
    return 0;
}

/* --- reading --- */

static struct str copied(struct arena *arena, const json_t *value)
{
    return arena_copy(arena, (struct str){ json_string_value(value), json_string_length(value) });
}

static int read_text(struct arena *arena, const json_t *object, const struct member *member, struct str *text,
                     struct error *error)
{
    char coded_name[40];
    const json_t *value = json_object_get(object, member->name);
    snprintf(coded_name, sizeof coded_name, "%s_base64", member->name);
    const json_t *coded = json_object_get(object, coded_name);
    if (json_is_string(value)) {
        *text = copied(arena, value);
        return 0;
    }
    if (!json_is_string(coded))
        return error_set(error, "the member '%s' is missing", member->name);
    gsize length = 0;
    guchar *bytes = g_base64_decode(json_string_value(coded), &length);
    *text = arena_copy(arena, (struct str){ (const char *)bytes, length });
    g_free(bytes);
    /* Only the raw bytes of a request may be anything; the rest goes where databases want text. */
    if (member->type == MEMBER_WORDS)
        *text = utf8_repair(arena, *text);
    return 0;
}

static int read_members(struct arena *arena, const json_t *object, const struct member *members, void *to,
                        struct error *error)
{
    for (const struct member *member = members; member->name != NULL; member++) {
        char *at = (char *)to + member->offset;
        const json_t *value = json_object_get(object, member->name);
        bool number = member->type == MEMBER_NUMBER || member->type == MEMBER_LONG;
        struct str text = STR("");
        if (number && !json_is_integer(value))
            return error_set(error, "the member '%s' is not a whole number", member->name);
        if (!number && read_text(arena, object, member, &text, error) != 0)
            return -1;
        int64_t wide = number ? json_integer_value(value) : 0;
        long narrow = (long)wide;
        if (member->type == MEMBER_NUMBER)
            memcpy(at, &wide, sizeof wide);
        else if (member->type == MEMBER_LONG)
            memcpy(at, &narrow, sizeof narrow);
        else
            memcpy(at, &text, sizeof text);
    }
    return 0;
}

static enum transfer_row read_job(struct arena *arena, const json_t *object, struct job *job, struct error *error)
{
    const json_t *state = json_object_get(object, "state");
    if (read_members(arena, object, job_members, job, error) != 0)
        return TRANSFER_BAD;
    if (!json_is_integer(state) || json_integer_value(state) < JOB_WAITING ||
        json_integer_value(state) > JOB_GIVEN_UP) {
        error_set(error, "the member 'state' is not a state of a job");
        return TRANSFER_BAD;
    }
    job->state = (enum job_state)json_integer_value(state);
    return TRANSFER_JOB;
}

static enum transfer_row read_request(struct arena *arena, const json_t *object, struct dump_request *request,
                                      struct error *error)
{
    if (read_members(arena, object, request_members, request, error) != 0)
        return TRANSFER_BAD;
    if (request->digest.length != IDENTITY_BYTES) {
        error_set(error, "the member 'digest' has not %d bytes", IDENTITY_BYTES);
        return TRANSFER_BAD;
    }
    return TRANSFER_REQUEST;
}

static enum transfer_row read_object(struct arena *arena, const json_t *object, struct transfer_line *line,
                                     struct error *error)
{
    struct str row = str_of(json_string_value(json_object_get(object, "row")));
    if (str_is(row, "hookswitch")) {
        if (json_integer_value(json_object_get(object, "version")) == FORMAT_VERSION)
            return TRANSFER_HEAD;
        error_set(error, "a version of export that is not known here");
    } else if (str_is(row, "event")) {
        if (read_members(arena, object, event_members, &line->event, error) == 0)
            return TRANSFER_EVENT;
    } else if (str_is(row, "current")) {
        if (read_members(arena, object, current_members, &line->current, error) == 0)
            return TRANSFER_CURRENT;
    } else if (str_is(row, "job")) {
        return read_job(arena, object, &line->job, error);
    } else if (str_is(row, "shared")) {
        if (read_members(arena, object, kv_members, &line->kv, error) == 0)
            return TRANSFER_KV;
    } else if (str_is(row, "request")) {
        return read_request(arena, object, &line->request, error);
    } else if (str_is(row, "end")) {
        line->count = (long)json_integer_value(json_object_get(object, "rows"));
        return TRANSFER_END;
    } else {
        error_set(error, "no row of an export");
    }
    return TRANSFER_BAD;
}

enum transfer_row transfer_read_line(struct arena *arena, struct str line, struct transfer_line *row,
                                     struct error *error)
{
    json_error_t wrong;
    *row = (struct transfer_line){ .count = 0 };
    if (line.length > TRANSFER_LINE_MAX) {
        error_set(error, "longer than %d bytes", TRANSFER_LINE_MAX);
        return TRANSFER_BAD;
    }
    json_t *object = json_loadb(line.at, line.length, 0, &wrong);
    if (object == NULL) {
        error_set(error, "not JSON: %s", wrong.text);
        return TRANSFER_BAD;
    }
    enum transfer_row type = read_object(arena, object, row, error);
    json_decref(object);
    return type;
}

struct importing {
    struct store *store;
    struct arena *arena;
    struct event *events;
    struct store_row *current;
    struct job *jobs;
    struct dump_kv *kv;
    struct dump_request *requests;
    struct dump_batch batch;
};

static void begin_batch(struct importing *importing)
{
    arena_reset(importing->arena);
    importing->events = ARENA_ARRAY(importing->arena, struct event, AT_ONCE);
    importing->current = ARENA_ARRAY(importing->arena, struct store_row, AT_ONCE);
    importing->jobs = ARENA_ARRAY(importing->arena, struct job, AT_ONCE);
    importing->kv = ARENA_ARRAY(importing->arena, struct dump_kv, AT_ONCE);
    importing->requests = ARENA_ARRAY(importing->arena, struct dump_request, AT_ONCE);
    importing->batch = (struct dump_batch){ .events = importing->events,
                                            .current = importing->current,
                                            .jobs = importing->jobs,
                                            .kv = importing->kv,
                                            .requests = importing->requests };
}

static void add_row(struct importing *importing, enum transfer_row type, const struct transfer_line *line)
{
    struct dump_batch *batch = &importing->batch;
    if (type == TRANSFER_EVENT)
        importing->events[batch->event_count++] = line->event;
    else if (type == TRANSFER_CURRENT)
        importing->current[batch->current_count++] = line->current;
    else if (type == TRANSFER_JOB)
        importing->jobs[batch->job_count++] = line->job;
    else if (type == TRANSFER_KV)
        importing->kv[batch->kv_count++] = line->kv;
    else if (type == TRANSFER_REQUEST)
        importing->requests[batch->request_count++] = line->request;
}

static int import_line(struct importing *importing, struct str text, long number, long *rows, bool *ended,
                       struct error *error)
{
    struct transfer_line line;
    struct error why;
    enum transfer_row type = transfer_read_line(importing->arena, text, &line, &why);
    if (type == TRANSFER_BAD)
        return error_set(error, "line %ld: %s", number, why.sentence);
    if ((number == 1) != (type == TRANSFER_HEAD))
        return error_set(error, "line %ld: this is not an export of hookswitch", number);
    if (type == TRANSFER_END && line.count != *rows)
        return error_set(error, "line %ld: %ld rows were expected, %ld came", number, line.count, *rows);
    *ended = type == TRANSFER_END;
    if (type == TRANSFER_HEAD || type == TRANSFER_END)
        return 0;
    add_row(importing, type, &line);
    if (++*rows % AT_ONCE != 0)
        return 0;
    if (dump_import(importing->store, &importing->batch, error) != 0)
        return -1;
    begin_batch(importing);
    return 0;
}

int transfer_import(struct store *store, FILE *from, void (*progress)(void *context, long rows), void *context,
                    long *rows, struct error *error)
{
    struct importing importing = { .store = store, .arena = arena_new() };
    char *text = NULL;
    size_t size = 0;
    ssize_t length;
    bool ended = false;
    int failed = 0;
    *rows = 0;
    begin_batch(&importing);
    for (long number = 1; !failed && !ended && (length = getline(&text, &size, from)) > 0; number++) {
        struct str line = str_trim((struct str){ text, (size_t)length });
        failed = import_line(&importing, line, number, rows, &ended, error);
        if (progress != NULL && *rows % PROGRESS_EVERY == 0)
            progress(context, *rows);
    }
    free(text);
    if (!failed)
        failed = dump_import(store, &importing.batch, error);
    if (!failed && !ended)
        failed = error_set(error, "the export is cut: it has no last line; %ld rows were read", *rows);
    arena_free(importing.arena);
    return failed;
}
