/* Recognizes returning callers by their number, across processes and hosts. */
#ifndef HOOKSWITCH_FLOW_MET_H
#define HOOKSWITCH_FLOW_MET_H

#include "service/session.h"

/* Whether the caller has a number: "anonymous" is many people. */
bool caller_has_number(const struct session *session);

/* Whether an earlier call, message or fax of the same number asked for the same `key` within 13 months. All requests of
 * one call count as one. False without a store or a number. */
bool caller_history_seen(struct session *session, struct str key);

/* Counts an activity ("replies") of the caller on this line. Returns whether it happened more than `per_hour` times in
 * this hour; logs it the first time. False when it cannot be counted. */
bool caller_history_exceeds(struct session *session, const char *what, long per_hour);

/* The same as caller_history_seen within the line's current day. */
bool caller_history_seen_today(struct session *session, struct str key);

#endif
