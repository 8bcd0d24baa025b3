/* Inside of src/config: a configuration while it is read. */
#ifndef HOOKSWITCH_CONFIG_INTERNAL_H
#define HOOKSWITCH_CONFIG_INTERNAL_H

#include "config/config.h"

/* --- INI files --- */

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

/* --- sections --- */

/* The handle that section_kind's callbacks get. */
struct config_reader {
    struct config *config;
};

/* "what was found is not `what`"; false. */
bool reader_reject(struct config_reader *reader, const struct section *section, const struct entry *entry,
                   const char *what);
/* Copies an entry, as the file's memory is freed once it is read. */
struct entry reader_copy_entry(struct arena *arena, const struct ini_entry *from);

/* Reads one entry into the member of the section's keys that the field describes. False, with a complaint, when the
 * value does not fit. */
bool fields_read(struct config_reader *reader, struct section *section, const struct entry *entry,
                 const struct field *field);

/* Fills section->keys from the file's section, and complains of what is missing, unknown or wrong. */
void reader_fill(struct config *config, struct section *section, const struct ini_section *from);

/* Which part of a prompt a key names: key, key.2, key.es, key.es.2 */
struct prompts_part {
    struct str language;
    unsigned long number; /* from 1 */
};

/* The field of a key, also for the further parts of a prompt. NULL when the key is unknown. */
const struct field *prompts_find_field(const struct section_kind *kind, struct str key, struct prompts_part *part);

/* The right order of a prompt's key: prompt.es.3 for prompt.3.es. Empty for any other key. */
struct str prompts_key_meant(struct arena *arena, const struct section_kind *kind, struct str key);

/* Reads one entry. NULL, with a complaint, when it is not a prompt. */
struct prompt *prompts_read_one(struct config_reader *reader, const struct section *section, const struct entry *entry);
/* Reads all parts of a prompt in the section, in all languages, in order. */
void prompts_read(struct config_reader *reader, struct section *section, const struct ini_section *from,
                  const struct field *field);

#endif
