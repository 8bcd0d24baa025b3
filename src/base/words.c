#include "base/words.h"

#include <glib.h>

/* Written without spaces between the words. */
static bool stands_alone(gunichar c)
{
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
        return true;
    default:
        return false;
    }
}

static void add_space(struct buffer *folded)
{
    if (folded->at[folded->length - 1] != ' ')
        buffer_add_char(folded, ' ');
}

struct str words_fold(struct arena *arena, struct str text)
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
        bool alone = stands_alone(c);
        if (!g_unichar_isalnum(c) || alone)
            add_space(&folded);
        if (g_unichar_isalnum(c))
            buffer_add(&folded, str_between(at, g_utf8_next_char(at)));
        if (alone)
            add_space(&folded);
    }
    add_space(&folded);
    g_free(lower);
    g_free(apart);
    g_free(valid);
    return buffer_text(&folded);
}

bool words_contain(struct str said, struct str phrase)
{
    return phrase.length > 1 && str_find(said, phrase) < said.length;
}

/* The first `count` words, without the spaces around them; empty where there are not so many. */
static struct str first_words(struct str said, size_t count)
{
    size_t end = 0;
    for (size_t i = 1; i < said.length; i++)
        if (said.at[i] == ' ' && --count == 0) {
            end = i;
            break;
        }
    return end == 0 ? (struct str){ said.at, 0 } : str_between(said.at + 1, said.at + end);
}

size_t words_distance(struct str said, struct str phrase)
{
    size_t best = WORDS_NO_MATCH, count = 0;
    if (words_contain(said, phrase))
        return 0;
    for (size_t i = 1; i < phrase.length; i++)
        count += phrase.at[i] == ' ';
    struct str wanted = str_trim(phrase);
    size_t length = str_characters(wanted), allowed = length < 4 ? 0 : length < 8 ? 1 : 2;
    if (said.length > WORDS_FUZZY_MAX_BYTES)
        return WORDS_NO_MATCH;
    while (allowed > 0 && said.length > 1) {
        struct str window = first_words(said, count);
        if (window.length == 0)
            break;
        size_t distance = str_distance(window, wanted, WORDS_NO_MATCH);
        if (distance <= allowed && distance < best)
            best = distance;
        said = str_from(said, 1 + str_find_char(str_from(said, 1), ' '));
    }
    return best;
}
