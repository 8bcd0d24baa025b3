/* Patterns for messages, by PCRE2: compiled once, matched within a limit of steps that no message can get past. */
#ifndef HOOKSWITCH_MESSAGE_PATTERN_H
#define HOOKSWITCH_MESSAGE_PATTERN_H

#include "base/arena.h"
#include "base/error.h"
#include "web/form.h"

/* Steps of one match (pcre2_set_match_limit); and for how many patterns a section has room, as each may use them up. */
enum { PATTERN_STEPS_MAX = 50000, PATTERN_GROUPS_MAX = 20, PATTERNS_MAX = 50 };

struct pattern;

/* Compiles a Perl-compatible pattern (pcre2pattern(3)) that does not tell case, in the arena. NULL with the reason, and
 * where in the pattern it lies. */
struct pattern *pattern_compile(struct arena *arena, struct str text, struct error *error);

enum pattern_result {
    PATTERN_NO,
    PATTERN_YES,
    PATTERN_GAVE_UP /* a limit was reached: it is not known whether it fits */
};

/* Matches what people wrote. Its groups come into `groups` as "1", "2" ... and by their names, in the arena; those that
 * took no part are left out. `groups` may be NULL. For any number of threads. */
enum pattern_result pattern_match(const struct pattern *pattern, struct arena *arena, struct str text,
                                  struct form *groups);

#endif
