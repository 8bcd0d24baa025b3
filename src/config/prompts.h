/* Inside of src/config: prompts, which have several parts and languages. */
#ifndef HOOKSWITCH_CONFIG_PROMPTS_H
#define HOOKSWITCH_CONFIG_PROMPTS_H

#include "config/internal.h"

/* Which part of a prompt a key names: key, key.2, key.es, key.es.2 */
struct prompts_part {
    struct str language;
    unsigned long number; /* from 1 */
};

/* The field that a key is of; of a prompt also by its further parts. NULL when there is none. */
const struct field *prompts_find_field(const struct section_kind *kind, struct str key, struct prompts_part *part);

/* What a key of a prompt was meant to be, whose number stands ahead of its language: prompt.3.es is prompt.es.3. Empty:
 * it is no such key. */
struct str prompts_key_meant(struct arena *arena, const struct section_kind *kind, struct str key);

/* What one entry says; NULL (and a complaint) when it cannot be a prompt. */
struct prompt *prompts_read_one(struct config_reader *reader, const struct section *section, const struct entry *entry);
/* All parts of a field that stand in the section, in all languages, in order. */
void prompts_read(struct config_reader *reader, struct section *section, const struct ini_section *from,
                  const struct field *field);

#endif
