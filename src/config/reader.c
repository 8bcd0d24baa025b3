#include "config/reader.h"

#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "config/prompts.h"
#include "config/renamed.h"
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
    const char *front = entry == NULL ? key : "", *colon = entry == NULL ? ": " : "";
    if (meant.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s%s%.*s", front, colon, STR_ARGS(meant));
    else
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s%s'%.*s' is not a number; expected %s", front,
                        colon, STR_ARGS(str_prefix(number, 60)), expected);
    return false;
}

/* --- destinations and lists --- */

static bool read_destination(struct config_reader *reader, struct str value, struct destination *to)
{
    static const struct {
        const char *word;
        enum destination_kind kind;
    } words[] = { { "repeat", DESTINATION_REPEAT },
                  { "hangup", DESTINATION_HANGUP },
                  { "reject", DESTINATION_REJECT },
                  { "busy", DESTINATION_BUSY } };
    to->name = value;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_equal_nocase(value, str_of(words[i].word))) {
            to->kind = words[i].kind;
            return true;
        }
    if (str_starts(value, STR("+"))) {
        to->kind = DESTINATION_NUMBER;
        return value_number(reader->config->arena, value, &to->name);
    }
    if (str_find_char(value, ':') < value.length) {
        to->kind = DESTINATION_SIP;
        return value_sip(value);
    }
    to->kind = DESTINATION_SECTION;
    return value_name(arena_lower(reader->config->arena, value));
}

static struct destination *new_destination(struct section *section, const struct entry *entry, struct arena *arena)
{
    struct destination *to = ARENA_NEW(arena, struct destination);
    to->key = entry->key;
    to->line = entry->line;
    to->wanted = SECTION_NODE;
    struct destination **end = &section->destinations;
    while (*end != NULL)
        end = &(*end)->next_in_section;
    *end = to;
    return to;
}

struct destination *config_destination(struct config_reader *reader, struct section *section, const struct entry *entry,
                                       bool without_input)
{
    struct destination read = { .name = entry->value };
    if (!read_destination(reader, entry->value, &read)) {
        struct str meant = value_number_suggest(reader->config->arena, entry->value);
        if (meant.length > 0) {
            config_complain(reader, section, entry, COMPLAINT_ERROR, "%.*s", STR_ARGS(meant));
            return NULL;
        }
        reader_reject(
            reader, section, entry,
            "a destination; expected the name of a node, a number such as +15551230001, a sip: address, or one of "
            "repeat, hangup, reject, busy");
        return NULL;
    }
    struct destination *to = new_destination(section, entry, reader->config->arena);
    to->kind = read.kind;
    to->name = read.name;
    to->without_input = without_input;
    return to;
}

struct destination *config_reference(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct destination *to = config_destination(reader, section, entry, false);
    if (to != NULL)
        to->is_reference = true;
    return to;
}

struct word *config_words(struct config_reader *reader, const struct section *section, const struct entry *entry)
{
    struct word *first = NULL, **end = &first;
    struct str rest = entry->value, part;
    while (str_next(&rest, ',', &part)) {
        if (part.length == 0)
            continue;
        struct word *word = ARENA_NEW(reader->config->arena, struct word);
        word->text = part;
        *end = word;
        end = &word->next;
    }
    if (first == NULL)
        reader_reject(reader, section, entry, "a list of words; expected one or more, separated by commas");
    return first;
}

static bool read_numbers(struct config_reader *reader, const struct section *section, const struct entry *entry,
                         struct word **member)
{
    struct word *first = config_words(reader, section, entry);
    for (struct word *word = first; word != NULL; word = word->next) {
        if (value_sip(word->text) || value_number(reader->config->arena, word->text, &word->text))
            continue;
        return config_complain_of_number(reader, section, entry, NULL, word->text,
                                         "E.164 such as +15559870002, or a sip: address");
    }
    *member = first;
    return first != NULL;
}

/* --- single values --- */

static bool read_scaled(struct config_reader *reader, const struct section *section, const struct entry *entry,
                        const struct field *field, long *member)
{
    bool duration = field->type == FIELD_DURATION, size = field->type == FIELD_SIZE;
    bool read = duration ? value_duration(entry->value, member)
                : size   ? value_size(entry->value, member)
                         : value_count(entry->value, member);
    if (!read)
        return reader_reject(reader, section, entry,
                             duration ? "a duration; expected seconds, or such as 90s, 2m, 1h"
                             : size   ? "a size; expected bytes, or such as 64k, 1M"
                                      : "a whole number; expected such as 3");
    if (field->max > 0 && (*member < field->min || *member > field->max)) {
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%ld is out of range; expected %ld to %ld%s", *member,
                        field->min, field->max,
                        duration ? " seconds"
                        : size   ? " bytes"
                                 : "");
        return false;
    }
    return true;
}

static bool read_choice(struct config_reader *reader, const struct section *section, const struct entry *entry,
                        const struct field *field, int *member)
{
    struct str all = STR("");
    for (int i = 0; field->choices[i] != NULL; i++) {
        if (str_equal_nocase(entry->value, str_of(field->choices[i]))) {
            *member = i;
            return true;
        }
        all = arena_format(reader->config->arena, "%.*s%s%s", STR_ARGS(all), i == 0 ? "" : ", ", field->choices[i]);
    }
    config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not a choice here; expected one of %.*s",
                    STR_ARGS(str_prefix(entry->value, 60)), STR_ARGS(all));
    return false;
}

static bool read_zone(struct config_reader *reader, const struct section *section, const struct entry *entry,
                      struct zone **member)
{
    struct config *config = reader->config;
    struct str name = arena_copy(config->arena, entry->value);
    struct zone *zone = g_hash_table_lookup(config->zones, name.at);
    const char *trap = zone_advice(name.at);
    if (trap != NULL) {
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' %s", STR_ARGS(str_prefix(name, 60)), trap);
        return false;
    }
    if (zone == NULL && name.length > 0 && name.at[0] != '/' && str_find(name, STR("..")) == name.length)
        zone = zone_open(name.at);
    struct str meant = zone == NULL ? zone_suggest(config->arena, name) : STR("");
    if (meant.length > 0) {
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not a time zone; did you mean %.*s?",
                        STR_ARGS(str_prefix(name, 60)), STR_ARGS(meant));
        return false;
    }
    if (zone == NULL)
        return reader_reject(
            reader, section, entry,
            "a time zone; expected an IANA name such as America/New_York (timedatectl list-timezones shows them)");
    if (g_hash_table_lookup(config->zones, name.at) == NULL)
        g_hash_table_insert(config->zones, (gpointer)(uintptr_t)name.at, zone);
    *member = zone;
    return true;
}

bool config_loads_all(const struct config_reader *reader)
{
    return reader->config->whole;
}

const struct config *config_of(const struct config_reader *reader)
{
    return reader->config;
}

void **config_slot(struct config_reader *reader, const char *what, struct str path)
{
    struct config *config = reader->config;
    struct str key = ARENA_JOIN(config->arena, str_of(what), STR(" "), path);
    void **slot = g_hash_table_lookup(config->slots, key.at);
    if (slot == NULL) {
        slot = ARENA_NEW(config->arena, void *);
        g_hash_table_insert(config->slots, (gpointer)(uintptr_t)key.at, slot);
    }
    return slot;
}

void config_set_flag(struct config_reader *reader, const char *what)
{
    *config_slot(reader, "mark", str_of(what)) = reader->config;
}

bool config_has_flag(const struct config *config, const char *what)
{
    char key[64];
    snprintf(key, sizeof key, "mark %s", what);
    return g_hash_table_lookup(config->slots, key) != NULL;
}

static struct str absolute(struct arena *arena, struct str file, struct str path)
{
    size_t folder = file.length;
    while (folder > 0 && file.at[folder - 1] != '/')
        folder--;
    if (str_starts(path, STR("/")))
        return arena_copy(arena, path);
    return arena_format(arena, "%.*s%.*s", STR_ARGS(str_upto(file, folder)), STR_ARGS(path));
}

struct str config_path(struct config_reader *reader, const struct section *section, struct str path)
{
    struct str whole = absolute(reader->config->arena, section->file, path);
    config_add_file(reader->config, whole);
    return whole;
}

static bool read_text(struct config_reader *reader, const struct section *section, const struct entry *entry,
                      const struct field *field, struct str *member)
{
    struct arena *arena = reader->config->arena;
    struct str value = entry->value;
    *member = value;
    switch (field->type) {
    case FIELD_NUMBER:
        return value_number(arena, value, member) ||
               config_complain_of_number(reader, section, entry, NULL, value, "E.164 such as +15551230001");
    case FIELD_KEYS:
        return value_keys(value) || reader_reject(reader, section, entry, "telephone keys; expected some of 0-9 * #");
    case FIELD_URL:
        return value_url(value) || reader_reject(reader, section, entry, "an address; expected http(s)://host/path");
    case FIELD_LANGUAGE:
        return value_language(value) ||
               reader_reject(reader, section, entry, "a language; expected such as en-US, es, fr-CA");
    case FIELD_FILE:
        *member = absolute(arena, section->file, value);
        return value.length > 0 ||
               reader_reject(reader, section, entry,
                             "a path; expected such as /path/to/file, or one from this file's folder");
    default:
        return true;
    }
}

static bool read_field(struct config_reader *reader, struct section *section, const struct entry *entry,
                       const struct field *field)
{
    void *member = (char *)section->keys + field->offset;
    switch (field->type) {
    case FIELD_PROMPT: {
        struct prompt **end = member;
        while (*end != NULL)
            end = &(*end)->next;
        *end = prompts_read_one(reader, section, entry);
        return *end != NULL;
    }
    case FIELD_DESTINATION: {
        struct destination *to = config_destination(reader, section, entry, (field->flags & FIELD_WITHOUT_INPUT) != 0);
        *(struct destination **)member = to;
        return to != NULL;
    }
    case FIELD_REFERENCE: {
        struct destination *to = config_destination(reader, section, entry, false);
        *(struct destination **)member = to;
        if (to != NULL)
            to->wanted = (int)field->min;
        if (to != NULL && to->kind != DESTINATION_SECTION && field->min != SECTION_NODE)
            return reader_reject(reader, section, entry,
                                 "the name of a section; expected what stands behind the kind in its header");
        return to != NULL;
    }
    case FIELD_NUMBERS:
        return read_numbers(reader, section, entry, member);
    case FIELD_WORDS:
        return (*(struct word **)member = config_words(reader, section, entry)) != NULL;
    case FIELD_DURATION:
    case FIELD_COUNT:
    case FIELD_SIZE:
        return read_scaled(reader, section, entry, field, member);
    case FIELD_DECIMAL:
        return value_decimal(entry->value, member) || reader_reject(reader, section, entry, "a share; expected 0 to 1");
    case FIELD_SWITCH:
        return value_switch(entry->value, member) || reader_reject(reader, section, entry, "yes or no");
    case FIELD_CHOICE:
        return read_choice(reader, section, entry, field, member);
    case FIELD_ZONE:
        return read_zone(reader, section, entry, member);
    case FIELD_TEXT:
    case FIELD_NUMBER:
    case FIELD_KEYS:
    case FIELD_URL:
    case FIELD_FILE:
    case FIELD_LANGUAGE:
        return read_text(reader, section, entry, field, member);
    }
    return false;
}

/* --- a section --- */

bool config_is_misspelt(const struct section *section, const char *key)
{
    struct prompts_part part;
    for (const struct entry *entry = section->entries; entry != NULL && entry->key.length > 0; entry++) {
        const char *now = renamed_key(section->kind->name, entry->key, entry->value);
        if (now != NULL && strcmp(now, key) == 0)
            return true;
        if (prompts_find_field(section->kind, entry->key, &part) != NULL)
            continue;
        struct str_nearest nearest = str_nearest_to(str_upto(entry->key, str_find_char(entry->key, '.')));
        for (const struct field *field = section->kind->fields; field->key != NULL; field++)
            str_nearest_offer(&nearest, str_of(field->key));
        if (str_is(nearest.found, key))
            return true;
    }
    return false;
}

static bool complain_of_renamed_key(struct config_reader *reader, const struct section *section,
                                    const struct entry *entry)
{
    const char *now = renamed_key(section->kind->name, entry->key, entry->value);
    if (now != NULL)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is now '%s%.*s'", STR_ARGS(entry->key), now,
                        STR_ARGS(str_from(entry->key, str_find_char(entry->key, '.'))));
    return now != NULL;
}

static void complain_of_unknown_key(struct config_reader *reader, const struct section *section,
                                    const struct entry *entry)
{
    struct str key = str_upto(entry->key, str_find_char(entry->key, '.')); /* of prmpt.2: prmpt */
    struct str_nearest nearest = str_nearest_to(key);
    struct str meant = prompts_key_meant(reader->config->arena, section->kind, entry->key);
    for (const struct field *field = section->kind->fields; field->key != NULL; field++)
        str_nearest_offer(&nearest, str_of(field->key));
    bool any = nearest.found.length > 0;
    if (meant.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "the language comes first: %.*s", STR_ARGS(meant));
    else
        config_complain(reader, section, entry, COMPLAINT_ERROR, "a [%s] section knows no such key; %s%.*s%s",
                        section->kind->name, any ? "did you mean '" : "hookswitch.ini(5) lists those it has",
                        STR_ARGS(nearest.found), any ? "'?" : "");
}

struct entry reader_copy_entry(struct arena *arena, const struct ini_entry *from)
{
    return (struct entry){ arena_copy(arena, from->key), arena_copy(arena, from->value), from->line };
}

static unsigned long count_given(const struct section_kind *kind, const struct ini_section *from,
                                 const struct field *field)
{
    struct prompts_part part;
    unsigned long count = 0;
    for (const struct ini_entry *at = from->first; at != NULL; at = at->next)
        count += prompts_find_field(kind, at->key, &part) == field;
    return count;
}

static const char *example_of(enum field_type type)
{
    switch (type) {
    case FIELD_PROMPT:
        return "TEXT to speak, or https://host/sound.mp3";
    case FIELD_DESTINATION:
    case FIELD_REFERENCE:
        return "NODE";
    case FIELD_NUMBER:
    case FIELD_NUMBERS:
        return "+15551230001";
    case FIELD_FILE:
        return "FILE";
    case FIELD_URL:
        return "https://host/path";
    default:
        return "...";
    }
}

static void fill_absent(struct config_reader *reader, struct section *section, const struct field *field)
{
    struct entry entry = { str_of(field->key), str_of(field->fallback), section->line };
    if ((field->flags & FIELD_REQUIRED) != 0 && !config_is_misspelt(section, field->key))
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "the key '%s' is missing; expected %s = %s", field->key,
                        field->key, example_of(field->type));
    else if (field->fallback != NULL)
        read_field(reader, section, &entry, field);
    if ((field->flags & FIELD_DEAD_END) != 0 && !config_is_misspelt(section, field->key))
        config_complain(reader, section, NULL, COMPLAINT_HINT,
                        "a dead end: without '%s' the call just ends; expected %s = NODE, or = hangup if that is meant",
                        field->key, field->key);
}

static struct entry *keep_entries(struct arena *arena, const struct ini_section *from)
{
    size_t count = 0, i = 0;
    for (const struct ini_entry *at = from->first; at != NULL; at = at->next)
        count++;
    struct entry *entries = ARENA_ARRAY(arena, struct entry, count + 1);
    for (const struct ini_entry *at = from->first; at != NULL; at = at->next)
        entries[i++] = (struct entry){ arena_copy(arena, at->key), STR(""), at->line };
    return entries;
}

void reader_fill(struct config *config, struct section *section, const struct ini_section *from)
{
    struct config_reader reader = { config };
    const struct section_kind *kind = section->kind;
    section->entries = keep_entries(config->arena, from);
    for (const struct field *field = kind->fields; field->key != NULL; field++) {
        if (count_given(kind, from, field) == 0)
            fill_absent(&reader, section, field);
        else if (field->type == FIELD_PROMPT)
            prompts_read(&reader, section, from, field);
    }
    for (const struct ini_entry *at = from->first; at != NULL; at = at->next) {
        struct prompts_part part;
        const struct field *field = prompts_find_field(kind, at->key, &part);
        if (at->spoilt || (field != NULL && field->type == FIELD_PROMPT))
            continue;
        struct entry entry = reader_copy_entry(config->arena, at);
        if (complain_of_renamed_key(&reader, section, &entry))
            continue;
        if (field != NULL)
            read_field(&reader, section, &entry, field);
        else if (kind->entry == NULL || !kind->entry(&reader, section, &entry))
            complain_of_unknown_key(&reader, section, &entry);
    }
    /* Not where a line was spoilt: what is missing then has been complained of. */
    if (kind->finish != NULL && !from->spoilt)
        kind->finish(&reader, section);
}
