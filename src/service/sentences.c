#include "service/sentences.h"

#include <string.h>

#include "base/buffer.h"
#include "service/language.h"
#include "service/line.h"
#include "service/settings.h"

static struct text main_language(struct text language)
{
    return text_upto(language, text_find_char(language, '-'));
}

static bool is_other(struct text language)
{
    return language.length > 0 && !text_equal_nocase(main_language(language), TEXT("en"));
}

/* Whether what stands without a language is heard by callers who speak another than English. */
static bool is_other_at_first(const struct config *config)
{
    for (const struct section *at = config_first(config); at != NULL; at = at->next) {
        const struct settings *settings = at->kind == &settings_kind ? at->keys : NULL;
        const struct line *line = at->kind == &line_kind ? at->keys : NULL;
        if ((settings != NULL && is_other(settings->language)) ||
            (line != NULL && is_other(line->language) && language_find(config, line->language) == NULL))
            return true;
    }
    return false;
}

static bool has_language(const struct prompt *prompt, struct text language)
{
    for (; prompt != NULL; prompt = prompt->translated)
        if (text_equal_nocase(main_language(prompt->language), main_language(language)))
            return true;
    return false;
}

static void name_key(struct buffer *keys, const char *key, struct text language)
{
    buffer_format(keys, "%s%s%s%.*s", keys->length > 0 ? ", " : "", key, language.length > 0 ? "." : "",
                  TEXT_ARGS(language));
}

/* A fallback with a space in it is a sentence; one that begins with a name is a pattern. */
static void check_field(const struct config *config, const struct section *section, const struct field *field,
                        bool other_at_first, struct buffer *keys)
{
    const char *member = (const char *)section->keys + field->offset;
    struct text sentence = text_of(field->fallback);
    const struct prompt *prompt = NULL;
    if (field->type == FIELD_PROMPT)
        memcpy(&prompt, member, sizeof prompt);
    if (text_find_char(sentence, ' ') == sentence.length || text_starts(sentence, TEXT("{{")) ||
        (field->type == FIELD_PROMPT && prompt == NULL))
        return;
    bool built_in = text_equal(prompt != NULL ? prompt->text : *(const struct text *)(const void *)member, sentence);
    if (built_in && other_at_first && (prompt == NULL || prompt->translated == NULL))
        name_key(keys, field->key, TEXT(""));
    for (const struct section *at = config_first(config); at != NULL && built_in && prompt != NULL; at = at->next)
        if (at->kind == &language_kind && is_other(at->name) && !has_language(prompt->translated, at->name))
            name_key(keys, field->key, at->name);
}

void sentences_check(const struct config *config, struct complaints *complaints)
{
    bool other_at_first = is_other_at_first(config);
    for (const struct section *at = config_first(config); at != NULL; at = at->next) {
        struct buffer keys = buffer_in(config_arena(config));
        if (!at->reached && at->kind != &settings_kind)
            continue;
        for (const struct field *field = at->kind->fields; field->key != NULL; field++)
            if (field->type == FIELD_PROMPT || field->type == FIELD_TEXT)
                check_field(config, at, field, other_at_first, &keys);
        if (keys.length > 0)
            complain(complaints, COMPLAINT_HINT, config_place(at, ""),
                     "built-in sentences are English, whatever language a caller speaks: set %.*s",
                     TEXT_ARGS(buffer_text(&keys)));
    }
}
