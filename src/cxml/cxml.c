#include "cxml/cxml.h"

#include <libxml/parser.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cxml/value.h"

enum { DEPTH_MAX = 6 };

struct open_element {
    enum cxml_element element;
    unsigned children, text_calls;
    uint64_t kinds; /* of its children */
    bool action;
    uint32_t attributes; /* bit: position in the rule's list */
};

struct cxml {
    struct arena *arena;
    enum cxml_context context;
    xmlBufferPtr bytes;
    xmlTextWriterPtr writer;
    struct open_element open[DEPTH_MAX];
    size_t depth;
    bool failed;
    struct error violation;
    long line; /* of the template; 0: there is none */
};

void cxml_at_line(struct cxml *out, long line)
{
    out->line = line;
}

void cxml_start(void)
{
    xmlInitParser();
}

/* --- violations --- */

static struct open_element *top(struct cxml *out)
{
    return &out->open[out->depth - 1];
}

static void fail(struct cxml *out, const char *what, const char *name, struct str value)
{
    if (out->failed)
        return;
    out->failed = true;
    char place[32] = "";
    if (out->line > 0)
        snprintf(place, sizeof place, "line %ld: ", out->line);
    error_set(&out->violation, "%s<%s>%s%s: %s: '%.*s'", place, cxml_rules[top(out)->element].name, name[0] ? " " : "",
              name, what, STR_ARGS(str_prefix(value, 80)));
}

static void check_result(struct cxml *out, int result)
{
    if (result < 0)
        fail(out, "libxml2 could not write", "", STR(""));
}

static const xmlChar *as_xml(struct cxml *out, struct str text)
{
    return (const xmlChar *)arena_copy(out->arena, utf8_clean(out->arena, text)).at;
}

/* --- the document --- */

struct cxml *cxml_begin(struct arena *arena, enum cxml_context context)
{
    struct cxml *out = ARENA_NEW(arena, struct cxml);
    out->arena = arena;
    out->context = context;
    out->open[0].element = CXML_RESPONSE;
    out->depth = 1;
    out->bytes = xmlBufferCreateSize(2048);
    out->writer = out->bytes == NULL ? NULL : xmlNewTextWriterMemory(out->bytes, 0);
    if (out->writer == NULL) {
        fail(out, "libxml2 could not begin", "", STR(""));
        return out;
    }
    xmlTextWriterSetIndent(out->writer, 1);
    xmlTextWriterSetIndentString(out->writer, (const xmlChar *)"  ");
    check_result(out, xmlTextWriterStartDocument(out->writer, "1.0", "UTF-8", NULL));
    check_result(out, xmlTextWriterStartElement(out->writer, (const xmlChar *)"Response"));
    return out;
}

bool cxml_is_empty(const struct cxml *out)
{
    return out->open[0].children == 0;
}

/* The rules that the table cannot express. */
static const char *mixing_violation(const struct cxml *out, const struct open_element *parent,
                                    enum cxml_element element)
{
    static const uint64_t alone =
        UINT64_C(1) << CXML_CONFERENCE | UINT64_C(1) << CXML_QUEUE | UINT64_C(1) << CXML_VERTO;
    uint64_t bit = UINT64_C(1) << element;
    if (parent->element == CXML_DIAL && parent->text_calls > 0)
        return "Dial holds a number or nouns, not both";
    if (parent->element == CXML_DIAL && parent->kinds != 0 && (((parent->kinds | bit) & alone) || parent->kinds != bit))
        return "nouns of this kind do not mix in Dial";
    if (parent->element == CXML_RESPONSE && element == CXML_REJECT && out->context == CXML_VOICE &&
        parent->children > 0)
        return "Reject must come first";
    if (parent->element == CXML_MESSAGE && element == CXML_MEDIA && parent->children >= 11)
        return "more than 10 Media";
    return NULL;
}

void cxml_open(struct cxml *out, enum cxml_element element)
{
    const struct cxml_rule *rule = &cxml_rules[element];
    struct open_element *parent = top(out);
    const struct cxml_rule *around = &cxml_rules[parent->element];
    const char *mixing = mixing_violation(out, parent, element);
    if ((around->children & UINT64_C(1) << element) == 0)
        fail(out, "is not allowed here", "", str_of(rule->name));
    else if ((rule->context & out->context) == 0)
        fail(out, "is not allowed in this kind of answer", "", str_of(rule->name));
    else if (around->max_children > 0 && parent->children >= around->max_children)
        fail(out, "one child too many", "", str_of(rule->name));
    else if (out->depth == DEPTH_MAX)
        fail(out, "nested too deeply", "", str_of(rule->name));
    else if (mixing != NULL)
        fail(out, mixing, "", str_of(rule->name));
    if (out->failed)
        return;
    parent->children++;
    parent->kinds |= UINT64_C(1) << element;
    out->open[out->depth++] = (struct open_element){ .element = element };
    check_result(out, xmlTextWriterStartElement(out->writer, (const xmlChar *)rule->name));
}

void cxml_attribute(struct cxml *out, const char *name, struct str value)
{
    struct open_element *element = top(out);
    const struct cxml_attribute_rule *rule = cxml_rules[element->element].attributes;
    unsigned position = 0;
    if (out->failed)
        return;
    while (rule[position].name != NULL && strcmp(rule[position].name, name) != 0)
        position++;
    rule += position;
    struct error why;
    if (rule->name == NULL)
        fail(out, "has no such attribute", name, value);
    else if (element->children > 0 || element->text_calls > 0)
        fail(out, "an attribute after the content", name, value);
    else if (element->attributes & UINT32_C(1) << position)
        fail(out, "given twice", name, value);
    else if (element->element == CXML_REJECT && out->context == CXML_FAX)
        fail(out, "is for calls only", name, value);
    else if (element->element == CXML_PLAY && strcmp(name, "digits") == 0 && out->depth > 2)
        fail(out, "digits cannot be played here", name, value);
    else if (!cxml_value_allowed(rule, value, &why))
        fail(out, why.sentence, name, value);
    if (out->failed)
        return;
    element->attributes |= UINT32_C(1) << position;
    element->action = element->action || strcmp(name, "action") == 0;
    check_result(out, xmlTextWriterWriteAttribute(out->writer, (const xmlChar *)name, as_xml(out, value)));
}

void cxml_attribute_number(struct cxml *out, const char *name, long value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%ld", value);
    cxml_attribute(out, name, str_of(digits));
}

void cxml_attribute_switch(struct cxml *out, const char *name, bool on)
{
    cxml_attribute(out, name, on ? STR("true") : STR("false"));
}

void cxml_text(struct cxml *out, struct str text)
{
    struct open_element *element = top(out);
    const struct cxml_rule *rule = &cxml_rules[element->element];
    struct error why;
    if (out->failed)
        return;
    if (element->text_calls > 0 || element->children > 0)
        fail(out, "text is allowed once, and not beside elements", "", text);
    else if (rule->max_text > 0 && str_characters(text) > rule->max_text)
        fail(out, "longer than the platform accepts", "", text);
    else if (!cxml_text_allowed(rule, text, &why))
        fail(out, why.sentence, "", text);
    else if (element->element == CXML_DENOISE && !str_is(text, "enable") && !str_is(text, "disable"))
        fail(out, "expected enable or disable", "", text);
    if (out->failed)
        return;
    element->text_calls++;
    check_result(out, xmlTextWriterWriteString(out->writer, as_xml(out, text)));
}

void cxml_close(struct cxml *out)
{
    struct open_element *element = top(out);
    const struct cxml_rule *rule = &cxml_rules[element->element];
    if (out->failed)
        return;
    bool digits = element->element == CXML_PLAY && element->attributes != 0;
    bool content = element->text_calls > 0 || element->children > 0;
    if (out->depth == 1)
        fail(out, "closed once too often", "", STR(""));
    else if (rule->text != CXML_NONE && rule->text != CXML_STRING_OPTIONAL && !content && !digits)
        fail(out, "has no content", "", STR(""));
    else if (rule->needs_action && !element->action)
        fail(out, "has no action, so the platform would request this document again", "", STR(""));
    if (out->failed)
        return;
    out->depth--;
    check_result(out, xmlTextWriterEndElement(out->writer));
}

void cxml_leaf(struct cxml *out, enum cxml_element element, struct str text)
{
    cxml_open(out, element);
    if (text.length > 0)
        cxml_text(out, text);
    cxml_close(out);
}

int cxml_finish(struct cxml *out, struct str *document, struct error *error)
{
    if (!out->failed && out->depth != 1)
        fail(out, "was never closed", "", STR(""));
    if (!out->failed)
        check_result(out, xmlTextWriterEndDocument(out->writer));
    if (out->writer != NULL)
        xmlFreeTextWriter(out->writer); /* flushes into the buffer */
    int length = out->bytes == NULL ? 0 : xmlBufferLength(out->bytes);
    if (!out->failed && length > CXML_MAX_BYTES)
        fail(out, "the answer is over 64 kB", "", STR(""));
    if (!out->failed)
        *document = arena_copy(out->arena, (struct str){ (const char *)xmlBufferContent(out->bytes), (size_t)length });
    xmlBufferFree(out->bytes);
    *error = out->violation;
    return out->failed ? -1 : 0;
}
