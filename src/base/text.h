/* A run of bytes with a length: points into a buffer or an arena that somebody else owns. */
#ifndef HOOKSWITCH_BASE_TEXT_H
#define HOOKSWITCH_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *at;
    size_t length;
};

#define TEXT(literal) ((struct text){ (literal), sizeof(literal) - 1 })
#define TEXT_ARGS(text) (int)(text).length, (text).at /* for "%.*s" */

/* The text of a C string; NULL gives the empty text. Borrows. */
struct text text_of(const char *string);
struct text text_between(const char *from, const char *end);

bool text_equal(struct text a, struct text b);
/* ASCII letters alike in either case, every other byte exact. */
bool text_equal_nocase(struct text a, struct text b);
bool text_is(struct text a, const char *string);
bool text_starts(struct text text, struct text prefix);
bool text_starts_nocase(struct text text, struct text prefix);
/* Order by bytes, a prefix ahead of what it begins: <0, 0, >0. */
int text_compare(struct text a, struct text b);

/* Position of the first match, or text.length when there is none. */
size_t text_find(struct text text, struct text needle);
size_t text_find_char(struct text text, char wanted);
struct text text_from(struct text text, size_t start);
struct text text_upto(struct text text, size_t end);
/* Without ASCII white space at both ends. */
struct text text_trim(struct text text);

/* Takes the part up to `separator` off the front of `rest`, trimmed. False when `rest` is used up. */
bool text_next(struct text *rest, char separator, struct text *part);

/* Decimal digits alone, no sign, at most `max`. False (and `value` untouched) for anything else. */
bool text_to_number(struct text text, unsigned long max, unsigned long *value);
/* The same for what a long does not hold on every host: microseconds since 1970. */
bool text_to_wide_number(struct text text, uint64_t max, uint64_t *value);
/* Decimal digits alone, at least one, however many. */
bool text_is_digits(struct text text);

/* Length in bytes of the well-formed UTF-8 character at the start (RFC 3629 section 4), 0 when it is not one. */
size_t text_utf8_length(struct text text);
bool text_is_utf8(struct text text);
/* Characters, each byte of malformed UTF-8 counted as one. */
size_t text_characters(struct text text);
/* The longest front of at most `characters` characters. */
struct text text_front(struct text text, size_t characters);

/* How many slips of the pen turn one into the other, capped at `limit`: a character too many, one missing, a wrong one,
 * two neighbours exchanged (optimal string alignment). Texts over 64 characters are that far from all others. */
size_t text_distance(struct text a, struct text b, size_t limit);

/* Which of several words a misspelt one may have meant: `found` of those that were offered is the nearest that is fewer
 * than three slips away and not all slips; empty where none is. */
struct text_nearest {
    struct text wanted, found;
    size_t distance;
};
struct text_nearest text_nearest_to(struct text wanted);
void text_nearest_offer(struct text_nearest *nearest, struct text word);

#endif
