#include "config/renamed.h"

#include <glib.h>

enum renamed_value { ANY, DATES };

static const struct {
    const char *section, *was, *is;
    enum renamed_value value;
} keys[] = {
    { "hookswitch", "unknown", "unknown_number", ANY },
    { "line", "too_many", "rate_limited", ANY },
    { "hours", "shut", "closed", ANY },
    { "hours", "closed", "closed_on", DATES },
    { "route", "shut", "closed", ANY },
    { "mailbox", "trouble", "error", ANY },
    { "texts", "near_misses", "tolerate_typos", ANY },
    { "texts", "forward_front", "forward_prefix", ANY },
    { "texts", "forward_trouble", "forward_error", ANY },
    { "form", "leave", "cancel_words", ANY },
    { "form", "left", "canceled", ANY },
    { "form", "too_many", "too_many_tries", ANY },
    { "form", "trouble", "error", ANY },
    { "work", "stall", "stall_timeout", ANY },
};

/* 12-25, 2026-12-24..2026-12-31: a section may be called 24h-line. */
static bool begins_like_a_date(struct str value)
{
    size_t digits = 0;
    while (digits < value.length && g_ascii_isdigit(value.at[digits]))
        digits++;
    return (digits == 2 || digits == 4) && value.length > digits + 2 && value.at[digits] == '-' &&
           g_ascii_isdigit(value.at[digits + 1]) && g_ascii_isdigit(value.at[digits + 2]);
}

const char *renamed_key(const char *section, struct str key, struct str value)
{
    struct str name = str_upto(key, str_find_char(key, '.')); /* of trouble.2: trouble */
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_equal(str_of(section), str_of(keys[i].section)) && str_is(name, keys[i].was) &&
            (keys[i].value == ANY || begins_like_a_date(value)))
            return keys[i].is;
    return NULL;
}
