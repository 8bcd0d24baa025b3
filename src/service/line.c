#include "service/line.h"

#include <stddef.h>

#include "base/country.h"
#include "config/value.h"
#include "service/language.h"

#define AT(member) offsetof(struct line, member)

static const struct field fields[] = {
    { "numbers", FIELD_NUMBERS, AT(numbers), 0, 0, 0, NULL, NULL },
    { "label", FIELD_TEXT, AT(label), 0, 0, 0, NULL, NULL },
    { "voice", FIELD_REFERENCE, AT(voice), 0, SECTION_NODE, 0, NULL, NULL },
    { "sms", FIELD_REFERENCE, AT(sms), 0, SECTION_TEXTS, 0, NULL, NULL },
    { "fax", FIELD_REFERENCE, AT(fax), 0, SECTION_FAX, 0, NULL, NULL },
    { "fallback", FIELD_REFERENCE, AT(fallback), 0, SECTION_NODE, 0, NULL, NULL },
    { "timezone", FIELD_ZONE, AT(timezone), 0, 0, 0, NULL, NULL },
    { "calls_per_hour", FIELD_COUNT, AT(calls_per_hour), 0, 1, 100000, NULL, NULL },
    { "rate_limited", FIELD_DESTINATION, AT(rate_limited), FIELD_WITHOUT_INPUT, 0, 0, "reject", NULL },
    { "language", FIELD_LANGUAGE, AT(language), 0, 0, 0, NULL, NULL },
    { "languages", FIELD_WORDS, AT(languages), 0, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

struct str line_number(const struct line *line)
{
    const struct word *own = line->numbers;
    while (own != NULL && !str_starts(own->text, STR("+")))
        own = own->next;
    return own == NULL ? STR("") : own->text;
}

/* The countries of +1 share one plan, but calls between them are international. */
static bool is_domestic(const struct line *line, struct str number)
{
    bool known = false;
    for (const struct word *own = line->numbers; own != NULL; own = own->next) {
        struct str country = country_of_number(own->text);
        if (country.length > 0 && str_equal(country, country_of_number(number)))
            return true;
        known = known || country.length > 0;
    }
    return !known;
}

bool line_may_dial(const struct line *line, const struct settings *settings, struct str number, struct error *why)
{
    if (word_matches_one_of(number, settings->dial_allow))
        return true;
    if (country_is_premium(number))
        error_set(why, "%.*s is a premium number: to allow it, name it in dial_allow", STR_ARGS(number));
    else if (!is_domestic(line, number))
        error_set(why, "%.*s is in another country than the numbers of line '%.*s': to allow it, name it in dial_allow",
                  STR_ARGS(number), STR_ARGS(line->name));
    else
        return true;
    return false;
}

static void check(struct config_reader *reader, struct section *section)
{
    struct line *line = section->keys;
    line->name = section->name;
    line->scope = section->scope;
    if (line->voice != NULL && line->fax != NULL)
        config_error(reader, section, "voice and fax: a number takes one of them; give the fax a line of its own");
    bool misspelt = config_is_misspelt(section, "voice") || config_is_misspelt(section, "sms") ||
                    config_is_misspelt(section, "fax");
    if (line->voice == NULL && line->sms == NULL && line->fax == NULL && !misspelt)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "no voice, no sms, no fax: this line answers nothing; expected for example voice = NODE");
}

static void check_languages(struct config_reader *reader, struct section *section)
{
    const struct line *line = section->keys;
    for (const struct word *word = line->languages; word != NULL; word = word->next)
        if (!value_language(word->text))
            config_error(reader, section,
                         "languages: '%.*s' is not a language; expected the name of a [language] section, such as "
                         "es or fr-CA",
                         STR_ARGS(str_prefix(word->text, 60)));
        else if (language_find(config_of(reader), arena_lower(config_reader_arena(reader), word->text)) == NULL)
            config_complain(reader, section, NULL, COMPLAINT_WARNING,
                            "languages: there is no section [language %.*s]: no caller is spoken to in this language; "
                            "write one, with countries = ...",
                            STR_ARGS(word->text));
}

/* Numbers that stand in place of a node; and the line's own languages, once all sections are read. */
static void validate_tree(struct config_reader *reader, struct section *section, const struct section *root)
{
    if (section == root)
        check_languages(reader, section);
    const struct section *settings = config_find(config_of(reader), settings_kind.name, STR(""));
    struct error why;
    for (const struct destination *to = section->destinations; settings != NULL && to != NULL;
         to = to->next_in_section) {
        struct entry entry = { to->key, to->name, to->line };
        if (to->kind == DESTINATION_NUMBER && !line_may_dial(root->keys, settings->keys, to->name, &why))
            config_complain(reader, section, &entry, COMPLAINT_ERROR, "%s", why.sentence);
    }
}

const struct section_kind line_kind = {
    .name = "line",
    .everywhere = true,
    .size = sizeof(struct line),
    .fields = fields,
    .finish = check,
    .validate_tree = validate_tree,
};
