#include "flow/leg.h"

#include <stdint.h>
#include <string.h>

#include "config/value.h"

enum { WEIGHT_MAX = 1000 };

/* Reads ring=15. False when it is not an option but part of the address. */
static bool read_option(struct str word, struct leg *leg, const char **wrong)
{
    size_t equals = str_find_char(word, '=');
    struct str name = str_upto(word, equals), value = str_from(word, equals + 1);
    if (equals == word.length)
        return false;
    if (str_is(name, "ring")) {
        if (!value_duration(value, &leg->ring_s) || leg->ring_s < 5 || leg->ring_s > 600)
            *wrong = "expected 5 to 600 seconds";
    } else if (str_is(name, "weight")) {
        if (!value_count(value, &leg->weight) || leg->weight < 1 || leg->weight > WEIGHT_MAX)
            *wrong = "expected 1 to 1000";
    } else if (str_is(name, "send")) {
        leg->send = value;
        if (value.length == 0 || !str_is_made_of(value, "0123456789*#wW"))
            *wrong = "expected keys 0-9 * #, and w for half a second's wait";
    } else
        return false;
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
    while (wrong == NULL) {
        size_t space = text.length;
        while (space > 0 && text.at[space - 1] != ' ' && text.at[space - 1] != '\t')
            space--;
        option = str_from(text, space);
        if (space == 0 || !read_option(option, leg, &wrong))
            break;
        text = str_trim(str_upto(text, space));
    }
    struct str suggestion = value_number_suggest(arena, text);
    if (wrong != NULL)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s': %s", STR_ARGS(str_prefix(option, 60)), wrong);
    else if (read_address(arena, text, leg))
        return leg;
    else if (suggestion.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%.*s", STR_ARGS(suggestion));
    else
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "'%.*s' is not something to dial; expected a number such as +15551230001, a sip: or a verto: "
                        "address, then optionally ring=, weight=, send=",
                        STR_ARGS(str_prefix(text, 60)));
    return NULL;
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

/* --- order --- */

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
    uint64_t state = seed, all = 0;
    for (const struct leg *leg = legs; leg != NULL && count < LEGS_MAX; leg = leg->next) {
        all += weighted ? (uint64_t)leg->weight : 1;
        left[count++] = leg;
    }
    for (; turn > 0 && count > 0; turn--) {
        uint64_t drawn = seed == 0 ? 0 : draw(&state) % all;
        size_t at = 0;
        for (; at + 1 < count && drawn >= (weighted ? (uint64_t)left[at]->weight : 1); at++)
            drawn -= weighted ? (uint64_t)left[at]->weight : 1;
        found = left[at];
        all -= weighted ? (uint64_t)found->weight : 1;
        memmove(&left[at], &left[at + 1], (--count - at) * sizeof *left);
    }
    return turn > 0 ? NULL : found;
}

/* --- permission --- */

static bool is_number(struct str text)
{
    return str_starts(text, STR("+"));
}

static bool is_own(const struct call *call, struct str number)
{
    return is_number(number) && service_line_of_number(call->session.context->service, number) != NULL;
}

/* Detects forwarding loops: calls to the number that was called or that forwarded here, and calls from one of our
 * numbers to another. */
static bool is_forwarding_loop(const struct call *call, struct str number)
{
    struct str forwarded = session_parameter(&call->session, "ForwardedFrom"),
               from = session_parameter(&call->session, "From");
    return str_equal(number, forwarded) || str_equal(number, session_parameter(&call->session, "To")) ||
           (is_own(call, number) && (is_own(call, forwarded) || is_own(call, from)));
}

bool leg_may_ring(struct call *call, const struct leg *leg)
{
    const struct line *line = call->session.line;
    struct error why = { "forwarding loop" };
    if (leg->kind != LEG_NUMBER || (!is_forwarding_loop(call, leg->address) &&
                                    line_may_dial(line, session_settings(&call->session), leg->address, &why)))
        return true;
    log_line(call->session.context->log, LOG_LEVEL_ERROR, "line '%.*s' does not dial %.*s: %s", STR_ARGS(line->name),
             STR_ARGS(leg->address), why.sentence);
    return false;
}

struct str leg_caller_id(const struct call *call, const struct leg *leg, bool own)
{
    struct str to = session_parameter(&call->session, "To");
    bool lacking = leg->kind == LEG_NUMBER && !is_number(session_parameter(&call->session, "From"));
    if (!own && !lacking)
        return STR("");
    return is_number(to) ? to : line_number(call->session.line);
}
