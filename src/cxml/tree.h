/* A parsed cXML document: an answer to the simulated telephone, or one of the user's, written for each request with
 * {{Name}} filled in. */
#ifndef HOOKSWITCH_CXML_TREE_H
#define HOOKSWITCH_CXML_TREE_H

#include "cxml/cxml.h"

struct cxml_tree_attribute {
    struct cxml_tree_attribute *next;
    struct str name, value;
};

struct cxml_tree {
    struct cxml_tree *next; /* the sibling behind it */
    struct cxml_tree *children;
    struct cxml_tree_attribute *attributes;
    enum cxml_element element; /* CXML_ELEMENTS: an unknown one */
    struct str name, text;     /* `text`: what stands in it, that of its children left out; trimmed */
    long line;
};

/* Reads a document of at most CXML_MAX_BYTES, without a document type, and gives its <Response>; in the arena. NULL
 * with the line and the reason: error 12100 of the platform's. */
const struct cxml_tree *cxml_tree_parse(struct arena *arena, struct str document, struct error *error);

/* Empty when there is none. */
struct str cxml_tree_attribute(const struct cxml_tree *tree, const char *name);
/* The first child called so, or NULL. */
const struct cxml_tree *cxml_tree_child(const struct cxml_tree *tree, const char *name);

/* Checks a document that is to be written: elements, attributes and values as the table allows. 0, or -1 with the line
 * and the reason. */
int cxml_tree_check(struct arena *arena, const struct cxml_tree *document, enum cxml_context context,
                    struct error *error);

/* `fill` replaces each text and attribute; `escaped` when it is an address. */
struct cxml_filling {
    struct str (*fill)(void *context, struct str text, bool escaped);
    /* May a number be dialled? NULL: any. */
    bool (*may_dial)(void *context, struct str number);
    void *context;
};
/* Writes a checked document. False when a number in it may not be dialled: then nothing has been written. */
bool cxml_tree_write(const struct cxml_tree *document, struct cxml *out, const struct cxml_filling *filling);

#endif
