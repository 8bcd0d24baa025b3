#include "base/utf8.h"

static bool is_allowed(struct str text, size_t step, bool controls)
{
    const unsigned char *at = (const unsigned char *)text.at;
    if (step == 0 || at[0] == '\0')
        return false;
    if (controls)
        return true;
    if (step == 1)
        return at[0] >= 0x20 || at[0] == '\t' || at[0] == '\n' || at[0] == '\r';
    return step != 3 || at[0] != 0xEF || at[1] != 0xBF || at[2] < 0xBE; /* U+FFFE, U+FFFF */
}

static struct str repair(struct arena *arena, struct str text, bool controls)
{
    struct str rest = text;
    for (size_t step; rest.length > 0 && is_allowed(rest, step = str_utf8_length(rest), controls);)
        rest = str_from(rest, step);
    if (rest.length == 0)
        return text;
    struct buffer repaired = buffer_in(arena);
    buffer_add(&repaired, str_upto(text, text.length - rest.length));
    while (rest.length > 0) {
        size_t step = str_utf8_length(rest);
        buffer_add(&repaired, is_allowed(rest, step, controls) ? str_upto(rest, step) : STR("\xEF\xBF\xBD"));
        rest = str_from(rest, step == 0 ? 1 : step);
    }
    return buffer_text(&repaired);
}

struct str utf8_repair(struct arena *arena, struct str text)
{
    return repair(arena, text, true);
}

struct str utf8_clean(struct arena *arena, struct str text)
{
    return repair(arena, text, false);
}
