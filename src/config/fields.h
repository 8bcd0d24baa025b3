/* Inside of src/config: values of a section's keys, each by its type. */
#ifndef HOOKSWITCH_CONFIG_FIELDS_H
#define HOOKSWITCH_CONFIG_FIELDS_H

#include "config/internal.h"

/* Reads one entry into the member of the section's keys that the field describes. False, with a complaint, when the
 * value does not fit. */
bool fields_read(struct config_reader *reader, struct section *section, const struct entry *entry,
                 const struct field *field);

#endif
