/* Spans of a week: on which days, from when to when. */
#ifndef HOOKSWITCH_FLOW_WEEK_H
#define HOOKSWITCH_FLOW_WEEK_H

#include "base/arena.h"
#include "base/zone.h"

struct span {
    struct span *next;
    int from, to; /* minutes of the day; `to` past 1440 goes on into the next day */
};

struct week {
    struct span *days[7]; /* from Monday */
};

/* "mon" or "sat-sun": from 0 for Monday. False (and nothing set) when it is neither. */
/* "mon-fri" where a key was meant so: "monday-friday", "Mon to Fri", "weekdays"; empty where it says no days. */
struct str week_days_meant(struct arena *arena, struct str text);
/* "09:00-17:00" where a span was meant so: "9-17", "9am-5pm", "0900-1700"; empty where it is none either. */
struct str week_span_meant(struct arena *arena, struct str text);
bool week_read_days(struct str text, int *first, int *last);
/* "09:00-17:30"; one that ends earlier than it begins goes on after midnight. False when it is none. */
bool week_read_span(struct str text, struct span *span);
/* Puts the span on each day from `first` to `last`. True when it overlaps one that is there. */
bool week_add(struct week *week, struct arena *arena, int first, int last, struct span span);
bool week_is_empty(const struct week *week);
/* Whether a span of that weekday holds the minute; those of yesterday count from 1440 on. */
bool week_holds(const struct week *week, int weekday, int minute);
/* Whether a span holds that time, be it one of yesterday's. */
bool week_holds_time(const struct week *week, struct zone_time time);
/* "mon-fri 09:00-12:30, 13:30-17:30", then the `separator` and the next days; in the arena. */
struct str week_write(const struct week *week, struct arena *arena, const char *separator);

#endif
