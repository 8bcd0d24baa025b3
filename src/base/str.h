/* A run of bytes with a length: points into a buffer or an arena that somebody else owns. */
#ifndef HOOKSWITCH_BASE_STR_H
#define HOOKSWITCH_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at;
    size_t length;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_ARGS(text) (int)(text).length, (text).at /* for "%.*s" */

/* The text of a C string; NULL gives the empty text. Borrows. */
struct str str_of(const char *string);
struct str str_between(const char *from, const char *end);

bool str_equal(struct str a, struct str b);
/* ASCII letters alike in either case, every other byte exact. */
bool str_equal_nocase(struct str a, struct str b);
bool str_is(struct str a, const char *string);
/* `words` ends in NULL. */
bool str_is_one_of(struct str a, const char *const *words);
bool str_starts(struct str text, struct str prefix);
bool str_starts_nocase(struct str text, struct str prefix);
/* Whether the text is the pattern; where that ends in '*', whether it begins so: "+1555*". */
bool str_matches(struct str text, struct str pattern);
/* Order by bytes, a prefix ahead of what it begins: <0, 0, >0. */
int str_compare(struct str a, struct str b);

/* Position of the first match, or text.length when there is none. */
size_t str_find(struct str text, struct str needle);
size_t str_find_char(struct str text, char wanted);
/* The part behind the last such character, or the whole text without one. */
struct str str_behind_last(struct str text, char separator);
struct str str_from(struct str text, size_t start);
struct str str_upto(struct str text, size_t end);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str text);

/* Takes the part up to `separator` off the front of `rest`, trimmed. False when `rest` is used up. */
bool str_next(struct str *rest, char separator, struct str *part);

/* Decimal digits alone, no sign, at most `max`. False (and `value` untouched) for anything else. */
bool str_to_number(struct str text, unsigned long max, unsigned long *value);
/* The same for what a long does not hold on every host: microseconds since 1970. */
bool str_to_wide_number(struct str text, uint64_t max, uint64_t *value);
/* Decimal digits alone, at least one, however many. */
bool str_is_digits(struct str text);
/* Whether every byte is one of `characters`. */
bool str_is_made_of(struct str text, const char *characters);
#define STR_ALPHANUMERIC "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* Length in bytes of the well-formed UTF-8 character at the start (RFC 3629 section 4), 0 when it is not one. */
size_t str_utf8_length(struct str text);
bool str_is_utf8(struct str text);
/* Characters, each byte of malformed UTF-8 counted as one. */
size_t str_characters(struct str text);
/* The longest prefix of at most `characters` characters. */
struct str str_prefix(struct str text, size_t characters);

/* How many slips of the pen turn one into the other, capped at `limit`: a character too many, one missing, a wrong one,
 * two neighbours exchanged (optimal string alignment). Texts over 64 characters are that far from all others. */
size_t str_distance(struct str a, struct str b, size_t limit);

/* Which of several words a misspelt one may have meant: `found` of those that were offered is the nearest that is fewer
 * than three slips away and not all slips; empty where none is. */
struct str_nearest {
    struct str wanted, found;
    size_t distance;
};
struct str_nearest str_nearest_to(struct str wanted);
void str_nearest_offer(struct str_nearest *nearest, struct str word);

/* The reason of a failure, in one sentence. */
struct error {
    char sentence[480];
};

/* Writes the sentence (cut to fit) and returns -1, so that a failing function can end in `return error_set(...)`. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
