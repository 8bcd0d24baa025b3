#include "flow/week.h"

#include "base/buffer.h"

enum { DAY_MINUTES = 24 * 60 };

static const char *const day_names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static int weekday(struct text name)
{
    for (int i = 0; i < 7; i++)
        if (text_is(name, day_names[i]))
            return i;
    return -1;
}

bool week_read_days(struct text text, int *first, int *last)
{
    size_t dash = text_find_char(text, '-');
    int from = weekday(text_upto(text, dash)), to = dash < text.length ? weekday(text_from(text, dash + 1)) : from;
    if (from < 0 || to < 0)
        return false;
    *first = from;
    *last = to;
    return true;
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

bool week_read_span(struct text text, struct span *span)
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

static bool overlaps(const struct span *there, struct span span, int shift)
{
    for (; there != NULL; there = there->next)
        if (there->from + shift < span.to && span.from < there->to + shift)
            return true;
    return false;
}

bool week_add(struct week *week, struct arena *arena, int first, int last, struct span span)
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

bool week_holds(const struct week *week, int day, int minute)
{
    for (const struct span *span = week->days[day]; span != NULL; span = span->next)
        if (minute >= span->from && minute < span->to)
            return true;
    return false;
}

bool week_holds_time(const struct week *week, struct zone_time time)
{
    return week_holds(week, time.weekday, time.minute) ||
           week_holds(week, (time.weekday + 6) % 7, time.minute + DAY_MINUTES);
}

static bool alike(const struct span *a, const struct span *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (a->from != b->from || a->to != b->to)
            return false;
    return a == b;
}

/* The next of a day's spans, which stand in any order. */
static const struct span *after(const struct span *spans, int from)
{
    const struct span *next = NULL;
    for (; spans != NULL; spans = spans->next)
        if (spans->from > from && (next == NULL || spans->from < next->from))
            next = spans;
    return next;
}

struct text week_write(const struct week *week, struct arena *arena, const char *separator)
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
