/* What people say and type, made comparable: case, accents, punctuation and white space do not count. */
#ifndef HOOKSWITCH_BASE_WORDS_H
#define HOOKSWITCH_BASE_WORDS_H

#include "base/arena.h"

/* Lower-case words with one space between them and at both ends (" one two "), without accents and punctuation (Unicode
 * NFKD and case folding, by GLib); " " when nothing is left. Malformed UTF-8 counts as punctuation. */
struct text words_fold(struct arena *arena, struct text text);

/* Whether the folded words of `phrase` stand one after the other in the folded `said`. An empty phrase never does. */
bool words_contain(struct text said, struct text phrase);

#endif
