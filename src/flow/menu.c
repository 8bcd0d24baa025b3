/* [menu NAME]: asks for a key or a word, and goes to its destination. */
#include <stddef.h>
#include <string.h>

#include "base/words.h"
#include "config/value.h"
#include "flow/kinds.h"
#include "service/language.h"

enum { CHOICE_MAX_DIGITS = 10 };

struct phrase {
    struct phrase *next;
    struct str spoken; /* as written */
    struct str folded;
};

struct choice {
    struct choice *next;
    struct str digits; /* also "*" and "#", a pattern "2xx", the first of a range "201-209" */
    struct str last;   /* the last of a range, or empty */
    struct destination *to;
    struct str language; /* that the choice sets; empty: unchanged */
    struct phrase *phrases;
    struct entry words_entry; /* of its words, for error messages */
};

struct menu {
    struct prompt *prompt, *again, *invalid, *no_input;
    bool barge_in;
    struct str voice, language;
    long tries, timeout_s;
    double confidence;
    struct str finish_on_key;
    struct destination *otherwise, *extensions;
    struct choice *choices;
};

#define AT(member) offsetof(struct menu, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "again", FIELD_PROMPT, AT(again), 0, 0, 0, NULL, NULL },
    { "invalid", FIELD_PROMPT, AT(invalid), 0, 0, 0, "Sorry, that is not a choice.", NULL },
    { "no_input", FIELD_PROMPT, AT(no_input), 0, 0, 0, NULL, NULL },
    { "barge_in", FIELD_SWITCH, AT(barge_in), 0, 0, 0, "yes", NULL },
    { "voice", FIELD_TEXT, AT(voice), 0, 0, 0, NULL, NULL },
    { "language", FIELD_LANGUAGE, AT(language), 0, 0, 0, NULL, NULL },
    { "tries", FIELD_COUNT, AT(tries), 0, 1, 10, "3", NULL },
    { "timeout", FIELD_DURATION, AT(timeout_s), 0, 1, 60, "5", NULL },
    { "confidence", FIELD_DECIMAL, AT(confidence), 0, 0, 0, "0.3", NULL },
    { "finish_on_key", FIELD_KEYS, AT(finish_on_key), 0, 0, 0, NULL, NULL },
    { "extensions", FIELD_DESTINATION, AT(extensions), 0, 0, 0, NULL, NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT | FIELD_DEAD_END, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

static bool is_pattern(struct str text)
{
    return digits_is_pattern(text) && !str_is_digits(text);
}

/* Reads "12", a pattern "2xx" or a range "201-209"; star and pound name the keys that INI cannot hold. False for
 * anything else. */
static bool read_digits(struct str key, struct str *digits, struct str *last)
{
    size_t dash = str_find_char(key, '-');
    *digits = str_is(key, "star") ? STR("*") : str_is(key, "pound") ? STR("#") : str_upto(key, dash);
    *last = str_from(key, dash + 1);
    if (str_is(*digits, "*") || str_is(*digits, "#"))
        return true;
    if (dash == key.length)
        return key.length > 0 && key.length <= CHOICE_MAX_DIGITS && digits_is_pattern(key);
    return digits->length <= CHOICE_MAX_DIGITS && str_is_digits(*digits) && str_is_digits(*last) &&
           digits->length == last->length && str_compare(*digits, *last) < 0;
}

static struct choice *make_choice(struct arena *arena, struct menu *menu, struct str digits, struct str last)
{
    struct choice **end = &menu->choices;
    for (; *end != NULL; end = &(*end)->next)
        if (str_equal((*end)->digits, digits) && str_equal((*end)->last, last))
            return *end;
    *end = ARENA_NEW(arena, struct choice);
    (*end)->digits = digits;
    (*end)->last = last;
    return *end;
}

static bool fits(const struct choice *choice, struct str digits)
{
    if (choice->digits.length != digits.length || !str_is_digits(digits))
        return false;
    if (choice->last.length > 0)
        return str_compare(choice->digits, digits) <= 0 && str_compare(digits, choice->last) <= 0;
    return digits_fit(choice->digits, digits);
}

/* Exact keys match before ranges and patterns, which match in the order of the file. */
static const struct choice *keyed_choice(const struct menu *menu, struct str digits)
{
    const struct choice *found = NULL;
    for (const struct choice *choice = menu->choices; choice != NULL; choice = choice->next) {
        if (choice->last.length == 0 && str_equal(choice->digits, digits) && !is_pattern(digits))
            return choice;
        if (found == NULL && fits(choice, digits))
            found = choice;
    }
    return found;
}

static void read_phrases(struct config_reader *reader, struct section *section, const struct entry *entry,
                         struct choice *choice)
{
    struct arena *arena = config_reader_arena(reader);
    struct phrase **end = &choice->phrases;
    choice->words_entry = *entry;
    for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next) {
        struct phrase *phrase = ARENA_NEW(arena, struct phrase);
        phrase->spoken = word->text;
        phrase->folded = words_fold(arena, word->text);
        if (phrase->folded.length <= 1)
            config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' contains no word that can be said",
                            STR_ARGS(word->text));
        *end = phrase;
        end = &phrase->next;
    }
}

static void read_language(struct config_reader *reader, struct section *section, const struct entry *entry,
                          struct choice *choice)
{
    struct arena *arena = config_reader_arena(reader);
    struct str lower = arena_lower(arena, entry->value);
    choice->language = entry->value;
    if (!value_language(entry->value))
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "'%.*s' is not a language; expected for example en-US, es, fr-CA", STR_ARGS(entry->value));
    config_set_flag(reader, ARENA_JOIN(arena, STR(LANGUAGE_FLAG), str_upto(lower, str_find_char(lower, '-'))).at);
}

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct menu *menu = section->keys;
    size_t dot = str_find_char(entry->key, '.');
    struct str digits, last;
    bool words = str_is(str_from(entry->key, dot), ".words");
    bool language = str_is(str_from(entry->key, dot), ".language");
    if (!read_digits(str_upto(entry->key, dot), &digits, &last) || (dot < entry->key.length && !words && !language))
        return false;
    struct choice *choice = make_choice(config_reader_arena(reader), menu, digits, last);
    if (words)
        read_phrases(reader, section, entry, choice);
    else if (language)
        read_language(reader, section, entry, choice);
    else
        choice->to = config_destination(reader, section, entry, false);
    return true;
}

/* Whether a spoken prompt mentions a key, as separate digits or as a word. */
static bool speaks_of(struct arena *arena, const struct prompt *prompt, struct str digits)
{
    static const char *const names[] = { "* star",  "* asterisk", "# pound", "# hash", "0 zero",  "1 one",   "2 two",
                                         "3 three", "4 four",     "5 five",  "6 six",  "7 seven", "8 eight", "9 nine" };
    struct buffer all = buffer_in(arena);
    for (; prompt != NULL; prompt = prompt->next) {
        if (prompt->kind == PROMPT_PLAY)
            return true; /* unknown: its words are in a recording */
        buffer_add(&all, prompt->text);
        buffer_add_char(&all, ' ');
    }
    struct str said = words_fold(arena, buffer_text(&all));
    if (words_contain(said, words_fold(arena, digits)))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal(digits, str_upto(str_of(names[i]), 1)) &&
            words_contain(said, words_fold(arena, str_of(names[i] + 2))))
            return true;
    return false;
}

static void hint_at_keys(struct config_reader *reader, struct section *section, const struct menu *menu)
{
    for (const struct choice *choice = menu->prompt == NULL ? NULL : menu->choices; choice != NULL;
         choice = choice->next)
        if (choice->to != NULL && choice->last.length == 0 && !is_pattern(choice->digits) &&
            !speaks_of(config_reader_arena(reader), menu->prompt, choice->digits)) {
            struct entry entry = { choice->to->key, choice->to->name, choice->to->line };
            config_complain(reader, section, &entry, COMPLAINT_HINT, "the prompt does not mention this key");
        }
}

static void check(struct config_reader *reader, struct section *section)
{
    const struct menu *menu = section->keys;
    if (menu->extensions != NULL)
        menu->extensions->wanted_kind = &directory_kind;
    voices_check(reader, section, menu->voice, menu->language);
    hint_at_keys(reader, section, menu);
    if (menu->choices == NULL && menu->extensions == NULL)
        config_error(reader, section, "the menu has no choices; expected keys such as 1 = NODE");
    for (const struct choice *choice = menu->choices; choice != NULL; choice = choice->next)
        if (choice->to == NULL && choice->phrases != NULL)
            config_complain(reader, section, &choice->words_entry, COMPLAINT_ERROR,
                            "words for a choice without a destination; expected '%.*s = NODE' too",
                            STR_ARGS(str_upto(choice->words_entry.key, str_find_char(choice->words_entry.key, '.'))));
}

/* --- asking --- */

static void write_prompts(struct call *call, const struct menu *menu, long attempt, const struct prompt *ahead)
{
    call_prompt(call, ahead);
    call_prompt(call, attempt > 1 && menu->again != NULL ? menu->again : menu->prompt);
}

/* Only the menu itself speaks with its own voice. */
static void speak_as(struct call *call, const struct menu *menu)
{
    call->voice = menu == NULL ? STR("") : menu->voice;
    call->language = menu == NULL ? STR("") : menu->language;
}

static void ask(struct call *call, const struct menu *menu, long attempt, const struct prompt *ahead)
{
    struct buffer hints = buffer_in(call->session.arena);
    size_t longest = menu->extensions == NULL ? 0 : directory_longest(menu->extensions->section->keys);
    bool pound = false;
    for (const struct choice *choice = menu->choices; choice != NULL; choice = choice->next) {
        longest = choice->digits.length > longest ? choice->digits.length : longest;
        pound = pound || str_is(choice->digits, "#");
        for (const struct phrase *phrase = choice->phrases; phrase != NULL; phrase = phrase->next)
            buffer_add_item(&hints, phrase->spoken);
    }
    struct question question = {
        .step = "chosen",
        .attempt = attempt,
        .timeout_s = menu->timeout_s,
        .digits = (long)longest, /* a shorter choice needs the time-out or the finish key */
        .speech = hints.length > 0,
        .finish_on_key = menu->finish_on_key.length > 0 ? menu->finish_on_key.at
                         : pound                        ? "" /* '#' must not end the input when it is a choice */
                                                        : NULL,
        .hints = buffer_text(&hints),
    };
    speak_as(call, menu);
    if (!menu->barge_in) /* keys cannot interrupt what is said before the Gather */
        write_prompts(call, menu, attempt, ahead);
    call_ask(call, &question);
    if (menu->barge_in)
        write_prompts(call, menu, attempt, ahead);
    call_asked(call);
    speak_as(call, NULL);
}

static void enter(struct call *call, const void *keys)
{
    ask(call, keys, 1, NULL);
}

/* --- the input --- */

/* The choice with the longest phrase in the speech. */
static const struct choice *spoken_choice(struct call *call, const struct menu *menu, struct str said)
{
    struct str folded = words_fold(call->session.arena, str_upto(said, 2000));
    const struct choice *best = NULL;
    size_t longest = 0;
    for (const struct choice *choice = menu->choices; choice != NULL; choice = choice->next)
        for (const struct phrase *phrase = choice->phrases; phrase != NULL; phrase = phrase->next)
            if (phrase->folded.length > longest && words_contain(folded, phrase->folded)) {
                best = choice;
                longest = phrase->folded.length;
            }
    return best;
}

static void chosen(struct call *call, const void *keys)
{
    const struct menu *menu = keys;
    struct str digits = session_parameter(&call->session, "Digits"),
               said = session_parameter(&call->session, "SpeechResult");
    const struct choice *choice = NULL;
    long attempt = call_query_number(call, "try", 1000);
    if (digits.length > 0)
        choice = keyed_choice(menu, digits);
    else if (said.length > 0 && call_is_confident(call, menu->confidence))
        choice = spoken_choice(call, menu, said);
    if (choice != NULL && choice->to != NULL) {
        if (choice->language.length > 0)
            call_choose_language(call, choice->language);
        call_go(call, choice->to);
        return;
    }
    if (choice == NULL && digits.length > 0 && menu->extensions != NULL &&
        directory_go(call, menu->extensions->section, digits))
        return;
    const struct prompt *invalid = digits.length > 0 || said.length > 0 ? menu->invalid : menu->no_input;
    if (attempt < menu->tries) {
        ask(call, menu, attempt + 1, invalid);
        return;
    }
    speak_as(call, menu);
    call_prompt(call, invalid);
    speak_as(call, NULL);
    call_go(call, menu->otherwise);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "chosen", "call.gathered", CALL_KEEP_LATER, chosen, false } },
};

const struct section_kind menu_kind = { .name = "menu",
                                        .class = SECTION_NODE,
                                        .size = sizeof(struct menu),
                                        .fields = fields,
                                        .entry = read_entry,
                                        .finish = check,
                                        .behaviour = &behaviour };
