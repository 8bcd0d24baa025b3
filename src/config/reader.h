/* Inside of src/config: the entries of one section become its keys. */
#ifndef HOOKSWITCH_CONFIG_READER_H
#define HOOKSWITCH_CONFIG_READER_H

#include "config/internal.h"

/* Fills section->keys from the file's section, and complains of what is missing, unknown or wrong. */
void reader_fill(struct config *config, struct section *section, const struct ini_section *from);

#endif
