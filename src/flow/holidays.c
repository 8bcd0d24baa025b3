#include "flow/holidays.h"

#include <dlfcn.h>
#include <libical/ical.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/file.h"

/* --- libical --- */

#define ICAL_FUNCTIONS(X)                                                                                              \
    X(icalcomponent_foreach_recurrence)                                                                                \
    X(icalcomponent_free)                                                                                              \
    X(icalcomponent_get_dtend)                                                                                         \
    X(icalcomponent_get_dtstart)                                                                                       \
    X(icalcomponent_get_first_component)                                                                               \
    X(icalcomponent_get_next_component)                                                                                \
    X(icalcomponent_isa)                                                                                               \
    X(icalparser_parse_string)                                                                                         \
    X(icaltime_as_timet)                                                                                               \
    X(icaltime_from_timet_with_zone)                                                                                   \
    X(icaltime_is_null_time)

#define ICAL_MEMBER(function) __typeof__(function) *function;
static struct {
    ICAL_FUNCTIONS(ICAL_MEMBER)
} ical;

static struct error trouble;
static bool loaded;

/* POSIX allows a function pointer in a void pointer; C needs the copy. */
#define ICAL_FIND(function)                                                                                            \
    at = dlsym(library, #function);                                                                                    \
    memcpy(&ical.function, &at, sizeof at);                                                                            \
    complete = complete && at != NULL;

static void load(void)
{
    void *library = dlopen("libical.so.3", RTLD_NOW | RTLD_LOCAL), *at;
    bool complete = true;
    if (library == NULL) {
        error_set(&trouble, "libical cannot be loaded: %s", dlerror());
        return;
    }
    ICAL_FUNCTIONS(ICAL_FIND)
    if (!complete)
        error_set(&trouble, "libical is too old");
    loaded = complete;
}

/* --- days --- */

struct gathering {
    struct holidays *holidays;
    time_t until;
};

static void add_day(struct holidays *holidays, time_t midnight)
{
    struct tm day;
    if (holidays->count < HOLIDAYS_MAX_DAYS && gmtime_r(&midnight, &day) != NULL)
        holidays->days[holidays->count++] = (day.tm_year + 1900) * 10000L + (day.tm_mon + 1) * 100L + day.tm_mday;
}

/* All-day events start at midnight UTC in any zone. */
static void gather(icalcomponent *event, struct icaltime_span *span, void *context)
{
    struct gathering *gathering = context;
    /* With DTEND, libical ends a span of whole days one day late. */
    struct icaltimetype start = ical.icalcomponent_get_dtstart(event), end = ical.icalcomponent_get_dtend(event);
    time_t length = ical.icaltime_is_null_time(end) ? 0 : ical.icaltime_as_timet(end) - ical.icaltime_as_timet(start);
    time_t at = span->start;
    do {
        add_day(gathering->holidays, at);
        at += 86400;
    } while (at < span->start + length && at < gathering->until);
}

static void gather_events(struct gathering *gathering, icalcomponent *calendar, int64_t now_s)
{
    time_t from = (time_t)(now_s - 2 * INT64_C(86400));
    for (icalcomponent *event = ical.icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event != NULL;
         event = ical.icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        struct icaltimetype start = ical.icalcomponent_get_dtstart(event);
        if (start.is_date)
            ical.icalcomponent_foreach_recurrence(event, ical.icaltime_from_timet_with_zone(from, 1, NULL),
                                                  ical.icaltime_from_timet_with_zone(gathering->until, 1, NULL), gather,
                                                  gathering);
        else if (!ical.icaltime_is_null_time(start))
            gathering->holidays->timed++;
    }
}

int holidays_parse(struct arena *arena, struct str calendar, int64_t now_s, struct holidays *holidays,
                   struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *holidays = (struct holidays){ ARENA_ARRAY(arena, long, HOLIDAYS_MAX_DAYS), 0, 0 };
    struct gathering gathering = { holidays, (time_t)(now_s + HOLIDAYS_YEARS * INT64_C(366) * 86400) };
    pthread_once(&once, load);
    if (!loaded) {
        *error = trouble;
        return -1;
    }
    icalcomponent *whole = ical.icalparser_parse_string(arena_copy(arena, calendar).at);
    bool read = whole != NULL && ical.icalcomponent_isa(whole) == ICAL_VCALENDAR_COMPONENT;
    if (read)
        gather_events(&gathering, whole, now_s);
    if (whole != NULL)
        ical.icalcomponent_free(whole);
    return read ? 0 : error_set(error, "not an iCalendar file; expected BEGIN:VCALENDAR");
}

int holidays_read(struct arena *arena, struct str path, int64_t now_s, struct holidays *holidays, struct error *error)
{
    struct str calendar;
    *holidays = (struct holidays){ NULL, 0, 0 };
    if (file_read(arena, path, HOLIDAYS_MAX_BYTES, &calendar, error) != 0)
        return -1;
    return holidays_parse(arena, calendar, now_s, holidays, error);
}

bool holidays_has(const struct holidays *holidays, long day)
{
    size_t i = 0;
    while (i < holidays->count && holidays->days[i] != day)
        i++;
    return i < holidays->count;
}
