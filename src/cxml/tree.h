/* A parsed cXML answer, for the simulated telephone. */
#ifndef HOOKSWITCH_CXML_TREE_H
#define HOOKSWITCH_CXML_TREE_H

#include "base/arena.h"

struct cxml_tree_attribute {
    struct cxml_tree_attribute *next;
    struct str name, value;
};

struct cxml_tree {
    struct cxml_tree *next; /* the sibling behind it */
    struct cxml_tree *children;
    struct cxml_tree_attribute *attributes;
    struct str name, text; /* `text`: what stands in it, that of its children left out; trimmed */
};

/* Reads a document of at most CXML_MAX_BYTES, without a document type, and gives its <Response>; in the arena. NULL
 * with the line and the reason: error 12100 of the platform's. */
const struct cxml_tree *cxml_tree_parse(struct arena *arena, struct str document, struct error *error);

/* Empty when there is none. */
struct str cxml_tree_attribute(const struct cxml_tree *tree, const char *name);
/* The first child called so, or NULL. */
const struct cxml_tree *cxml_tree_child(const struct cxml_tree *tree, const char *name);

#endif
