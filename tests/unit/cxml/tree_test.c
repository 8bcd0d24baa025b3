#include "promise.h"

#include <string.h>

#include "cxml/cxml.h"
#include "cxml/tree.h"

static void reads(void **state)
{
    struct arena *arena = arena_new();
    struct error why;
    (void)state;
    cxml_start();
    const struct cxml_tree *tree =
        cxml_tree_parse(arena,
                        STR("<Response>\n <Gather action='https://h/x?a=1&amp;b=2'><Say>One &amp; two</Say></Gather>\n "
                            "<Dial> +15551110001 </Dial></Response>"),
                        &why);
    assert_non_null(tree);
    assert_text(cxml_tree_attribute(tree->children, "action"), "https://h/x?a=1&b=2");
    assert_text(cxml_tree_attribute(tree->children, "method"), "");
    assert_text(cxml_tree_child(tree->children, "Say")->text, "One & two");
    assert_null(cxml_tree_child(tree, "Say"));
    assert_text(tree->children->next->text, "+15551110001");
    assert_null(tree->children->next->next);
    arena_free(arena);
}

static void refuse(const char *document, const char *sentence)
{
    struct arena *arena = arena_new();
    struct error why;
    assert_null(cxml_tree_parse(arena, str_of(document), &why));
    if (strstr(why.sentence, sentence) == NULL)
        fail_msg("'%s' where '%s' was expected", why.sentence, sentence);
    arena_free(arena);
}

static void refuses(void **state)
{
    (void)state;
    cxml_start();
    refuse("<Response>\n<Say>x</Response>", "line 2: ");
    refuse("<Answer/>", "the root is <Answer>; expected <Response> (error 12100)");
    refuse("<!DOCTYPE Response [<!ENTITY x 'y'>]><Response>&x;</Response>", "it has a document type");
    refuse("", "error 12100");
    struct arena *arena = arena_new();
    struct error why;
    struct str large = { arena_alloc(arena, CXML_MAX_BYTES + 1), CXML_MAX_BYTES + 1 };
    assert_null(cxml_tree_parse(arena, large, &why));
    assert_non_null(strstr(why.sentence, "error 11750"));
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("reads an answer as the platform would", reads),
    PROMISE("says with line and error number why the platform would not take one", refuses),
};

KEEP_PROMISES(promises)
