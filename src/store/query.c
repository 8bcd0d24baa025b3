#include "store/core.h"

enum { READ_PATIENCE_MS = 30000, CONDITIONS_MAX = 10 };

/* As listed by every statement that gives events: the columns of event, and first_us. Texts are borrowed. */
static struct store_row row_of_columns(const struct value *columns)
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

/* --- lists --- */

/* How events, and current rows, are read. */
static const struct listing {
    const char *columns, *table;
    const char *received, *tie; /* the order in which people read them */
    const char *by_number, *by_state;
} listings[] = {
    { EVENT_COLUMNS ", 0", "event", "received_us", "id",
      "sid IN (SELECT sid FROM current WHERE from_number = %s UNION SELECT sid FROM current WHERE to_number = %s)",
      "sid IN (SELECT sid FROM current WHERE state = %s) AND state = %s" },
    { "sid, kind, '', name, state, rank, sequence, line, from_number, to_number, parent_sid, updated_us, '', '', '',"
      " first_us",
      "current", "updated_us", "sid", "(from_number = %s OR to_number = %s)", "state = %s" },
};

/* The order that the tables have: by it an index finds the newest, and those since a time. */
static const struct table_order {
    const char *time, *reverse;
} table_orders[2][DIALECTS] = {
    { { "id", "id DESC" }, { "received_us", "received_us DESC, sid DESC, mark DESC" } },
    { { "updated_us", "updated_us DESC, sid DESC" }, { "updated_us", "updated_us DESC, sid DESC" } },
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
    const struct listing *listing = &listings[current];
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
        add_condition(composed,
                      arena_format(arena, "%s >= %%s AND %s >= %%s", table_orders[current][store->engine->dialect].time,
                                   listing->received)
                          .at,
                      value_number(filter->since_us));
}

struct list_request {
    const struct store_filter *filter;
    bool current;
    void (*each)(void *context, const struct store_row *row);
    void *context;
};

static void give(void *context, const struct value *columns)
{
    const struct list_request *request = context;
    struct store_row row = row_of_columns(columns);
    request->each(request->context, &row);
}

static int list(struct store *store, void *database, void *context, struct error *error)
{
    const struct list_request *request = context;
    const struct listing *listing = &listings[request->current];
    struct arena *arena = arena_new();
    struct composed composed = { .sql = buffer_in(arena) };
    buffer_format(&composed.sql, "SELECT * FROM (SELECT %s, %s AS received_, %s AS tie_ FROM %s", listing->columns,
                  listing->received, store->engine->dialect == DIALECT_SQLITE ? listing->tie : "sid", listing->table);
    add_conditions(&composed, store, request->current, request->filter);
    if (request->filter->limit > 0) /* the last so many are found from the end, and turned round */
        buffer_format(&composed.sql, " ORDER BY %s LIMIT %ld",
                      table_orders[request->current][store->engine->dialect].reverse, request->filter->limit);
    buffer_format(&composed.sql, ") AS listed ORDER BY received_, tie_");
    int failed = store->engine->query_sql(database, buffer_text(&composed.sql).at, composed.count, composed.values,
                                          give, context, error);
    arena_free(arena);
    return failed;
}

int store_list_events(struct store *store, const struct store_filter *filter,
                      void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    struct list_request request = { filter, false, each, context };
    return store_transact(store, ENGINE_READ, READ_PATIENCE_MS, list, &request, error);
}

int store_list_current(struct store *store, const struct store_filter *filter,
                       void (*each)(void *context, const struct store_row *row), void *context, struct error *error)
{
    struct list_request request = { filter, true, each, context };
    return store_transact(store, ENGINE_READ, READ_PATIENCE_MS, list, &request, error);
}

int store_list_related(struct store *store, struct str sid, void (*each)(void *context, const struct store_row *row),
                       void *context, struct error *error)
{
    struct value value = value_text(sid);
    struct list_request request = { NULL, false, each, context };
    return store_query(store, STATEMENT_FIND_RELATED, &value, READ_PATIENCE_MS, give, &request, error);
}

struct found_event {
    struct arena *arena;
    struct event *event;
    int count;
};

static void copy_found(void *context, const struct value *columns)
{
    struct found_event *found = context;
    struct store_row row = row_of_columns(columns);
    *found->event = event_copy(found->arena, &row.event);
    found->count = 1;
}

int store_find_event(struct store *store, struct arena *arena, struct str sid, struct str kind, struct str dedup_key,
                     struct event *event, struct error *error)
{
    const struct value key[] = { value_text(sid), value_text(kind), value_text(dedup_key) };
    struct found_event found = { arena, event, 0 };
    return store_query(store, STATEMENT_FIND_EVENT, key, READ_PATIENCE_MS, copy_found, &found, error) != 0
               ? -1
               : found.count;
}
