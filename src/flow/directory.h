/* Who can be reached by extension or name. */
#ifndef HOOKSWITCH_FLOW_DIRECTORY_H
#define HOOKSWITCH_FLOW_DIRECTORY_H

#include "flow/call.h"

/* For a menu that takes extensions: of the keys of a [directory] section. */
size_t directory_longest(const void *keys);
/* Goes to who has that extension: false when nobody has. */
bool directory_go(struct call *call, const struct section *directory, struct str extension);

#endif
