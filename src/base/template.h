/* Texts with names in them, such as "Hello, {{Name}}". */
#ifndef HOOKSWITCH_BASE_TEMPLATE_H
#define HOOKSWITCH_BASE_TEMPLATE_H

#include "base/arena.h"

/* Fills each {{Name}} with what `value` returns for the name (trimmed). Text from a "{{" that is never closed on stays
 * unchanged. */
struct str template_fill(struct arena *arena, struct str text, struct str (*value)(void *context, struct str name),
                         void *context);

/* Whether the text has names to fill. */
bool template_has_names(struct str text);
/* Whether each "{{" is closed. */
bool template_is_closed(struct str text);

#endif
