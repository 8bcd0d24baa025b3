/* [on EVENT]: the actions that an event triggers. */
#ifndef HOOKSWITCH_SERVICE_ON_H
#define HOOKSWITCH_SERVICE_ON_H

#include "event/event.h"
#include "service/line.h"
#include "web/form.h"

extern const struct section_kind on_kind;

/* The lines that a section of this kind names, in lower case: whether they exist is seen once all files are read. */
const struct word *on_lines(const struct section *section);

/* The sections by the events that they name. */
struct on_index;
struct on_index *on_index_new(const struct config *config);
void on_index_free(struct on_index *index);

/* Adds the orders of every [on ...] that the event fits to its orders, in the arena. `form` holds its parameters;
 * `line` may be NULL. */
void on_request_jobs(const struct on_index *index, struct arena *arena, const struct form *form,
                     const struct line *line, struct event *event);
/* Whether a section handles that event. */
bool on_has_handler(const struct on_index *index, const char *event_name);
/* Whether the section's filters let the event through, once its numbers are known. Sections of other kinds let all
 * through. */
bool on_matches(const struct section *section, const struct event *event, const struct form *form);

#endif
