#include "promise.h"

#include "base/country.h"

static void tells_countries(void **state)
{
    static const struct {
        const char *number, *country;
    } cases[] = { { "+12125550100", "US" },
                  { "+14165550100", "CA" },
                  { "+18095550100", "DO" },
                  { "+525512345678", "MX" },
                  { "+447700900123", "GB" },
                  { "+77011234567", "KZ" },
                  { "+79161234567", "RU" },
                  { "+3530000000", "IE" },
                  { "+870123456789", "" },
                  { "+8831234567", "" },
                  { "anonymous", "" },
                  { "+", "" },
                  { "", "" },
                  { "12125550100", "" },
                  { "+998901234567", "UZ" } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_text(country_of_number(str_of(cases[i].number)), cases[i].country);
    assert_true(country_is_known(str_of("mx")));
    assert_false(country_is_known(str_of("XX")));
}

static void tells_premium(void **state)
{
    (void)state;
    assert_true(country_is_premium(str_of("+19005550100")));
    assert_true(country_is_premium(str_of("+12129765555")));
    assert_true(country_is_premium(str_of("+449098790000")));
    assert_true(country_is_premium(str_of("+881612345678")));
    assert_false(country_is_premium(str_of("+12125550100")));
    assert_false(country_is_premium(str_of("+442071234567")));
    assert_false(country_is_premium(str_of("+19765550100")));
}

static const struct CMUnitTest promises[] = {
    PROMISE("a number's country is told by its calling code, in North America by its area code", tells_countries),
    PROMISE("numbers that cost extra are told from ordinary ones", tells_premium),
};

KEEP_PROMISES(promises)
