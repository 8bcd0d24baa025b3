/* [line NAME]: a phone number, or several that behave alike. */
#ifndef HOOKSWITCH_SERVICE_LINE_H
#define HOOKSWITCH_SERVICE_LINE_H

#include "service/settings.h"

struct line {
    struct str name; /* of the section */
    unsigned scope;  /* from which names of nodes are seen */
    struct word *numbers;
    struct str label;
    struct destination *voice, *sms, *fax, *fallback;
    struct zone *timezone; /* NULL: that of the settings */
    struct str language;   /* that a call begins in; empty: that of the settings */
    long calls_per_hour;   /* of one caller; 0: as many as they like */
    struct destination *rate_limited;
    struct word *languages; /* others, for callers from their countries */
};

/* The line's first telephone number; empty when it has none. */
struct str line_number(const struct line *line);

/* Whether the line may dial the number, so that nobody who writes into a configuration runs up a bill: where dial_allow
 * names it; else ordinary numbers in the countries of the line's own numbers (in all, where it has none). `why` says
 * why not, and what to do. */
bool line_may_dial(const struct line *line, const struct settings *settings, struct str number, struct error *why);

extern const struct section_kind line_kind;

#endif
