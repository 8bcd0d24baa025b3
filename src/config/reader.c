
#include "config/internal.h"

#include <glib.h>

enum renamed_value { ANY, DATES };

static const struct {
    const char *section, *was, *is;
    enum renamed_value value;
} keys[] = {
    { "hookswitch", "unknown", "unknown_number", ANY },
    { "line", "too_many", "rate_limited", ANY },
    { "hours", "shut", "closed", ANY },
    { "hours", "closed", "closed_on", DATES },
    { "route", "shut", "closed", ANY },
    { "mailbox", "trouble", "error", ANY },
    { "texts", "near_misses", "tolerate_typos", ANY },
    { "texts", "forward_front", "forward_prefix", ANY },
    { "texts", "forward_trouble", "forward_error", ANY },
    { "form", "leave", "cancel_words", ANY },
    { "form", "left", "canceled", ANY },
    { "form", "too_many", "too_many_tries", ANY },
    { "form", "trouble", "error", ANY },
    { "work", "stall", "stall_timeout", ANY },
};

/* 12-25, 2026-12-24..2026-12-31: a section may be called 24h-line. */
static bool begins_like_a_date(struct str value)
{
    size_t digits = 0;
    while (digits < value.length && g_ascii_isdigit(value.at[digits]))
        digits++;
    return (digits == 2 || digits == 4) && value.length > digits + 2 && value.at[digits] == '-' &&
           g_ascii_isdigit(value.at[digits + 1]) && g_ascii_isdigit(value.at[digits + 2]);
}

static const char *renamed_key(const char *section, struct str key, struct str value)
{
    struct str name = str_upto(key, str_find_char(key, '.')); /* of trouble.2: trouble */
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_equal(str_of(section), str_of(keys[i].section)) && str_is(name, keys[i].was) &&
            (keys[i].value == ANY || begins_like_a_date(value)))
            return keys[i].is;
    return NULL;
}

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
        config_complain(reader, section, entry, COMPLAINT_ERROR, "unknown key in a [%s] section; %s%.*s%s",
                        section->kind->name, any ? "did you mean '" : "hookswitch.ini(5) lists those it has",
                        STR_ARGS(nearest.found), any ? "'?" : "");
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
        config_error(reader, section, "the key '%s' is missing; expected %s = %s", field->key, field->key,
                     example_of(field->type));
    else if (field->fallback != NULL)
        fields_read(reader, section, &entry, field);
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
        if (at->invalid || (field != NULL && field->type == FIELD_PROMPT))
            continue;
        struct entry entry = reader_copy_entry(config->arena, at);
        if (complain_of_renamed_key(&reader, section, &entry))
            continue;
        if (field != NULL)
            fields_read(&reader, section, &entry, field);
        else if (kind->entry == NULL || !kind->entry(&reader, section, &entry))
            complain_of_unknown_key(&reader, section, &entry);
    }
    /* Not where a line was invalid: what is missing then has been complained of. */
    if (kind->finish != NULL && !from->invalid)
        kind->finish(&reader, section);
}
