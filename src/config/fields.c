#include "config/internal.h"

#include "base/zone.h"
#include "config/value.h"

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

struct destination *config_reference(struct config_reader *reader, struct section *section, const struct entry *entry,
                                     const struct section_kind *kind)
{
    struct destination *to = config_destination(reader, section, entry, false);
    if (to != NULL) {
        to->is_reference = true;
        to->wanted_kind = kind;
    }
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

static bool read_scaled(struct config_reader *reader, const struct section *section, const struct entry *entry,
                        const struct field *field, long *member)
{
    bool duration = field->type == FIELD_DURATION, size = field->type == FIELD_SIZE;
    bool read = duration ? value_duration(entry->value, member)
                : size   ? value_size(entry->value, member)
                         : value_count(entry->value, member);
    if (!read)
        return reader_reject(reader, section, entry,
                             duration ? "a duration; expected seconds, or such as 90s, 2m, 1h, 30d"
                             : size   ? "a size; expected bytes, or such as 64k, 1M"
                                      : "a whole number; expected for example 3");
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
    config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not valid here; expected one of %.*s",
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

static struct str absolute(struct arena *arena, struct str file, struct str path)
{
    size_t folder = file.length - str_behind_last(file, '/').length;
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
               reader_reject(reader, section, entry, "a language; expected for example en-US, es, fr-CA");
    case FIELD_FILE:
        *member = absolute(arena, section->file, value);
        return value.length > 0 ||
               reader_reject(reader, section, entry,
                             "a path; expected for example /path/to/file, or one from this file's folder");
    default:
        return true;
    }
}

bool fields_read(struct config_reader *reader, struct section *section, const struct entry *entry,
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
