/* [menu NAME]: asks for a key or a word, and goes where the answer leads. */
#include <stddef.h>
#include <string.h>

#include "base/words.h"
#include "config/value.h"
#include "flow/call.h"
#include "flow/kinds.h"

enum { CHOICE_MAX_DIGITS = 10 };

struct phrase {
    struct phrase *next;
    struct text spoken; /* as written */
    struct text folded;
};

struct choice {
    struct choice *next;
    struct text digits; /* also "*" and "#"; empty for one that is only spoken */
    struct destination *to;
    struct phrase *phrases;
    struct entry words_entry; /* where its words stand, for complaints */
};

struct menu {
    struct prompt *prompt, *invalid;
    long tries, timeout_s;
    double confidence;
    struct text finish_on_key;
    struct destination *otherwise;
    struct choice *choices;
};

#define AT(member) offsetof(struct menu, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "invalid", FIELD_PROMPT, AT(invalid), 0, 0, 0, "Sorry, that is not a choice.", NULL },
    { "tries", FIELD_COUNT, AT(tries), 0, 1, 10, "3", NULL },
    { "timeout", FIELD_DURATION, AT(timeout_s), 0, 1, 60, "5", NULL },
    { "confidence", FIELD_DECIMAL, AT(confidence), 0, 0, 0, "0.3", NULL },
    { "finish_on_key", FIELD_KEYS, AT(finish_on_key), 0, 0, 0, NULL, NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

/* "12" is itself; star and pound stand for the keys that INI cannot write. Empty when it is no key. */
static struct text digits_of(struct text key)
{
    if (text_is(key, "star"))
        return TEXT("*");
    if (text_is(key, "pound"))
        return TEXT("#");
    unsigned long ignored;
    bool digits = key.length <= CHOICE_MAX_DIGITS && text_to_number(key, 9999999999UL, &ignored);
    return digits ? key : TEXT("");
}

static struct choice *find_choice(const struct menu *menu, struct text digits)
{
    struct choice *choice = menu->choices;
    while (choice != NULL && !text_equal(choice->digits, digits))
        choice = choice->next;
    return choice;
}

static struct choice *make_choice(struct arena *arena, struct menu *menu, struct text digits)
{
    struct choice *choice = find_choice(menu, digits), **end = &menu->choices;
    if (choice != NULL)
        return choice;
    while (*end != NULL)
        end = &(*end)->next;
    *end = choice = ARENA_NEW(arena, struct choice);
    choice->digits = digits;
    return choice;
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
            config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' holds no word that can be said",
                            TEXT_ARGS(word->text));
        *end = phrase;
        end = &phrase->next;
    }
}

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct menu *menu = section->keys;
    size_t dot = text_find_char(entry->key, '.');
    struct text digits = digits_of(text_upto(entry->key, dot));
    bool words = text_is(text_from(entry->key, dot), ".words");
    if (digits.length == 0 || (dot < entry->key.length && !words))
        return false;
    struct choice *choice = make_choice(config_reader_arena(reader), menu, digits);
    if (words)
        read_phrases(reader, section, entry, choice);
    else
        choice->to = config_destination(reader, section, entry, false);
    return true;
}

static void check(struct config_reader *reader, struct section *section)
{
    const struct menu *menu = section->keys;
    if (menu->choices == NULL)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "a menu without a choice; expected keys such as 1 = NODE");
    for (const struct choice *choice = menu->choices; choice != NULL; choice = choice->next)
        if (choice->to == NULL && choice->phrases != NULL)
            config_complain(
                reader, section, &choice->words_entry, COMPLAINT_ERROR,
                "words for a choice that leads nowhere; expected '%.*s = NODE' too",
                TEXT_ARGS(text_upto(choice->words_entry.key, text_find_char(choice->words_entry.key, '.'))));
}

/* --- asking --- */

struct shape {
    bool keys, speech, pound;
    size_t longest, shortest;
};

static struct shape shape_of(const struct menu *menu)
{
    struct shape shape = { .shortest = CHOICE_MAX_DIGITS };
    for (const struct choice *choice = menu->choices; choice != NULL; choice = choice->next) {
        shape.keys = true;
        shape.speech = shape.speech || choice->phrases != NULL;
        shape.pound = shape.pound || text_is(choice->digits, "#");
        if (choice->digits.length > shape.longest)
            shape.longest = choice->digits.length;
        if (choice->digits.length < shape.shortest)
            shape.shortest = choice->digits.length;
    }
    return shape;
}

static void write_hints(struct call *call, const struct menu *menu)
{
    struct buffer hints = buffer_in(call->visit->arena);
    for (const struct choice *choice = menu->choices; choice != NULL; choice = choice->next)
        for (const struct phrase *phrase = choice->phrases; phrase != NULL; phrase = phrase->next) {
            if (hints.length > 0)
                buffer_add(&hints, TEXT(", "));
            buffer_add(&hints, phrase->spoken);
        }
    cxml_attribute(call->out, "hints", buffer_text(&hints));
    cxml_attribute(call->out, "speechTimeout", TEXT("auto"));
}

static void ask(struct call *call, const struct menu *menu, long attempt, const struct prompt *ahead)
{
    struct shape shape = shape_of(menu);
    struct text query = arena_format(call->visit->arena, "try=%ld", attempt);
    cxml_open(call->out, CXML_GATHER);
    cxml_attribute(call->out, "action", call_step_url(call, "chosen", query));
    cxml_attribute(call->out, "input", shape.speech ? TEXT("dtmf speech") : TEXT("dtmf"));
    cxml_attribute_number(call->out, "timeout", menu->timeout_s);
    /* A longest choice that is reached ends the input; a shorter one waits for the time-out or the finish key. */
    cxml_attribute_number(call->out, "numDigits", (long)shape.longest);
    if (menu->finish_on_key.length > 0)
        cxml_attribute(call->out, "finishOnKey", menu->finish_on_key);
    else if (shape.pound)
        cxml_attribute(call->out, "finishOnKey", TEXT("")); /* or '#' would end the input instead of being it */
    cxml_attribute(call->out, "language", call_settings(call)->language);
    if (shape.speech)
        write_hints(call, menu);
    cxml_attribute_switch(call->out, "actionOnEmptyResult", true);
    call_prompt(call, ahead);
    call_prompt(call, menu->prompt);
    cxml_close(call->out);
    call->ended = true; /* with or without input, the action is asked */
}

static void enter(struct call *call, const void *keys)
{
    ask(call, keys, 1, NULL);
}

/* --- the answer --- */

/* The choice whose longest phrase stands in what was said. */
static const struct choice *spoken_choice(struct call *call, const struct menu *menu, struct text said)
{
    struct text folded = words_fold(call->visit->arena, text_upto(said, 2000));
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

static bool is_confident(const struct call *call, const struct menu *menu)
{
    double confidence;
    struct text given = call_parameter(call, "Confidence");
    return !value_decimal(text_upto(given, 8), &confidence) || confidence >= menu->confidence;
}

static void chosen(struct call *call, const void *keys)
{
    const struct menu *menu = keys;
    struct text digits = call_parameter(call, "Digits"), said = call_parameter(call, "SpeechResult");
    const struct choice *choice = NULL;
    long attempt = call_query_number(call, "try", 1000);
    if (digits.length > 0)
        choice = find_choice(menu, digits);
    else if (said.length > 0 && is_confident(call, menu))
        choice = spoken_choice(call, menu, said);
    if (choice != NULL && choice->to != NULL) {
        call_go(call, choice->to);
        return;
    }
    const struct prompt *invalid = digits.length > 0 || said.length > 0 ? menu->invalid : NULL;
    if (attempt < menu->tries) {
        ask(call, menu, attempt + 1, invalid);
        return;
    }
    call_prompt(call, invalid);
    call_go(call, menu->otherwise);
}

static const struct node_step steps[] = {
    { "chosen", "call.gathered", CALL_KEEP_LATER, chosen },
    { NULL, NULL, CALL_KEEP_LATER, NULL },
};

static const struct node_behaviour behaviour = { enter, steps };

const struct section_kind menu_kind = { .name = "menu",
                                        .named = true,
                                        .class = SECTION_NODE,
                                        .size = sizeof(struct menu),
                                        .fields = fields,
                                        .entry = read_entry,
                                        .finish = check,
                                        .behaviour = &behaviour };
