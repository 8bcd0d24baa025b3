/* Passwords and PINs of nodes, from a key or a file; compared in constant time, never shown. */
#ifndef HOOKSWITCH_FLOW_SECRET_H
#define HOOKSWITCH_FLOW_SECRET_H

#include "config/config.h"

/* Reads `file` into `value` when it is given. Reports an error when both are given or the file cannot be read. `key` is
 * the key of the value. For section_kind.finish. */
void secret_read(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                 struct str file);
/* The same for a PIN of 4 to 10 digits. */
void secret_read_pin(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                     struct str file);
/* Whether `typed` equals the secret, in constant time. An empty secret never matches. */
bool secret_fits(struct str secret, struct str typed);

#endif
