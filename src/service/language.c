#include "service/language.h"

#include <stddef.h>

#include "base/country.h"
#include "config/value.h"

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
        config_error(reader, section,
                     "'%.*s' is not a language; expected for example [language es] or [language fr-CA]",
                     STR_ARGS(section->name));
    if (language->language.length == 0)
        language->language = section->name;
    voices_check(reader, section, language->voice, language->language);
    for (const struct word *word = language->countries; word != NULL; word = word->next)
        if (!country_is_known(word->text))
            config_error(reader, section, "countries: '%.*s' is not a country; expected ISO codes such as MX, ES",
                         STR_ARGS(word->text));
}

const struct language *language_find(const struct config *config, struct str name)
{
    const struct section *section = name.length == 0 ? NULL : config_find(config, language_kind.name, name);
    return section == NULL ? NULL : section->keys;
}

const struct section_kind language_kind = {
    .name = "language",
    .everywhere = true,
    .size = sizeof(struct language),
    .fields = fields,
    .finish = check,
};

struct voice {
    const char *name, *language, *also; /* also: a second language, or "" */
};

#include "service/voice_table.h" /* made from share/voices.txt: voices */

/* The voice "Joanna" of "Polly.Joanna-Neural"; NULL where the table does not have it. */
static const struct voice *polly_voice(struct str name)
{
    if (!str_starts(name, STR("Polly.")))
        return NULL;
    name = str_from(name, 6);
    name = str_upto(name, str_find_char(name, '-'));
    for (size_t i = 0; i < sizeof voices / sizeof *voices; i++)
        if (str_equal_nocase(name, str_of(voices[i].name)))
            return &voices[i];
    return NULL;
}

struct str voices_language(struct str name)
{
    if (str_starts(name, STR("gcloud."))) {
        name = str_from(name, 7);
        size_t first = str_find_char(name, '-');
        return str_upto(name, first + 1 + str_find_char(str_from(name, first + 1), '-'));
    }
    const struct voice *voice = polly_voice(name);
    return voice == NULL ? STR("") : str_of(voice->language);
}

/* "en" of "en-US"; one code for each of the languages that voices and callers call by different ones. */
static struct str main_language(struct str language)
{
    struct str code = str_upto(language, str_find_char(language, '-'));
    return str_is(code, "cmn") ? STR("zh") : str_is(code, "arb") ? STR("ar") : str_is(code, "nb") ? STR("no") : code;
}

static bool speaks(struct str name, struct str language)
{
    const struct voice *voice = polly_voice(name);
    struct str wanted = main_language(language);
    return str_equal_nocase(main_language(voices_language(name)), wanted) ||
           (voice != NULL && str_equal_nocase(main_language(str_of(voice->also)), wanted));
}

void voices_check(struct config_reader *reader, struct section *section, struct str voice, struct str language)
{
    struct str own = voices_language(voice);
    bool named = str_starts(voice, STR("Polly.")) || str_starts(voice, STR("gcloud."));
    if (voice.length == 0 || str_is(voice, "man") || str_is(voice, "woman"))
        return;
    if (!named)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "voice: '%.*s' is not known; expected man, woman, Polly.NAME or gcloud.NAME", STR_ARGS(voice));
    else if (own.length == 0)
        config_complain(reader, section, NULL, COMPLAINT_HINT,
                        "voice: '%.*s' is not in the list of voices of this release", STR_ARGS(voice));
    else if (language.length > 0 && !speaks(voice, language))
        config_complain(reader, section, NULL, COMPLAINT_WARNING, "voice: %.*s speaks %.*s, not %.*s", STR_ARGS(voice),
                        STR_ARGS(own), STR_ARGS(language));
}
