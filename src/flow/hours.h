/* Whether an [hours] section is open. */
#ifndef HOOKSWITCH_FLOW_HOURS_H
#define HOOKSWITCH_FLOW_HOURS_H

#include "flow/week.h"
#include "service/session.h"

/* The week of an [hours] section's keys. */
const struct week *hours_week(const void *keys);
/* Whether they are open at that local time. */
bool hours_is_open(const void *keys, struct zone_time time);
/* The same now in the line's time zone, unless they are forced open or closed. */
bool hours_open_now(struct session *session, const struct section *section);
/* The name in saved state of forced hours: "open" or "closed". Hours in a line's own file are forced for that line. */
struct str hours_kv_name(struct arena *arena, const struct section *section, const struct line *line);
/* Reports an error when the referenced section is not [hours]. For section_kind.validate_reachable. */
void hours_check_reference(struct config_reader *reader, const struct section *section,
                           const struct destination *is_reference);

#endif
