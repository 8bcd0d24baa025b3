#include "cxml/value.h"

#include <limits.h>
#include <string.h>

#include "web/url.h"

static bool is_url(struct str text, bool wss)
{
    struct url url;
    return url_split(text, &url) && str_is(url.scheme, "wss") == wss;
}

static bool all_of(struct str text, const char *allowed)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == '\0' || strchr(allowed, text.at[i]) == NULL)
            return false;
    return true;
}

static bool is_e164(struct str text)
{
    return text.length >= 3 && text.length <= 16 && text.at[0] == '+' && text.at[1] != '0' &&
           all_of(str_from(text, 1), "0123456789");
}

static bool is_sip(struct str text)
{
    if (!str_starts_nocase(text, STR("sip:")) && !str_starts_nocase(text, STR("sips:")))
        return false;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7F)
            return false;
    return text.length > 5;
}

static bool is_decimal(struct str text)
{
    size_t point = str_find_char(text, '.');
    struct str whole = str_upto(text, point), fraction = str_from(text, point + 1);
    return whole.length > 0 && all_of(whole, "0123456789") && all_of(fraction, "0123456789") &&
           (point == text.length || fraction.length > 0);
}

static bool is_one_of(struct str text, const char *const *values)
{
    for (; *values != NULL; values++)
        if (str_is(text, *values))
            return true;
    return false;
}

static bool are_all_of(struct str text, const char *const *values)
{
    struct str word;
    while (str_next(&text, ' ', &word))
        if (!is_one_of(word, values))
            return false;
    return true;
}

static bool in_range(struct str text, const struct cxml_attribute_rule *rule, struct error *why)
{
    unsigned long number;
    if (str_to_number(text, INT_MAX, &number) && (long)number >= rule->min &&
        (rule->max == 0 || (long)number <= rule->max))
        return true;
    if (rule->max == 0)
        error_set(why, "expected a whole number of at least %ld", rule->min);
    else
        error_set(why, "expected a whole number from %ld to %ld", rule->min, rule->max);
    return false;
}

static bool is_of_type(enum cxml_type type, struct str text, struct error *why)
{
    switch (type) {
    case CXML_URL:
        error_set(why, "expected an http(s):// address");
        return is_url(text, false);
    case CXML_WSS:
        error_set(why, "expected a wss:// address");
        return is_url(text, true);
    case CXML_E164:
        error_set(why, "expected a number such as +15551230001");
        return is_e164(text);
    case CXML_SIP_ADDRESS:
        error_set(why, "expected a sip: address");
        return is_sip(text);
    case CXML_DTMF:
        error_set(why, "expected telephone keys");
        return all_of(text, "0123456789*#wW");
    case CXML_DECIMAL:
        error_set(why, "expected a decimal number");
        return is_decimal(text);
    case CXML_BOOLEAN:
        error_set(why, "expected true or false");
        return str_is(text, "true") || str_is(text, "false");
    case CXML_STRING:
        error_set(why, "must not be empty");
        return text.length > 0;
    case CXML_NONE:
        error_set(why, "takes no text");
        return false;
    default:
        return true;
    }
}

bool cxml_value_allowed(const struct cxml_attribute_rule *rule, struct str value, struct error *why)
{
    switch (rule->type) {
    case CXML_INTEGER:
        return in_range(value, rule, why);
    case CXML_INTEGER_OR_AUTO:
        return str_is(value, "auto") || in_range(value, rule, why);
    case CXML_ENUM:
        error_set(why, "is not a value that the platform accepts here");
        return is_one_of(value, rule->values);
    case CXML_ENUM_LIST:
        error_set(why, "contains a value that the platform does not accept here");
        return are_all_of(value, rule->values);
    case CXML_STRING:
        return true;
    default:
        return is_of_type(rule->type, value, why);
    }
}

bool cxml_text_allowed(const struct cxml_rule *rule, struct str text, struct error *why)
{
    return is_of_type(rule->text, text, why);
}
