#include "cxml/tree.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "cxml/cxml.h"

enum { TREE_DEPTH_MAX = 16 };

static struct str content_of(struct arena *arena, const xmlNode *node)
{
    xmlChar *content = xmlNodeGetContent(node);
    struct str copy = arena_copy(arena, str_of((const char *)content));
    xmlFree(content);
    return copy;
}

static struct cxml_tree *read_node(struct arena *arena, const xmlNode *node, int depth)
{
    struct cxml_tree *tree = ARENA_NEW(arena, struct cxml_tree), **child = &tree->children;
    struct cxml_tree_attribute **attribute = &tree->attributes;
    struct buffer text = buffer_in(arena);
    tree->name = arena_copy(arena, str_of((const char *)node->name));
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
        } else if (at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE)
            buffer_add(&text, content_of(arena, at));
    }
    tree->text = str_trim(buffer_text(&text));
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
