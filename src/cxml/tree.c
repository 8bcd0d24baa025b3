#include "cxml/tree.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "base/template.h"

enum { TREE_DEPTH_MAX = 16, DEPTH_WRITTEN_MAX = 6 };

static struct str content_of(struct arena *arena, const xmlNode *node)
{
    xmlChar *content = xmlNodeGetContent(node);
    struct str copy = arena_copy(arena, str_of((const char *)content));
    xmlFree(content);
    return copy;
}

static enum cxml_element element_called(const char *name)
{
    int element = 0;
    while (element < CXML_ELEMENTS && strcmp(name, cxml_rules[element].name) != 0)
        element++;
    return (enum cxml_element)element;
}

static struct cxml_tree *read_node(struct arena *arena, const xmlNode *node, int depth)
{
    struct cxml_tree *tree = ARENA_NEW(arena, struct cxml_tree), **child = &tree->children;
    struct cxml_tree_attribute **attribute = &tree->attributes;
    struct buffer text = buffer_in(arena);
    tree->name = arena_copy(arena, str_of((const char *)node->name));
    tree->element = element_called((const char *)node->name);
    tree->line = xmlGetLineNo((xmlNode *)(uintptr_t)node);
    for (const xmlAttr *at = node->properties; at != NULL; at = at->next) {
        *attribute = ARENA_NEW(arena, struct cxml_tree_attribute);
        **attribute = (struct cxml_tree_attribute){ NULL, arena_copy(arena, str_of((const char *)at->name)),
                                                    content_of(arena, (const xmlNode *)at) };
        attribute = &(*attribute)->next;
    }
    for (const xmlNode *at = node->children; at != NULL; at = at->next) {
        if (at->type == XML_ELEMENT_NODE && depth < TREE_DEPTH_MAX) {
            *child = read_node(arena, at, depth + 1);
            child = &(*child)->next;
        } else if (at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE) {
            struct str piece = str_trim(content_of(arena, at));
            if (text.length > 0 && piece.length > 0)
                buffer_add_char(&text, ' ');
            buffer_add(&text, piece);
        }
    }
    tree->text = buffer_text(&text);
    return tree;
}

const struct cxml_tree *cxml_tree_parse(struct arena *arena, struct str document, struct error *error)
{
    const struct cxml_tree *tree = NULL;
    if (document.length > CXML_MAX_BYTES) {
        error_set(error, "%zu bytes; an answer has at most %d (error 11750)", document.length, CXML_MAX_BYTES);
        return NULL;
    }
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlDocPtr parsed = xmlCtxtReadMemory(parser, document.at, (int)document.length, "answer", NULL,
                                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const xmlError *wrong = xmlCtxtGetLastError(parser);
    const xmlNode *root = parsed == NULL ? NULL : xmlDocGetRootElement(parsed);
    if (root == NULL)
        error_set(error, "line %d: %.*s (error 12100)", wrong == NULL ? 1 : wrong->line,
                  STR_ARGS(str_trim(str_of(wrong == NULL || wrong->message == NULL ? "no document" : wrong->message))));
    else if (xmlGetIntSubset(parsed) != NULL)
        error_set(error, "it has a document type, which the platform refuses (error 12100)");
    else if (!str_is(str_of((const char *)root->name), "Response"))
        error_set(error, "line %ld: the root is <%s>; expected <Response> (error 12100)",
                  xmlGetLineNo((xmlNode *)(uintptr_t)root), (const char *)root->name);
    else
        tree = read_node(arena, root, 0);
    xmlFreeDoc(parsed);
    xmlFreeParserCtxt(parser);
    return tree;
}

struct str cxml_tree_attribute(const struct cxml_tree *tree, const char *name)
{
    for (const struct cxml_tree_attribute *at = tree->attributes; at != NULL; at = at->next)
        if (str_is(at->name, name))
            return at->value;
    return STR("");
}

const struct cxml_tree *cxml_tree_child(const struct cxml_tree *tree, const char *name)
{
    const struct cxml_tree *child = tree->children;
    while (child != NULL && !str_is(child->name, name))
        child = child->next;
    return child;
}

static int check_names(const struct cxml_tree *tree, int depth, struct error *error)
{
    if (tree->element == CXML_ELEMENTS || (tree->element == CXML_RESPONSE && depth > 0))
        return error_set(error, "line %ld: <%s> is not a cXML element that is allowed here", tree->line, tree->name.at);
    if (depth >= DEPTH_WRITTEN_MAX)
        return error_set(error, "line %ld: nested too deeply", tree->line);
    for (const struct cxml_tree_attribute *at = tree->attributes; at != NULL; at = at->next)
        if (cxml_attribute_rule(tree->element, at->name.at) == NULL)
            return error_set(error, "line %ld: <%s> has no attribute '%s'", tree->line, tree->name.at, at->name.at);
    for (const struct cxml_tree *child = tree->children; child != NULL; child = child->next)
        if (check_names(child, depth + 1, error) != 0)
            return -1;
    return 0;
}

/* What holds a name to be filled in is checked as it stands, with a number and with another in its place; one of them
 * must do. */
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
    const struct placeholder *placeholder = context;
    (void)escaped;
    return placeholder->with.length == 0 ? text : template_fill(placeholder->arena, text, any_name, context);
}

static int try_writing(struct arena *arena, const struct cxml_tree *document, enum cxml_context context,
                       struct str with, struct error *error)
{
    struct placeholder placeholder = { arena, with };
    struct cxml_filling filling = { put_placeholder, NULL, &placeholder };
    struct cxml *out = cxml_begin(arena, context);
    struct str ignored;
    cxml_tree_write(document, out, &filling);
    return cxml_finish(out, &ignored, error);
}

int cxml_tree_check(struct arena *arena, const struct cxml_tree *document, enum cxml_context context,
                    struct error *error)
{
    if (check_names(document, 0, error) != 0)
        return -1;
    if (document->text.length > 0)
        return error_set(error, "<Response> holds text: '%.*s'", STR_ARGS(str_prefix(document->text, 40)));
    if (try_writing(arena, document, context, STR(""), error) == 0 ||
        try_writing(arena, document, context, STR("1"), error) == 0)
        return 0;
    return try_writing(arena, document, context, STR("+15550000000"), error);
}

static bool may_dial(const struct cxml_tree *at, const struct cxml_filling *filling)
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

static void write_all(const struct cxml_tree *at, struct cxml *out, const struct cxml_filling *filling)
{
    for (; at != NULL; at = at->next) {
        cxml_at_line(out, at->line);
        cxml_open(out, at->element);
        for (const struct cxml_tree_attribute *attribute = at->attributes; attribute != NULL;
             attribute = attribute->next) {
            enum cxml_type type = cxml_attribute_rule(at->element, attribute->name.at)->type;
            cxml_attribute(out, attribute->name.at,
                           filling->fill(filling->context, attribute->value, type == CXML_URL || type == CXML_WSS));
        }
        if (at->text.length > 0)
            cxml_text(out, filling->fill(filling->context, at->text, cxml_rules[at->element].text == CXML_URL));
        write_all(at->children, out, filling);
        cxml_at_line(out, at->line);
        cxml_close(out);
    }
}

bool cxml_tree_write(const struct cxml_tree *document, struct cxml *out, const struct cxml_filling *filling)
{
    if (filling->may_dial != NULL && !may_dial(document->children, filling))
        return false;
    write_all(document->children, out, filling);
    cxml_at_line(out, 0);
    return true;
}
