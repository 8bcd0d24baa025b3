/* Compares what people say and type, regardless of case, accents, punctuation and white space. */
#ifndef HOOKSWITCH_BASE_WORDS_H
#define HOOKSWITCH_BASE_WORDS_H

#include "base/arena.h"

/* Lower-case words with one space between them and at both ends (" one two "), without accents and punctuation (Unicode
 * NFKD and case folding, by GLib); " " when nothing is left. Malformed UTF-8 counts as punctuation. In
 * scripts that put no space between words each character is one. */
struct str words_fold(struct arena *arena, struct str text);

enum { WORDS_NO_MATCH = 9, WORDS_FUZZY_MAX_BYTES = 400 };
/* How far the folded `phrase` is from as many words somewhere in the folded `said`: 0 when it stands there;
 * else the slips (str_distance), if they are no more than one in a phrase of four letters, two in one of eight; else
 * WORDS_NO_MATCH. In what is longer than WORDS_FUZZY_MAX_BYTES bytes no slips are looked for. */
size_t words_distance(struct str said, struct str phrase);

/* Whether the folded words of `phrase` stand one after the other in the folded `said`. An empty phrase never
 * does. */
bool words_contain(struct str said, struct str phrase);

#endif
