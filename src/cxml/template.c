#include "cxml/template.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "base/template.h"

enum { TEMPLATE_DEPTH_MAX = 6 };

struct attribute {
    struct attribute *next;
    const char *name;
    struct str value;
    bool address;
};

struct cxml_template {
    struct cxml_template *next, *children; /* siblings in order */
    enum cxml_element element;
    struct attribute *attributes;
    struct str text;
    bool address;
    long line;
};

/* --- reading --- */

static int find_element(const char *name)
{
    for (int i = 0; i < CXML_ELEMENTS; i++)
        if (strcmp(cxml_rules[i].name, name) == 0)
            return i;
    return -1;
}

static struct str content_of(struct arena *arena, xmlChar *content)
{
    struct str copy = arena_copy(arena, str_of((const char *)content));
    xmlFree(content);
    return copy;
}

static int read_attributes(struct arena *arena, const xmlNode *node, struct cxml_template *into, struct error *error)
{
    struct attribute **end = &into->attributes;
    for (const xmlAttr *at = node->properties; at != NULL; at = at->next) {
        const struct cxml_attribute_rule *rule = cxml_rules[into->element].attributes;
        while (rule->name != NULL && strcmp(rule->name, (const char *)at->name) != 0)
            rule++;
        if (rule->name == NULL)
            return error_set(error, "line %ld: <%s> has no attribute '%s'", xmlGetLineNo((xmlNode *)(uintptr_t)node),
                             (const char *)node->name, (const char *)at->name);
        *end = ARENA_NEW(arena, struct attribute);
        (*end)->name = rule->name;
        (*end)->value = content_of(arena, xmlNodeGetContent((const xmlNode *)at));
        (*end)->address = rule->type == CXML_URL || rule->type == CXML_WSS;
        end = &(*end)->next;
    }
    return 0;
}

static int read_children(struct arena *arena, const xmlNode *parent, struct cxml_template *into, int depth,
                         struct error *error);

static int read_element(struct arena *arena, const xmlNode *node, struct cxml_template *into, int depth,
                        struct error *error)
{
    int element = find_element((const char *)node->name);
    if (element < 0 || element == CXML_RESPONSE)
        return error_set(error, "line %ld: <%s> is not a cXML element that is allowed here",
                         xmlGetLineNo((xmlNode *)(uintptr_t)node), (const char *)node->name);
    if (depth >= TEMPLATE_DEPTH_MAX)
        return error_set(error, "line %ld: nested too deeply", xmlGetLineNo((xmlNode *)(uintptr_t)node));
    into->element = (enum cxml_element)element;
    into->line = xmlGetLineNo((xmlNode *)(uintptr_t)node);
    into->address = cxml_rules[element].text == CXML_URL;
    if (read_attributes(arena, node, into, error) != 0)
        return -1;
    return read_children(arena, node, into, depth + 1, error);
}

static int read_children(struct arena *arena, const xmlNode *parent, struct cxml_template *into, int depth,
                         struct error *error)
{
    struct cxml_template **end = &into->children;
    for (const xmlNode *node = parent->children; node != NULL; node = node->next) {
        if (node->type == XML_COMMENT_NODE)
            continue;
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            struct str text = str_trim(str_of((const char *)node->content));
            if (text.length > 0)
                into->text =
                    into->text.length == 0 ? arena_copy(arena, text) : ARENA_JOIN(arena, into->text, STR(" "), text);
            continue;
        }
        if (node->type != XML_ELEMENT_NODE)
            return error_set(error, "line %ld: expected elements and text alone",
                             xmlGetLineNo((xmlNode *)(uintptr_t)node));
        *end = ARENA_NEW(arena, struct cxml_template);
        if (read_element(arena, node, *end, depth, error) != 0)
            return -1;
        end = &(*end)->next;
    }
    return 0;
}

static struct str as_it_stands(void *context, struct str text, bool escaped)
{
    (void)context;
    (void)escaped;
    return text;
}

/* Written once as it stands: the writer knows what belongs where. What holds a name to be filled in is checked with a
 * number and with a word in its place; one of them must do. */
struct placeholder {
    struct arena *arena;
    struct str with;
};

static struct str any_name(void *context, struct str name)
{
    (void)name;
    return ((const struct placeholder *)context)->with;
}

static struct str put_placeholder(void *context, struct str text, bool escaped)
{
    (void)escaped;
    return template_fill(((const struct placeholder *)context)->arena, text, any_name, context);
}

static int try_writing(struct arena *arena, const struct cxml_template *document, enum cxml_context context,
                       struct str with, struct error *error)
{
    struct placeholder placeholder = { arena, with };
    struct cxml_filling filling = { with.length == 0 ? as_it_stands : put_placeholder, NULL, &placeholder };
    struct cxml *out = cxml_begin(arena, context);
    struct str ignored;
    cxml_template_write(document, out, &filling);
    return cxml_finish(out, &ignored, error);
}

static const struct cxml_template *read_document(struct arena *arena, xmlDoc *parsed, enum cxml_context context,
                                                 struct error *error)
{
    const xmlNode *root = xmlDocGetRootElement(parsed);
    struct cxml_template *document = ARENA_NEW(arena, struct cxml_template);
    if (parsed->intSubset != NULL) {
        error_set(error, "a document type is not allowed");
        return NULL;
    }
    if (root == NULL || strcmp((const char *)root->name, "Response") != 0) {
        error_set(error, "line %ld: expected <Response>", root == NULL ? 1L : xmlGetLineNo((xmlNode *)(uintptr_t)root));
        return NULL;
    }
    document->element = CXML_RESPONSE;
    if (read_children(arena, root, document, 1, error) != 0)
        return NULL;
    if (document->text.length > 0) {
        error_set(error, "<Response> holds text: '%.*s'", STR_ARGS(str_prefix(document->text, 40)));
        return NULL;
    }
    if (try_writing(arena, document, context, STR(""), error) == 0 ||
        try_writing(arena, document, context, STR("1"), error) == 0 ||
        try_writing(arena, document, context, STR("+15550000000"), error) == 0)
        return document;
    return NULL;
}

const struct cxml_template *cxml_template_parse(struct arena *arena, struct str document, enum cxml_context context,
                                                struct error *error)
{
    enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING };
    if (document.length > CXML_MAX_BYTES) {
        error_set(error, "larger than 64 kB, the platform's limit");
        return NULL;
    }
    xmlParserCtxt *parser = xmlNewParserCtxt();
    xmlDoc *parsed =
        parser == NULL ? NULL : xmlCtxtReadMemory(parser, document.at, (int)document.length, NULL, NULL, OPTIONS);
    const struct cxml_template *read = NULL;
    if (parsed != NULL) {
        read = read_document(arena, parsed, context, error);
    } else {
        const xmlError *why = parser == NULL ? NULL : xmlCtxtGetLastError(parser);
        struct str message = str_trim(str_of(why == NULL || why->message == NULL ? "no XML" : why->message));
        error_set(error, "line %d: %.*s", why == NULL ? 1 : why->line, STR_ARGS(message));
    }
    xmlFreeDoc(parsed);
    xmlFreeParserCtxt(parser);
    return read;
}

/* --- writing --- */

static bool may_dial(const struct cxml_template *at, const struct cxml_filling *filling)
{
    for (; at != NULL; at = at->next) {
        bool number = at->element == CXML_NUMBER || at->element == CXML_DIAL;
        if (number && at->text.length > 0 &&
            !filling->may_dial(filling->context, filling->fill(filling->context, at->text, false)))
            return false;
        if (!may_dial(at->children, filling))
            return false;
    }
    return true;
}

static void write_all(const struct cxml_template *at, struct cxml *out, const struct cxml_filling *filling)
{
    for (; at != NULL; at = at->next) {
        cxml_at_line(out, at->line);
        cxml_open(out, at->element);
        for (const struct attribute *attribute = at->attributes; attribute != NULL; attribute = attribute->next)
            cxml_attribute(out, attribute->name, filling->fill(filling->context, attribute->value, attribute->address));
        if (at->text.length > 0)
            cxml_text(out, filling->fill(filling->context, at->text, at->address));
        write_all(at->children, out, filling);
        cxml_at_line(out, at->line);
        cxml_close(out);
    }
}

bool cxml_template_write(const struct cxml_template *document, struct cxml *out, const struct cxml_filling *filling)
{
    if (filling->may_dial != NULL && !may_dial(document->children, filling))
        return false;
    write_all(document->children, out, filling);
    cxml_at_line(out, 0);
    return true;
}
