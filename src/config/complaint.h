/* Errors, warnings, hints and notes about a configuration, each with its place. */
#ifndef HOOKSWITCH_CONFIG_COMPLAINT_H
#define HOOKSWITCH_CONFIG_COMPLAINT_H

#include "base/arena.h"

enum complaint_severity {
    COMPLAINT_ERROR,
    COMPLAINT_WARNING,
    COMPLAINT_HINT,
    COMPLAINT_NOTE /* information, such as how long a message is */
};

struct place {
    struct str file;         /* as the operator named it */
    unsigned line;           /* 0: the file as a whole */
    struct str section, key; /* empty: none */
};

struct complaint {
    struct complaint *next;
    enum complaint_severity severity;
    struct place place;
    struct str sentence;
};

struct complaints {
    struct arena *arena;
    struct complaint *first, *last;
    size_t errors, warnings, hints, notes;
};

/* Copies what the place holds. */
void complain(struct complaints *complaints, enum complaint_severity severity, struct place place, const char *format,
              ...) __attribute__((format(printf, 4, 5)));
/* The first error; without one the first of all, NULL where there is nothing. */
const struct complaint *complaints_first(const struct complaints *complaints);
/* By file and line, in place; those of one line stay in order. */
void complaints_sort(struct complaints *complaints);
/* "file:line: [section] key: sentence", with "warning: ", "hint: " or "note: " behind the place */
struct str complaint_line(struct arena *arena, const struct complaint *complaint);

#endif
