#include "base/words.h"

#include <glib.h>

#include "base/buffer.h"

struct text words_fold(struct arena *arena, struct text text)
{
    struct buffer folded = buffer_in(arena);
    gchar *valid = g_utf8_make_valid(text.length == 0 ? "" : text.at, (gssize)text.length);
    gchar *apart = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
    gchar *lower = g_utf8_casefold(apart == NULL ? "" : apart, -1);
    buffer_add_char(&folded, ' ');
    for (const gchar *at = lower; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool apostrophe = c == '\'' || c == 0x2019; /* "don't" is one word */
        if (g_unichar_ismark(c) || apostrophe)
            continue;
        if (g_unichar_isalnum(c))
            buffer_add(&folded, text_between(at, g_utf8_next_char(at)));
        else if (folded.at[folded.length - 1] != ' ')
            buffer_add_char(&folded, ' ');
    }
    if (folded.at[folded.length - 1] != ' ')
        buffer_add_char(&folded, ' ');
    g_free(lower);
    g_free(apart);
    g_free(valid);
    return buffer_text(&folded);
}

bool words_contain(struct text said, struct text phrase)
{
    return phrase.length > 1 && text_find(said, phrase) < said.length;
}
