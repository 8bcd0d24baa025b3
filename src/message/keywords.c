#include "message/keywords.h"

#include "base/words.h"

static bool matches(const struct keyword *keyword, struct str said, struct str phrase)
{
    return keyword->only_whole ? str_equal(said, phrase) : words_contain(said, phrase);
}

static const struct keyword *find_word(const struct texts *texts, struct str said)
{
    const struct keyword *best = NULL;
    size_t longest = 0;
    for (const struct keyword *keyword = texts->keywords; keyword != NULL; keyword = keyword->next)
        for (const struct phrase *phrase = keyword->phrases; phrase != NULL; phrase = phrase->next)
            if (phrase->folded.length > longest && matches(keyword, said, phrase->folded)) {
                best = keyword;
                longest = phrase->folded.length;
            }
    return best;
}

static const struct keyword *find_pattern(struct inbound *inbound, const struct section *section)
{
    const struct texts *texts = section->keys;
    struct str body = texts->patterns == 0 ? STR("") : inbound_body(inbound);
    for (const struct keyword *keyword = texts->keywords; keyword != NULL; keyword = keyword->next) {
        struct form groups = { NULL, 0 };
        enum pattern_result result = PATTERN_NO;
        if (keyword->pattern != NULL)
            result = pattern_match(keyword->pattern, inbound->session.arena, body, &groups);
        if (result == PATTERN_GAVE_UP)
            log_line(inbound->session.context->log, LOG_LEVEL_WARNING,
                     "[%.*s] %.*s.pattern: given up after %d steps: does it repeat a repetition, such as (a+)+ ?",
                     STR_ARGS(section->title), STR_ARGS(keyword->name), PATTERN_STEPS_MAX);
        for (size_t i = 0; i < groups.count; i++)
            session_set_value(&inbound->session, groups.at[i].name, groups.at[i].value);
        if (result == PATTERN_YES)
            return keyword;
    }
    return NULL;
}

/* A tie matches neither. */
static const struct keyword *find_near(const struct texts *texts, struct str said)
{
    const struct keyword *best = NULL;
    size_t nearest = WORDS_NO_MATCH;
    bool tie = false;
    for (const struct keyword *keyword = texts->keywords; keyword != NULL; keyword = keyword->next)
        for (const struct phrase *phrase = keyword->phrases; phrase != NULL; phrase = phrase->next) {
            size_t distance = words_distance(said, phrase->folded);
            bool whole = !keyword->only_whole || str_characters(said) <= str_characters(phrase->folded) + distance;
            if (!whole || distance > nearest || distance == WORDS_NO_MATCH)
                continue;
            tie = distance == nearest && best != keyword;
            nearest = distance;
            best = keyword;
        }
    return tie ? NULL : best;
}

const struct keyword *keywords_find(struct inbound *inbound, const struct section *section)
{
    const struct texts *texts = section->keys;
    struct str said = words_fold(inbound->session.arena, inbound_body(inbound));
    const struct keyword *found = find_pattern(inbound, section);
    if (found == NULL)
        found = find_word(texts, said);
    if (found == NULL && texts->tolerate_typos)
        found = find_near(texts, said);
    return found == NULL ? &texts->otherwise : found;
}
