#include "config/value.h"

#include <glib.h>
#include <limits.h>
#include <string.h>

#include "base/template.h"
#include "web/url.h"

enum { YEAR_S = 366 * 24 * 3600, WORD_MAX_BYTES = 30 };

static bool scaled(struct str text, const char *units, const long *scales, long max, long *value)
{
    unsigned long number;
    long scale = 1;
    text = str_trim(text);
    if (text.length > 0) {
        char last = text.at[text.length - 1];
        const char *unit = last == '\0' ? NULL : strchr(units, last);
        if (unit != NULL) {
            scale = scales[unit - units];
            text = str_trim(str_upto(text, text.length - 1));
        }
    }
    if (!str_to_number(text, (unsigned long)(max / scale), &number))
        return false;
    *value = (long)number * scale;
    return true;
}

bool value_duration(struct str text, long *seconds)
{
    static const long scales[] = { 1, 60, 3600, 86400 };
    return scaled(text, "smhd", scales, YEAR_S, seconds);
}

bool value_size(struct str text, long *bytes)
{
    static const long scales[] = { 1024, 1024, 1024 * 1024, 1024 * 1024 };
    return scaled(text, "kKmM", scales, INT_MAX, bytes);
}

bool value_count(struct str text, long *count)
{
    return scaled(text, "", NULL, INT_MAX, count);
}

bool value_decimal(struct str text, double *number)
{
    size_t point = str_find_char(text, '.');
    unsigned long whole, fraction = 0;
    double scale = 1;
    struct str digits = str_from(text, point + 1);
    if (!str_to_number(str_upto(text, point), 1, &whole))
        return false;
    if (point < text.length && !str_to_number(digits, 999999, &fraction))
        return false;
    for (size_t i = 0; i < digits.length; i++)
        scale *= 10;
    *number = (double)whole + (double)fraction / scale;
    return *number <= 1;
}

bool value_switch(struct str text, bool *on)
{
    static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_equal_nocase(text, str_of(words[i]))) {
            *on = i % 2 == 1;
            return true;
        }
    return false;
}

bool value_number(struct arena *arena, struct str text, struct str *number)
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
    *number = (struct str){ at, used };
    return used >= 3 && used <= 16 && at[1] != '0';
}

bool value_number_pattern(struct str text)
{
    bool prefix = text.length > 1 && text.at[text.length - 1] == '*';
    struct str digits = str_upto(str_from(text, 1), text.length - 1 - prefix);
    return str_starts(text, STR("+")) && (str_is_digits(digits) || (prefix && digits.length == 0));
}

struct str value_number_suggest(struct arena *arena, struct str text)
{
    char *digits = arena_alloc(arena, text.length + 1);
    size_t used = 0, pluses = 0;
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            digits[used++] = text.at[i];
        else if (text.at[i] == '+')
            pluses++;
        else if (text.at[i] == '\0' || strchr(" .-()/", text.at[i]) == NULL)
            return STR("");
    struct str shown = str_prefix(text, 60), all = { digits, used };
    bool abroad = used > 9 && (str_starts(all, STR("00")) || str_starts(all, STR("011")));
    if (pluses > 1 || (pluses == 1 && used > 15))
        return arena_format(arena, "'%.*s' has more digits than a number; separate numbers by commas", STR_ARGS(shown));
    if (pluses == 0 && abroad)
        return arena_format(arena, "'%.*s' begins as it is dialled, not with its country code: did you mean +%.*s?",
                            STR_ARGS(shown), STR_ARGS(str_from(all, digits[1] == '0' ? 2 : 3)));
    if (pluses == 0 && (used == 10 || (used == 11 && digits[0] == '1')) && digits[used - 10] >= '2')
        return arena_format(arena, "'%.*s' lacks the country code: did you mean +1%.*s?", STR_ARGS(shown),
                            STR_ARGS(str_from(all, used - 10)));
    if (pluses == 0 && used >= 7 && used <= 15)
        return arena_format(arena, "'%.*s' lacks '+' and the country code; expected for example +442079460100",
                            STR_ARGS(shown));
    return STR("");
}

bool value_sip(struct str text)
{
    bool scheme = str_starts_nocase(text, STR("sip:")) || str_starts_nocase(text, STR("sips:"));
    if (!scheme || str_from(text, str_find_char(text, ':') + 1).length == 0)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7F || text.at[i] == '<' || text.at[i] == '>')
            return false;
    return text.length <= 1024;
}

bool value_keys(struct str text)
{
    return text.length > 0 && str_is_made_of(text, "0123456789*#");
}

bool value_url(struct str text)
{
    struct url url;
    return url_split(text, &url) && !str_is(url.scheme, "wss");
}

static struct str any_value(void *context, struct str name)
{
    (void)context;
    (void)name;
    return STR("x");
}

bool value_url_with_names(struct arena *arena, struct str text)
{
    struct url url;
    size_t first = str_find(text, STR("{{"));
    if (!template_is_closed(text) || !value_url(template_fill(arena, text, any_value, NULL)))
        return false;
    return first == text.length || (url_split(str_upto(text, first), &url) && url.path.length > 0);
}

bool value_mail(struct str text)
{
    size_t at = str_find_char(text, '@');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= ' ' || c >= 0x7F || strchr("<>()[]\\,;:\"", c) != NULL || (c == '@' && i != at))
            return false;
    }
    return at > 0 && at + 1 < text.length && text.length <= 254 && text.at[0] != '-';
}

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

struct str value_mail_advice(struct arena *arena, struct str text)
{
    size_t at = str_find_char(text, '@');
    if (str_find_char(str_from(text, at + 1), '@') + at + 1 < text.length)
        return STR("separate addresses by commas");
    if (is_ascii(text))
        return STR("expected for example desk@example.com");
    char *domain = is_ascii(str_upto(text, at)) && at < text.length
                       ? g_hostname_to_ascii(arena_copy(arena, str_from(text, at + 1)).at)
                       : NULL;
    struct str written = domain == NULL ? STR("") : ARENA_JOIN(arena, str_upto(text, at + 1), str_of(domain));
    g_free(domain);
    return value_mail(written) ? ARENA_JOIN(arena, STR("write "), written)
                               : STR("expected ASCII alone, which every mail server takes");
}

bool value_language(struct str text)
{
    size_t dash = str_find_char(text, '-');
    struct str region = str_from(text, dash + 1);
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

bool value_word(struct str text)
{
    return text.length > 0 && text.length <= WORD_MAX_BYTES && !g_ascii_isdigit(text.at[0]) &&
           str_is_made_of(text, STR_ALPHANUMERIC);
}

bool value_name(struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (!plain && (c == '\0' || strchr("-_.+", (char)c) == NULL))
            return false;
    }
    return text.length > 0 && text.length <= 100 && text.at[0] != '.';
}

bool word_is_in(struct str text, const struct word *list)
{
    while (list != NULL && !str_equal_nocase(list->text, text))
        list = list->next;
    return list != NULL;
}

bool word_matches_one_of(struct str text, const struct word *list)
{
    while (list != NULL && !str_matches(text, list->text))
        list = list->next;
    return list != NULL;
}
