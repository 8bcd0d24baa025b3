#include "base/template.h"

/* Splits the text at its first {{Name}}: false when there is none. */
static bool split(struct str text, struct str *before, struct str *name, struct str *rest)
{
    size_t open = str_find(text, STR("{{"));
    struct str inner = str_from(text, open + 2);
    size_t close = str_find(inner, STR("}}"));
    if (open == text.length || close == inner.length)
        return false;
    *before = str_upto(text, open);
    *name = str_trim(str_upto(inner, close));
    *rest = str_from(inner, close + 2);
    return true;
}

struct str template_fill(struct arena *arena, struct str text, struct str (*value)(void *context, struct str name),
                         void *context)
{
    struct buffer filled = buffer_in(arena);
    struct str before, name, rest;
    if (!template_has_names(text))
        return text;
    while (split(text, &before, &name, &rest)) {
        buffer_add(&filled, before);
        buffer_add(&filled, value(context, name));
        text = rest;
    }
    buffer_add(&filled, text);
    return buffer_text(&filled);
}

bool template_has_names(struct str text)
{
    return str_find(text, STR("{{")) < text.length;
}

bool template_is_closed(struct str text)
{
    struct str before, name;
    while (split(text, &before, &name, &text))
        ;
    return !template_has_names(text);
}
