#include "service/dial_policy.h"

#include "base/country.h"

static bool is_named(const struct word *pattern, struct str number)
{
    for (; pattern != NULL; pattern = pattern->next) {
        size_t star = str_find_char(pattern->text, '*');
        if (star < pattern->text.length ? str_starts(number, str_upto(pattern->text, star))
                                        : str_equal(number, pattern->text))
            return true;
    }
    return false;
}

/* The plan of +1 is one, but calls between its countries are international. */
static bool is_at_home(const struct line *line, struct str number)
{
    bool known = false;
    for (const struct word *own = line->numbers; own != NULL; own = own->next) {
        struct str country = country_of_number(own->text);
        if (country.length > 0 && str_equal(country, country_of_number(number)))
            return true;
        known = known || country.length > 0;
    }
    return !known;
}

bool dial_policy_allows(const struct settings *settings, const struct line *line, struct str number, struct error *why)
{
    if (is_named(settings->dial_allow, number))
        return true;
    if (country_is_premium(number))
        error_set(why, "%.*s costs extra, and dial_allow does not name it", STR_ARGS(number));
    else if (!is_at_home(line, number))
        error_set(why, "%.*s is in another country than the numbers of line '%.*s', and dial_allow does not name it",
                  STR_ARGS(number), STR_ARGS(line->name));
    else
        return true;
    return false;
}
