/* hookswitch events: what the store holds. */
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buffer.h"
#include "cli/command.h"
#include "config/value.h"
#include "cxml/cxml.h"
#include "host/kinds.h"
#include "host/options.h"
#include "service/service.h"
#include "store/store.h"

enum { LIMIT_DEFAULT = 50 };

struct wish {
    const char *config;
    bool current;
    void (*print)(void *context, const struct store_row *row);
    void (*print_head)(bool current);
    struct store_filter filter;
    struct arena *arena;
    bool last_given;
    size_t rows;
};

/* --- pieces --- */

static struct text stamp(struct arena *arena, int64_t us)
{
    char text[40];
    struct tm utc;
    time_t seconds = (time_t)(us / 1000000);
    gmtime_r(&seconds, &utc);
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    return arena_format(arena, "%.*s.%03dZ", (int)length, text, (int)(us / 1000 % 1000));
}

/* What a person may see of it: a callback can hold anything, a terminal's control characters too. */
static struct text shown(struct arena *arena, struct text text)
{
    struct text clean = arena_copy(arena, cxml_clean(arena, text));
    char *bytes = (char *)(uintptr_t)clean.at;
    for (size_t i = 0; i < clean.length; i++)
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7F)
            bytes[i] = '?';
    for (size_t i = 0; i + 1 < clean.length; i++) /* C1 controls, U+0080 to U+009F */
        if ((unsigned char)bytes[i] == 0xC2 && (unsigned char)bytes[i + 1] < 0xA0)
            bytes[i] = bytes[i + 1] = '?';
    return clean;
}

static struct form parameters_of(struct arena *arena, const struct event *event)
{
    struct form_limits limits = { 1000000, (size_t)-1 };
    struct form form;
    struct error ignored;
    if (text_starts(text_trim(event->parameters), TEXT("{")) ||
        form_parse(arena, event->parameters, &limits, &form, &ignored) != 0)
        return (struct form){ NULL, 0 };
    return form;
}

/* --- a table for people --- */

static void print_head_plain(bool current)
{
    printf("%-24s  %-24s  %-36s  %-14s  %-16s  %-16s  %s\n", "RECEIVED", "EVENT", "SID", "LINE", "FROM", "TO",
           current ? "STATE" : "DETAILS");
}

static void print_plain(void *context, const struct store_row *row)
{
    static const char *const details[] = {
        "Digits",       "SpeechResult", "DialCallStatus", "CallDuration", "RecordingDuration",
        "RecordingUrl", "Body",         "NumPages",       "ErrorCode",    "TranscriptionText"
    };
    const struct wish *wish = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    struct form form = parameters_of(arena, event);
    printf("%-24s  %-24.*s  %-36.*s  %-14.*s  %-16.*s  %-16.*s  ", stamp(arena, event->received_us).at,
           TEXT_ARGS(event->name), TEXT_ARGS(event->sid), TEXT_ARGS(shown(arena, event->line)),
           TEXT_ARGS(shown(arena, event->from)), TEXT_ARGS(shown(arena, event->to)));
    if (wish->current)
        printf("%.*s", TEXT_ARGS(event->state));
    const char *separator = "";
    for (size_t i = 0; !wish->current && i < sizeof details / sizeof *details; i++) {
        struct text value = form_value(&form, details[i]);
        if (value.length == 0)
            continue;
        printf("%s%s=%.*s", separator, details[i], TEXT_ARGS(shown(arena, text_front(value, 60))));
        separator = " ";
    }
    putchar('\n');
    arena_free(arena);
}

/* --- JSON lines --- */

static json_t *json_text(struct arena *arena, struct text text)
{
    struct text clean = cxml_clean(arena, text);
    return json_stringn(clean.length == 0 ? "" : clean.at, clean.length);
}

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
        struct text value;
    } members[] = { { wish->current ? "updated" : "received", stamp(arena, event->received_us) },
                    { "event", event->name },
                    { "kind", event->kind },
                    { "sid", event->sid },
                    { "state", event->state },
                    { "line", event->line },
                    { "from", event->from },
                    { "to", event->to },
                    { "parent_sid", event->parent_sid } };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_set_new(object, members[i].name, json_text(arena, members[i].value));
    if (event->sequence >= 0)
        json_object_set_new(object, "sequence", json_integer(event->sequence));
    if (wish->current)
        json_object_set_new(object, "first", json_text(arena, stamp(arena, row->first_us)));
    else
        json_object_set_new(object, "parameters", json_parameters(arena, event));
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
    arena_free(arena);
}

/* --- CSV (RFC 4180) --- */

/* A field that a spreadsheet would take for a formula is kept from being one by an apostrophe; numbers stay numbers. */
static void print_csv_field(struct text text, bool last)
{
    struct text digits = text_from(text, 1);
    unsigned long ignored;
    bool number = text_starts(text, TEXT("+")) && text_to_number(digits, 999999999999999UL, &ignored);
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

static void print_head_csv(bool current)
{
    printf("%s,event,kind,sid,state,sequence,line,from,to,parent_sid%s\r\n", current ? "updated" : "received",
           current ? ",first" : ",parameters");
}

static void print_csv(void *context, const struct store_row *row)
{
    const struct wish *wish = context;
    const struct event *event = &row->event;
    struct arena *arena = arena_new();
    struct text sequence = event->sequence < 0 ? TEXT("") : arena_format(arena, "%ld", event->sequence);
    struct text last = wish->current ? stamp(arena, row->first_us) : event->parameters;
    const struct text fields[] = { stamp(arena, event->received_us),
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

static void print_no_head(bool current)
{
    (void)current;
}

/* --- the command --- */

/* 2h ago, or 2026-01-05, or 2026-01-05T15:04:05 (UTC) */
static bool read_since(const char *word, int64_t *since_us)
{
    static const char *const formats[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d" };
    long seconds;
    if (value_duration(text_of(word), &seconds)) {
        *since_us = ((int64_t)time(NULL) - seconds) * 1000000;
        return true;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm utc = { .tm_isdst = 0 };
        const char *end = strptime(word, formats[i], &utc);
        if (end != NULL && (*end == '\0' || strcmp(end, "Z") == 0)) {
            *since_us = (int64_t)timegm(&utc) * 1000000;
            return true;
        }
    }
    return false;
}

static void print_row(void *context, const struct store_row *row)
{
    struct wish *wish = context;
    if (wish->rows++ == 0)
        wish->print_head(wish->current);
    wish->print(wish, row);
}

static int show(struct wish *wish, struct error *error)
{
    struct service *service = service_read(options_config_path(wish->config), all_kinds, false);
    const struct settings *settings = service_settings(service);
    struct store *store = NULL;
    int failed = -1;
    if (settings == NULL)
        error_set(error, "%s", complaint_line(wish->arena, service_complaints(service)->first).at);
    else if (settings->store.length == 0)
        error_set(error, "%s names no store", options_config_path(wish->config));
    else
        store = store_open(arena_copy(wish->arena, settings->store).at, STORE_PRESENT, NULL, error);
    if (store != NULL) {
        failed = wish->current ? store_list_current(store, &wish->filter, print_row, wish, error)
                               : store_list_events(store, &wish->filter, print_row, wish, error);
        if (!failed && wish->rows == 0)
            wish->print_head(wish->current);
    }
    store_close(store);
    service_release(service);
    return failed;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' },
        { "sid", required_argument, NULL, 's' },
        { "kind", required_argument, NULL, 'k' },
        { "since", required_argument, NULL, 'f' },
        { "last", required_argument, NULL, 'n' },
        { "current", no_argument, NULL, 'r' },
        { "json", no_argument, NULL, 'j' },
        { "csv", no_argument, NULL, 'v' },
        { NULL, 0, NULL, 0 },
    };
    struct wish wish = { .print = print_plain, .print_head = print_head_plain, .filter.limit = LIMIT_DEFAULT };
    struct error why;
    unsigned long limit;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            wish.config = optarg;
            break;
        case 's':
            wish.filter.sid = text_of(optarg);
            break;
        case 'k':
            wish.filter.kind = text_of(optarg);
            break;
        case 'f':
            if (!read_since(optarg, &wish.filter.since_us))
                return command_usage(&events_command,
                                     "--since %s: expected such as 2h, 2026-01-05, 2026-01-05T15:04:05", optarg);
            break;
        case 'n':
            if (!text_to_number(text_of(optarg), 1000000000UL, &limit))
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
        default:
            return command_usage(&events_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        }
    }
    if (optind < argc)
        return command_usage(&events_command, "%s: no argument is expected here", argv[optind]);
    if (!wish.last_given && (wish.print != print_plain || wish.filter.sid.length > 0 || wish.filter.since_us > 0))
        wish.filter.limit = 0; /* who asks for something in particular gets all of it */
    wish.arena = arena_new();
    int failed = show(&wish, &why);
    if (failed)
        fprintf(stderr, "hookswitch events: %s\n", why.sentence);
    arena_free(wish.arena);
    return failed ? COMMAND_FAILED : COMMAND_OK;
}

const struct command events_command = {
    "events",
    "[--sid SID] [--kind KIND] [--since TIME] [--last N] [--current] [--json | --csv]",
    "shows the events that are kept, or the current state of each call and message",
    "  --sid SID      of one call, message, recording, fax ...\n"
    "  --kind KIND    call, message, recording, transcription, fax, conference, queue,\n"
    "                 stream, other\n"
    "  --since TIME   2h (ago), 2026-01-05, 2026-01-05T15:04:05 (UTC)\n"
    "  --last N       the newest N (default 50 in the table, else all); 0: all\n"
    "  --current      one row a call, message, recording: where it stands now\n"
    "  --json         one JSON object a line, all parameters included\n"
    "  --csv          comma-separated values with a header (RFC 4180)\n"
    "  --config FILE  the configuration that names the store\n\n"
    "Exit status: 0 shown, 1 the store cannot be read, 64 usage.\n",
    run,
};
