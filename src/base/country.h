/* Countries by calling code, and numbers that cost extra. The tables are in share/. */
#ifndef HOOKSWITCH_BASE_COUNTRY_H
#define HOOKSWITCH_BASE_COUNTRY_H

#include "base/str.h"

/* The country of a number in international format: "US", "MX". North American numbers have it by area code. Empty for
 * satellites, global services and codes that are not assigned. */
struct str country_of_number(struct str number);

/* Whether the two letters are a country's, in any case. */
bool country_is_known(struct str code);

/* Whether a call to the number costs extra: premium rate, a satellite or a global service. */
bool country_is_premium(struct str number);

#endif
