/* Countries by calling code (ITU-T E.164, list of assigned country codes; ISO 3166-1 alpha-2), and numbers that cost
 * extra. */
#ifndef HOOKSWITCH_BASE_COUNTRY_H
#define HOOKSWITCH_BASE_COUNTRY_H

#include "base/str.h"

/* "US", "MX" ... of an E.164 number; the North American numbers are told apart by area code. Empty when the number
 * belongs to no country: satellites, global services, codes not assigned. */
struct str country_of_number(struct str number);
bool country_is_known(struct str code); /* in any case */

/* Whether calling the number costs extra: premium rate, or a satellite or global service. Of the countries whose plan
 * sets ranges apart for that. */
bool country_is_premium(struct str number);

#endif
