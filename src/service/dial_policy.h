/* Which numbers may be dialled: a configuration's slip, or somebody who writes into it, must not run up a bill. */
#ifndef HOOKSWITCH_SERVICE_DIAL_POLICY_H
#define HOOKSWITCH_SERVICE_DIAL_POLICY_H

#include "base/error.h"
#include "service/line.h"
#include "service/settings.h"

/* Whether the line may dial the number: where dial_allow names it; else ordinary numbers of the countries that the
 * line's own numbers are of (of any, where it has none). A sentence in `why` when it may not. */
bool dial_policy_allows(const struct settings *settings, const struct line *line, struct str number, struct error *why);

#endif
