#include "base/country.h"

struct calling_code {
    const char *digits, *country;
};

#include "base/country_table.h" /* made from share/: calling_codes, premium_prefixes */

struct str country_of_number(struct str number)
{
    const struct calling_code *longest = NULL;
    size_t length = 0;
    if (number.length < 4 || number.at[0] != '+')
        return STR("");
    for (size_t i = 0; i < sizeof calling_codes / sizeof *calling_codes; i++) {
        struct str digits = str_of(calling_codes[i].digits);
        if (digits.length > length && str_starts(str_from(number, 1), digits)) {
            longest = &calling_codes[i];
            length = digits.length;
        }
    }
    return longest == NULL ? STR("") : str_of(longest->country);
}

bool country_is_known(struct str code)
{
    for (size_t i = 0; i < sizeof calling_codes / sizeof *calling_codes; i++)
        if (str_equal_nocase(code, str_of(calling_codes[i].country)))
            return true;
    return false;
}

static bool has_prefix(struct str number, struct str prefix)
{
    for (size_t i = 0; i < prefix.length; i++)
        if (i >= number.length || (prefix.at[i] != number.at[i] && prefix.at[i] != 'x'))
            return false;
    return true;
}

bool country_is_premium(struct str number)
{
    for (size_t i = 0; i < sizeof premium_prefixes / sizeof *premium_prefixes; i++)
        if (has_prefix(number, str_of(premium_prefixes[i])))
            return true;
    return false;
}
