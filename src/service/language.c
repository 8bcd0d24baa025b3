#include "service/language.h"

#include <stddef.h>

#include "base/country.h"
#include "config/value.h"
#include "service/voices.h"

#define AT(member) offsetof(struct language, member)

static const struct field fields[] = {
    { "voice", FIELD_TEXT, AT(voice), 0, 0, 0, NULL, NULL },
    { "language", FIELD_LANGUAGE, AT(language), 0, 0, 0, NULL, NULL },
    { "countries", FIELD_WORDS, AT(countries), 0, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    struct language *language = section->keys;
    if (!value_language(section->name))
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "'%.*s' is not a language; expected for example [language es] or [language fr-CA]",
                        STR_ARGS(section->name));
    if (language->language.length == 0)
        language->language = section->name;
    voices_check(reader, section, language->voice, language->language);
    for (const struct word *word = language->countries; word != NULL; word = word->next)
        if (!country_is_known(word->text))
            config_complain(reader, section, NULL, COMPLAINT_ERROR,
                            "countries: '%.*s' is not a country; expected ISO codes such as MX, ES",
                            STR_ARGS(word->text));
}

const struct language *language_find(const struct config *config, struct str name)
{
    const struct section *section = name.length == 0 ? NULL : config_find(config, language_kind.name, name);
    return section == NULL ? NULL : section->keys;
}

bool language_is_of(const struct language *language, struct str country)
{
    for (const struct word *word = language->countries; word != NULL; word = word->next)
        if (str_equal_nocase(word->text, country))
            return true;
    return false;
}

const struct section_kind language_kind = {
    .name = "language",
    .named = true,
    .everywhere = true,
    .size = sizeof(struct language),
    .fields = fields,
    .finish = check,
};
