/* Inside of src/config: a configuration while it is read. */
#ifndef HOOKSWITCH_CONFIG_INTERNAL_H
#define HOOKSWITCH_CONFIG_INTERNAL_H

#include <glib.h>

#include "config/config.h"
#include "config/ini.h"

struct config {
    struct arena *arena;
    const struct section_kind *const *kinds;
    struct complaints complaints;
    struct section *first, **end;
    struct word *files, **files_end;
    GHashTable *by_name;      /* "kind scope name" -> struct section */
    GHashTable *destinations; /* " scope name" -> struct section */
    GHashTable *zones;        /* name -> struct zone */
    GHashTable *slots;        /* "what path" -> void * */
    unsigned scopes;
    bool load_all;
    bool nameless;   /* a section lacks its name, which may be what a key asks for */
    bool incomplete; /* a file could not be read: what it holds cannot be found missing */
};

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
