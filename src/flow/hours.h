/* Opening hours, for those who ask whether it is open now. */
#ifndef HOOKSWITCH_FLOW_HOURS_H
#define HOOKSWITCH_FLOW_HOURS_H

#include "flow/week.h"
#include "service/session.h"

/* The week that an [hours] section's keys say. */
const struct week *hours_week(const void *keys);
/* Whether they are open at that wall-clock time. */
bool hours_is_open(const void *keys, struct zone_time time);
/* The same now, where the call's line is, unless they are forced open or closed. */
bool hours_open_now(struct session *session, const struct section *section);
/* The name in shared state under which the section's hours are forced: "open" or "closed". Hours of a line's own file
 * are forced for that line. */
struct str hours_row(struct arena *arena, const struct section *section, const struct line *line);
/* Complains where what was looked at is no [hours] section. For section_kind.validate_reachable. */
void hours_expect(struct config_reader *reader, const struct section *section, const struct destination *is_reference);

#endif
