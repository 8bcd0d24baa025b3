/* All kinds of sections that a configuration may have. */
#ifndef HOOKSWITCH_HOST_KINDS_H
#define HOOKSWITCH_HOST_KINDS_H

#include "config/config.h"

extern const struct section_kind *const all_kinds[]; /* ended by NULL */

#endif
