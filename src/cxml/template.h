/* A user's cXML document: parsed once, and written for each request with {{Name}} filled in. */
#ifndef HOOKSWITCH_CXML_TEMPLATE_H
#define HOOKSWITCH_CXML_TEMPLATE_H

#include "cxml/cxml.h"

struct cxml_template;

/* Reads a document: well-formed, without a document type, its elements and attributes those of the table. In the arena;
 * NULL with the line and the reason. */
const struct cxml_template *cxml_template_parse(struct arena *arena, struct str document, enum cxml_context context,
                                                struct error *error);

/* `fill` replaces each text and attribute; `escaped` when it is an address. */
struct cxml_filling {
    struct str (*fill)(void *context, struct str text, bool escaped);
    /* May a number be dialled? NULL: any. */
    bool (*may_dial)(void *context, struct str number);
    void *context;
};
/* False when a number in it may not be dialled: then nothing has been written. */
bool cxml_template_write(const struct cxml_template *document, struct cxml *out, const struct cxml_filling *filling);

#endif
