/* [directory NAME]: finds people by extension, by the keypad letters of their name, or by speech. */
#include <stddef.h>

#include "base/words.h"
#include "config/value.h"
#include "flow/kinds.h"

enum { EXTENSION_MAX = 10, LETTERS_MAX = 12, LETTERS_MIN = 2, CHOICES_MAX = 9, HINTS_MAX_BYTES = 2000 };
enum directory_match { MATCH_BOTH, MATCH_LAST, MATCH_FIRST };

static const char *const matches[] = { "both", "last", "first", NULL };

struct phrase {
    struct phrase *next;
    struct str folded;
};

struct person {
    struct person *next;
    struct str extension, name, folded; /* " ada lovelace " */
    struct str first_keys, last_keys;   /* "232", "568352" */
    struct phrase *words;
    struct destination *to, *hours, *voicemail;
    unsigned line;
};

struct directory {
    struct prompt *prompt, *spell, *choice, *not_found;
    int match;
    bool speech;
    long tries, timeout_s;
    struct destination *otherwise;
    struct person *people;
    size_t longest;
    bool named; /* some person has a name */
};

#define AT(member) offsetof(struct directory, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, "Please enter an extension. To find somebody by name, press star.",
      NULL },
    { "spell", FIELD_PROMPT, AT(spell), 0, 0, 0,
      "Please enter the first letters of the first or last name, and press pound.", NULL },
    { "choice", FIELD_PROMPT, AT(choice), 0, 0, 0, "For {{Name}}, press {{Key}}.", NULL },
    { "not_found", FIELD_PROMPT, AT(not_found), 0, 0, 0, "Sorry, nobody was found.", NULL },
    { "match", FIELD_CHOICE, AT(match), 0, 0, 0, "both", matches },
    { "speech", FIELD_SWITCH, AT(speech), 0, 0, 0, "no", NULL },
    { "tries", FIELD_COUNT, AT(tries), 0, 1, 10, "3", NULL },
    { "timeout", FIELD_DURATION, AT(timeout_s), 0, 1, 60, "5", NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT | FIELD_DEAD_END, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

/* The keys that spell a word (ITU-T E.161), without characters that have no key. */
static struct str keys_of(struct arena *arena, struct str word)
{
    static const char keys[] = "22233344455566677778889999";
    struct buffer spelt = buffer_in(arena);
    for (size_t i = 0; i < word.length; i++)
        if (word.at[i] >= 'a' && word.at[i] <= 'z')
            buffer_add_char(&spelt, keys[word.at[i] - 'a']);
        else if (word.at[i] >= '0' && word.at[i] <= '9')
            buffer_add_char(&spelt, word.at[i]);
    return buffer_text(&spelt);
}

static struct person *person_of(struct arena *arena, struct directory *directory, const struct entry *entry,
                                struct str extension)
{
    struct person **end = &directory->people;
    for (; *end != NULL; end = &(*end)->next)
        if (str_equal((*end)->extension, extension))
            return *end;
    *end = ARENA_NEW(arena, struct person);
    (*end)->extension = extension;
    (*end)->line = entry->line;
    if (extension.length > directory->longest)
        directory->longest = extension.length;
    return *end;
}

static void read_name(struct arena *arena, struct directory *directory, struct person *person, struct str name)
{
    struct str folded = words_fold(arena, name);
    size_t last = folded.length > 1 ? folded.length - 1 : 0;
    while (last > 0 && folded.at[last - 1] != ' ')
        last--;
    person->name = name;
    person->folded = folded;
    person->last_keys = keys_of(arena, str_from(folded, last));
    person->first_keys = keys_of(arena, str_trim(str_upto(folded, last)));
    directory->named = true;
}

static void read_words(struct config_reader *reader, struct section *section, const struct entry *entry,
                       struct person *person)
{
    struct phrase **end = &person->words;
    for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next) {
        *end = ARENA_NEW(config_reader_arena(reader), struct phrase);
        (*end)->folded = words_fold(config_reader_arena(reader), word->text);
        end = &(*end)->next;
    }
}

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct directory *directory = section->keys;
    struct arena *arena = config_reader_arena(reader);
    size_t dot = str_find_char(entry->key, '.');
    struct str extension = str_upto(entry->key, dot), part = str_from(entry->key, dot);
    if (extension.length > EXTENSION_MAX || !str_is_digits(extension))
        return false;
    struct person *person = person_of(arena, directory, entry, extension);
    if (part.length == 0)
        person->to = config_destination(reader, section, entry, false);
    else if (str_is(part, ".name"))
        read_name(arena, directory, person, entry->value);
    else if (str_is(part, ".words"))
        read_words(reader, section, entry, person);
    else if (str_is(part, ".hours"))
        person->hours = config_reference(reader, section, entry, &hours_kind);
    else if (str_is(part, ".voicemail"))
        person->voicemail = config_destination(reader, section, entry, true);
    else
        return false;
    return true;
}

static void check(struct config_reader *reader, struct section *section)
{
    const struct directory *directory = section->keys;
    if (directory->people == NULL)
        config_error(reader, section, "no extensions; expected keys such as 201 = +15551110201");
    for (const struct person *person = directory->people; person != NULL; person = person->next) {
        struct entry entry = { person->extension, person->name, person->line };
        if (person->to == NULL)
            config_complain(reader, section, &entry, COMPLAINT_ERROR,
                            "this extension has no destination; expected '%.*s = DESTINATION' too",
                            STR_ARGS(person->extension));
        if (person->hours != NULL && person->voicemail == NULL)
            config_complain(
                reader, section, &entry, COMPLAINT_ERROR,
                "hours without voicemail: callers have no destination outside of them; expected voicemail = NODE too");
    }
}

/* --- dialling --- */

static const struct person *find_person(const struct directory *directory, struct str extension)
{
    const struct person *person = directory->people;
    while (person != NULL && !str_equal(person->extension, extension))
        person = person->next;
    return person;
}

static void reach(struct call *call, const struct person *person)
{
    if (person->hours != NULL && !hours_open_now(&call->session, person->hours->section))
        call_go(call, person->voicemail);
    else if (person->to->kind == DESTINATION_NUMBER || person->to->kind == DESTINATION_SIP)
        dial_address(call, person->to, ARENA_JOIN(call->session.arena, STR("ext="), person->extension));
    else
        call_go(call, person->to);
}

size_t directory_longest(const void *keys)
{
    const struct directory *directory = keys;
    return directory->longest;
}

bool directory_go(struct call *call, const struct section *section, struct str extension)
{
    const struct person *person = find_person(section->keys, extension);
    if (person == NULL)
        return false;
    call->session.node = section;
    call->result = section->title;
    reach(call, person);
    return true;
}

/* Not answered: goes to the person's voicemail, or hangs up. */
static void ended(struct call *call, const void *keys)
{
    const struct person *person = find_person(keys, call_query(call, "ext"));
    if (person == NULL || person->voicemail == NULL || dial_was_answered(call))
        dial_address_ended(call);
    else
        call_go(call, person->voicemail);
}

/* --- asking --- */

static void ask(struct call *call, const struct directory *directory, long attempt, const struct prompt *ahead)
{
    struct buffer hints = buffer_in(call->session.arena);
    for (const struct person *person = directory->people; person != NULL; person = person->next)
        if (person->name.length > 0 && hints.length + person->name.length <= HINTS_MAX_BYTES)
            buffer_add_item(&hints, person->name);
    struct question question = { .step = "given",
                                 .attempt = attempt,
                                 .timeout_s = directory->timeout_s,
                                 .digits = (long)directory->longest,
                                 .speech = directory->speech,
                                 .hints = buffer_text(&hints) };
    call_ask_with(call, &question, ahead, directory->prompt);
}

static void enter(struct call *call, const void *keys)
{
    ask(call, keys, 1, NULL);
}

static void ask_again(struct call *call, const struct directory *directory, const struct prompt *ahead)
{
    long attempt = call_query_number(call, "try", 1000);
    if (attempt < directory->tries) {
        ask(call, directory, attempt + 1, ahead);
        return;
    }
    call_prompt(call, ahead);
    call_go(call, directory->otherwise);
}

static void ask_letters(struct call *call, const struct directory *directory)
{
    struct question question = { .step = "spelt",
                                 .attempt = call_query_number(call, "try", 1000),
                                 .timeout_s = directory->timeout_s,
                                 .digits = LETTERS_MAX };
    call_ask_with(call, &question, NULL, directory->spell);
}

/* --- finding --- */

struct found {
    const struct person *at[CHOICES_MAX];
    size_t count;
};

static void add(struct found *found, const struct person *person)
{
    if (found->count < CHOICES_MAX)
        found->at[found->count++] = person;
}

static struct found find_by_keys(const struct directory *directory, struct str keys)
{
    struct found found = { .count = 0 };
    for (const struct person *person = directory->people; person != NULL; person = person->next) {
        bool last = directory->match != MATCH_FIRST && str_starts(person->last_keys, keys);
        bool first = directory->match != MATCH_LAST && str_starts(person->first_keys, keys);
        if (keys.length >= LETTERS_MIN && (last || first))
            add(&found, person);
    }
    return found;
}

/* Whether the speech contains a word of the name. */
static bool shares_word(struct str said, struct str name)
{
    struct str rest = name;
    while (rest.length > 1) {
        size_t end = str_find_char(str_from(rest, 1), ' ');
        if (end > 1 && words_contain(said, str_upto(rest, end + 2)))
            return true;
        rest = str_from(rest, end + 1);
    }
    return false;
}

/* People whose whole name or phrase was said; otherwise those with a word of theirs. */
static struct found find_by_speech(struct call *call, const struct directory *directory, struct str said)
{
    struct found found = { .count = 0 };
    struct str folded = words_fold(call->session.arena, str_upto(said, 1000));
    for (const struct person *person = directory->people; person != NULL; person = person->next) {
        bool whole = words_contain(folded, person->folded);
        for (const struct phrase *phrase = person->words; phrase != NULL; phrase = phrase->next)
            whole = whole || words_contain(folded, phrase->folded);
        if (whole)
            add(&found, person);
    }
    if (found.count > 0)
        return found;
    for (const struct person *person = directory->people; person != NULL; person = person->next)
        if (shares_word(folded, person->folded))
            add(&found, person);
    return found;
}

static void ask_which(struct call *call, const struct directory *directory, const struct found *found)
{
    struct buffer query = buffer_in(call->session.arena);
    buffer_add(&query, STR("among="));
    for (size_t i = 0; i < found->count; i++) {
        buffer_add(&query, i > 0 ? STR(".") : STR(""));
        buffer_add(&query, found->at[i]->extension);
    }
    struct question question = { .step = "picked",
                                 .attempt = call_query_number(call, "try", 1000),
                                 .query = buffer_text(&query),
                                 .timeout_s = directory->timeout_s,
                                 .digits = 1 };
    call_ask(call, &question);
    for (size_t i = 0; i < found->count; i++) {
        call_set_value(call, "Name", found->at[i]->name.length > 0 ? found->at[i]->name : found->at[i]->extension);
        call_set_value(call, "Key", arena_format(call->session.arena, "%zu", i + 1));
        call_prompt(call, directory->choice);
    }
    call_set_value(call, "Name", STR(""));
    call_set_value(call, "Key", STR(""));
    call_asked(call);
}

static void lead_to(struct call *call, const struct directory *directory, const struct found *found)
{
    if (found->count == 0)
        ask_again(call, directory, directory->not_found);
    else if (found->count == 1)
        reach(call, found->at[0]);
    else
        ask_which(call, directory, found);
}

static void given(struct call *call, const void *keys)
{
    const struct directory *directory = keys;
    struct str digits = session_parameter(&call->session, "Digits"),
               said = session_parameter(&call->session, "SpeechResult");
    const struct person *person = find_person(directory, digits);
    if (person != NULL) {
        reach(call, person);
    } else if (str_starts(digits, STR("*")) && directory->named) {
        ask_letters(call, directory);
    } else if (digits.length == 0 && said.length > 0) {
        struct found found = find_by_speech(call, directory, said);
        lead_to(call, directory, &found);
    } else {
        ask_again(call, directory, digits.length > 0 ? directory->not_found : NULL);
    }
}

static void spelt(struct call *call, const void *keys)
{
    const struct directory *directory = keys;
    struct found found = find_by_keys(directory, session_parameter(&call->session, "Digits"));
    lead_to(call, directory, &found);
}

static void picked(struct call *call, const void *keys)
{
    const struct directory *directory = keys;
    struct str rest = call_query(call, "among"), extension;
    unsigned long wanted;
    if (!str_to_number(session_parameter(&call->session, "Digits"), CHOICES_MAX, &wanted) || wanted == 0) {
        ask_again(call, directory, NULL);
        return;
    }
    while (wanted > 0 && str_next(&rest, '.', &extension))
        wanted--;
    const struct person *person = wanted == 0 ? find_person(directory, extension) : NULL;
    if (person != NULL)
        reach(call, person);
    else
        ask_again(call, directory, directory->not_found);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "given", "call.gathered", CALL_KEEP_LATER, given, false },
               { "spelt", "call.gathered", CALL_KEEP_LATER, spelt, false },
               { "picked", "call.gathered", CALL_KEEP_LATER, picked, false },
               { "ended", "call.dialed", CALL_KEEP_LATER, ended, false } },
};

const struct section_kind directory_kind = { .name = "directory",
                                             .class = SECTION_NODE,
                                             .size = sizeof(struct directory),
                                             .fields = fields,
                                             .entry = read_entry,
                                             .finish = check,
                                             .behaviour = &behaviour };
