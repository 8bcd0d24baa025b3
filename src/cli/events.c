/* hookswitch events: lists what the store holds. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "work/event_json.h"

struct events_options {
    const char *config, *sid, *kind, *name, *number, *state, *line;
    int64_t since_us;
    const char *last;
    bool current, json, csv;
};

struct listing {
    bool current;
    void (*print)(void *context, const struct store_row *row);
    void (*print_head)(struct listing *listing);
    struct store_filter filter;
    size_t rows;
    struct table table;
    const struct zone *zone;
};

/* --- pieces --- */

static struct form parameters_of(struct arena *arena, const struct event *event)
{
    struct form_limits limits = { 1000000, (size_t)-1 };
    struct form form;
    struct error ignored;
    if (str_starts(str_trim(event->parameters), STR("{")) ||
        form_parse(arena, event->parameters, &limits, &form, &ignored) != 0)
        return (struct form){ NULL, 0 };
    return form;
}

/* --- a table for people --- */

#define TABLE(last)                                                                                                    \
    { "RECEIVED", 24, 19, 14, 6, TABLE_TIME }, { "EVENT", 24, 23, 14, 7, TABLE_WORDS },                                \
        { "SID", 36, 36, 8, 2, TABLE_ID }, { "LINE", 14, 14, 10, 1, TABLE_WORDS },                                     \
        { "FROM", 16, 16, 12, 5, TABLE_WORDS }, { "TO", 16, 16, 12, 4, TABLE_WORDS },                                  \
        { last, 0, 24, 10, 3, TABLE_WORDS },                                                                           \
    {                                                                                                                  \
        NULL, 0, 0, 0, 0, TABLE_WORDS                                                                                  \
    }

static void print_head_plain(struct listing *listing)
{
    static const struct table_column events[] = { TABLE("DETAILS") }, current[] = { TABLE("STATE") };
    listing->table = table_of(listing->current ? current : events);
    table_print_titles(&listing->table);
}

/* The parameters that the table shows. */
static struct str details_of(struct arena *arena, const struct event *event)
{
    static const char *const names[] = {
        "Digits",       "SpeechResult", "DialCallStatus", "CallDuration", "RecordingDuration",
        "RecordingUrl", "Body",         "NumPages",       "ErrorCode",    "TranscriptionText"
    };
    struct form form = parameters_of(arena, event);
    struct buffer details = buffer_in(arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str value = form_value(&form, names[i]);
        if (value.length > 0)
            buffer_format(&details, "%s%s=%.*s", details.length > 0 ? " " : "", names[i],
                          STR_ARGS(str_prefix(value, 60)));
    }
    return buffer_text(&details);
}

static void print_plain(void *context, const struct store_row *row)
{
    const struct listing *listing = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    struct str cells[] = { terminal_time(arena, listing->zone, event->received_us),
                           event->name,
                           event->sid,
                           event->line,
                           event->from,
                           event->to,
                           listing->current ? event->state : details_of(arena, event) };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        cells[i] = terminal_safe(arena, cells[i]);
    table_print(&listing->table, cells);
    arena_free(arena);
}

/* --- JSON lines --- */

static json_t *json_parameters(struct arena *arena, const struct event *event)
{
    struct form form = parameters_of(arena, event);
    json_t *list = json_array(), *pair;
    for (size_t i = 0; i < form.count; i++) {
        pair = json_array();
        json_array_append_new(pair, json_text(arena, form.at[i].name));
        json_array_append_new(pair, json_text(arena, form.at[i].value));
        json_array_append_new(list, pair);
    }
    return list;
}

static void print_json(void *context, const struct store_row *row)
{
    const struct listing *listing = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    const struct {
        const char *name;
        struct str value;
    } members[] = { { listing->current ? "updated" : "received", json_stamp(arena, event->received_us) },
                    { "event", event->name },
                    { "kind", event->kind },
                    { "sid", event->sid },
                    { "state", event->state },
                    { "line", event->line },
                    { "from", event->from },
                    { "to", event->to },
                    { "parent_sid", event->parent_sid },
                    { "origin", event->origin },
                    { "answer", event->answer } };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (i < 9 || members[i].value.length > 0)
            json_object_set_new(object, members[i].name, json_text(arena, members[i].value));
    if (event->sequence >= 0)
        json_object_set_new(object, "sequence", json_integer(event->sequence));
    if (listing->current)
        json_object_set_new(object, "first", json_text(arena, json_stamp(arena, row->first_us)));
    else
        json_object_set_new(object, "parameters", json_parameters(arena, event));
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
    arena_free(arena);
}

/* --- CSV (RFC 4180) --- */

/* A field that a spreadsheet would take for a formula is kept from being one by an apostrophe; numbers stay numbers. */
static void print_csv_field(struct str text, bool last)
{
    struct str digits = str_from(text, 1);
    bool number = str_starts(text, STR("+")) && str_is_digits(digits);
    putchar('"');
    if (text.length > 0 && strchr("=+-@\t\r", text.at[0]) != NULL && text.at[0] != '\0' && !number)
        putchar('\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '"')
            putchar('"');
        putchar(text.at[i]);
    }
    fputs(last ? "\"\r\n" : "\",", stdout);
}

static void print_head_csv(struct listing *listing)
{
    bool current = listing->current;
    printf("%s,event,kind,sid,state,sequence,line,from,to,parent_sid%s\r\n", current ? "updated" : "received",
           current ? ",first" : ",parameters");
}

static void print_csv(void *context, const struct store_row *row)
{
    const struct listing *listing = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    struct str sequence = event->sequence < 0 ? STR("") : arena_format(arena, "%ld", event->sequence);
    struct str last = listing->current ? json_stamp(arena, row->first_us) : event->parameters;
    const struct str fields[] = { json_stamp(arena, event->received_us),
                                  event->name,
                                  event->kind,
                                  event->sid,
                                  event->state,
                                  sequence,
                                  event->line,
                                  event->from,
                                  event->to,
                                  event->parent_sid };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        print_csv_field(utf8_clean(arena, fields[i]), false);
    print_csv_field(utf8_clean(arena, last), true);
    arena_free(arena);
}

static void print_no_head(struct listing *listing)
{
    (void)listing;
}

/* --- the list --- */

static void print_row(void *context, const struct store_row *row)
{
    struct listing *listing = context;
    if (listing->rows++ == 0)
        listing->print_head(listing);
    listing->print(listing, row);
}

static int list(struct store *store, struct listing *listing, struct error *error)
{
    return listing->current ? store_list_current(store, &listing->filter, print_row, listing, error)
                            : store_list_events(store, &listing->filter, print_row, listing, error);
}

/* The table shows 50 events, unless options ask for particular ones. */
static int read_limit(const struct events_options *options, long *limit)
{
    bool particular = options->json || options->csv || options->sid != NULL || options->since_us != 0;
    unsigned long number = particular ? 0 : 50;
    if (options->last != NULL && !str_to_number(str_of(options->last), 1000000000UL, &number))
        return -1;
    *limit = (long)number;
    return 0;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct events_options *options = values;
    struct listing listing = { .current = options->current,
                               .print = options->json  ? print_json
                                        : options->csv ? print_csv
                                                       : print_plain,
                               .print_head = options->json  ? print_no_head
                                             : options->csv ? print_head_csv
                                                            : print_head_plain,
                               .filter = { .sid = str_of(options->sid),
                                           .kind = str_of(options->kind),
                                           .name = str_of(options->name),
                                           .number = str_of(options->number),
                                           .state = str_of(options->state),
                                           .line = str_of(options->line),
                                           .since_us = options->since_us } };
    struct str sid = listing.filter.sid;
    if (read_limit(options, &listing.filter.limit) != 0)
        return command_fail(COMMAND_USAGE, error, "--last %s: expected a number; 0 for all", options->last);
    int status = context_open_store(context, STORE_EXISTING, error);
    if (status != 0)
        return status;
    listing.zone = context->settings->timezone;
    status = list(context->store, &listing, error);
    if (status == 0 && listing.rows == 0 && sid.length >= FILTER_SID_LEAST) { /* as a narrow table shortens it */
        listing.filter.sid = ARENA_JOIN(context->arena, sid, STR("*"));
        status = list(context->store, &listing, error);
    }
    if (status != 0 || listing.rows > 0)
        return status;
    if (filter_check(context, &listing.filter, error) != 0)
        return COMMAND_USAGE;
    listing.print_head(&listing);
    return COMMAND_OK;
}

static const struct argument arguments[] = {
    { ARGUMENT(TEXT, events_options, sid), "--sid", "SID",
      .help = "Only events of this call, message, recording or fax; the first four or more characters are enough" },
    { ARGUMENT(KIND, events_options, kind), "--kind", "KIND", .help = "Only events of this kind" },
    { ARGUMENT(EVENT, events_options, name), "--event", "NAME",
      .help = "Only events of this name: call.completed, voicemail.received, message.*" },
    { ARGUMENT(TEXT, events_options, number), "--number", "N",
      .help = "Only events from or to this number, such as +15551230001" },
    { ARGUMENT(STATE, events_options, state), "--state", "STATE",
      .help = "Only events with this state: completed, failed, undelivered ..." },
    { ARGUMENT(LINE, events_options, line), "--line", "LINE", .help = "Only events of this line" },
    { ARGUMENT(TIME, events_options, since_us), "--since", "TIME",
      .help = "Only events since 2h (ago), 2026-01-05, 2026-01-05T15:04:05 (UTC)" },
    { ARGUMENT(TEXT, events_options, last), "--last", "N",
      .help = "List the newest N; 0: all. Default: 50 in the table, else all" },
    { ARGUMENT(FLAG, events_options, current), "--current", NULL,
      .help = "Print one row a call, message, recording: its current state" },
    { ARGUMENT(FLAG, events_options, json), "--json", NULL, .help = "Print JSON lines, with all parameters, in UTC" },
    { ARGUMENT(FLAG, events_options, csv), "--csv", NULL,
      .help = "Print comma-separated values with a header (RFC 4180), in UTC", .either = true },
    { .name = NULL },
};

const struct command events_command = {
    .name = "events",
    .summary = "List the stored events, or the current state of each call and message",
    .size = sizeof(struct events_options),
    .run = run,
    .arguments = arguments,
    .details = "On a terminal the table fits its width, and times are local: in TZ, or in the timezone of the "
               "configuration.\n"
               "Exit status: 0 listed; 1 the store cannot be read; 2 the configuration cannot be used; 64 wrong "
               "arguments, or a filter that names an unknown kind, event, state or line, or not a number.\n",
};
