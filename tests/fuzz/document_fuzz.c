/* A user's cXML document: what is taken can be written, and is well-formed again, whatever is filled in. */
#include <libxml/parser.h>
#include <stdint.h>
#include <stdlib.h>

#include "cxml/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct str fill(void *context, struct str text, bool escaped)
{
    (void)escaped;
    return str_find(text, STR("{{")) < text.length ? *(struct str *)context : text;
}

static bool may_dial(void *context, struct str number)
{
    (void)context;
    return !str_starts(number, STR("+1900"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct str document = arena_copy(arena, (struct str){ (const char *)bytes, size });
    struct str filled = str_upto(document, 100), written;
    struct error why;
    cxml_start();
    const struct cxml_tree *parsed = cxml_tree_parse(arena, document, &why);
    if (parsed != NULL && cxml_tree_check(arena, parsed, CXML_VOICE, &why) == 0) {
        struct cxml_filling filling = { fill, may_dial, &filled };
        struct cxml *out = cxml_begin(arena, CXML_VOICE);
        cxml_tree_write(parsed, out, &filling);
        if (cxml_finish(out, &written, &why) == 0) {
            xmlDocPtr again = xmlReadMemory(written.at, (int)written.length, "answer", NULL,
                                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
            if (again == NULL || cxml_tree_parse(arena, written, &why) == NULL)
                abort();
            xmlFreeDoc(again);
        }
    }
    arena_free(arena);
    return 0;
}
