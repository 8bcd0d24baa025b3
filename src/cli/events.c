/* hookswitch events: what the store holds. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/filter.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cxml/cxml.h"
#include "work/event_json.h"

enum { LIMIT_DEFAULT = 50 };

struct wish {
    const char *config;
    bool current;
    void (*print)(void *context, const struct store_row *row);
    void (*print_head)(struct wish *wish);
    struct store_filter filter;
    struct arena *arena;
    bool last_given;
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

static void print_head_plain(struct wish *wish)
{
    static const struct table_column events[] = { TABLE("DETAILS") }, current[] = { TABLE("STATE") };
    wish->table = table_of(wish->current ? current : events);
    table_print_titles(&wish->table);
}

/* What of its parameters a person looks for. */
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
    const struct wish *wish = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    struct str cells[] = { terminal_time(arena, wish->zone, event->received_us),
                           event->name,
                           event->sid,
                           event->line,
                           event->from,
                           event->to,
                           wish->current ? event->state : details_of(arena, event) };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        cells[i] = terminal_safe(arena, cells[i]);
    table_print(&wish->table, cells);
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
    const struct wish *wish = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    const struct {
        const char *name;
        struct str value;
    } members[] = { { wish->current ? "updated" : "received", json_stamp(arena, event->received_us) },
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
    if (wish->current)
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

static void print_head_csv(struct wish *wish)
{
    bool current = wish->current;
    printf("%s,event,kind,sid,state,sequence,line,from,to,parent_sid%s\r\n", current ? "updated" : "received",
           current ? ",first" : ",parameters");
}

static void print_csv(void *context, const struct store_row *row)
{
    const struct wish *wish = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    struct str sequence = event->sequence < 0 ? STR("") : arena_format(arena, "%ld", event->sequence);
    struct str last = wish->current ? json_stamp(arena, row->first_us) : event->parameters;
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
        print_csv_field(cxml_clean(arena, fields[i]), false);
    print_csv_field(cxml_clean(arena, last), true);
    arena_free(arena);
}

static void print_no_head(struct wish *wish)
{
    (void)wish;
}

/* --- the command --- */

static void print_row(void *context, const struct store_row *row)
{
    struct wish *wish = context;
    if (wish->rows++ == 0)
        wish->print_head(wish);
    wish->print(wish, row);
}

/* --- the list --- */

static int list(struct store *store, struct wish *wish, struct error *error)
{
    return wish->current ? store_list_current(store, &wish->filter, print_row, wish, error)
                         : store_list_events(store, &wish->filter, print_row, wish, error);
}

static int show(struct wish *wish)
{
    struct context context;
    struct error why;
    int failed = context_open(&context, wish->config, STORE_EXISTING, &why);
    wish->zone = failed ? NULL : context.settings->timezone;
    if (!failed)
        failed = list(context.store, wish, &why);
    if (!failed && wish->rows == 0 && wish->filter.sid.length >= FILTER_SID_LEAST) { /* as a narrow table shortens it */
        wish->filter.sid = ARENA_JOIN(wish->arena, wish->filter.sid, STR("*"));
        failed = list(context.store, wish, &why);
    }
    int status = failed ? COMMAND_FAILED : COMMAND_OK;
    if (!failed && wish->rows == 0) /* what the store has is shown, whatever its name */
        status = filter_check(&events_command, &wish->filter, wish->config);
    if (failed)
        fprintf(stderr, "hookswitch events: %s\n", why.sentence);
    else if (status == COMMAND_OK && wish->rows == 0)
        wish->print_head(wish);
    context_close(&context);
    return status;
}

/* The word may stand behind options; it is taken out then. */
static bool takes_prune(int argc, char **argv, const struct option *known)
{
    while (getopt_long(argc, argv, "+", known, NULL) != -1)
        continue;
    int at = optind;
    optind = 0; /* from the start again */
    if (at >= argc || strcmp(argv[at], "prune") != 0)
        return false;
    for (; at < argc; at++)
        argv[at] = argv[at + 1];
    return true;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "sid", required_argument, NULL, 's' },
        { "kind", required_argument, NULL, 'k' },
        { "event", required_argument, NULL, 'e' },
        { "number", required_argument, NULL, 'm' },
        { "state", required_argument, NULL, 't' },
        { "line", required_argument, NULL, 'l' },
        { "since", required_argument, NULL, 'f' },
        { "last", required_argument, NULL, 'n' },
        { "current", no_argument, NULL, 'r' },
        { "json", no_argument, NULL, 'j' },
        { "csv", no_argument, NULL, 'v' },
        { "before", required_argument, NULL, 'b' },
        { "dry-run", no_argument, NULL, 'd' },
        { NULL, 0, NULL, 0 },
    };
    struct wish wish = { .print = print_plain, .print_head = print_head_plain, .filter.limit = LIMIT_DEFAULT };
    unsigned long limit;
    int option;
    opterr = 0;
    if (takes_prune(argc, argv, known))
        return events_prune(argc - 1, argv);
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            wish.config = optarg;
            break;
        case 's':
            wish.filter.sid = str_of(optarg);
            break;
        case 'k':
            wish.filter.kind = str_of(optarg);
            if (filter_check_kind(&events_command, optarg) != COMMAND_OK)
                return COMMAND_USAGE;
            break;
        case 'e':
            wish.filter.name = str_of(optarg);
            break;
        case 'm':
            wish.filter.number = str_of(optarg);
            break;
        case 't':
            wish.filter.state = str_of(optarg);
            break;
        case 'l':
            wish.filter.line = str_of(optarg);
            break;
        case 'f':
            if (!context_time(optarg, &wish.filter.since_us))
                return command_usage(&events_command,
                                     "--since %s: expected such as 2h, 2026-01-05, 2026-01-05T15:04:05", optarg);
            break;
        case 'n':
            if (!str_to_number(str_of(optarg), 1000000000UL, &limit))
                return command_usage(&events_command, "--last %s: expected a number; 0 for all", optarg);
            wish.filter.limit = (long)limit;
            wish.last_given = true;
            break;
        case 'r':
            wish.current = true;
            break;
        case 'j':
            wish.print = print_json;
            wish.print_head = print_no_head;
            break;
        case 'v':
            wish.print = print_csv;
            wish.print_head = print_head_csv;
            break;
        case 'b':
        case 'd':
            return command_usage(&events_command, "--before and --dry-run belong to 'events prune'");
        default:
            return command_usage(&events_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        }
    }
    if (optind < argc)
        return command_usage(&events_command, "%s: no argument is expected here", argv[optind]);
    if (!wish.last_given && (wish.print != print_plain || wish.filter.sid.length > 0 || wish.filter.since_us > 0))
        wish.filter.limit = 0; /* who asks for something in particular gets all of it */
    wish.arena = arena_new();
    int status = show(&wish);
    arena_free(wish.arena);
    return status;
}

const struct command events_command = {
    "events",
    "[--sid SID] [--kind KIND] [--event NAME] [--number N] [--state STATE] [--line LINE]\n"
    "      [--since TIME] [--last N] [--current] [--json | --csv]\n"
    "      prune [--kind KIND] [--before TIME] [--dry-run]",
    "shows the events that are kept, or the current state of each call and message",
    "  --sid SID      of one call, message, recording, fax ...; its first characters will do,\n"
    "                 at least four\n"
    "  --kind KIND    call, message, recording, transcription, fax, conference, queue,\n"
    "                 stream, other\n"
    "  --event NAME   call.completed, voicemail.received, message.*\n"
    "  --number N     of calls and messages from or to a number, as +15551230001\n"
    "  --state STATE  completed, failed, undelivered ...\n"
    "  --line LINE    of a line of the configuration\n"
    "  --since TIME   2h (ago), 2026-01-05, 2026-01-05T15:04:05 (UTC)\n"
    "  --last N       the newest N (default 50 in the table, else all); 0: all\n"
    "  --current      one row a call, message, recording: where it stands now\n"
    "  --json         one JSON object a line, all parameters included, times in UTC\n"
    "  --csv          comma-separated values with a header (RFC 4180), times in UTC\n"
    "  --config FILE  the configuration that names the store\n\n"
    "On a terminal the table is as wide as that is, and times are local: by TZ, or by the\n"
    "timezone of the configuration.\n\n"
    "hookswitch events prune removes what has passed the keep_days of the configuration, or\n"
    "what is older than --before TIME; --dry-run only counts. It asks nothing: 'hookswitch\n"
    "store backup' first.\n\n"
    "Exit status: 0 shown, 1 the store cannot be read, 64 usage, or a filter names no kind,\n"
    "event, state or line that there is, or no number.\n",
    run,
};
