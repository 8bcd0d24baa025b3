#include "promise.h"

#include "base/template.h"

static struct str upper_x(void *context, struct str name)
{
    (void)context;
    return str_is(name, "x") ? STR("X") : STR("");
}

static void fills(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_text(template_fill(arena, STR("a {{x}} b {{ x }}{{y}}."), upper_x, NULL), "a X b X.");
    assert_text(template_fill(arena, STR("{{x}} {{never"), upper_x, NULL), "X {{never");
    assert_text(template_fill(arena, STR("plain }}"), upper_x, NULL), "plain }}");
    arena_free(arena);
}

static void closed(void **state)
{
    (void)state;
    assert_true(template_is_closed(STR("plain")) && template_is_closed(STR("{{x}} {{y}}")));
    assert_false(template_is_closed(STR("{{x}} {{y")));
    assert_true(template_has_names(STR("{{x}}")));
    assert_false(template_has_names(STR("{x}")));
}

static const struct CMUnitTest promises[] = {
    PROMISE("fills names, and leaves text from an unclosed name on unchanged", fills),
    PROMISE("tells unclosed names", closed),
};

KEEP_PROMISES(promises)
