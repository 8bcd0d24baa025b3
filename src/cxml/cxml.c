#include "cxml/cxml.h"

#include <libxml/parser.h>
#include <libxml/xmlwriter.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "web/url.h"

enum { DEPTH_MAX = 6 };

struct open_element {
    enum cxml_element element;
    unsigned children, text_calls;
    uint64_t kinds; /* of its children */
    bool action;
    uint32_t attributes; /* bit: position in the table, modulo 32 */
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

/* --- values, by the types of the table --- */

static bool is_url(struct str text, bool wss)
{
    struct url url;
    return url_split(text, &url) && str_is(url.scheme, "wss") == wss;
}

static bool is_e164(struct str text)
{
    return text.length >= 3 && text.length <= 16 && text.at[0] == '+' && text.at[1] != '0' &&
           str_is_digits(str_from(text, 1));
}

static bool is_sip(struct str text)
{
    if (!str_starts_nocase(text, STR("sip:")) && !str_starts_nocase(text, STR("sips:")))
        return false;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7F)
            return false;
    return text.length > 5;
}

static bool is_decimal(struct str text)
{
    size_t point = str_find_char(text, '.');
    struct str whole = str_upto(text, point), fraction = str_from(text, point + 1);
    return str_is_digits(whole) && (point == text.length || str_is_digits(fraction));
}

static bool are_all_of(struct str text, const char *const *values)
{
    struct str word;
    while (str_next(&text, ' ', &word))
        if (!str_is_one_of(word, values))
            return false;
    return true;
}

static bool in_range(struct str text, const struct cxml_attribute_rule *rule, struct error *why)
{
    unsigned long number;
    if (str_to_number(text, INT_MAX, &number) && (long)number >= rule->min &&
        (rule->max == 0 || (long)number <= rule->max))
        return true;
    if (rule->max == 0)
        error_set(why, "expected a whole number of at least %ld", rule->min);
    else
        error_set(why, "expected a whole number from %ld to %ld", rule->min, rule->max);
    return false;
}

static bool is_of_type(enum cxml_type type, struct str text, struct error *why)
{
    switch (type) {
    case CXML_URL:
        error_set(why, "expected an http(s):// address");
        return is_url(text, false);
    case CXML_WSS:
        error_set(why, "expected a wss:// address");
        return is_url(text, true);
    case CXML_E164:
        error_set(why, "expected a number such as +15551230001");
        return is_e164(text);
    case CXML_SIP_ADDRESS:
        error_set(why, "expected a sip: address");
        return is_sip(text);
    case CXML_DTMF:
        error_set(why, "expected telephone keys");
        return str_is_made_of(text, "0123456789*#wW");
    case CXML_DECIMAL:
        error_set(why, "expected a decimal number");
        return is_decimal(text);
    case CXML_BOOLEAN:
        error_set(why, "expected true or false");
        return str_is(text, "true") || str_is(text, "false");
    case CXML_STRING:
        error_set(why, "must not be empty");
        return text.length > 0;
    case CXML_NONE:
        error_set(why, "takes no text");
        return false;
    default:
        return true;
    }
}

static bool value_allowed(const struct cxml_attribute_rule *rule, struct str value, struct error *why)
{
    switch (rule->type) {
    case CXML_INTEGER:
        return in_range(value, rule, why);
    case CXML_INTEGER_OR_AUTO:
        return str_is(value, "auto") || in_range(value, rule, why);
    case CXML_ENUM:
        error_set(why, "is not a value that the platform accepts here");
        return str_is_one_of(value, rule->values);
    case CXML_ENUM_LIST:
        error_set(why, "contains a value that the platform does not accept here");
        return are_all_of(value, rule->values);
    case CXML_STRING:
        return true;
    default:
        return is_of_type(rule->type, value, why);
    }
}

/* --- the document --- */

struct cxml *cxml_begin(struct arena *arena, enum cxml_context context)
{
    struct cxml *out = ARENA_NEW(arena, struct cxml);
    out->arena = arena;
    out->context = context;
    out->open[0].element = CXML_RESPONSE;
    out->depth = 1;
    out->bytes = xmlBufferCreate();
    out->writer = xmlNewTextWriterMemory(out->bytes, 0);
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
    const struct cxml_attribute_rule *rule = cxml_attribute_rule(element->element, name);
    uint32_t bit = rule == NULL ? 0 : UINT32_C(1) << (rule - cxml_attributes) % 32;
    struct error why;
    if (out->failed)
        return;
    if (rule == NULL)
        fail(out, "has no such attribute", name, value);
    else if (element->children > 0 || element->text_calls > 0)
        fail(out, "an attribute after the content", name, value);
    else if (element->attributes & bit)
        fail(out, "given twice", name, value);
    else if (element->element == CXML_REJECT && out->context == CXML_FAX)
        fail(out, "is for calls only", name, value);
    else if (element->element == CXML_PLAY && strcmp(name, "digits") == 0 && out->depth > 2)
        fail(out, "digits cannot be played here", name, value);
    else if (!value_allowed(rule, value, &why))
        fail(out, why.sentence, name, value);
    if (out->failed)
        return;
    element->attributes |= bit;
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
    else if (!is_of_type(rule->text, text, &why))
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
    xmlFreeTextWriter(out->writer); /* flushes into the buffer */
    int length = xmlBufferLength(out->bytes);
    if (!out->failed && length > CXML_MAX_BYTES)
        fail(out, "the answer is over 64 kB", "", STR(""));
    if (!out->failed)
        *document = arena_copy(out->arena, (struct str){ (const char *)xmlBufferContent(out->bytes), (size_t)length });
    xmlBufferFree(out->bytes);
    *error = out->violation;
    return out->failed ? -1 : 0;
}
