#include "flow/numbers.h"

#include <stdlib.h>

#include "base/file.h"

enum { DIGITS_MAX = 15 };

/* Numbers have no leading zero, so their digits are unique as an integer. */
static const uint64_t is_prefix = UINT64_C(1) << 63;

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool is_filler(char c)
{
    return c == ' ' || c == '\t' || c == '.' || c == '-' || c == '(' || c == ')' || c == '/';
}

/* The number in a line: 0 when the line is empty, UINT64_MAX when it is invalid. */
static uint64_t read_line(struct str line)
{
    uint64_t number = 0;
    size_t digits = 0, end = str_find_char(line, '#'), semicolon = str_find_char(line, ';');
    line = str_trim(str_upto(line, end < semicolon ? end : semicolon));
    if (line.length == 0)
        return 0;
    bool prefix = line.at[line.length - 1] == '*';
    line.length -= prefix;
    if (line.length == 0 || line.at[0] != '+')
        return UINT64_MAX;
    for (size_t i = 1; i < line.length; i++) {
        if (is_filler(line.at[i]))
            continue;
        if (line.at[i] < '0' || line.at[i] > '9' || ++digits > DIGITS_MAX || (digits == 1 && line.at[i] == '0'))
            return UINT64_MAX;
        number = number * 10 + (uint64_t)(line.at[i] - '0');
    }
    return digits < (prefix ? 1 : 4) ? UINT64_MAX : prefix ? number | is_prefix : number;
}

static size_t count_lines(struct str content)
{
    size_t count = 1;
    for (size_t i = 0; i < content.length; i++)
        count += content.at[i] == '\n';
    return count;
}

int numbers_parse(struct arena *arena, struct str content, struct numbers *numbers, struct error *error)
{
    struct str rest = content;
    size_t line_number = 0;
    *numbers = (struct numbers){ ARENA_ARRAY(arena, uint64_t, count_lines(content)), 0, 0 };
    while (rest.length > 0) {
        size_t end = str_find_char(rest, '\n');
        uint64_t number = read_line(str_upto(rest, end));
        line_number++;
        if (number == UINT64_MAX)
            return error_set(error, "line %zu: '%.*s' is not a number; expected for example +15551230001 or +1555*",
                             line_number, STR_ARGS(str_prefix(str_trim(str_upto(rest, end)), 40)));
        if (number != 0)
            numbers->at[numbers->count++] = number;
        rest = str_from(rest, end + 1);
    }
    if (numbers->count > 1)
        qsort(numbers->at, numbers->count, sizeof *numbers->at, compare);
    numbers->first_prefix = numbers->count;
    while (numbers->first_prefix > 0 && (numbers->at[numbers->first_prefix - 1] & is_prefix) != 0)
        numbers->first_prefix--;
    return 0;
}

int numbers_read(struct arena *arena, struct str path, struct numbers *numbers, struct error *error)
{
    struct str content;
    struct error why;
    *numbers = (struct numbers){ NULL, 0, 0 };
    if (file_read(arena, path, NUMBERS_MAX_BYTES, &content, error) != 0)
        return -1;
    if (numbers_parse(arena, content, numbers, &why) == 0)
        return 0;
    *numbers = (struct numbers){ NULL, 0, 0 };
    return error_set(error, "%.*s: %s", STR_ARGS(path), why.sentence);
}

static bool has(const uint64_t *at, size_t count, uint64_t wanted)
{
    return count > 0 && bsearch(&wanted, at, count, sizeof wanted, compare) != NULL;
}

bool numbers_contain(const struct numbers *numbers, struct str number)
{
    uint64_t digits = read_line(number), prefix = 0;
    if (numbers->count == 0 || digits == 0 || digits == UINT64_MAX || (digits & is_prefix) != 0)
        return false;
    const uint64_t *prefixes = numbers->at + numbers->first_prefix;
    size_t prefix_count = numbers->count - numbers->first_prefix;
    if (has(numbers->at, numbers->first_prefix, digits))
        return true;
    for (size_t i = 1; prefix_count > 0 && i < number.length; i++) {
        if (number.at[i] < '0' || number.at[i] > '9')
            return false;
        prefix = prefix * 10 + (uint64_t)(number.at[i] - '0');
        if (has(prefixes, prefix_count, prefix | is_prefix))
            return true;
    }
    return false;
}
