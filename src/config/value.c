#include "config/value.h"

#include <glib.h>
#include <limits.h>
#include <string.h>

#include "base/buffer.h"
#include "web/url.h"

enum { YEAR_S = 366 * 24 * 3600, WORD_MAX_BYTES = 30 };

static bool scaled(struct text text, const char *units, const long *scales, long max, long *value)
{
    unsigned long number;
    long scale = 1;
    text = text_trim(text);
    if (text.length > 0) {
        char last = text.at[text.length - 1];
        const char *unit = last == '\0' ? NULL : strchr(units, last);
        if (unit != NULL) {
            scale = scales[unit - units];
            text = text_trim(text_upto(text, text.length - 1));
        }
    }
    if (!text_to_number(text, (unsigned long)(max / scale), &number))
        return false;
    *value = (long)number * scale;
    return true;
}

bool value_duration(struct text text, long *seconds)
{
    static const long scales[] = { 1, 60, 3600 };
    return scaled(text, "smh", scales, YEAR_S, seconds);
}

bool value_size(struct text text, long *bytes)
{
    static const long scales[] = { 1024, 1024, 1024 * 1024, 1024 * 1024 };
    return scaled(text, "kKmM", scales, INT_MAX, bytes);
}

bool value_count(struct text text, long *count)
{
    return scaled(text, "", NULL, INT_MAX, count);
}

bool value_decimal(struct text text, double *number)
{
    size_t point = text_find_char(text, '.');
    unsigned long whole, fraction = 0;
    double scale = 1;
    struct text digits = text_from(text, point + 1);
    if (!text_to_number(text_upto(text, point), 1, &whole))
        return false;
    if (point < text.length && !text_to_number(digits, 999999, &fraction))
        return false;
    for (size_t i = 0; i < digits.length; i++)
        scale *= 10;
    *number = (double)whole + (double)fraction / scale;
    return *number <= 1;
}

bool value_switch(struct text text, bool *on)
{
    static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal_nocase(text, text_of(words[i]))) {
            *on = i % 2 == 1;
            return true;
        }
    return false;
}

bool value_number(struct arena *arena, struct text text, struct text *number)
{
    char *at = arena_alloc(arena, text.length + 1);
    size_t used = 0;
    if (text.length == 0 || text.at[0] != '+')
        return false;
    at[used++] = '+';
    for (size_t i = 1; i < text.length; i++) {
        char c = text.at[i];
        if (c >= '0' && c <= '9')
            at[used++] = c;
        else if (c == '\0' || strchr(" .-()", c) == NULL)
            return false;
    }
    *number = (struct text){ at, used };
    return used >= 3 && used <= 16 && at[1] != '0';
}

struct text value_number_meant(struct arena *arena, struct text text)
{
    char *digits = arena_alloc(arena, text.length + 1);
    size_t used = 0, pluses = 0;
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            digits[used++] = text.at[i];
        else if (text.at[i] == '+')
            pluses++;
        else if (text.at[i] == '\0' || strchr(" .-()/", text.at[i]) == NULL)
            return TEXT("");
    struct text shown = text_front(text, 60), all = { digits, used };
    bool abroad = used > 9 && (text_starts(all, TEXT("00")) || text_starts(all, TEXT("011")));
    if (pluses > 1 || (pluses == 1 && used > 15))
        return arena_format(arena, "'%.*s' has more digits than a number; separate numbers by commas",
                            TEXT_ARGS(shown));
    if (pluses == 0 && abroad)
        return arena_format(arena, "'%.*s' begins as it is dialled, not with its country code: did you mean +%.*s?",
                            TEXT_ARGS(shown), TEXT_ARGS(text_from(all, digits[1] == '0' ? 2 : 3)));
    if (pluses == 0 && (used == 10 || (used == 11 && digits[0] == '1')) && digits[used - 10] >= '2')
        return arena_format(arena, "'%.*s' lacks the country code: did you mean +1%.*s?", TEXT_ARGS(shown),
                            TEXT_ARGS(text_from(all, used - 10)));
    if (pluses == 0 && used >= 7 && used <= 15)
        return arena_format(arena, "'%.*s' lacks '+' and the country code; expected such as +442079460100",
                            TEXT_ARGS(shown));
    return TEXT("");
}

bool value_sip(struct text text)
{
    bool scheme = text_starts_nocase(text, TEXT("sip:")) || text_starts_nocase(text, TEXT("sips:"));
    if (!scheme || text_from(text, text_find_char(text, ':') + 1).length == 0)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7F || text.at[i] == '<' || text.at[i] == '>')
            return false;
    return text.length <= 1024;
}

bool value_keys(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == '\0' || strchr("0123456789*#", text.at[i]) == NULL)
            return false;
    return text.length > 0;
}

bool value_url(struct text text)
{
    struct url url;
    return url_split(text, &url) && !text_is(url.scheme, "wss");
}

bool value_url_with_names(struct arena *arena, struct text text)
{
    struct buffer plain = buffer_in(arena);
    struct url url;
    size_t open = text_find(text, TEXT("{{")), first = open;
    struct text rest = text;
    while (open < rest.length) {
        size_t close = text_find(text_from(rest, open), TEXT("}}"));
        if (open + close == rest.length)
            return false; /* never closed */
        buffer_add(&plain, text_upto(rest, open));
        buffer_add_char(&plain, 'x');
        rest = text_from(rest, open + close + 2);
        open = text_find(rest, TEXT("{{"));
    }
    buffer_add(&plain, rest);
    if (!value_url(buffer_text(&plain)))
        return false;
    if (first == text.length)
        return true;
    return url_split(text_upto(text, first), &url) && url.path.length > 0;
}

bool value_mail(struct text text)
{
    size_t at = text_find_char(text, '@');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= ' ' || c >= 0x7F || strchr("<>()[]\\,;:\"", c) != NULL || (c == '@' && i != at))
            return false;
    }
    return at > 0 && at + 1 < text.length && text.length <= 254 && text.at[0] != '-';
}

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

struct text value_mail_advice(struct arena *arena, struct text text)
{
    size_t at = text_find_char(text, '@');
    if (text_find_char(text_from(text, at + 1), '@') + at + 1 < text.length)
        return TEXT("separate addresses by commas");
    if (is_ascii(text))
        return TEXT("expected such as desk@example.com");
    char *domain = is_ascii(text_upto(text, at)) && at < text.length
                       ? g_hostname_to_ascii(arena_copy(arena, text_from(text, at + 1)).at)
                       : NULL;
    struct text written = domain == NULL ? TEXT("") : ARENA_JOIN(arena, text_upto(text, at + 1), text_of(domain));
    g_free(domain);
    return value_mail(written) ? ARENA_JOIN(arena, TEXT("write "), written)
                               : TEXT("expected ASCII alone, which every mail server takes");
}

bool value_language(struct text text)
{
    size_t dash = text_find_char(text, '-');
    struct text region = text_from(text, dash + 1);
    if (dash < 2 || dash > 3 || (dash < text.length && (region.length < 2 || region.length > 10)))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !(i > dash && (digit || c == '-')) && i != dash)
            return false;
    }
    return true;
}

bool value_word(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i > 0 && c >= '0' && c <= '9')))
            return false;
    }
    return text.length > 0 && text.length <= WORD_MAX_BYTES;
}

bool value_name(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (!plain && (c == '\0' || strchr("-_.+", (char)c) == NULL))
            return false;
    }
    return text.length > 0 && text.length <= 100 && text.at[0] != '.';
}
