/* Every kind of node, as NAME_kind (the build lists them in flow/node_kinds.h), and what is used of one elsewhere. The
 * keys are those of a section of the kind. */
#ifndef HOOKSWITCH_FLOW_KINDS_H
#define HOOKSWITCH_FLOW_KINDS_H

#include "flow/call.h"
#include "flow/week.h"

#define NODE_KIND(name) extern const struct section_kind name##_kind;
#include "flow/node_kinds.h"
#undef NODE_KIND

/* The length of a directory's extensions. */
size_t directory_longest(const void *keys);
/* Dials the extension. False when it does not exist. */
bool directory_go(struct call *call, const struct section *directory, struct str extension);

const struct week *hours_week(const void *keys);
/* Whether the hours are open at that local time. */
bool hours_is_open(const void *keys, struct zone_time time);
/* The same now in the line's time zone, unless they are forced open or closed. */
bool hours_open_now(struct session *session, const struct section *section);
/* The name in saved state of forced hours: "open" or "closed". Hours in a line's own file are forced for that line. */
struct str hours_kv_name(struct arena *arena, const struct section *section, const struct line *line);

/* The queue's name on the platform. */
struct str queue_name(const void *keys);

/* Days that a voicemail's messages are kept for a mailbox; 0: no mailbox, or another kind of section. */
long voicemail_listen_days(const struct section *section);
/* Whether its messages are transcribed. */
bool voicemail_transcribes(const struct section *section);

#endif
