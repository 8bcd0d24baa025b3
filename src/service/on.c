#include "service/on.h"

#include <glib.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "config/value.h"
#include "service/actions.h"

struct on {
    struct word *line, *number, *state;
    long min_duration_s, max_duration_s;
    struct actions actions;
    const struct section *next; /* of the same event */
    struct on *last;            /* of the first of an event: the last */
};

#define AT(member) offsetof(struct on, member)

static const struct field fields[] = {
    { "line", FIELD_WORDS, AT(line), 0, 0, 0, NULL, NULL },
    { "number", FIELD_WORDS, AT(number), 0, 0, 0, NULL, NULL },
    { "state", FIELD_WORDS, AT(state), 0, 0, 0, NULL, NULL },
    { "min_duration", FIELD_DURATION, AT(min_duration_s), 0, 0, 0, "0", NULL },
    { "max_duration", FIELD_DURATION, AT(max_duration_s), 0, 0, 0, "0", NULL },
    ACTIONS_FIELDS(AT(actions), "5m"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* "call.missed reception" -> "call.missed": behind the event may stand a word of one's own, so that an event can have
 * several sections. */
static struct str event_of(const struct section *section)
{
    return str_upto(section->name, str_find_char(section->name, ' '));
}

/* Reduces +1 (555) 123-0001 to +15551230001; +1555* and the platform's words for other callers stay. */
static bool read_number(struct arena *arena, struct str *number)
{
    if (!str_starts(*number, STR("+")))
        return str_find_char(*number, ' ') == number->length && str_find_char(*number, '*') == number->length;
    return value_number_pattern(*number) || value_number(arena, *number, number);
}

static void offer(void *context, struct str name)
{
    str_nearest_offer(context, name);
}

static void complain_of_unknown_event(struct config_reader *reader, const struct section *section)
{
    struct str name = event_of(section);
    struct str_nearest nearest = str_nearest_to(name);
    event_each_name(config_reader_arena(reader), offer, &nearest);
    if (nearest.found.length > 0)
        config_error(reader, section, "no event is called '%.*s'; did you mean '%.*s'?", STR_ARGS(name),
                     STR_ARGS(nearest.found));
    else
        config_error(reader, section,
                     "no event is called '%.*s'; expected for example call.completed, voicemail.received, message.*; "
                     "hookswitch(7) lists them",
                     STR_ARGS(name));
}

static void check(struct config_reader *reader, struct section *section)
{
    struct on *on = section->keys;
    struct arena *arena = config_reader_arena(reader);
    if (!event_name_known(event_of(section)))
        complain_of_unknown_event(reader, section);
    for (struct word *word = on->line; word != NULL; word = word->next)
        word->text = arena_lower(arena, word->text);
    for (struct word *word = on->number; word != NULL; word = word->next)
        if (!read_number(arena, &word->text))
            config_complain_of_number(reader, section, NULL, "number", word->text,
                                      "such as +15551230001, +1555*, anonymous");
    if (on->max_duration_s > 0 && on->min_duration_s > on->max_duration_s)
        config_error(reader, section, "min_duration is more than max_duration; lower the one or raise the other");
    if (actions_are_none(&on->actions))
        config_error(reader, section, "no action is given; expected one or more of fetch, mail, run, post, text");
    actions_check(reader, section);
}

const struct section_kind on_kind = {
    .name = "on",
    .free_name = true,
    .size = sizeof(struct on),
    .fields = fields,
    .finish = check,
    .actions = AT(actions),
};

const struct word *on_lines(const struct section *section)
{
    const struct on *on = section->keys;
    return on->line;
}

GHashTable *on_index_new(const struct config *config)
{
    GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);
    for (struct section *section = config->first; section != NULL; section = section->next) {
        if (section->kind != &on_kind)
            continue;
        const char *event = arena_copy(config->arena, event_of(section)).at;
        const struct section *first = g_hash_table_lookup(index, event);
        struct on *on = section->keys, *head = first == NULL ? on : first->keys;
        if (first == NULL)
            g_hash_table_insert(index, (gpointer)(uintptr_t)event, section);
        else
            head->last->next = section;
        head->last = on;
    }
    return index;
}

static long duration_of(const struct form *form)
{
    static const char *const names[] = { "RecordingDuration", "DialCallDuration", "CallDuration" };
    unsigned long seconds;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_to_number(form_value(form, names[i]), LONG_MAX, &seconds))
            return (long)seconds;
    return -1;
}

bool on_matches(const struct section *section, const struct event *event, const struct form *form)
{
    if (section->kind != &on_kind)
        return true;
    const struct on *on = section->keys;
    long duration = duration_of(form);
    bool numbered = event->from.length > 0 || event->to.length > 0;
    if (on->line != NULL && !word_is_in(event->line, on->line))
        return false;
    if (on->state != NULL && !word_is_in(event->state, on->state) &&
        !word_is_in(form_value(form, "DialCallStatus"), on->state))
        return false;
    if (on->number != NULL && numbered && !word_matches_one_of(event->from, on->number) &&
        !word_matches_one_of(event->to, on->number))
        return false;
    return duration < 0 ||
           (duration >= on->min_duration_s && (on->max_duration_s == 0 || duration <= on->max_duration_s));
}

static void order_listed(GHashTable *index, const char *key, struct arena *arena, const struct form *form,
                         const struct line *line, struct event *event)
{
    const struct on *on;
    for (const struct section *at = g_hash_table_lookup(index, key); at != NULL; at = on->next) {
        bool seen = at->scope == 0 || (line != NULL && line->scope == at->scope);
        on = at->keys;
        if (seen && on_matches(at, event, form))
            actions_request_jobs(arena, at, false, event);
    }
}

void on_request_jobs(GHashTable *index, struct arena *arena, const struct form *form, const struct line *line,
                     struct event *event)
{
    struct str prefix = str_upto(event->name, str_find_char(event->name, '.'));
    if (index == NULL || g_hash_table_size(index) == 0)
        return;
    order_listed(index, arena_copy(arena, event->name).at, arena, form, line, event);
    order_listed(index, arena_format(arena, "%.*s.*", STR_ARGS(prefix)).at, arena, form, line, event);
    order_listed(index, "*", arena, form, line, event);
}

bool on_has_handler(GHashTable *index, const char *event_name)
{
    char prefix[64];
    struct str name = str_of(event_name);
    g_snprintf(prefix, sizeof prefix, "%.*s.*", STR_ARGS(str_upto(name, str_find_char(name, '.'))));
    return index != NULL && (g_hash_table_contains(index, event_name) || g_hash_table_contains(index, prefix) ||
                             g_hash_table_contains(index, "*"));
}
