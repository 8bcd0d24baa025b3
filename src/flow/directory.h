/* Extensions, for menus. */
#ifndef HOOKSWITCH_FLOW_DIRECTORY_H
#define HOOKSWITCH_FLOW_DIRECTORY_H

#include "flow/call.h"

/* The length of the extensions of a [directory] section. */
size_t directory_longest(const void *keys);
/* Dials the extension. False when it does not exist. */
bool directory_go(struct call *call, const struct section *directory, struct str extension);

#endif
