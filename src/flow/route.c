/* [route NAME]: routes calls, messages and faxes by caller, country, time, or at random. */
#include <glib.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/country.h"
#include "base/digest.h"
#include "config/value.h"
#include "flow/call.h"
#include "flow/caller_history.h"
#include "flow/hours.h"
#include "flow/kinds.h"
#include "flow/numbers.h"
#include "flow/week.h"

enum condition {
    CONDITION_COUNTRY,
    CONDITION_AREA,
    CONDITION_ANONYMOUS,
    CONDITION_KNOWN,
    CONDITION_NEW,
    CONDITION_HEADER,
    CONDITION_TIME,
    CONDITION_OPEN,
    CONDITION_CLOSED,
    CONDITION_LISTED
};

struct rule {
    struct rule *next;
    enum condition condition;
    struct str name, value; /* the country, area code, header with its value, or list */
    struct week week;
    struct destination *hours; /* a reference */
    struct destination *to;
};

struct list {
    struct list *next;
    struct str name, path;
    const struct numbers *numbers; /* read at start, except in a process of one request */
};

struct number_rule {
    struct number_rule *next;
    struct str number; /* a prefix ends in '*' */
    struct destination *to;
};

struct share {
    struct share *next;
    unsigned long percent;
    struct destination *to;
};

struct route {
    struct destination *otherwise;
    struct prompt *prompt;
    struct rule *rules;
    struct list *lists;
    struct number_rule *numbers; /* by number, ascending, once sorted */
    const struct number_rule **sorted;
    size_t number_count;
    struct share *shares;
    bool asks_known;
};

#define AT(member) offsetof(struct route, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_REQUIRED | FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

static void read_number(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct route *route = section->keys;
    struct arena *arena = config_reader_arena(reader);
    struct number_rule *rule = ARENA_NEW(arena, struct number_rule);
    if (!value_number_pattern(entry->key))
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "not a caller's number; expected for example +15551230001, or +1555* for a prefix");
    rule->number = entry->key;
    rule->to = config_destination(reader, section, entry, true);
    rule->next = route->numbers;
    route->numbers = rule;
    route->number_count++;
}

static void read_share(struct config_reader *reader, struct section *section, const struct entry *entry,
                       unsigned long percent)
{
    struct route *route = section->keys;
    struct share **end = &route->shares;
    while (*end != NULL)
        end = &(*end)->next;
    *end = ARENA_NEW(config_reader_arena(reader), struct share);
    (*end)->percent = percent;
    (*end)->to = config_destination(reader, section, entry, true);
}

static void read_list(struct config_reader *reader, struct section *section, const struct entry *entry, struct str name)
{
    struct route *route = section->keys;
    struct list *list = ARENA_NEW(config_reader_arena(reader), struct list);
    struct error why;
    list->name = name;
    list->path = config_path(reader, section, entry->value);
    list->next = route->lists;
    route->lists = list;
    if (!config_loads_all(reader))
        return;
    void **slot = config_slot(reader, "numbers", list->path);
    if (*slot == NULL) {
        struct numbers *read = ARENA_NEW(config_reader_arena(reader), struct numbers);
        *slot = read;
        if (numbers_read(config_reader_arena(reader), list->path, read, &why) != 0)
            config_complain(reader, section, entry, COMPLAINT_ERROR, "%s", why.sentence);
    }
    list->numbers = *slot;
}

/* mon-fri, 0900-1700, mon-fri.0900-1700: INI keys cannot hold a colon. */
static bool read_times(struct arena *arena, struct str text, struct week *week)
{
    int first = 0, last = 6;
    struct span span = { NULL, 0, 24 * 60 };
    size_t dot = str_find_char(text, '.');
    if (week_read_days(str_upto(text, dot), &first, &last)) {
        if (dot == text.length) {
            week_add_span(week, arena, first, last, span);
            return true;
        }
        text = str_from(text, dot + 1);
    }
    if (text.length != 9 || text.at[4] != '-')
        return false;
    struct str spelt =
        arena_format(arena, "%.*s:%.*s-%.*s:%.*s", 2, text.at, 2, text.at + 2, 2, text.at + 5, 2, text.at + 7);
    if (!week_read_span(spelt, &span))
        return false;
    week_add_span(week, arena, first, last, span);
    return true;
}

static bool read_rule(const struct entry *entry, struct rule *rule)
{
    static const struct {
        const char *word;
        enum condition condition;
    } words[] = { { "country", CONDITION_COUNTRY }, { "area", CONDITION_AREA }, { "anonymous", CONDITION_ANONYMOUS },
                  { "known", CONDITION_KNOWN },     { "new", CONDITION_NEW },   { "header", CONDITION_HEADER },
                  { "time", CONDITION_TIME },       { "open", CONDITION_OPEN }, { "closed", CONDITION_CLOSED },
                  { "listed", CONDITION_LISTED } };
    size_t dot = str_find_char(entry->key, '.'), i = 0;
    struct str word = str_upto(entry->key, dot), rest = str_from(entry->key, dot + 1);
    while (i < sizeof words / sizeof *words && !str_is(word, words[i].word))
        i++;
    if (i == sizeof words / sizeof *words)
        return false;
    rule->condition = words[i].condition;
    rule->name = rest;
    bool alone = rule->condition == CONDITION_ANONYMOUS || rule->condition == CONDITION_KNOWN ||
                 rule->condition == CONDITION_NEW;
    if ((rest.length == 0) != alone)
        return false;
    if (rule->condition == CONDITION_HEADER) {
        dot = str_find_char(rest, '.');
        rule->name = str_upto(rest, dot);
        rule->value = str_from(rest, dot + 1);
    }
    return true;
}

/* Reports a condition that can never be true. */
static void check_rule(struct config_reader *reader, struct section *section, const struct entry *entry,
                       struct rule *rule)
{
    struct route *route = section->keys;
    unsigned long area;
    const char *wrong = NULL;
    if (rule->condition == CONDITION_COUNTRY && !country_is_known(rule->name))
        wrong = "not a country; expected an ISO code such as country.mx";
    if (rule->condition == CONDITION_AREA && (rule->name.length != 3 || !str_to_number(rule->name, 999, &area)))
        wrong = "not an area code; expected three digits such as area.212";
    if (rule->condition == CONDITION_TIME && !read_times(config_reader_arena(reader), rule->name, &rule->week))
        wrong = "not a time; expected for example time.mon-fri, time.0900-1700 or time.sat.2200-0200";
    if (wrong != NULL)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s", wrong);
    if (rule->condition == CONDITION_OPEN || rule->condition == CONDITION_CLOSED) {
        struct entry hours = { entry->key, rule->name, entry->line };
        rule->hours = config_reference(reader, section, &hours);
    }
    route->asks_known = route->asks_known || rule->condition == CONDITION_KNOWN || rule->condition == CONDITION_NEW;
}

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct route *route = section->keys;
    struct rule read = { .name = STR("") }, **end = &route->rules;
    unsigned long percent;
    size_t sign = str_find_char(entry->key, '%');
    if (str_starts(entry->key, STR("+"))) {
        read_number(reader, section, entry);
        return true;
    }
    if (sign < entry->key.length && str_to_number(str_upto(entry->key, sign), 100, &percent)) {
        read_share(reader, section, entry, percent);
        return true;
    }
    if (str_starts(entry->key, STR("list.")) && entry->key.length > 5) {
        read_list(reader, section, entry, str_from(entry->key, 5));
        return true;
    }
    if (!read_rule(entry, &read))
        return false;
    check_rule(reader, section, entry, &read);
    read.to = config_destination(reader, section, entry, true);
    while (*end != NULL)
        end = &(*end)->next;
    *end = ARENA_NEW(config_reader_arena(reader), struct rule);
    **end = read;
    return true;
}

static int compare_rules(const void *a, const void *b)
{
    return str_compare((*(const struct number_rule *const *)a)->number,
                       (*(const struct number_rule *const *)b)->number);
}

static const struct list *find_list(const struct route *route, struct str name)
{
    const struct list *list = route->lists;
    while (list != NULL && !str_equal(list->name, name))
        list = list->next;
    return list;
}

static void check(struct config_reader *reader, struct section *section)
{
    struct route *route = section->keys;
    size_t count = 0;
    unsigned long percent = 0;
    route->sorted = ARENA_ARRAY(config_reader_arena(reader), const struct number_rule *, route->number_count + 1);
    for (const struct number_rule *rule = route->numbers; rule != NULL; rule = rule->next)
        route->sorted[count++] = rule;
    qsort(route->sorted, count, sizeof *route->sorted, compare_rules);
    for (const struct share *share = route->shares; share != NULL; share = share->next)
        percent += share->percent;
    if (percent > 100)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "the shares add up to %lu%%; lower them to 100%% or less", percent);
    for (const struct rule *rule = route->rules; rule != NULL; rule = rule->next)
        if (rule->condition == CONDITION_LISTED && find_list(route, rule->name) == NULL)
            config_complain(reader, section, NULL, COMPLAINT_ERROR, "listed.%.*s: expected list.%.*s = FILE too",
                            STR_ARGS(rule->name), STR_ARGS(rule->name));
}

static void validate_reachable(struct config_reader *reader, struct section *section, const struct section *root)
{
    const struct route *route = section->keys;
    if (section->validated)
        return;
    section->validated = true;
    (void)root;
    for (const struct rule *rule = route->rules; rule != NULL; rule = rule->next)
        if (rule->hours != NULL)
            hours_check_reference(reader, section, rule->hours);
    if (route->asks_known && !settings_have_store(config_of(reader)))
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "without a store no caller is recognized: everyone is new");
}

/* --- the caller --- */

static const struct number_rule *find_number(const struct route *route, struct str number)
{
    struct number_rule wanted = { .number = number };
    const struct number_rule *key = &wanted;
    const struct number_rule *const *found =
        bsearch(&key, route->sorted, route->number_count, sizeof *route->sorted, compare_rules);
    return found == NULL ? NULL : *found;
}

/* The number itself, or its longest prefix. */
static const struct number_rule *number_rule_of(const struct session *session, const struct route *route)
{
    struct str from = str_upto(session_parameter(session, "From"), 40);
    const struct number_rule *found = route->number_count == 0 ? NULL : find_number(route, from);
    for (size_t length = from.length; found == NULL && route->number_count > 0 && length > 0; length--)
        found = find_number(route, ARENA_JOIN(session->arena, str_upto(from, length), STR("*")));
    return found;
}

static bool is_listed(struct session *session, const struct route *route, struct str name)
{
    const struct list *list = find_list(route, name);
    struct numbers own;
    struct error why;
    if (list->numbers != NULL)
        return numbers_contain(list->numbers, session_parameter(session, "From"));
    if (numbers_read(session->arena, list->path, &own, &why) != 0)
        log_line(session->context->log, LOG_LEVEL_ERROR, "%s", why.sentence);
    return numbers_contain(&own, session_parameter(session, "From"));
}

static bool has_header(const struct session *session, const struct rule *rule)
{
    const struct form *form = request_parameters(session->context->request);
    struct str name = ARENA_JOIN(session->arena, STR("SipHeader_"), rule->name);
    for (size_t i = 0; i < form->count; i++)
        if (str_equal_nocase(form->at[i].name, name))
            return rule->value.length == 0 || str_equal_nocase(form->at[i].value, rule->value);
    return false;
}

static bool fits(struct session *session, const struct route *route, const struct rule *rule)
{
    struct str from = session_parameter(session, "From");
    switch (rule->condition) {
    case CONDITION_COUNTRY:
        return str_equal_nocase(session_country(session), rule->name);
    case CONDITION_AREA:
        return str_starts(from, STR("+1")) && str_equal(str_upto(str_from(from, 2), 3), rule->name);
    case CONDITION_ANONYMOUS:
        return !caller_has_number(session);
    case CONDITION_KNOWN:
        return caller_history_seen(session, STR("known"));
    case CONDITION_NEW:
        return !caller_history_seen(session, STR("known"));
    case CONDITION_HEADER:
        return has_header(session, rule);
    case CONDITION_TIME:
        return week_contains_time(&rule->week, session_time(session));
    case CONDITION_OPEN:
        return rule->hours != NULL && hours_open_now(session, rule->hours->section);
    case CONDITION_CLOSED:
        return rule->hours != NULL && !hours_open_now(session, rule->hours->section);
    case CONDITION_LISTED:
        return is_listed(session, route, rule->name);
    }
    return false;
}

/* From 0 to 99; the same for all requests of a call and all messages and faxes of a sender. */
static unsigned long draw(const struct session *session)
{
    struct buffer list = buffer_in(session->arena);
    unsigned long drawn = 0;
    digest_add(&list, session->node->name);
    digest_add(&list,
               session_parameter(session, session_parameter(session, "CallSid").length > 0 ? "CallSid" : "From"));
    struct str digest = digest_of(&list);
    for (size_t i = 0; i < digest.length && i < 6; i++)
        drawn = drawn * 16 + (unsigned long)g_ascii_xdigit_value(digest.at[i]);
    return drawn % 100;
}

static const struct destination *choose(struct session *session, const void *keys)
{
    const struct route *route = keys;
    const struct number_rule *number = number_rule_of(session, route);
    if (number != NULL)
        return number->to;
    for (const struct rule *rule = route->rules; rule != NULL; rule = rule->next)
        if (fits(session, route, rule))
            return rule->to;
    unsigned long drawn = route->shares == NULL ? 0 : draw(session);
    for (const struct share *share = route->shares; share != NULL; share = share->next) {
        if (drawn < share->percent)
            return share->to;
        drawn -= share->percent;
    }
    return route->otherwise;
}

static void enter(struct call *call, const void *keys)
{
    const struct route *route = keys;
    call_prompt(call, route->prompt);
}

static const struct node_behaviour behaviour = { .enter = enter, .choose = choose };

const struct section_kind route_kind = { .name = "route",
                                         .named = true,
                                         .class = SECTION_NODE,
                                         .is_router = true,
                                         .size = sizeof(struct route),
                                         .fields = fields,
                                         .entry = read_entry,
                                         .finish = check,
                                         .validate_reachable = validate_reachable,
                                         .behaviour = &behaviour };
