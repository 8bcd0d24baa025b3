#include "flow/leg.h"

#include <stdint.h>
#include <string.h>

#include "config/value.h"

static const char *const options[] = { "ring", "weight", "send", NULL };

static bool is_send(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (strchr("0123456789*#wW", text.at[i]) == NULL)
            return false;
    return text.length > 0;
}

/* Reads ring=15. False when it is not an option but part of the address. */
static bool read_option(struct str word, struct leg *leg, const char **wrong)
{
    size_t equals = str_find_char(word, '=');
    struct str name = str_upto(word, equals), value = str_from(word, equals + 1);
    int which = 0;
    while (options[which] != NULL && !str_is(name, options[which]))
        which++;
    if (options[which] == NULL || equals == word.length)
        return false;
    if (which == 0 && (!value_duration(value, &leg->ring_s) || leg->ring_s < 5 || leg->ring_s > 600))
        *wrong = "expected 5 to 600 seconds";
    if (which == 1 && (!value_count(value, &leg->weight) || leg->weight < 1 || leg->weight > LEG_WEIGHT_MAX))
        *wrong = "expected 1 to 1000";
    leg->send = which == 2 ? value : leg->send;
    if (which == 2 && !is_send(value))
        *wrong = "expected keys 0-9 * #, and w for half a second's wait";
    return true;
}

static bool read_address(struct arena *arena, struct str address, struct leg *leg)
{
    leg->address = address;
    if (str_starts_nocase(address, STR("verto:"))) {
        leg->kind = LEG_VERTO;
        leg->address = str_from(address, 6);
        return leg->address.length > 0 && str_find_char(leg->address, ' ') == leg->address.length;
    }
    leg->kind = str_starts(address, STR("+")) ? LEG_NUMBER : LEG_SIP;
    return leg->kind == LEG_NUMBER ? value_number(arena, address, &leg->address) : value_sip(address);
}

static struct leg *read_one(struct config_reader *reader, struct section *section, const struct entry *entry,
                            struct str text)
{
    struct arena *arena = config_reader_arena(reader);
    struct leg *leg = ARENA_NEW(arena, struct leg);
    struct str option = STR("");
    const char *wrong = NULL;
    leg->weight = 1;
    for (;;) {
        size_t space = text.length;
        while (space > 0 && text.at[space - 1] != ' ' && text.at[space - 1] != '\t')
            space--;
        if (space == 0 || !read_option(str_from(text, space), leg, &wrong))
            break;
        if (wrong != NULL) {
            option = str_from(text, space);
            break;
        }
        text = str_trim(str_upto(text, space));
    }
    struct str suggestion = value_number_suggest(arena, text);
    if (wrong == NULL && !read_address(arena, text, leg))
        wrong = "expected a number such as +15551230001, a sip: or a verto: address, then optionally ring=, weight=, "
                "send=";
    if (option.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s': %s", STR_ARGS(str_prefix(option, 60)), wrong);
    else if (wrong != NULL && suggestion.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%.*s", STR_ARGS(suggestion));
    else if (wrong != NULL)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not something to dial; %s",
                        STR_ARGS(str_prefix(text, 60)), wrong);
    return wrong == NULL ? leg : NULL;
}

struct leg *leg_read(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct leg *first = NULL, **end = &first;
    for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next) {
        *end = read_one(reader, section, entry, word->text);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
    }
    return first;
}

size_t leg_count(const struct leg *legs)
{
    size_t count = 0;
    for (; legs != NULL; legs = legs->next)
        count++;
    return count;
}

/* --- order --- */

enum { LEGS_MAX = 100 };

/* A pseudo-random sequence from a seed (SplitMix64). */
static uint64_t draw(uint64_t *state)
{
    uint64_t mixed = (*state += UINT64_C(0x9E3779B97F4A7C15));
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

const struct leg *leg_at_turn(const struct leg *legs, long turn, unsigned long seed, bool weighted)
{
    const struct leg *left[LEGS_MAX], *found = NULL;
    size_t count = 0;
    uint64_t state = seed;
    for (const struct leg *leg = legs; leg != NULL && count < LEGS_MAX; leg = leg->next)
        left[count++] = leg;
    for (; turn > 0 && count > 0; turn--) {
        uint64_t all = 0;
        size_t at = 0;
        for (size_t i = 0; i < count; i++)
            all += weighted ? (uint64_t)left[i]->weight : 1;
        uint64_t drawn = seed == 0 ? 0 : draw(&state) % all;
        for (; at + 1 < count && drawn >= (weighted ? (uint64_t)left[at]->weight : 1); at++)
            drawn -= weighted ? (uint64_t)left[at]->weight : 1;
        found = left[at];
        memmove(&left[at], &left[at + 1], (count - at - 1) * sizeof *left);
        count--;
    }
    return turn > 0 ? NULL : found;
}
