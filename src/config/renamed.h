/* Keys that have another name since an earlier version: the reader names the new one. */
#ifndef HOOKSWITCH_CONFIG_RENAMED_H
#define HOOKSWITCH_CONFIG_RENAMED_H

#include "base/str.h"

/* The new name of a key of a [section], or NULL when `key` with this `value` is not an old one. */
const char *renamed_key(const char *section, struct str key, struct str value);

#endif
