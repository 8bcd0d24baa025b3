/* Writes cXML that the table of verbs allows: the first violation fails the whole document.
 * libxml2 is included in src/cxml and nowhere else. */
#ifndef HOOKSWITCH_CXML_CXML_H
#define HOOKSWITCH_CXML_CXML_H

#include "base/arena.h"
#include "cxml/verbs.h"

enum { CXML_MAX_BYTES = 64 * 1024 }; /* the platform takes no more (error 11750) */

struct cxml;

/* Once a process, ahead of threads. */
void cxml_start(void);

/* Opens a document with its <Response>. Ended by cxml_finish alone. */
struct cxml *cxml_begin(struct arena *arena, enum cxml_context context);

/* Sets the line of the template, for violations of what is written from now on. */
void cxml_at_line(struct cxml *out, long line);

void cxml_open(struct cxml *out, enum cxml_element element);
/* Attributes come ahead of text and children. */
void cxml_attribute(struct cxml *out, const char *name, struct str value);
void cxml_attribute_number(struct cxml *out, const char *name, long value);
void cxml_attribute_switch(struct cxml *out, const char *name, bool on);
/* Once an element. Bytes that are not UTF-8, and characters that XML 1.0 forbids, become U+FFFD. */
void cxml_text(struct cxml *out, struct str text);
void cxml_close(struct cxml *out);
/* An element that holds text alone. */
void cxml_leaf(struct cxml *out, enum cxml_element element, struct str text);

/* Whether nothing has been written yet inside <Response>. */
bool cxml_is_empty(const struct cxml *out);

/* Ends the document and frees the writer. 0 with the document in the arena, or -1 with the violation. */
int cxml_finish(struct cxml *out, struct str *document, struct error *error);

#endif
