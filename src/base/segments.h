/* Counts the segments of a text message, each of which is billed. */
#ifndef HOOKSWITCH_BASE_SEGMENTS_H
#define HOOKSWITCH_BASE_SEGMENTS_H

#include "base/str.h"

struct segments {
    size_t count;             /* of segments; 0 for an empty text */
    size_t units;             /* septets of GSM-7, or 16-bit units of UCS-2 */
    bool ucs2;                /* some character is not in the GSM 7-bit alphabet (3GPP TS 23.038, section 6.2.1) */
    struct str first_non_gsm; /* the first such character */
};

/* A message alone holds 160 septets or 70 units; one of several, which carries a header, 153 or 67 (3GPP TS 23.040,
 * section 9.2.3.24.1). What takes two of them is never cut in two. Malformed UTF-8 counts as one unit a byte. */
struct segments segments_of(struct str text);

#endif
