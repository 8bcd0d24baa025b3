#include "service/line.h"

#include <stddef.h>

#include "service/dial_policy.h"

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
    { "too_many", FIELD_DESTINATION, AT(too_many), FIELD_WITHOUT_INPUT, 0, 0, "reject", NULL },
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

static void check(struct config_reader *reader, struct section *section)
{
    struct line *line = section->keys;
    line->name = section->name;
    line->scope = section->scope;
    if (line->voice != NULL && line->fax != NULL)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "a number takes voice or fax, never both: give the fax a line of its own");
    bool misspelt = config_is_misspelt(section, "voice") || config_is_misspelt(section, "sms") ||
                    config_is_misspelt(section, "fax");
    if (line->voice == NULL && line->sms == NULL && line->fax == NULL && !misspelt)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "no voice, no sms, no fax: this line answers nothing; expected such as voice = NODE");
}

/* Numbers that stand where a node can. */
static void validate_tree(struct config_reader *reader, struct section *section, const struct section *root)
{
    const struct section *settings = config_find(config_of(reader), settings_kind.name, STR(""));
    struct error why;
    for (const struct destination *to = section->destinations; settings != NULL && to != NULL;
         to = to->next_in_section) {
        struct entry entry = { to->key, to->name, to->line };
        if (to->kind == DESTINATION_NUMBER && !dial_policy_allows(settings->keys, root->keys, to->name, &why))
            config_complain(reader, section, &entry, COMPLAINT_ERROR, "%s", why.sentence);
    }
}

const struct section_kind line_kind = {
    .name = "line",
    .named = true,
    .everywhere = true,
    .size = sizeof(struct line),
    .fields = fields,
    .finish = check,
    .validate_tree = validate_tree,
};
