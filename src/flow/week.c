#include "flow/week.h"

enum { DAY_MINUTES = 24 * 60 };

static const char *const day_names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static int weekday(struct str name)
{
    for (int i = 0; i < 7; i++)
        if (str_is(name, day_names[i]))
            return i;
    return -1;
}

bool week_read_days(struct str text, int *first, int *last)
{
    size_t dash = str_find_char(text, '-');
    int from = weekday(str_upto(text, dash)), to = dash < text.length ? weekday(str_from(text, dash + 1)) : from;
    if (from < 0 || to < 0)
        return false;
    *first = from;
    *last = to;
    return true;
}

/* Reads "9:00" or "24:00"; -1 when it is not a time. */
static int minute_of(struct str text)
{
    unsigned long hour, minute;
    size_t colon = str_find_char(text, ':');
    struct str digits = str_from(text, colon + 1);
    if (digits.length != 2 || !str_to_number(str_upto(text, colon), 24, &hour) || !str_to_number(digits, 59, &minute))
        return -1;
    return hour == 24 && minute > 0 ? -1 : (int)(hour * 60 + minute);
}

bool week_read_span(struct str text, struct span *span)
{
    size_t dash = str_find_char(text, '-');
    span->from = minute_of(str_trim(str_upto(text, dash)));
    span->to = minute_of(str_trim(str_from(text, dash + 1)));
    if (span->from < 0 || span->to < 0 || span->from == DAY_MINUTES || span->from == span->to)
        return false;
    if (span->to < span->from)
        span->to += DAY_MINUTES;
    return true;
}

/* --- suggestions --- */

/* The weekday whose name begins with the word: "mo", "Mond.", "monday". */
static int weekday_meant(struct str word)
{
    static const char *const names[] = { "mondays", "tuesdays",  "wednesdays", "thursdays",
                                         "fridays", "saturdays", "sundays" };
    for (int i = 0; i < 7; i++)
        if (word.length >= 2 && str_starts(str_of(names[i]), word))
            return i;
    return str_is(word, "thurs") || str_is(word, "thur") ? 3 : -1;
}

struct str week_suggest_days(struct arena *arena, struct str text)
{
    struct str rest = arena_lower(arena, text);
    int days[2] = { -1, -1 }, count = 0;
    if (str_starts(rest, STR("weekend")))
        return STR("sat-sun");
    if (str_starts(rest, STR("weekday")) || str_starts(rest, STR("workday")))
        return STR("mon-fri");
    if (str_is(rest, "daily") || str_starts(rest, STR("every")) || str_is(rest, "all"))
        return STR("mon-sun");
    while (rest.length > 0) {
        size_t end = 0;
        while (end < rest.length && rest.at[end] >= 'a' && rest.at[end] <= 'z')
            end++;
        struct str word = str_upto(rest, end);
        rest = str_from(rest, end > 0 ? end : 1);
        if (word.length == 0 || str_is(word, "to") || str_is(word, "through"))
            continue;
        int day = weekday_meant(word);
        if (day < 0 || count == 2)
            return STR("");
        days[count++] = day;
    }
    if (count == 0)
        return STR("");
    bool list = count == 2 && str_find_char(text, ',') < text.length;
    return arena_format(arena, "%s%s%s", day_names[days[0]],
                        count == 1 ? ""
                        : list     ? " and "
                                   : "-",
                        count == 1 ? "" : day_names[days[1]]);
}

/* Reads "9", "9:30", "9.30", "0930", "5pm", "5:30 pm"; -1 when it is not a time. */
static int minute_meant(struct str text)
{
    unsigned long hour, minute = 0;
    bool am = false, pm = false;
    if (text.length > 2) {
        struct str end = str_from(text, text.length - 2);
        am = str_equal_nocase(end, STR("am"));
        pm = str_equal_nocase(end, STR("pm"));
        if (am || pm)
            text = str_trim(str_upto(text, text.length - 2));
    }
    size_t mark = str_find_char(text, ':') < text.length ? str_find_char(text, ':') : str_find_char(text, '.');
    bool four = mark == text.length && text.length == 4;
    struct str hours = str_upto(text, four ? 2 : mark), minutes = str_from(text, four ? 2 : mark + 1);
    if (!str_to_number(hours, am || pm ? 12 : 24, &hour) ||
        (minutes.length > 0 && !str_to_number(minutes, 59, &minute)))
        return -1;
    if ((am || pm) && hour == 12)
        hour = 0;
    return (int)((hour + (pm ? 12 : 0)) * 60 + minute);
}

struct str week_suggest_span(struct arena *arena, struct str text)
{
    size_t dash = str_find_char(text, '-');
    int from = minute_meant(str_trim(str_upto(text, dash))), to = minute_meant(str_trim(str_from(text, dash + 1)));
    struct span span;
    struct str meant = from < 0 || to < 0
                           ? STR("")
                           : arena_format(arena, "%02d:%02d-%02d:%02d", from / 60, from % 60, to / 60, to % 60);
    return meant.length > 0 && week_read_span(meant, &span) ? meant : STR("");
}

static bool overlaps(const struct span *there, struct span span, int shift)
{
    for (; there != NULL; there = there->next)
        if (there->from + shift < span.to && span.from < there->to + shift)
            return true;
    return false;
}

bool week_add_span(struct week *week, struct arena *arena, int first, int last, struct span span)
{
    bool overlapping = false;
    for (int day = first;; day = (day + 1) % 7) {
        struct span *copy = ARENA_NEW(arena, struct span);
        overlapping = overlapping || overlaps(week->days[day], span, 0) ||
                      overlaps(week->days[(day + 6) % 7], span, -DAY_MINUTES) ||
                      overlaps(week->days[(day + 1) % 7], span, DAY_MINUTES);
        *copy = (struct span){ week->days[day], span.from, span.to };
        week->days[day] = copy;
        if (day == last)
            return overlapping;
    }
}

bool week_is_empty(const struct week *week)
{
    for (int day = 0; day < 7; day++)
        if (week->days[day] != NULL)
            return false;
    return true;
}

bool week_contains(const struct week *week, int day, int minute)
{
    for (const struct span *span = week->days[day]; span != NULL; span = span->next)
        if (minute >= span->from && minute < span->to)
            return true;
    return false;
}

bool week_contains_time(const struct week *week, struct zone_time time)
{
    return week_contains(week, time.weekday, time.minute) ||
           week_contains(week, (time.weekday + 6) % 7, time.minute + DAY_MINUTES);
}

static bool alike(const struct span *a, const struct span *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (a->from != b->from || a->to != b->to)
            return false;
    return a == b;
}

/* The next span of a day; the file has them in any order. */
static const struct span *after(const struct span *spans, int from)
{
    const struct span *next = NULL;
    for (; spans != NULL; spans = spans->next)
        if (spans->from > from && (next == NULL || spans->from < next->from))
            next = spans;
    return next;
}

struct str week_format(const struct week *week, struct arena *arena, const char *separator)
{
    struct buffer out = buffer_in(arena);
    for (int first = 0, last; first < 7; first = last + 1) {
        for (last = first; last < 6 && alike(week->days[first], week->days[last + 1]);)
            last++;
        if (week->days[first] == NULL)
            continue;
        buffer_format(&out, "%s%s%s%s", out.length > 0 ? separator : "", day_names[first], last > first ? "-" : "",
                      last > first ? day_names[last] : "");
        const char *before = " ";
        for (const struct span *at = after(week->days[first], -1); at != NULL;
             at = after(week->days[first], at->from)) {
            int to = at->to > DAY_MINUTES ? at->to - DAY_MINUTES : at->to;
            buffer_format(&out, "%s%02d:%02d-%02d:%02d", before, at->from / 60, at->from % 60, to / 60, to % 60);
            before = ", ";
        }
    }
    return buffer_text(&out);
}
