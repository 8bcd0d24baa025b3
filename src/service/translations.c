#include "service/translations.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "service/language.h"
#include "service/line.h"

static struct str main_language(struct str language)
{
    return str_upto(language, str_find_char(language, '-'));
}

static bool is_other(struct str language)
{
    return language.length > 0 && !str_equal_nocase(main_language(language), STR("en"));
}

/* Whether what stands without a language is heard by callers who speak another than English. */
static bool is_other_at_first(const struct config *config)
{
    for (const struct section *at = config->first; at != NULL; at = at->next) {
        const struct settings *settings = at->kind == &settings_kind ? at->keys : NULL;
        const struct line *line = at->kind == &line_kind ? at->keys : NULL;
        if ((settings != NULL && is_other(settings->language)) ||
            (line != NULL && is_other(line->language) && language_find(config, line->language) == NULL))
            return true;
    }
    return false;
}

static bool has_language(const struct prompt *prompt, struct str language)
{
    for (; prompt != NULL; prompt = prompt->translated)
        if (str_equal_nocase(main_language(prompt->language), main_language(language)))
            return true;
    return false;
}

static void name_key(struct buffer *keys, const char *key, struct str language)
{
    buffer_format(keys, "%s%s%s%.*s", keys->length > 0 ? ", " : "", key, language.length > 0 ? "." : "",
                  STR_ARGS(language));
}

/* Whether a key such as forward_which has no effect, because the list in its prefix (forward) is not given. */
static bool is_unused(const struct section *section, struct str key)
{
    struct str prefix = str_upto(key, str_find_char(key, '_'));
    for (const struct field *field = section->kind->fields; field->key != NULL; field++) {
        const void *list = NULL;
        if (prefix.length == key.length || field->type != FIELD_WORDS || !str_is(prefix, field->key))
            continue;
        memcpy(&list, (const char *)section->keys + field->offset, sizeof list);
        return list == NULL;
    }
    return false;
}

/* A fallback with a space in it is a sentence; one that begins with a name is a pattern. */
static void check_field(const struct config *config, const struct section *section, const struct field *field,
                        bool other_at_first, struct buffer *keys)
{
    const char *member = (const char *)section->keys + field->offset;
    struct str sentence = str_of(field->fallback);
    const struct prompt *prompt = NULL;
    if (field->type == FIELD_PROMPT)
        memcpy(&prompt, member, sizeof prompt);
    if (str_find_char(sentence, ' ') == sentence.length || str_starts(sentence, STR("{{")) ||
        (field->type == FIELD_PROMPT && prompt == NULL) || is_unused(section, str_of(field->key)))
        return;
    bool built_in = str_equal(prompt != NULL ? prompt->text : *(const struct str *)(const void *)member, sentence);
    if (built_in && other_at_first && (prompt == NULL || prompt->translated == NULL))
        name_key(keys, field->key, STR(""));
    for (const struct section *at = config->first; at != NULL && built_in && prompt != NULL; at = at->next)
        if (at->kind == &language_kind && is_other(at->name) && !has_language(prompt->translated, at->name))
            name_key(keys, field->key, at->name);
}

static void add_language(const struct config *config, GHashTable *set, struct str language)
{
    if (language.length > 0)
        g_hash_table_add(set, (gpointer)(uintptr_t)arena_lower(config->arena, main_language(language)).at);
}

/* The main languages that a call can be in. */
static GHashTable *languages_set(const struct config *config)
{
    GHashTable *set = g_hash_table_new(g_str_hash, g_str_equal);
    for (const struct section *at = config->first; at != NULL; at = at->next) {
        if (at->kind == &language_kind)
            add_language(config, set, at->name);
        for (const struct field *field = at->kind->fields; field->key != NULL && at->kind != &settings_kind; field++)
            if (field->type == FIELD_LANGUAGE)
                add_language(config, set, *(const struct str *)(const void *)((const char *)at->keys + field->offset));
    }
    return set;
}

static void check_translated(const struct config *config, struct complaints *complaints, const struct section *section,
                             const struct field *field, GHashTable *set)
{
    const struct prompt *prompt = NULL;
    memcpy(&prompt, (const char *)section->keys + field->offset, sizeof prompt);
    for (prompt = prompt == NULL ? NULL : prompt->translated; prompt != NULL; prompt = prompt->translated) {
        struct str language = arena_lower(config->arena, main_language(prompt->language));
        const char *flag = arena_format(config->arena, LANGUAGE_FLAG "%.*s", STR_ARGS(language)).at;
        const char *key = arena_format(config->arena, "%s.%.*s", field->key, STR_ARGS(prompt->language)).at;
        if (!g_hash_table_contains(set, language.at) && !config_has_flag(config, flag))
            complain(complaints, COMPLAINT_HINT, config_place(section, key),
                     "nothing sets this language, so this is never spoken; expected languages = %.*s in a [line] "
                     "with a [language %.*s], or DIGITS.language = %.*s in a [menu]",
                     STR_ARGS(prompt->language), STR_ARGS(prompt->language), STR_ARGS(prompt->language));
    }
}

void translations_check(const struct config *config, struct complaints *complaints)
{
    GHashTable *set = languages_set(config);
    bool other_at_first = is_other_at_first(config);
    for (const struct section *at = config->first; at != NULL; at = at->next) {
        struct buffer keys = buffer_in(config->arena);
        if (!at->reachable && at->kind != &settings_kind)
            continue;
        for (const struct field *field = at->kind->fields; field->key != NULL; field++) {
            if (field->type == FIELD_PROMPT || field->type == FIELD_TEXT)
                check_field(config, at, field, other_at_first, &keys);
            if (field->type == FIELD_PROMPT)
                check_translated(config, complaints, at, field, set);
        }
        if (keys.length > 0)
            complain(complaints, COMPLAINT_HINT, config_place(at, ""),
                     "built-in sentences are English, whatever language a caller speaks: set %.*s",
                     STR_ARGS(buffer_text(&keys)));
    }
    g_hash_table_destroy(set);
}
