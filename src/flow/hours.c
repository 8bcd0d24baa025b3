/* [hours NAME]: leads one way while it is open, another while it is shut. */
#include "flow/hours.h"

#include <stddef.h>
#include <string.h>

#include "flow/call.h"
#include "flow/kinds.h"

enum { DAY_MINUTES = 24 * 60 };

struct span {
    struct span *next;
    int from, to; /* minutes of the day; `to` past 1440 goes on into the next day */
};

struct date {
    int year, month, day; /* year 0: every year */
};

struct closing {
    struct closing *next;
    struct date first, last;
};

struct hours {
    struct destination *open, *shut;
    struct closing *closed;
    struct span *days[7]; /* from Monday */
};

#define AT(member) offsetof(struct hours, member)

static const struct field fields[] = {
    { "open", FIELD_DESTINATION, AT(open), FIELD_REQUIRED | FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { "shut", FIELD_DESTINATION, AT(shut), FIELD_REQUIRED | FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

static int weekday(struct text name)
{
    static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    for (int i = 0; i < 7; i++)
        if (text_is(name, names[i]))
            return i;
    return -1;
}

/* "9:00" or "24:00"; -1 when it is no time. */
static int minute_of(struct text text)
{
    unsigned long hour, minute;
    size_t colon = text_find_char(text, ':');
    struct text digits = text_from(text, colon + 1);
    if (digits.length != 2 || !text_to_number(text_upto(text, colon), 24, &hour) ||
        !text_to_number(digits, 59, &minute))
        return -1;
    return hour == 24 && minute > 0 ? -1 : (int)(hour * 60 + minute);
}

static bool read_span(struct text text, struct span *span)
{
    size_t dash = text_find_char(text, '-');
    span->from = minute_of(text_trim(text_upto(text, dash)));
    span->to = minute_of(text_trim(text_from(text, dash + 1)));
    if (span->from < 0 || span->to < 0 || span->from == DAY_MINUTES || span->from == span->to)
        return false;
    if (span->to < span->from)
        span->to += DAY_MINUTES;
    return true;
}

static void read_spans(struct config_reader *reader, struct section *section, const struct entry *entry, int first,
                       int last)
{
    struct hours *hours = section->keys;
    for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next) {
        struct span span = { NULL, 0, 0 };
        if (!read_span(word->text, &span)) {
            config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is no span; expected such as 09:00-17:30",
                            TEXT_ARGS(word->text));
            return;
        }
        for (int day = first;; day = (day + 1) % 7) {
            struct span *copy = ARENA_NEW(config_reader_arena(reader), struct span);
            *copy = (struct span){ hours->days[day], span.from, span.to };
            hours->days[day] = copy;
            if (day == last)
                break;
        }
    }
}

static int days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year == 0 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    return month == 2 && leap ? 29 : days[month - 1];
}

/* MM-DD or YYYY-MM-DD */
static bool read_date(struct text text, struct date *date)
{
    unsigned long year = 0, month, day;
    if (text.length == 10) {
        if (!text_to_number(text_upto(text, 4), 9999, &year) || year < 1970 || text.at[4] != '-')
            return false;
        text = text_from(text, 5);
    }
    if (text.length != 5 || text.at[2] != '-' || !text_to_number(text_upto(text, 2), 12, &month) || month == 0 ||
        !text_to_number(text_from(text, 3), 31, &day) || day == 0)
        return false;
    *date = (struct date){ (int)year, (int)month, (int)day };
    return date->day <= days_of_month(date->year, date->month);
}

static long ordinal(struct date date)
{
    return date.year * 10000L + date.month * 100L + date.day;
}

static void read_closed(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct hours *hours = section->keys;
    for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next) {
        struct closing *closing = ARENA_NEW(config_reader_arena(reader), struct closing);
        size_t dots = text_find(word->text, TEXT(".."));
        bool range = dots < word->text.length;
        bool read = read_date(text_trim(text_upto(word->text, dots)), &closing->first);
        closing->last = closing->first;
        if (read && range)
            read = read_date(text_trim(text_from(word->text, dots + 2)), &closing->last);
        if (!read || (closing->first.year == 0) != (closing->last.year == 0))
            config_complain(reader, section, entry, COMPLAINT_ERROR,
                            "'%.*s' is no date; expected such as 12-25, 2026-11-26 or 2026-12-24..2026-12-31",
                            TEXT_ARGS(word->text));
        else if (closing->first.year != 0 && ordinal(closing->last) < ordinal(closing->first))
            config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' ends before it begins",
                            TEXT_ARGS(word->text));
        closing->next = hours->closed;
        hours->closed = closing;
    }
}

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    size_t dash = text_find_char(entry->key, '-');
    int first = weekday(text_upto(entry->key, dash));
    int last = dash < entry->key.length ? weekday(text_from(entry->key, dash + 1)) : first;
    if (text_is(entry->key, "closed"))
        read_closed(reader, section, entry);
    else if (first >= 0 && last >= 0)
        read_spans(reader, section, entry, first, last);
    else
        return false;
    return true;
}

static void check(struct config_reader *reader, struct section *section)
{
    const struct hours *hours = section->keys;
    for (int day = 0; day < 7; day++)
        if (hours->days[day] != NULL)
            return;
    config_complain(reader, section, NULL, COMPLAINT_WARNING,
                    "never open; expected spans such as mon-fri = 09:00-17:00");
}

/* --- the time --- */

static bool is_closed(const struct hours *hours, struct date date)
{
    for (const struct closing *closing = hours->closed; closing != NULL; closing = closing->next) {
        struct date day = { closing->first.year == 0 ? 0 : date.year, date.month, date.day };
        long at = ordinal(day), first = ordinal(closing->first), last = ordinal(closing->last);
        bool inside = first <= last ? at >= first && at <= last
                                    : at >= first || at <= last; /* every year from December into January */
        if (inside)
            return true;
    }
    return false;
}

static struct date day_before(struct date date)
{
    if (--date.day > 0)
        return date;
    date.month = date.month == 1 ? 12 : date.month - 1;
    date.year -= date.month == 12;
    date.day = days_of_month(date.year, date.month);
    return date;
}

static bool is_within(const struct span *span, int minute)
{
    for (; span != NULL; span = span->next)
        if (minute >= span->from && minute < span->to)
            return true;
    return false;
}

bool hours_is_open(const void *keys, struct zone_time time)
{
    const struct hours *hours = keys;
    struct date today = { time.year, time.month, time.day };
    if (is_within(hours->days[time.weekday], time.minute) && !is_closed(hours, today))
        return true;
    /* A span that began yesterday belongs to yesterday, also where today is closed. */
    return is_within(hours->days[(time.weekday + 6) % 7], time.minute + DAY_MINUTES) &&
           !is_closed(hours, day_before(today));
}

static void enter(struct call *call, const void *keys)
{
    const struct hours *hours = keys;
    bool open = hours_is_open(hours, call_time(call));
    call_go(call, open ? hours->open : hours->shut);
}

static const struct node_behaviour behaviour = { enter, NULL };

const struct section_kind hours_kind = { .name = "hours",
                                         .named = true,
                                         .class = SECTION_NODE,
                                         .size = sizeof(struct hours),
                                         .fields = fields,
                                         .entry = read_entry,
                                         .finish = check,
                                         .behaviour = &behaviour };
