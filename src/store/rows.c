#include "store/rows.h"

#include <limits.h>

enum { READ_PATIENCE_MS = 30000, CONDITIONS_MAX = 10 };

struct store_row row_of_columns(const struct value *columns)
{
    return (struct store_row){
        .event = { .sid = columns[0].text,
                   .kind = columns[1].text,
                   .dedup_key = columns[2].text,
                   .name = columns[3].text,
                   .state = columns[4].text,
                   .rank = (long)columns[5].number,
                   .sequence = (long)columns[6].number,
                   .line = columns[7].text,
                   .from = columns[8].text,
                   .to = columns[9].text,
                   .parent_sid = columns[10].text,
                   .received_us = columns[11].number,
                   .parameters = columns[12].text,
                   .origin = columns[13].text,
                   .answer = columns[14].text },
        .first_us = columns[15].number,
    };
}

struct job job_of_columns(const struct value *columns)
{
    return (struct job){
        .id = columns[0].text,
        .sid = columns[1].text,
        .kind = columns[2].text,
        .cause = columns[3].text,
        .action = columns[4].text,
        .dedup_key = columns[5].text,
        .line = columns[6].text,
        .state = columns[7].number >= JOB_WAITING && columns[7].number < JOB_UNKNOWN ? (enum job_state)columns[7].number
                                                                                     : JOB_UNKNOWN,
        .due_us = columns[8].number,
        .attempts = columns[9].number,
        .worker = columns[10].text,
        .reason = columns[11].text,
        .created_us = columns[12].number,
        .ended_us = columns[13].number,
    };
}

struct event event_copy(struct arena *arena, const struct event *event)
{
    struct event copy = *event;
    struct str *const texts[] = {
        &copy.sid,  &copy.kind, &copy.dedup_key,  &copy.name,       &copy.state,  &copy.line,
        &copy.from, &copy.to,   &copy.parent_sid, &copy.parameters, &copy.origin, &copy.answer
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_copy(arena, *texts[i]);
    return copy;
}

struct job job_copy(struct arena *arena, const struct job *job)
{
    struct job copy = *job;
    struct str *const texts[] = { &copy.id,        &copy.sid,  &copy.kind,   &copy.cause, &copy.action,
                                  &copy.dedup_key, &copy.line, &copy.worker, &copy.reason };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_copy(arena, *texts[i]);
    return copy;
}

/* --- lists --- */

/* How events, and current rows, are read and ordered, for each engine. */
static const struct listing {
    const char *columns, *table;
    const char *time; /* by which an index finds the newest and those since a time */
    const char *order, *reverse;
    const char *received, *tie; /* by which people read them */
    const char *by_number, *by_state;
} listings[2][DIALECTS] = {
    { { "sid, kind, mark, name, state, rank, sequence, line, from_number, to_number, parent_sid, received_us,"
        " parameters, origin, answer, 0",
        "event", "id", "id", "id DESC", "received_us", "id",
        "sid IN (SELECT sid FROM current WHERE from_number = %s UNION SELECT sid FROM current WHERE to_number = %s)",
        "sid IN (SELECT sid FROM current WHERE state = %s) AND state = %s" },
      { "sid, kind, mark, name, state, rank, sequence, line, from_number, to_number, parent_sid, received_us,"
        " parameters, origin, answer, 0::bigint",
        "event", "received_us", "received_us, sid, mark", "received_us DESC, sid DESC, mark DESC", "received_us", "sid",
        "sid IN (SELECT sid FROM current WHERE from_number = %s UNION SELECT sid FROM current WHERE to_number = %s)",
        "sid IN (SELECT sid FROM current WHERE state = %s) AND state = %s" } },
    { { "sid, kind, '', name, state, rank, sequence, line, from_number, to_number, parent_sid, updated_us, '', '', '',"
        " first_us",
        "current", "updated_us", "updated_us, sid", "updated_us DESC, sid DESC", "updated_us", "sid",
        "(from_number = %s OR to_number = %s)", "state = %s" },
      { "sid, kind, ''::text, name, state, rank, sequence, line, from_number, to_number, parent_sid, updated_us,"
        " ''::bytea, ''::text, ''::text, first_us",
        "current", "updated_us", "updated_us, sid", "updated_us DESC, sid DESC", "updated_us", "sid",
        "(from_number = %s OR to_number = %s)", "state = %s" } },
};

struct composed {
    struct buffer sql;
    struct value values[CONDITIONS_MAX];
    size_t count;
    bool any;
};

/* Adds "AND condition", with every %s of it being one and the same value. */
static void add_condition(struct composed *composed, const char *condition, struct value value)
{
    struct str rest = str_of(condition), hole = STR("%s");
    composed->values[composed->count++] = value;
    buffer_add(&composed->sql, composed->any ? STR(" AND ") : STR(" WHERE "));
    composed->any = true;
    for (size_t at = str_find(rest, hole); at < rest.length; at = str_find(rest, hole)) {
        buffer_add(&composed->sql, str_upto(rest, at));
        buffer_format(&composed->sql, "$%zu", composed->count);
        rest = str_from(rest, at + 2);
    }
    buffer_add(&composed->sql, rest);
}

/* False when the pattern does not end in '*'. */
static bool add_beginning(struct composed *composed, const char *column, struct str pattern)
{
    if (pattern.at[pattern.length - 1] != '*')
        return false;
    add_condition(composed, arena_format(composed->sql.arena, "substr(%s, 1, length(%%s)) = %%s", column).at,
                  value_text(str_upto(pattern, pattern.length - 1)));
    return true;
}

static void add_conditions(struct composed *composed, struct store *store, bool current,
                           const struct store_filter *filter)
{
    const struct listing *listing = &listings[current][store->engine->dialect];
    struct arena *arena = composed->sql.arena;
    if (filter->sid.length > 0 && !add_beginning(composed, "sid", filter->sid))
        add_condition(composed,
                      current && store->engine->dialect == DIALECT_SQLITE
                          ? "id IN (SELECT id FROM event WHERE sid = %s)"
                          : "sid = %s",
                      value_text(filter->sid));
    if (filter->kind.length > 0)
        add_condition(composed, "kind = %s", value_text(filter->kind));
    if (filter->name.length > 0 && !add_beginning(composed, "name", filter->name))
        add_condition(composed, "name = %s", value_text(filter->name));
    if (filter->number.length > 0)
        add_condition(composed, listing->by_number, value_text(filter->number));
    if (filter->state.length > 0)
        add_condition(composed, listing->by_state, value_text(filter->state));
    if (filter->line.length > 0)
        add_condition(composed, "line = %s", value_text(arena_lower(arena, filter->line)));
    if (filter->since_us > 0)
        add_condition(composed, arena_format(arena, "%s >= %%s AND %s >= %%s", listing->time, listing->received).at,
                      value_number(filter->since_us));
}

struct giving {
    void (*each)(void *context, const struct store_row *row);
    void *context;
};

static void give(void *context, const struct value *columns)
{
    const struct giving *giving = context;
    struct store_row row = row_of_columns(columns);
    giving->each(giving->context, &row);
}

int rows_list(struct store *store, void *database, bool current, const struct store_filter *filter, bool streamed,
              void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    const struct listing *listing = &listings[current][store->engine->dialect];
    struct arena *arena = arena_new();
    struct composed composed = { .sql = buffer_in(arena) };
    struct giving giving = { each, context };
    if (streamed)
        buffer_format(&composed.sql, "SELECT %s FROM %s", listing->columns, listing->table);
    else
        buffer_format(&composed.sql, "SELECT * FROM (SELECT %s, %s AS received_, %s AS tie_ FROM %s", listing->columns,
                      listing->received, listing->tie, listing->table);
    add_conditions(&composed, store, current, filter);
    if (streamed)
        buffer_format(&composed.sql, " ORDER BY %s", listing->order);
    else if (filter->limit > 0) /* the last so many are found from the end, and turned round */
        buffer_format(&composed.sql, " ORDER BY %s LIMIT %ld) AS listed ORDER BY received_, tie_", listing->reverse,
                      filter->limit);
    else
        buffer_format(&composed.sql, ") AS listed ORDER BY received_, tie_");
    int failed = store->engine->ask(database, buffer_text(&composed.sql).at, composed.count, composed.values, give,
                                    &giving, error);
    arena_free(arena);
    return failed;
}

/* --- for all --- */

struct listing_wish {
    bool current;
    const struct store_filter *filter;
    struct giving giving;
};

static int list(struct store *store, void *database, void *context, struct error *error)
{
    const struct listing_wish *wish = context;
    return rows_list(store, database, wish->current, wish->filter, false, wish->giving.each, wish->giving.context,
                     error);
}

int store_list_events(struct store *store, const struct store_filter *filter,
                      void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    struct listing_wish wish = { false, filter, { each, context } };
    return store_transact(store, ENGINE_READ, READ_PATIENCE_MS, list, &wish, error);
}

int store_list_current(struct store *store, const struct store_filter *filter,
                       void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    struct listing_wish wish = { true, filter, { each, context } };
    return store_transact(store, ENGINE_READ, READ_PATIENCE_MS, list, &wish, error);
}

struct related_wish {
    struct value sid;
    struct giving giving;
};

static int list_related(struct store *store, void *database, void *context, struct error *error)
{
    struct related_wish *wish = context;
    return store->engine->query(database, STATEMENT_FIND_RELATED, &wish->sid, give, &wish->giving, error);
}

int store_list_related(struct store *store, struct str sid, void (*each)(void *context, const struct store_row *row),
                       void *context, struct error *error)
{
    struct related_wish wish = { value_text(sid), { each, context } };
    return store_transact(store, ENGINE_READ, READ_PATIENCE_MS, list_related, &wish, error);
}

struct finding {
    struct value key[3];
    struct arena *arena;
    struct event *event;
    int found;
};

static void take_event(void *context, const struct value *columns)
{
    struct finding *finding = context;
    struct store_row row = row_of_columns(columns);
    *finding->event = event_copy(finding->arena, &row.event);
    finding->found = 1;
}

static int find(struct store *store, void *database, void *context, struct error *error)
{
    struct finding *finding = context;
    return store->engine->query(database, STATEMENT_FIND_EVENT, finding->key, take_event, finding, error);
}

int store_find_event(struct store *store, struct arena *arena, struct str sid, struct str kind, struct str mark,
                     struct event *event, struct error *error)
{
    struct finding finding = { { value_text(sid), value_text(kind), value_text(mark) }, arena, event, 0 };
    return store_transact(store, ENGINE_READ, READ_PATIENCE_MS, find, &finding, error) != 0 ? -1 : finding.found;
}
