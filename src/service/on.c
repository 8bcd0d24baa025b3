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
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "no event is called '%.*s'; did you mean '%.*s'?",
                        STR_ARGS(name), STR_ARGS(nearest.found));
    else
        config_complain(
            reader, section, NULL, COMPLAINT_ERROR,
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
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "min_duration is more than max_duration; lower the one or raise the other");
    if (actions_count(&on->actions) == 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "no action is given; expected one or more of fetch, mail, run, post, text");
    actions_check(reader, section, &on->actions);
}

const struct section_kind on_kind = {
    .name = "on",
    .named = true,
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

/* --- which of them an event fits --- */

struct on_index {
    GHashTable *by_event; /* "call.missed", "call.*", "*" -> GPtrArray of struct section */
};

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

struct on_index *on_index_new(const struct config *config)
{
    struct on_index *index = g_new0(struct on_index, 1);
    index->by_event = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    for (const struct section *section = config_first(config); section != NULL; section = section->next) {
        if (section->kind != &on_kind)
            continue;
        struct str event = event_of(section);
        char *key = g_strndup(event.at, event.length);
        GPtrArray *list = g_hash_table_lookup(index->by_event, key);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(index->by_event, g_strdup(key), list);
        }
        g_ptr_array_add(list, (gpointer)(uintptr_t)section);
        g_free(key);
    }
    return index;
}

void on_index_free(struct on_index *index)
{
    if (index == NULL)
        return;
    g_hash_table_destroy(index->by_event);
    g_free(index);
}

static bool list_has(const struct word *list, struct str text)
{
    for (; list != NULL; list = list->next)
        if (str_equal_nocase(list->text, text))
            return true;
    return false;
}

static bool number_fits(const struct word *list, struct str number)
{
    for (; list != NULL; list = list->next)
        if (str_matches(number, list->text))
            return true;
    return false;
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
    if (on->line != NULL && !list_has(on->line, event->line))
        return false;
    if (on->state != NULL && !list_has(on->state, event->state) &&
        !list_has(on->state, form_value(form, "DialCallStatus")))
        return false;
    if (on->number != NULL && numbered && !number_fits(on->number, event->from) && !number_fits(on->number, event->to))
        return false;
    return duration < 0 ||
           (duration >= on->min_duration_s && (on->max_duration_s == 0 || duration <= on->max_duration_s));
}

static void order_listed(const struct on_index *index, const char *key, struct arena *arena, const struct form *form,
                         const struct line *line, struct event *event)
{
    const GPtrArray *list = g_hash_table_lookup(index->by_event, key);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const struct section *section = list->pdata[i];
        bool seen = section->scope == 0 || (line != NULL && line->scope == section->scope);
        if (seen && on_matches(section, event, form))
            actions_request_jobs(arena, section, false, event);
    }
}

void on_request_jobs(const struct on_index *index, struct arena *arena, const struct form *form,
                     const struct line *line, struct event *event)
{
    if (index == NULL || g_hash_table_size(index->by_event) == 0)
        return;
    struct str prefix = str_upto(event->name, str_find_char(event->name, '.'));
    order_listed(index, arena_copy(arena, event->name).at, arena, form, line, event);
    order_listed(index, arena_format(arena, "%.*s.*", STR_ARGS(prefix)).at, arena, form, line, event);
    order_listed(index, "*", arena, form, line, event);
}

bool on_has_handler(const struct on_index *index, const char *event_name)
{
    char prefix[64];
    if (index == NULL || g_hash_table_size(index->by_event) == 0)
        return false;
    struct str name = str_of(event_name);
    g_snprintf(prefix, sizeof prefix, "%.*s.*", STR_ARGS(str_upto(name, str_find_char(name, '.'))));
    return g_hash_table_lookup(index->by_event, event_name) != NULL ||
           g_hash_table_lookup(index->by_event, prefix) != NULL || g_hash_table_lookup(index->by_event, "*") != NULL;
}
