/* [route NAME]: routes calls, messages and faxes by caller, country, time, or at random. */
#include <stddef.h>
#include <stdlib.h>

#include "base/country.h"
#include "base/digest.h"
#include "config/value.h"
#include "flow/caller_history.h"
#include "flow/kinds.h"
#include "flow/numbers.h"

static const char *const conditions[] = { "country", "area", "anonymous", "known",  "new",  "header",
                                          "time",    "open", "closed",    "listed", "list", NULL };
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
    CONDITION_LISTED,
    CONDITION_LIST, /* no condition: the file of a list */
    CONDITION_NUMBER,
    CONDITION_SHARE
};

struct rule {
    struct rule *next;
    enum condition condition;
    struct str name, value; /* the country, area code, number, header with its value, or list with its path */
    unsigned long percent;  /* a share */
    struct week week;
    const struct numbers *numbers; /* of a list: read at start, except in a process of one request */
    struct destination *hours;     /* a reference */
    struct destination *to;
};

struct route {
    struct destination *otherwise;
    struct prompt *prompt;
    struct rule *rules, *last;
    bool asks_known;
};

#define AT(member) offsetof(struct route, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_REQUIRED | FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

static void read_list(struct config_reader *reader, struct section *section, const struct entry *entry,
                      struct rule *list)
{
    struct error why;
    list->value = config_path(reader, section, entry->value);
    if (!config_loads_all(reader))
        return;
    void **slot = config_slot(reader, "numbers", list->value);
    if (*slot == NULL) {
        struct numbers *read = ARENA_NEW(config_reader_arena(reader), struct numbers);
        *slot = read;
        if (numbers_read(config_reader_arena(reader), list->value, read, &why) != 0)
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
    bool days = week_read_days(str_upto(text, dot), &first, &last);
    struct str at = days ? str_from(text, dot + 1) : text;
    bool times =
        at.length == 9 && at.at[4] == '-' &&
        week_read_span(arena_format(arena, "%.2s:%.2s-%.2s:%.2s", at.at, at.at + 2, at.at + 5, at.at + 7), &span);
    week_add_span(week, arena, first, last, span);
    return times || (days && dot == text.length);
}

static bool read_condition(struct str key, struct rule *rule)
{
    size_t dot = str_find_char(key, '.'), i = 0;
    struct str word = str_upto(key, dot);
    while (conditions[i] != NULL && !str_is(word, conditions[i]))
        i++;
    rule->condition = (enum condition)i;
    rule->name = str_from(key, dot + 1);
    bool alone = rule->condition == CONDITION_ANONYMOUS || rule->condition == CONDITION_KNOWN ||
                 rule->condition == CONDITION_NEW;
    if (conditions[i] == NULL || (rule->name.length == 0) != alone)
        return false;
    if (rule->condition == CONDITION_HEADER) {
        dot = str_find_char(rule->name, '.');
        rule->value = str_from(rule->name, dot + 1);
        rule->name = str_upto(rule->name, dot);
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
    if (rule->condition == CONDITION_NUMBER && !value_number_pattern(rule->name))
        wrong = "not a caller's number; expected for example +15551230001, or +1555* for a prefix";
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
        rule->hours = config_reference(reader, section, &hours, &hours_kind);
    }
    route->asks_known = route->asks_known || rule->condition == CONDITION_KNOWN || rule->condition == CONDITION_NEW;
}

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct route *route = section->keys;
    struct rule *rule = ARENA_NEW(config_reader_arena(reader), struct rule);
    size_t sign = str_find_char(entry->key, '%');
    rule->name = entry->key;
    if (str_starts(entry->key, STR("+")))
        rule->condition = CONDITION_NUMBER;
    else if (sign < entry->key.length && str_to_number(str_upto(entry->key, sign), 100, &rule->percent))
        rule->condition = CONDITION_SHARE;
    else if (!read_condition(entry->key, rule))
        return false;
    check_rule(reader, section, entry, rule);
    if (rule->condition == CONDITION_LIST)
        read_list(reader, section, entry, rule);
    else
        rule->to = config_destination(reader, section, entry, true);
    *(route->last == NULL ? &route->rules : &route->last->next) = rule;
    route->last = rule;
    return true;
}

static const struct rule *find_list(const struct route *route, struct str name)
{
    const struct rule *rule = route->rules;
    while (rule != NULL && (rule->condition != CONDITION_LIST || !str_equal(rule->name, name)))
        rule = rule->next;
    return rule;
}

static void check(struct config_reader *reader, struct section *section)
{
    struct route *route = section->keys;
    unsigned long percent = 0;
    for (const struct rule *rule = route->rules; rule != NULL; rule = rule->next) {
        percent += rule->percent;
        if (rule->condition == CONDITION_LISTED && find_list(route, rule->name) == NULL)
            config_error(reader, section, "listed.%.*s: expected list.%.*s = FILE too", STR_ARGS(rule->name),
                         STR_ARGS(rule->name));
    }
    if (percent > 100)
        config_error(reader, section, "the shares add up to %lu%%; lower them to 100%% or less", percent);
}

static void validate(struct config_reader *reader, struct section *section)
{
    const struct route *route = section->keys;
    if (route->asks_known && !settings_have_store(config_of(reader)))
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "without a store no caller is recognized: everyone is new");
}

/* --- the caller --- */

/* The rule of the number itself, or of its longest prefix. */
static const struct rule *find_number(const struct route *route, struct str from)
{
    const struct rule *longest = NULL;
    for (const struct rule *rule = route->rules; rule != NULL; rule = rule->next) {
        if (rule->condition != CONDITION_NUMBER || !str_matches(from, rule->name))
            continue;
        if (str_equal(from, rule->name))
            return rule;
        if (longest == NULL || rule->name.length > longest->name.length)
            longest = rule;
    }
    return longest;
}

static bool is_listed(struct session *session, const struct rule *list)
{
    struct numbers own;
    struct error why;
    if (list->numbers == NULL && numbers_read(session->arena, list->value, &own, &why) != 0)
        log_line(session->context->log, LOG_LEVEL_ERROR, "%s", why.sentence);
    return numbers_contain(list->numbers != NULL ? list->numbers : &own, session_parameter(session, "From"));
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
        return is_listed(session, find_list(route, rule->name));
    case CONDITION_LIST:
    case CONDITION_NUMBER:
    case CONDITION_SHARE:
        break;
    }
    return false;
}

/* From 0 to 99; the same for all requests of a call and all messages and faxes of a sender. */
static unsigned long draw(const struct session *session)
{
    struct buffer list = buffer_in(session->arena);
    struct str sid = session_parameter(session, "CallSid");
    digest_add(&list, session->node->name);
    digest_add(&list, sid.length > 0 ? sid : session_parameter(session, "From"));
    return strtoul(arena_copy(session->arena, str_upto(digest_of(&list), 6)).at, NULL, 16) % 100;
}

static const struct destination *choose(struct session *session, const void *keys)
{
    const struct route *route = keys;
    const struct rule *number = find_number(route, session_parameter(session, "From"));
    unsigned long percent = 0, drawn = 0;
    if (number != NULL)
        return number->to;
    for (const struct rule *rule = route->rules; rule != NULL; rule = rule->next)
        if (fits(session, route, rule))
            return rule->to;
    for (const struct rule *rule = route->rules; rule != NULL; rule = rule->next) {
        if (rule->condition != CONDITION_SHARE)
            continue;
        drawn = percent == 0 ? draw(session) : drawn;
        percent += rule->percent;
        if (drawn < percent)
            return rule->to;
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
                                         .class = SECTION_NODE,
                                         .is_router = true,
                                         .size = sizeof(struct route),
                                         .fields = fields,
                                         .entry = read_entry,
                                         .finish = check,
                                         .validate = validate,
                                         .behaviour = &behaviour };
