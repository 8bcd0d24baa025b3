/* Parses an INI file, and compares the result with iniparser's, so that nothing is cut or overridden silently. Only
 * this file includes iniparser. */
#ifndef HOOKSWITCH_CONFIG_INI_H
#define HOOKSWITCH_CONFIG_INI_H

#include "config/complaint.h"

enum { INI_FILE_MAX_BYTES = 64 * 1024 * 1024 };

struct ini_entry {
    struct ini_entry *next;
    struct str key;   /* in lower case */
    struct str value; /* as iniparser gives it */
    unsigned line;
    bool invalid; /* has been complained of; only the key is valid */
};

struct ini_section {
    struct ini_section *next;
    struct str name; /* in lower case, inner spaces folded to one */
    unsigned line;
    bool invalid; /* its header or a line has been complained of: a missing key may be a consequence */
    bool repeats; /* an earlier section has that name, and only that one counts */
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
