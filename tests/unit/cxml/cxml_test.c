#include "promise.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <string.h>

#include "../fixture.h"
#include "base/arena.h"
#include "cxml/cxml.h"

static struct arena *arena;
static struct str document;
static struct error why;

static void open_arena(void)
{
    cxml_start();
    arena = arena_new();
}

static int finish(struct cxml *out)
{
    return cxml_finish(out, &document, &why);
}

static void gather(struct cxml *out)
{
    cxml_open(out, CXML_GATHER);
    cxml_attribute(out, "action", STR("https://h/a?try=1&x=2"));
}

static void writes(void **state)
{
    (void)state;
    open_arena();
    struct cxml *out = cxml_begin(arena, CXML_VOICE);
    gather(out);
    cxml_attribute_number(out, "timeout", 5);
    cxml_leaf(out, CXML_SAY, STR("<Grüße> & \"more\""));
    cxml_close(out);
    assert_int_equal(finish(out), 0);
    assert_contains(document, "<Gather action=\"https://h/a?try=1&amp;x=2\" timeout=\"5\">");
    assert_contains(document, "<Say>&lt;Grüße&gt; &amp; &quot;more&quot;</Say>");
    arena_free(arena);
}

static void empty(void **state)
{
    (void)state;
    open_arena();
    struct cxml *out = cxml_begin(arena, CXML_MESSAGING);
    assert_int_equal(finish(out), 0);
    assert_contains(document, "<Response/>");
    arena_free(arena);
}

static void any_bytes(void **state)
{
    unsigned seed = 12345;
    (void)state;
    open_arena();
    for (int round = 0; round < 300; round++) {
        char bytes[200];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = (char)(seed >> 16);
        }
        bytes[0] = 'a';
        struct cxml *out = cxml_begin(arena, CXML_VOICE);
        cxml_leaf(out, CXML_SAY, (struct str){ bytes, sizeof bytes });
        assert_int_equal(finish(out), 0);
        assert_true(str_is_utf8(document));
        xmlDocPtr parsed =
            xmlReadMemory(document.at, (int)document.length, "answer", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
        assert_non_null(parsed);
        xmlFreeDoc(parsed);
    }
    struct str clean = utf8_clean(arena, (struct str){ "\0\x08ok\xEF\xBF\xBF", 7 });
    assert_text(clean, "\xEF\xBF\xBD\xEF\xBF\xBDok\xEF\xBF\xBD");
    arena_free(arena);
}

typedef void breach(struct cxml *out);

static void unknown_attribute(struct cxml *out)
{
    cxml_open(out, CXML_SAY);
    cxml_attribute(out, "colour", STR("red"));
}
static void wrong_number(struct cxml *out)
{
    gather(out);
    cxml_attribute_number(out, "numDigits", 0);
}
static void wrong_enum(struct cxml *out)
{
    gather(out);
    cxml_attribute(out, "method", STR("PUT"));
}
static void wrong_range(struct cxml *out)
{
    cxml_open(out, CXML_DIAL);
    cxml_attribute_number(out, "timeout", 601);
}
static void wrong_url(struct cxml *out)
{
    cxml_leaf(out, CXML_PLAY, STR("javascript:alert(1)"));
}
static void wrong_child(struct cxml *out)
{
    gather(out);
    cxml_open(out, CXML_DIAL);
}
static void wrong_context(struct cxml *out)
{
    cxml_open(out, CXML_RECEIVE);
}
static void no_action(struct cxml *out)
{
    cxml_open(out, CXML_RECORD);
    cxml_close(out);
}
static void no_text(struct cxml *out)
{
    cxml_open(out, CXML_SAY);
    cxml_close(out);
}
static void text_where_none(struct cxml *out)
{
    cxml_leaf(out, CXML_HANGUP, STR("x"));
}
static void late_reject(struct cxml *out)
{
    cxml_leaf(out, CXML_HANGUP, STR(""));
    cxml_leaf(out, CXML_REJECT, STR(""));
}
static void twice(struct cxml *out)
{
    gather(out);
    cxml_attribute(out, "action", STR("https://h/b"));
}
static void late_attribute(struct cxml *out)
{
    cxml_open(out, CXML_SAY);
    cxml_text(out, STR("x"));
    cxml_attribute(out, "voice", STR("man"));
}
static void digits_in_gather(struct cxml *out)
{
    gather(out);
    cxml_open(out, CXML_PLAY);
    cxml_attribute(out, "digits", STR("1"));
}
static void never_closed(struct cxml *out)
{
    gather(out);
}
static void wrong_number_text(struct cxml *out)
{
    cxml_open(out, CXML_DIAL);
    cxml_leaf(out, CXML_NUMBER, STR("911"));
}
static void mixed_nouns(struct cxml *out)
{
    cxml_open(out, CXML_DIAL);
    cxml_leaf(out, CXML_NUMBER, STR("+15551110001"));
    cxml_open(out, CXML_SIP);
}
static void two_queues(struct cxml *out)
{
    cxml_open(out, CXML_DIAL);
    cxml_leaf(out, CXML_QUEUE, STR("a"));
    cxml_leaf(out, CXML_QUEUE, STR("b"));
}
static void many_numbers(struct cxml *out)
{
    cxml_open(out, CXML_DIAL);
    for (int i = 0; i < 11; i++)
        cxml_leaf(out, CXML_NUMBER, STR("+15551110001"));
}

static void long_say(struct cxml *out)
{
    char *words = arena_alloc(arena, 5000);
    memset(words, 'x', 4097);
    cxml_leaf(out, CXML_SAY, (struct str){ words, 4097 });
}

static void too_large(struct cxml *out)
{
    char *words = arena_alloc(arena, 4096);
    memset(words, 'x', 4096);
    for (int i = 0; i < 17; i++)
        cxml_leaf(out, CXML_SAY, (struct str){ words, 4096 });
}

static void breaches(void **state)
{
    breach *const all[] = { unknown_attribute, wrong_number,  wrong_enum,     wrong_range,      wrong_url,
                            wrong_child,       wrong_context, no_action,      no_text,          text_where_none,
                            late_reject,       twice,         late_attribute, digits_in_gather, never_closed,
                            wrong_number_text, mixed_nouns,   two_queues,     many_numbers,     long_say,
                            too_large };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        open_arena();
        struct cxml *out = cxml_begin(arena, CXML_VOICE);
        all[i](out);
        if (finish(out) == 0)
            fail_msg("breach %zu left the program: %.*s", i, (int)document.length, document.at);
        assert_true(why.sentence[0] == '<');
        arena_free(arena);
    }
}

static void other_contexts(void **state)
{
    (void)state;
    open_arena();
    struct cxml *out = cxml_begin(arena, CXML_FAX);
    cxml_open(out, CXML_REJECT);
    cxml_attribute(out, "reason", STR("busy"));
    assert_int_equal(finish(out), -1);
    out = cxml_begin(arena, CXML_MESSAGING);
    cxml_leaf(out, CXML_SAY, STR("x"));
    assert_int_equal(finish(out), -1);
    arena_free(arena);
}

/* --- the table against the published schema --- */

static const char *const type_names[] = { [CXML_STRING] = "string",   [CXML_URL] = "url",
                                          [CXML_WSS] = "wss",         [CXML_E164] = "e164",
                                          [CXML_SIP_ADDRESS] = "sip", [CXML_DTMF] = "dtmf",
                                          [CXML_INTEGER] = "integer", [CXML_INTEGER_OR_AUTO] = "integer|auto",
                                          [CXML_DECIMAL] = "decimal", [CXML_BOOLEAN] = "boolean",
                                          [CXML_ENUM] = "enum",       [CXML_ENUM_LIST] = "enum-list" };

static void same_values(const char *const *values, const json_t *published)
{
    size_t count = 0;
    for (; values != NULL && values[count] != NULL; count++)
        assert_string_equal(values[count], json_string_value(json_array_get(published, count)));
    assert_int_equal(count, json_array_size(published));
}

static void same_attributes(enum cxml_element element, json_t *published)
{
    const struct cxml_rule *rule = &cxml_rules[element];
    size_t count = 0;
    for (const struct cxml_attribute_rule *attribute = cxml_attributes; attribute->name != NULL; attribute++) {
        if (attribute->element != element)
            continue;
        count++;
        const json_t *entry = json_object_get(published, attribute->name);
        if (entry == NULL)
            fail_msg("<%s %s> is not in the schema", rule->name, attribute->name);
        assert_string_equal(type_names[attribute->type], json_string_value(json_object_get(entry, "type")));
        assert_int_equal(attribute->min, json_integer_value(json_object_get(entry, "min")));
        assert_int_equal(attribute->max, json_integer_value(json_object_get(entry, "max")));
        same_values(attribute->values, json_object_get(entry, "values"));
    }
    assert_int_equal(count, json_object_size(published));
}

static bool may_hold(const json_t *parent, const char *name, const json_t *child)
{
    const json_t *children = json_object_get(parent, "children"), *item;
    size_t i;
    json_array_foreach(children, i, item)
    {
        const char *word = json_string_value(item);
        if (strcmp(word, name) == 0 ||
            (strcmp(word, "*") == 0 && json_object_get(child, "parents") == NULL && strcmp(name, "Response") != 0))
            return true;
    }
    return false;
}

static void table(void **state)
{
    (void)state;
    open_arena();
    struct str text = fixture_data(arena, "cxml-schema.json");
    json_t *schema = json_loadb(text.at, text.length, 0, NULL);
    assert_non_null(schema);
    assert_int_equal(json_object_size(schema), CXML_ELEMENTS);
    for (int i = 0; i < CXML_ELEMENTS; i++) {
        const struct cxml_rule *rule = &cxml_rules[i];
        json_t *entry = json_object_get(schema, rule->name);
        if (entry == NULL)
            fail_msg("<%s> is not in the schema", rule->name);
        same_attributes((enum cxml_element)i, json_object_get(entry, "attributes"));
        assert_int_equal(rule->max_text, json_integer_value(json_object_get(entry, "max_text")));
        assert_int_equal(rule->max_children, json_integer_value(json_object_get(entry, "max_children")));
        for (int j = 0; j < CXML_ELEMENTS; j++) {
            bool published = may_hold(entry, cxml_rules[j].name, json_object_get(schema, cxml_rules[j].name));
            if (((rule->children >> j & 1) != 0) != published)
                fail_msg("<%s> in <%s>: the schema says %d", cxml_rules[j].name, rule->name, published);
        }
    }
    json_decref(schema);
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("writes escaped, well-formed cXML", writes),
    PROMISE("writes an empty answer as <Response/>", empty),
    PROMISE("replaces what is not UTF-8 and what XML forbids, whatever the bytes", any_bytes),
    PROMISE("lets no attribute, value, child, text or length out that the platform does not take", breaches),
    PROMISE("keeps the verbs of calls, messages and faxes apart", other_contexts),
    PROMISE("holds the same elements, attributes, ranges and nesting as the published schema", table),
};

KEEP_PROMISES(promises)
