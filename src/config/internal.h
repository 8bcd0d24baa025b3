/* Inside of src/config: a configuration while it is read. */
#ifndef HOOKSWITCH_CONFIG_INTERNAL_H
#define HOOKSWITCH_CONFIG_INTERNAL_H

#include "config/config.h"
#include "config/ini.h"

/* The handle that section_kind's callbacks get. */
struct config_reader {
    struct config *config;
};

/* "what was found is not `what`"; false. */
bool reader_reject(struct config_reader *reader, const struct section *section, const struct entry *entry,
                   const char *what);
/* Copies an entry, as the file's memory is freed once it is read. */
struct entry reader_copy_entry(struct arena *arena, const struct ini_entry *from);

#endif
