/* Time spans of a week. */
#ifndef HOOKSWITCH_FLOW_WEEK_H
#define HOOKSWITCH_FLOW_WEEK_H

#include "base/zone.h"

struct span {
    struct span *next;
    int from, to; /* minutes of the day; `to` above 1440 continues into the next day */
};

struct week {
    struct span *days[7]; /* from Monday */
};

/* Reads "mon" or "sat-sun"; Monday is 0. Returns false and sets nothing for anything else. */
/* Suggests "mon-fri" for "monday-friday", "Mon to Fri", "weekdays"; empty when the key is not about days. */
struct str week_suggest_days(struct arena *arena, struct str text);
/* Suggests "09:00-17:00" for "9-17", "9am-5pm", "0900-1700"; empty when the text is not a span. */
struct str week_suggest_span(struct arena *arena, struct str text);
bool week_read_days(struct str text, int *first, int *last);
/* Reads "09:00-17:30"; a span that ends before it begins continues after midnight. Returns false when it is invalid. */
bool week_read_span(struct str text, struct span *span);
/* Adds the span to each day from `first` to `last`. Returns true when it overlaps another. */
bool week_add_span(struct week *week, struct arena *arena, int first, int last, struct span span);
bool week_is_empty(const struct week *week);
/* Whether a span of that weekday contains the minute; count minutes of the next day from 1440. */
bool week_contains(const struct week *week, int weekday, int minute);
/* Whether a span contains that time, including yesterday's spans. */
bool week_contains_time(const struct week *week, struct zone_time time);
/* Formats "mon-fri 09:00-12:30, 13:30-17:30" for each group of days, with `separator` between groups. */
struct str week_format(const struct week *week, struct arena *arena, const char *separator);

#endif
