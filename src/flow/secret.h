/* Passwords and PINs of nodes: from a key or a file, compared in constant time, shown nowhere. */
#ifndef HOOKSWITCH_FLOW_SECRET_H
#define HOOKSWITCH_FLOW_SECRET_H

#include "config/config.h"

/* Puts what `file` holds into `value`, where a file is named; complains where both are given, or the file cannot be
 * read. `key` is that of the value. For section_kind.finish. */
void secret_read(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                 struct str file);
/* The same, and complains of what is no PIN: 4 to 10 digits. */
void secret_read_pin(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                     struct str file);
/* Whether `typed` is the secret; how long that takes says nothing of where they differ. An empty secret fits nothing.
 */
bool secret_fits(struct str secret, struct str typed);

#endif
