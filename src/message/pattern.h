/* Patterns for messages (PCRE2), matched within a limit of steps. */
#ifndef HOOKSWITCH_MESSAGE_PATTERN_H
#define HOOKSWITCH_MESSAGE_PATTERN_H

#include "web/form.h"

/* Limits: steps of one match (pcre2_set_match_limit), groups, and patterns of a section. */
enum { PATTERN_STEPS_MAX = 50000, PATTERN_GROUPS_MAX = 20, PATTERNS_MAX = 50 };

struct pattern;

/* Compiles a case-insensitive Perl-compatible pattern (pcre2pattern(3)) in the arena. Returns NULL with the reason and
 * its position. */
struct pattern *pattern_compile(struct arena *arena, struct str text, struct error *error);

enum pattern_result {
    PATTERN_NO,
    PATTERN_YES,
    PATTERN_GAVE_UP /* a limit was reached: unknown */
};

/* Matches a message. Groups that participated go into `groups` (may be NULL) as "1", "2" ... and by name, in the arena.
 * Thread-safe. */
enum pattern_result pattern_match(const struct pattern *pattern, struct arena *arena, struct str text,
                                  struct form *groups);

#endif
