/* [on EVENT]: the actions that an event triggers. */
#ifndef HOOKSWITCH_SERVICE_ON_H
#define HOOKSWITCH_SERVICE_ON_H

#include "event/event.h"
#include "service/line.h"

extern const struct section_kind on_kind;

/* The lines that a section of this kind names, in lower case: whether they exist is seen once all files are read. */
const struct word *on_lines(const struct section *section);

/* The sections by the events that they name: "call.missed", "call.*", "*". Of use as long as the configuration. */
GHashTable *on_index_new(const struct config *config);

/* Adds the orders of every [on ...] that the event fits to its orders, in the arena. `form` holds its parameters;
 * `line` may be NULL. */
void on_request_jobs(GHashTable *index, struct arena *arena, const struct form *form, const struct line *line,
                     struct event *event);
/* Whether a section handles that event. */
bool on_has_handler(GHashTable *index, const char *event_name);
/* Whether the section's filters let the event through, once its numbers are known. Sections of other kinds let all
 * through. */
bool on_matches(const struct section *section, const struct event *event, const struct form *form);

#endif
