/* Complaints about a section: where its keys stand, and what is wrong with them. */
#include "config/internal.h"
#include "config/value.h"

struct arena *config_reader_arena(struct config_reader *reader)
{
    return reader->config->arena;
}

static struct place entry_place(const struct section *section, const struct entry *entry)
{
    return (struct place){ section->file, entry == NULL ? section->line : entry->line, section->title,
                           entry == NULL ? STR("") : entry->key };
}

struct place config_place(const struct section *section, const char *key)
{
    struct place place = { section->file, section->line, section->title, str_of(key) };
    for (const struct entry *entry = section->entries; entry != NULL && entry->key.length > 0; entry++)
        if (str_is(entry->key, key))
            place.line = entry->line;
    return place;
}

/* The entry whose key the sentence begins with, which is taken off; NULL when it begins with none. */
static const struct entry *entry_spoken_of(const struct section *section, struct str *sentence)
{
    size_t colon = str_find(*sentence, STR(": "));
    const struct entry *entry = section->entries;
    while (entry != NULL && entry->key.length > 0 && !str_equal(entry->key, str_upto(*sentence, colon)))
        entry++;
    if (entry == NULL || entry->key.length == 0)
        return NULL;
    *sentence = str_from(*sentence, colon + 2);
    return entry;
}

void config_complain(struct config_reader *reader, const struct section *section, const struct entry *entry,
                     enum complaint_severity severity, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str sentence = arena_vformat(reader->config->arena, format, args);
    va_end(args);
    if (entry == NULL)
        entry = entry_spoken_of(section, &sentence);
    complain(&reader->config->complaints, severity, entry_place(section, entry), "%.*s", STR_ARGS(sentence));
}

/* "what was found, what was expected" */
bool reader_reject(struct config_reader *reader, const struct section *section, const struct entry *entry,
                   const char *what)
{
    config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not %s", STR_ARGS(str_prefix(entry->value, 60)),
                    what);
    return false;
}

bool config_complain_of_number(struct config_reader *reader, const struct section *section, const struct entry *entry,
                               const char *key, struct str number, const char *expected)
{
    struct str meant = value_number_suggest(reader->config->arena, number);
    const char *prefix = entry == NULL ? key : "", *colon = entry == NULL ? ": " : "";
    if (meant.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s%s%.*s", prefix, colon, STR_ARGS(meant));
    else
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s%s'%.*s' is not a number; expected %s", prefix,
                        colon, STR_ARGS(str_prefix(number, 60)), expected);
    return false;
}

struct entry reader_copy_entry(struct arena *arena, const struct ini_entry *from)
{
    return (struct entry){ arena_copy(arena, from->key), arena_copy(arena, from->value), from->line };
}
