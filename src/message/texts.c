#include "message/texts.h"

#include <stddef.h>

#include "base/words.h"

struct phrase {
    struct phrase *next;
    struct text folded;
};

/* A keyword with its other words and its replies. */
struct keyword {
    struct keyword *next;
    struct text name;
    struct phrase *phrases;
    struct reply *replies;
    bool has_reply;
    struct entry first; /* where it stands, for complaints */
};

struct texts {
    struct texts_manner manner;
    struct keyword *keywords;
    struct keyword otherwise;
};

#define AT(member) offsetof(struct texts, manner.member)

static const struct field fields[] = {
    { "optout", FIELD_SWITCH, AT(optout), 0, 0, 0, "yes", NULL },
    { "optout_stopped", FIELD_TEXT, AT(stopped), 0, 0, 0,
      "You will get no more messages from this number. Reply START to get them again.", NULL },
    { "optout_started", FIELD_TEXT, AT(started), 0, 0, 0,
      "You will get messages from this number again. Reply STOP to get none.", NULL },
    { "optout_help", FIELD_TEXT, AT(help), 0, 0, 0, NULL, NULL },
    { "replies_per_hour", FIELD_COUNT, AT(replies_per_hour), 0, 1, 10000, "10", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

const struct texts_manner *texts_manner(const void *keys)
{
    const struct texts *texts = keys;
    return &texts->manner;
}

static struct keyword *find_keyword(struct arena *arena, struct texts *texts, struct text name,
                                    const struct entry *entry)
{
    struct keyword **end = &texts->keywords;
    if (text_is(name, "otherwise"))
        return &texts->otherwise;
    for (; *end != NULL; end = &(*end)->next)
        if (text_equal((*end)->name, name))
            return *end;
    *end = ARENA_NEW(arena, struct keyword);
    (*end)->name = name;
    (*end)->first = *entry;
    return *end;
}

static void add_phrase(struct config_reader *reader, struct section *section, const struct entry *entry,
                       struct keyword *keyword, struct text words)
{
    struct arena *arena = config_reader_arena(reader);
    struct phrase *phrase = ARENA_NEW(arena, struct phrase);
    phrase->folded = words_fold(arena, words);
    phrase->next = keyword->phrases;
    keyword->phrases = phrase;
    if (phrase->folded.length <= 1)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' holds no word that can be typed",
                        TEXT_ARGS(words));
}

static void add_reply(struct config_reader *reader, struct section *section, const struct entry *entry,
                      struct keyword *keyword)
{
    struct reply **end = &keyword->replies;
    size_t length = text_characters(entry->value);
    keyword->has_reply = true;
    if (length > TEXTS_MAX_CHARACTERS)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%zu characters; a message holds at most %d", length,
                        TEXTS_MAX_CHARACTERS);
    if (entry->value.length == 0)
        return; /* a keyword that gets no answer */
    while (*end != NULL)
        end = &(*end)->next;
    *end = ARENA_NEW(config_reader_arena(reader), struct reply);
    (*end)->text = entry->value;
}

/* KEYWORD = reply, KEYWORD.2 = a second message, KEYWORD.words = other words for it */
static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct texts *texts = section->keys;
    size_t dot = text_find_char(entry->key, '.');
    struct text name = text_upto(entry->key, dot), ending = text_from(entry->key, dot);
    unsigned long part;
    bool words = text_is(ending, ".words");
    if (ending.length > 0 && !words && !(text_to_number(text_from(ending, 1), 99, &part) && part >= 2))
        return false;
    struct keyword *keyword = find_keyword(config_reader_arena(reader), texts, name, entry);
    if (keyword->phrases == NULL && keyword != &texts->otherwise)
        add_phrase(reader, section, entry, keyword, name);
    if (!words)
        add_reply(reader, section, entry, keyword);
    for (const struct word *word = words ? config_words(reader, section, entry) : NULL; word != NULL; word = word->next)
        add_phrase(reader, section, entry, keyword, word->text);
    return true;
}

static void check(struct config_reader *reader, struct section *section)
{
    const struct texts *texts = section->keys;
    for (const struct keyword *keyword = texts->keywords; keyword != NULL; keyword = keyword->next)
        if (!keyword->has_reply)
            config_complain(reader, section, &keyword->first, COMPLAINT_ERROR,
                            "words without a reply; expected '%.*s = ...' too", TEXT_ARGS(keyword->name));
    if (texts->otherwise.phrases != NULL)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "otherwise takes no words: it is for all the rest");
}

const struct reply *texts_answer(const void *keys, struct arena *arena, struct text body)
{
    const struct texts *texts = keys;
    struct text folded = words_fold(arena, text_upto(body, 4 * TEXTS_MAX_CHARACTERS));
    const struct keyword *best = &texts->otherwise;
    size_t longest = 0;
    for (const struct keyword *keyword = texts->keywords; keyword != NULL; keyword = keyword->next)
        for (const struct phrase *phrase = keyword->phrases; phrase != NULL; phrase = phrase->next)
            if (phrase->folded.length > longest && words_contain(folded, phrase->folded)) {
                best = keyword;
                longest = phrase->folded.length;
            }
    return best->replies;
}

const struct section_kind texts_kind = { .name = "texts",
                                         .named = true,
                                         .class = SECTION_TEXTS,
                                         .size = sizeof(struct texts),
                                         .fields = fields,
                                         .entry = read_entry,
                                         .finish = check };
