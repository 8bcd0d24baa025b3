/* One INI file, read by iniparser and held against its own lines, so that nothing that iniparser would cut, fold or
 * override passes unnoticed. iniparser is included here and nowhere else. */
#ifndef HOOKSWITCH_CONFIG_INI_H
#define HOOKSWITCH_CONFIG_INI_H

#include "config/complaint.h"

enum { INI_FILE_MAX_BYTES = 64 * 1024 * 1024 };

struct ini_entry {
    struct ini_entry *next;
    struct str key;   /* in lower case */
    struct str value; /* as iniparser gives it */
    unsigned line;
    bool spoilt; /* complained of; only the key is to be relied on */
};

struct ini_section {
    struct ini_section *next;
    struct str name; /* in lower case, inner spaces folded to one */
    unsigned line;
    bool spoilt;  /* its header or one of its lines was complained of: what it lacks may be a consequence */
    bool repeats; /* another of that name stands ahead of it, which alone counts */
    struct ini_entry *first;
};

struct ini {
    struct str file;
    struct ini_section *first;
};

/* Reads `path`. 0 with the sections in the file's order, or -1 when the file cannot be used at all; complaints say
 * why, in both cases. What is read is in `arena`. */
int ini_read(const char *path, struct arena *arena, struct complaints *complaints, struct ini *ini);

#endif
