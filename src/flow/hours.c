/* [hours NAME]: routes calls, messages and faxes by opening hours. */

#include <glib.h>
#include <stddef.h>
#include <time.h>

#include "flow/holidays.h"
#include "flow/kinds.h"

enum { DAY_MINUTES = 24 * 60, YEARLY = 10000 }; /* dates below are for every year */

struct closing {
    struct closing *next;
    long first, last; /* 20261225; 1225: every year */
};

struct hours {
    struct destination *open, *closed;
    struct closing *closings;
    struct str holidays_file;
    struct holidays holidays; /* read at start, except in a process of one request */
    struct week week;
    bool invalid; /* some time is invalid */
};

#define AT(member) offsetof(struct hours, member)

static const struct field fields[] = {
    { "open", FIELD_DESTINATION, AT(open), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "closed", FIELD_DESTINATION, AT(closed), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "holidays", FIELD_FILE, AT(holidays_file), 0, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

static void read_spans(struct config_reader *reader, struct section *section, const struct entry *entry, int first,
                       int last)
{
    struct hours *hours = section->keys;
    for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next) {
        struct span span = { NULL, 0, 0 };
        if (!week_read_span(word->text, &span)) {
            struct str meant = week_suggest_span(config_reader_arena(reader), word->text);
            config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not a span; %s%.*s",
                            STR_ARGS(str_prefix(word->text, 60)),
                            meant.length > 0 ? "write " : "expected for example 09:00-17:30", STR_ARGS(meant));
            hours->invalid = true;
            return;
        }
        if (week_add_span(&hours->week, config_reader_arena(reader), first, last, span))
            config_complain(reader, section, entry, COMPLAINT_WARNING,
                            "'%.*s' overlaps another span; make one of the two", STR_ARGS(word->text));
    }
}

static long day_of(int year, int month, int day)
{
    return year * 10000L + month * 100L + day;
}

/* MM-DD or YYYY-MM-DD; 0 for anything else. */
static long read_date(struct str text)
{
    unsigned long year = 0, month, day;
    bool yearly = text.length == 5;
    struct str rest = yearly ? text : str_from(text, 5);
    if (!yearly && (!str_to_number(str_upto(text, 4), 9999, &year) || year < 1970 || text.at[4] != '-'))
        return 0;
    if (rest.length != 5 || rest.at[2] != '-' || !str_to_number(str_upto(rest, 2), 12, &month) ||
        !str_to_number(str_from(rest, 3), 31, &day) ||
        !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)(yearly ? 2000 : year)))
        return 0;
    return day_of((int)year, (int)month, (int)day);
}

static void read_closed(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct hours *hours = section->keys;
    for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next) {
        struct closing *closing = ARENA_NEW(config_reader_arena(reader), struct closing);
        size_t dots = str_find(word->text, STR(".."));
        closing->first = closing->last = read_date(str_trim(str_upto(word->text, dots)));
        if (dots < word->text.length)
            closing->last = read_date(str_trim(str_from(word->text, dots + 2)));
        if (closing->first == 0 || closing->last == 0 || (closing->first < YEARLY) != (closing->last < YEARLY))
            config_complain(reader, section, entry, COMPLAINT_ERROR,
                            "'%.*s' is not a date; expected for example 12-25, 2026-11-26 or 2026-12-24..2026-12-31",
                            STR_ARGS(word->text));
        else if (closing->first >= YEARLY && closing->last < closing->first)
            config_complain(reader, section, entry, COMPLAINT_ERROR,
                            "'%.*s' ends before it begins; exchange the two dates", STR_ARGS(word->text));
        closing->next = hours->closings;
        hours->closings = closing;
    }
}

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    int first, last;
    if (str_is(entry->key, "closed_on"))
        read_closed(reader, section, entry);
    else if (week_read_days(entry->key, &first, &last))
        read_spans(reader, section, entry, first, last);
    else if (week_suggest_days(config_reader_arena(reader), entry->key).length > 0) {
        config_complain(reader, section, entry, COMPLAINT_ERROR, "write these days as %.*s",
                        STR_ARGS(week_suggest_days(config_reader_arena(reader), entry->key)));
        ((struct hours *)section->keys)->invalid = true;
    } else
        return false;
    return true;
}

static void check_holidays(struct config_reader *reader, struct section *section, struct hours *hours)
{
    struct error why;
    int64_t now = time(NULL);
    if (hours->holidays_file.length == 0)
        return;
    config_path(reader, section, hours->holidays_file);
    if (!config_loads_all(reader))
        return;
    if (holidays_read(config_reader_arena(reader), hours->holidays_file, now, &hours->holidays, &why) != 0)
        config_error(reader, section, "holidays: %s", why.sentence);
    else if (hours->holidays.count == 0)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "holidays: %.*s has no all-day event from now on; is it last year's?",
                        STR_ARGS(hours->holidays_file));
    if (hours->holidays.timed > 0)
        config_complain(reader, section, NULL, COMPLAINT_WARNING, "holidays: ignored %zu events that are not all-day",
                        hours->holidays.timed);
}

/* Past dates are likely a mistake. */
static void check_closed(struct config_reader *reader, struct section *section, const struct hours *hours)
{
    struct tm now;
    time_t seconds = time(NULL) - 86400; /* any zone */
    gmtime_r(&seconds, &now);
    long yesterday = day_of(now.tm_year + 1900, now.tm_mon + 1, now.tm_mday);
    for (const struct closing *closing = hours->closings; closing != NULL; closing = closing->next) {
        long last = closing->last, month = last / 100 % 100, day = last % 100;
        if (last >= YEARLY && last < yesterday)
            config_complain(
                reader, section, NULL, COMPLAINT_WARNING,
                "closed_on: %04ld-%02ld-%02ld is in the past; remove it, or write %02ld-%02ld for every year",
                last / 10000, month, day, month, day);
    }
}

static void check(struct config_reader *reader, struct section *section)
{
    struct hours *hours = section->keys;
    if (week_is_empty(&hours->week) && !hours->invalid)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "never open; expected spans such as mon-fri = 09:00-17:00");
    check_closed(reader, section, hours);
    check_holidays(reader, section, hours);
}

/* --- the time --- */

static bool is_closed(const struct hours *hours, long date)
{
    if (holidays_has(&hours->holidays, date))
        return true;
    for (const struct closing *closing = hours->closings; closing != NULL; closing = closing->next) {
        long at = closing->first < YEARLY ? date % 10000 : date;
        bool from = at >= closing->first, upto = at <= closing->last;
        if (closing->first <= closing->last ? from && upto : from || upto) /* every year from December into January */
            return true;
    }
    return false;
}

static long day_before(struct zone_time time)
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)time.day, (GDateMonth)time.month, (GDateYear)time.year);
    g_date_subtract_days(&date, 1);
    return day_of(g_date_get_year(&date), (int)g_date_get_month(&date), g_date_get_day(&date));
}

const struct week *hours_week(const void *keys)
{
    return &((const struct hours *)keys)->week;
}

bool hours_is_open(const void *keys, struct zone_time time)
{
    const struct hours *hours = keys;
    if (week_contains(&hours->week, time.weekday, time.minute) &&
        !is_closed(hours, day_of(time.year, time.month, time.day)))
        return true;
    /* A span that began yesterday continues, also into a closed day. */
    return week_contains(&hours->week, (time.weekday + 6) % 7, time.minute + DAY_MINUTES) &&
           !is_closed(hours, day_before(time));
}

struct str hours_kv_name(struct arena *arena, const struct section *section, const struct line *line)
{
    if (section->scope == 0)
        return ARENA_JOIN(arena, STR("hours "), section->name);
    return ARENA_JOIN(arena, STR("hours "), line->name, STR("/"), section->name);
}

/* A process of one request reads the holidays itself. */
static struct hours with_holidays(const struct session *session, const struct hours *hours)
{
    struct hours own = *hours;
    struct error why;
    if (own.holidays_file.length > 0 && own.holidays.days == NULL &&
        holidays_read(session->arena, own.holidays_file, session->context->now_us / 1000000, &own.holidays, &why) != 0)
        log_line(session->context->log, LOG_LEVEL_ERROR, "holidays: %s", why.sentence);
    return own;
}

bool hours_open_now(struct session *session, const struct section *section)
{
    struct str forced = session_kv_get(session, hours_kv_name(session->arena, section, session->line));
    if (str_is(forced, "open") || str_is(forced, "closed"))
        return str_is(forced, "open");
    struct hours own = with_holidays(session, section->keys);
    return hours_is_open(&own, session_time(session));
}

static const struct destination *choose(struct session *session, const void *keys)
{
    const struct hours *hours = keys;
    return hours_open_now(session, session->node) ? hours->open : hours->closed;
}

/* Hours used as a destination need both keys; hours that others only look up do not. */
static void validate(struct config_reader *reader, struct section *section)
{
    const struct hours *hours = section->keys;
    const char *missing = hours->open == NULL ? "open" : "closed";
    if (section->is_target && (hours->open == NULL || hours->closed == NULL) && !config_is_misspelt(section, missing))
        config_error(reader, section, "the key '%s' is missing", missing);
}

static const struct node_behaviour behaviour = { .choose = choose };

const struct section_kind hours_kind = { .name = "hours",
                                         .class = SECTION_NODE,
                                         .is_router = true,
                                         .size = sizeof(struct hours),
                                         .fields = fields,
                                         .entry = read_entry,
                                         .finish = check,
                                         .validate = validate,
                                         .behaviour = &behaviour };
