#include "config/internal.h"

#include "config/value.h"

struct prompt *prompts_read_one(struct config_reader *reader, const struct section *section, const struct entry *entry)
{
    struct prompt *prompt = ARENA_NEW(reader->config->arena, struct prompt);
    struct str value = entry->value;
    *prompt = (struct prompt){ .kind = PROMPT_SAY, .text = value };
    if (value.length == 0) {
        reader_reject(reader, section, entry, "a prompt; expected text to speak, an http(s):// address, or 'pause 2'");
        return NULL;
    }
    if (str_starts_nocase(value, STR("http://")) || str_starts_nocase(value, STR("https://"))) {
        prompt->kind = PROMPT_PLAY;
        if (str_starts_nocase(value, STR("http://")))
            config_complain(reader, section, entry, COMPLAINT_WARNING,
                            "sound over http can be intercepted and changed; expected https://");
        if (!value_url_with_names(reader->config->arena, value)) {
            reader_reject(
                reader, section, entry,
                "an address; expected http(s)://host/path without spaces, {{Name}} in its path or query at most");
            return NULL;
        }
    } else if (str_starts_nocase(value, STR("pause ")) &&
               value_duration(str_trim(str_from(value, 6)), &prompt->pause_s)) {
        prompt->kind = PROMPT_PAUSE;
    }
    return prompt;
}

static bool read_part(struct str rest, struct prompts_part *part)
{
    size_t dot = str_find_char(rest, '.');
    *part = (struct prompts_part){ STR(""), 1 };
    if (value_language(str_upto(rest, dot))) {
        part->language = str_upto(rest, dot);
        if (dot == rest.length)
            return true;
        rest = str_from(rest, dot + 1);
    }
    return str_to_number(rest, 99, &part->number) && part->number >= 2;
}

/* key; of a prompt also its further parts. */
const struct field *prompts_find_field(const struct section_kind *kind, struct str key, struct prompts_part *part)
{
    size_t dot = str_find_char(key, '.');
    *part = (struct prompts_part){ STR(""), 1 };
    for (const struct field *field = kind->fields; field->key != NULL; field++) {
        if (str_is(key, field->key))
            return field;
        if (field->type == FIELD_PROMPT && str_is(str_upto(key, dot), field->key) &&
            read_part(str_from(key, dot + 1), part))
            return field;
    }
    return NULL;
}

struct str prompts_key_meant(struct arena *arena, const struct section_kind *kind, struct str key)
{
    struct prompts_part part;
    size_t first = str_find_char(key, '.');
    struct str rest = str_from(key, first + 1);
    size_t second = str_find_char(rest, '.');
    struct str meant = arena_format(arena, "%.*s.%.*s.%.*s", STR_ARGS(str_upto(key, first)),
                                    STR_ARGS(str_from(rest, second + 1)), STR_ARGS(str_upto(rest, second)));
    return second < rest.length && prompts_find_field(kind, meant, &part) != NULL ? meant : STR("");
}

/* The parts of a prompt in one language, by their numbers. */
static struct prompt *read_prompt_in(struct config_reader *reader, struct section *section,
                                     const struct ini_section *from, const struct field *field, struct str language)
{
    struct prompt *first = NULL, **end = &first;
    unsigned long found = 0;
    for (unsigned long wanted = 1; wanted < 100; wanted++)
        for (const struct ini_entry *at = from->first; at != NULL; at = at->next) {
            struct prompts_part part;
            if (prompts_find_field(section->kind, at->key, &part) != field || part.number != wanted ||
                !str_equal(part.language, language))
                continue;
            if (at->invalid) {
                found++;
                continue;
            }
            struct entry entry = reader_copy_entry(config_reader_arena(reader), at);
            if (++found != wanted)
                config_complain(reader, section, &entry, COMPLAINT_WARNING,
                                "'%s%s%.*s%s' is missing before this; number them without a gap", field->key,
                                language.length > 0 ? "." : "", STR_ARGS(language), wanted == 2 ? "" : ".2");
            *end = prompts_read_one(reader, section, &entry);
            if (*end == NULL)
                return first;
            end = &(*end)->next;
        }
    return first;
}

static bool has_plain_part(const struct section_kind *kind, const struct ini_section *from, const struct field *field)
{
    struct prompts_part part;
    for (const struct ini_entry *at = from->first; at != NULL; at = at->next)
        if (prompts_find_field(kind, at->key, &part) == field && part.language.length == 0)
            return true;
    return false;
}

void prompts_read(struct config_reader *reader, struct section *section, const struct ini_section *from,
                  const struct field *field)
{
    struct prompt **member = (struct prompt **)(void *)((char *)section->keys + field->offset);
    struct prompt *plain = read_prompt_in(reader, section, from, field, STR("")), **end;
    if (plain == NULL && !has_plain_part(section->kind, from, field)) {
        struct entry entry = { str_of(field->key), str_of(field->fallback), section->line };
        if (field->fallback != NULL)
            plain = prompts_read_one(reader, section, &entry);
        else
            config_error(reader, section, "'%s' is given for single languages only; expected '%s' for all others",
                         field->key, field->key);
    }
    *member = plain;
    for (const struct ini_entry *at = from->first; plain != NULL && at != NULL; at = at->next) {
        struct prompts_part part;
        if (prompts_find_field(section->kind, at->key, &part) != field || part.language.length == 0)
            continue;
        for (end = &plain->translated; *end != NULL && !str_equal((*end)->language, part.language);)
            end = &(*end)->translated;
        if (*end != NULL)
            continue;
        *end = read_prompt_in(reader, section, from, field, part.language);
        if (*end != NULL)
            (*end)->language = arena_copy(config_reader_arena(reader), part.language);
    }
}
