#include "base/str.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DISTANCE_MAX = 64 };

struct str str_of(const char *string)
{
    return (struct str){ string == NULL ? "" : string, string == NULL ? 0 : strlen(string) };
}

struct str str_between(const char *from, const char *end)
{
    return (struct str){ from, (size_t)(end - from) };
}

bool str_equal(struct str a, struct str b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool str_equal_nocase(struct str a, struct str b)
{
    return a.length == b.length && str_starts_nocase(a, b);
}

bool str_is(struct str a, const char *string)
{
    return str_equal(a, str_of(string));
}

bool str_is_one_of(struct str a, const char *const *words)
{
    while (*words != NULL && !str_is(a, *words))
        words++;
    return *words != NULL;
}

bool str_starts(struct str text, struct str prefix)
{
    return text.length >= prefix.length && str_equal(str_upto(text, prefix.length), prefix);
}

bool str_starts_nocase(struct str text, struct str prefix)
{
    if (text.length < prefix.length)
        return false;
    for (size_t i = 0; i < prefix.length; i++)
        if (g_ascii_tolower(text.at[i]) != g_ascii_tolower(prefix.at[i]))
            return false;
    return true;
}

bool str_matches(struct str text, struct str pattern)
{
    bool prefix = pattern.length > 0 && pattern.at[pattern.length - 1] == '*';
    return prefix ? str_starts(text, str_upto(pattern, pattern.length - 1)) : str_equal(text, pattern);
}

int str_compare(struct str a, struct str b)
{
    size_t shared = a.length < b.length ? a.length : b.length;
    int order = shared == 0 ? 0 : memcmp(a.at, b.at, shared);
    if (order != 0)
        return order;
    return a.length < b.length ? -1 : a.length > b.length;
}

size_t str_find(struct str text, struct str needle)
{
    if (needle.length == 0 || text.length == 0)
        return 0;
    const char *found = memmem(text.at, text.length, needle.at, needle.length);
    return found == NULL ? text.length : (size_t)(found - text.at);
}

size_t str_find_char(struct str text, char wanted)
{
    const char *found = text.length == 0 ? NULL : memchr(text.at, wanted, text.length);
    return found == NULL ? text.length : (size_t)(found - text.at);
}

struct str str_behind_last(struct str text, char separator)
{
    const char *found = text.length == 0 ? NULL : memrchr(text.at, separator, text.length);
    return found == NULL ? text : str_from(text, (size_t)(found - text.at) + 1);
}

struct str str_from(struct str text, size_t start)
{
    if (start > text.length)
        start = text.length;
    if (start == 0) /* also of an absent string, to whose NULL nothing may be added */
        return text;
    return (struct str){ text.at + start, text.length - start };
}

struct str str_upto(struct str text, size_t end)
{
    return (struct str){ text.at, end < text.length ? end : text.length };
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str text)
{
    while (text.length > 0 && is_space(text.at[0]))
        text = str_from(text, 1);
    while (text.length > 0 && is_space(text.at[text.length - 1]))
        text.length--;
    return text;
}

bool str_next(struct str *rest, char separator, struct str *part)
{
    if (rest->at == NULL)
        return false;
    size_t end = str_find_char(*rest, separator);
    *part = str_trim(str_upto(*rest, end));
    if (end == rest->length)
        *rest = (struct str){ NULL, 0 };
    else
        *rest = str_from(*rest, end + 1);
    return true;
}

bool str_is_digits(struct str text)
{
    return text.length > 0 && str_is_made_of(text, "0123456789");
}

bool str_is_made_of(struct str text, const char *characters)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == '\0' || strchr(characters, text.at[i]) == NULL)
            return false;
    return true;
}

bool str_to_wide_number(struct str text, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    if (!str_is_digits(text))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        uint64_t digit = (uint64_t)(text.at[i] - '0');
        if (sum > (UINT64_MAX - digit) / 10 || sum * 10 + digit > max)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

bool str_to_number(struct str text, unsigned long max, unsigned long *value)
{
    uint64_t wide;
    if (!str_to_wide_number(text, max, &wide))
        return false;
    *value = (unsigned long)wide;
    return true;
}

size_t str_utf8_length(struct str text)
{
    if (text.length == 0 || (unsigned char)text.at[0] < 0x80)
        return text.length > 0;
    gunichar c = g_utf8_get_char_validated(text.at, text.length < 4 ? (gssize)text.length : 4);
    return c > 0x10FFFF ? 0 : (size_t)g_unichar_to_utf8(c, NULL);
}

bool str_is_utf8(struct str text)
{
    while (text.length > 0) {
        size_t step = str_utf8_length(text);
        if (step == 0)
            return false;
        text = str_from(text, step);
    }
    return true;
}

size_t str_characters(struct str text)
{
    size_t count = 0;
    for (; text.length > 0; count++) {
        size_t step = str_utf8_length(text);
        text = str_from(text, step == 0 ? 1 : step);
    }
    return count;
}

struct str str_prefix(struct str text, size_t characters)
{
    struct str rest = text;
    for (; characters > 0 && rest.length > 0; characters--) {
        size_t step = str_utf8_length(rest);
        rest = str_from(rest, step == 0 ? 1 : step);
    }
    return str_upto(text, text.length - rest.length);
}

/* The characters of a short text, ASCII letters in lower case. False when there are more than fit. */
static bool decode(struct str text, unsigned long characters[DISTANCE_MAX], size_t *count)
{
    for (*count = 0; text.length > 0; ++*count) {
        size_t step = str_utf8_length(text);
        unsigned long character = (unsigned char)g_ascii_tolower(text.at[0]);
        if (*count == DISTANCE_MAX)
            return false;
        for (size_t i = 1; i < step; i++)
            character = character << 8 | (unsigned char)text.at[i];
        characters[*count] = character;
        text = str_from(text, step == 0 ? 1 : step);
    }
    return true;
}

size_t str_distance(struct str a, struct str b, size_t limit)
{
    unsigned long from[DISTANCE_MAX], to[DISTANCE_MAX];
    size_t rows[3][DISTANCE_MAX + 1], m, n;
    if (a.length > 4 * DISTANCE_MAX || b.length > 4 * DISTANCE_MAX || !decode(a, from, &m) || !decode(b, to, &n))
        return limit;
    for (size_t i = 0; i <= m; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *further = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            if (i == 0) {
                row[j] = j;
                continue;
            }
            size_t change = above[j - 1] + (from[i - 1] != to[j - 1]), insert = row[j - 1] + 1, remove = above[j] + 1;
            row[j] = change < insert ? change : insert;
            if (remove < row[j])
                row[j] = remove;
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] && further[j - 2] + 1 < row[j])
                row[j] = further[j - 2] + 1; /* two neighbours exchanged */
        }
    }
    return rows[m % 3][n] < limit ? rows[m % 3][n] : limit;
}

struct str_nearest str_nearest_to(struct str wanted)
{
    return (struct str_nearest){ wanted, STR(""), wanted.length < 3 ? wanted.length : 3 };
}

void str_nearest_offer(struct str_nearest *nearest, struct str word)
{
    size_t distance = str_distance(word, nearest->wanted, nearest->distance);
    if (distance >= nearest->distance)
        return;
    nearest->distance = distance;
    nearest->found = word;
}

int error_set(struct error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->sentence, sizeof error->sentence, format, args);
    va_end(args);
    return -1;
}
