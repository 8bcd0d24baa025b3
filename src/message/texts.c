#include "message/texts.h"

#include <stddef.h>

#include "base/words.h"
#include "config/value.h"
#include "flow/caller_history.h"
#include "message/keywords.h"

#define STOPPED "You will get no more messages from this number. Reply START to get them again."
#define STARTED "You will get messages from this number again. Reply STOP to get none."

enum { REPLIES_PER_HOUR = 10 };

#define AT(member) offsetof(struct texts, member)

static const struct field fields[] = {
    { "whole_message", FIELD_SWITCH, AT(whole_message), 0, 0, 0, "no", NULL },
    { "tolerate_typos", FIELD_SWITCH, AT(tolerate_typos), 0, 0, 0, "no", NULL },
    { "reply_from", FIELD_TEXT, AT(reply_from), 0, 0, 0, NULL, NULL },
    { "optout", FIELD_SWITCH, AT(policy.optout), 0, 0, 0, "yes", NULL },
    { "optout_stopped", FIELD_TEXT, AT(policy.stopped), 0, 0, 0, STOPPED, NULL },
    { "optout_started", FIELD_TEXT, AT(policy.started), 0, 0, 0, STARTED, NULL },
    { "optout_help", FIELD_TEXT, AT(policy.help), 0, 0, 0, NULL, NULL },
    { "replies_per_hour", FIELD_COUNT, AT(policy.replies_per_hour), 0, 1, 10000, "10", NULL },
    { "forward", FIELD_WORDS, AT(forward.to), 0, 0, 0, NULL, NULL },
    { "forward_prefix", FIELD_TEXT, AT(forward.prefix), 0, 0, 0, "{{Tag}}) {{From}}: ", NULL },
    { "forward_for", FIELD_DURATION, AT(forward.for_s), 0, 60, 30L * 86400, "24h", NULL },
    { "forwards_per_hour", FIELD_COUNT, AT(forward.per_hour), 0, 1, 10000, "60", NULL },
    { "forward_which", FIELD_TEXT, AT(forward.which), 0, 0, 0, "Not sent: to whom? Please begin with {{Choices}}.",
      NULL },
    { "forward_nobody", FIELD_TEXT, AT(forward.nobody), 0, 0, 0, "Not sent: nobody has written lately.", NULL },
    { "forward_refused", FIELD_TEXT, AT(forward.refused), 0, 0, 0, "Not sent: {{Number}} wants no messages.", NULL },
    { "forward_error", FIELD_TEXT, AT(forward.error), 0, 0, 0, "Not sent: please try again later.", NULL },
    ACTIONS_FIELDS(AT(actions), "0"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

const struct texts_policy *texts_policy(const struct section *section)
{
    static const struct texts_policy common = {
        true, REPLIES_PER_HOUR, { STOPPED, sizeof STOPPED - 1 }, { STARTED, sizeof STARTED - 1 }, { "", 0 }
    };
    return section != NULL && section->kind == &texts_kind ? &((const struct texts *)section->keys)->policy : &common;
}

const struct texts_forward *texts_forward(const struct section *section)
{
    const struct texts *texts = section->keys;
    return &texts->forward;
}

/* --- configuration --- */

static struct keyword *find_or_add_keyword(struct arena *arena, struct texts *texts, struct str name)
{
    struct keyword *last = NULL;
    for (struct keyword *at = texts->keywords; at != NULL; at = at->next) {
        if (str_equal(at->name, name))
            return at;
        last = at;
    }
    struct keyword *keyword = ARENA_NEW(arena, struct keyword);
    if (last == NULL)
        texts->keywords = keyword;
    else
        last->next = keyword;
    return keyword;
}

static struct keyword *find_keyword(struct arena *arena, struct texts *texts, struct str name,
                                    const struct entry *entry)
{
    struct keyword *keyword = str_is(name, "otherwise") ? &texts->otherwise
                              : str_is(name, "welcome") ? &texts->welcome
                                                        : find_or_add_keyword(arena, texts, name);
    if (keyword->name.length == 0) {
        keyword->name = name;
        keyword->first = *entry;
    }
    return keyword;
}

static bool is_special(const struct texts *texts, const struct keyword *keyword)
{
    return keyword == &texts->otherwise || keyword == &texts->welcome;
}

static void add_phrase(struct config_reader *reader, struct section *section, const struct entry *entry,
                       struct keyword *keyword, struct str words)
{
    struct arena *arena = config_reader_arena(reader);
    struct phrase *phrase = ARENA_NEW(arena, struct phrase);
    phrase->folded = words_fold(arena, words);
    phrase->next = keyword->phrases;
    keyword->phrases = phrase;
    if (phrase->folded.length <= 1)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' contains no word that can be typed",
                        STR_ARGS(words));
}

static void read_pattern(struct config_reader *reader, struct section *section, const struct entry *entry,
                         struct keyword *keyword)
{
    struct texts *texts = section->keys;
    struct error why;
    keyword->pattern = pattern_compile(config_reader_arena(reader), entry->value, &why);
    if (keyword->pattern == NULL)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "not a pattern: %s", why.sentence);
    if (++texts->patterns == PATTERNS_MAX + 1)
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "a section has at most %d patterns: put some into another", PATTERNS_MAX);
}

static void read_only(struct config_reader *reader, struct section *section, const struct entry *entry,
                      struct keyword *keyword)
{
    struct texts *texts = section->keys;
    if (str_equal_nocase(entry->value, STR("first")))
        keyword->only = ONLY_FIRST;
    else if (str_equal_nocase(entry->value, STR("daily")))
        keyword->only = ONLY_DAILY;
    else
        config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not a choice here; expected first or daily",
                        STR_ARGS(str_prefix(entry->value, 60)));
    texts->asks_first = texts->asks_first || keyword->only == ONLY_FIRST;
}

static void read_next(struct config_reader *reader, struct section *section, const struct entry *entry,
                      struct keyword *keyword)
{
    keyword->to = config_destination(reader, section, entry, true);
    if (keyword->to == NULL)
        return;
    keyword->to->wanted = SECTION_TEXTS;
    if (keyword->to->kind != DESTINATION_SECTION)
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "'%.*s' does not answer messages; expected the name of a [texts] or [form] section",
                        STR_ARGS(entry->value));
}

/* Keys of a keyword other than its replies. */
static bool read_option(struct config_reader *reader, struct section *section, const struct entry *entry,
                        struct str ending, struct keyword *keyword)
{
    bool special = is_special(section->keys, keyword);
    if (str_is(ending, "only"))
        read_only(reader, section, entry, keyword);
    else if (str_is(ending, "next"))
        read_next(reader, section, entry, keyword);
    else if (str_is(ending, "words") && !special)
        for (const struct word *word = config_words(reader, section, entry); word != NULL; word = word->next)
            add_phrase(reader, section, entry, keyword, word->text);
    else if (str_is(ending, "pattern") && !special)
        read_pattern(reader, section, entry, keyword);
    else if (str_is(ending, "whole_message") && !special) {
        keyword->whole_given = true;
        if (!value_switch(entry->value, &keyword->only_whole))
            config_complain(reader, section, entry, COMPLAINT_ERROR, "expected yes or no");
    } else
        return false;
    return true;
}

/* KEYWORD, KEYWORD.2, KEYWORD.words ... */
static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct texts *texts = section->keys;
    size_t dot = str_find_char(entry->key, '.');
    struct str name = str_upto(entry->key, dot), ending = str_from(entry->key, dot + 1);
    if (str_find_char(name, '_') < name.length)
        return false; /* not a keyword: a misspelt key */
    struct keyword *keyword = find_keyword(config_reader_arena(reader), texts, name, entry);
    if (keyword->phrases == NULL && !is_special(texts, keyword))
        add_phrase(reader, section, entry, keyword, name);
    return replies_read(reader, section, entry, ending, &keyword->replies) ||
           read_option(reader, section, entry, ending, keyword);
}

static void check_keyword(struct config_reader *reader, struct section *section, struct keyword *keyword)
{
    const struct texts *texts = section->keys;
    if (keyword->name.length == 0)
        return;
    if (!keyword->replies.given && keyword->to == NULL)
        config_complain(reader, section, &keyword->first, COMPLAINT_ERROR,
                        "the keyword has no reply; expected '%.*s = ...' or '%.*s.next = ...' too",
                        STR_ARGS(keyword->name), STR_ARGS(keyword->name));
    /* The name of a pattern is not a phrase: remove the one that was added first. */
    for (struct phrase **at = &keyword->phrases; keyword->pattern != NULL && *at != NULL; at = &(*at)->next)
        if ((*at)->next == NULL) {
            *at = NULL;
            break;
        }
    if (!keyword->whole_given)
        keyword->only_whole = texts->whole_message;
    if (keyword->replies.from.length == 0)
        keyword->replies.from = texts->reply_from;
    replies_check(reader, section, &keyword->replies);
}

static void check_forward(struct config_reader *reader, struct section *section, const struct texts_forward *forward)
{
    for (struct word *word = forward->to; word != NULL; word = word->next)
        if (!value_number(config_reader_arena(reader), word->text, &word->text))
            config_complain_of_number(reader, section, NULL, "forward", word->text,
                                      "E.164 such as +15551230001; for mail and addresses there are the keys mail and "
                                      "post");
}

static void check(struct config_reader *reader, struct section *section)
{
    struct texts *texts = section->keys;
    if (texts->reply_from.length > 0 &&
        !replies_is_sender(config_reader_arena(reader), texts->reply_from, &texts->reply_from))
        config_error(reader, section,
                     "reply_from: expected a number such as +15551230001, or a short code such as 12345");
    for (struct keyword *keyword = texts->keywords; keyword != NULL; keyword = keyword->next)
        check_keyword(reader, section, keyword);
    check_keyword(reader, section, &texts->otherwise);
    check_keyword(reader, section, &texts->welcome);
    texts->asks_first = texts->asks_first || texts->welcome.replies.given;
    if (texts->welcome.to != NULL)
        config_error(reader, section, "welcome.next: a welcome has no next section; remove the key");
    check_forward(reader, section, &texts->forward);
    if (texts->forward.to != NULL)
        config_set_flag(reader, TEXTS_FORWARD_FLAG);
    actions_check(reader, section);
}

static void validate(struct config_reader *reader, struct section *section)
{
    const struct texts *texts = section->keys;
    bool stored = settings_have_store(config_of(reader));
    if (!stored && texts->asks_first)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "without a store no sender is recognized: every message is the first");
    if (!stored && texts->forward.to != NULL)
        config_error(reader, section, "forward needs a store, which remembers the senders");
}

/* --- answering --- */

static struct str as_name(const struct inbound *inbound, const struct section *section, struct str keyword)
{
    return ARENA_JOIN(inbound->session.arena, STR("text "), inbound->session.line->name, STR("/"), section->name,
                      STR("/"), keyword);
}

static bool is_due(struct inbound *inbound, const struct section *section, const struct keyword *keyword, bool first)
{
    switch (keyword->only) {
    case ONLY_FIRST:
        return first;
    case ONLY_DAILY:
        return !caller_history_seen_today(&inbound->session, as_name(inbound, section, keyword->name));
    case ONLY_NOTHING:
        break;
    }
    return true;
}

const struct destination *texts_answer(struct inbound *inbound, const struct section *section)
{
    const struct texts *texts = section->keys;
    bool first = texts->asks_first &&
                 !caller_history_seen(&inbound->session,
                                      ARENA_JOIN(inbound->session.arena, STR("wrote "), inbound->session.line->name));
    const struct keyword *keyword = keywords_find(inbound, section);
    bool welcomed = first && texts->welcome.replies.given, otherwise = keyword == &texts->otherwise;
    if (welcomed)
        inbound_reply(inbound, &texts->welcome.replies);
    /* A welcome needs no second reply to a message without a keyword. */
    if (!(welcomed && otherwise) && is_due(inbound, section, keyword, first))
        inbound_reply(inbound, &keyword->replies);
    return keyword->to;
}

const struct section_kind texts_kind = { .name = "texts",
                                         .class = SECTION_TEXTS,
                                         .size = sizeof(struct texts),
                                         .fields = fields,
                                         .entry = read_entry,
                                         .finish = check,
                                         .validate = validate,
                                         .actions = AT(actions) };
