/* Who has been here before, and who today: by number, however many processes and hosts answer. */
#ifndef HOOKSWITCH_FLOW_MET_H
#define HOOKSWITCH_FLOW_MET_H

#include "service/session.h"

/* Whether who calls or writes has a number that somebody can be known by: "anonymous" is many people. */
bool caller_has_number(const struct session *session);

/* Whether an earlier call, message or fax asked the same of the same number, within 13 months; all requests of one call
 * are one. `as` tells the askers apart: "known", "wrote front-desk". Without a store, or a number, nobody was. */
bool caller_history_seen(struct session *session, struct str as);

/* Counts what a number may do so often an hour on this line ("replies"), and says whether it is too often by now; the
 * first time that it is stands in the log. Where it cannot be counted it is not. */
bool caller_history_exceeds(struct session *session, const char *what, long per_hour);

/* Counts it, and says whether it was so today already, by the line's clock. */
bool caller_history_seen_today(struct session *session, struct str as);

#endif
