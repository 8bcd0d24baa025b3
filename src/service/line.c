#include "service/line.h"

#include <stddef.h>

#define AT(member) offsetof(struct line, member)

static const struct field fields[] = {
    { "numbers", FIELD_NUMBERS, AT(numbers), 0, 0, 0, NULL, NULL },
    { "label", FIELD_TEXT, AT(label), 0, 0, 0, NULL, NULL },
    { "voice", FIELD_REFERENCE, AT(voice), 0, SECTION_NODE, 0, NULL, NULL },
    { "sms", FIELD_REFERENCE, AT(sms), 0, SECTION_TEXTS, 0, NULL, NULL },
    { "fax", FIELD_REFERENCE, AT(fax), 0, SECTION_FAX, 0, NULL, NULL },
    { "fallback", FIELD_REFERENCE, AT(fallback), 0, SECTION_NODE, 0, NULL, NULL },
    { "timezone", FIELD_ZONE, AT(timezone), 0, 0, 0, NULL, NULL },
    { "language", FIELD_LANGUAGE, AT(language), 0, 0, 0, NULL, NULL },
    { "languages", FIELD_WORDS, AT(languages), 0, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    struct line *line = section->keys;
    line->name = section->name;
    line->scope = section->scope;
    if (line->voice != NULL && line->fax != NULL)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "a number takes voice or fax, never both: give the fax a line of its own");
    if (line->voice == NULL && line->sms == NULL && line->fax == NULL)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "no voice, no sms, no fax: this line answers nothing");
}

const struct section_kind line_kind = {
    .name = "line",
    .named = true,
    .everywhere = true,
    .size = sizeof(struct line),
    .fields = fields,
    .finish = check,
};
