/* A configuration as a whole: its life, and what is found in it by name. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "config/internal.h"
#include "config/value.h"

static void free_zone(gpointer zone)
{
    zone_free(zone);
}

struct config *config_new(const struct section_kind *const *kinds, bool load_all)
{
    struct arena *arena = arena_new();
    struct config *config = ARENA_NEW(arena, struct config);
    config->arena = arena;
    config->kinds = kinds;
    config->load_all = load_all;
    config->complaints.arena = arena;
    config->end = &config->first;
    config->files_end = &config->files;
    config->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    config->zones = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_zone);
    config->slots = g_hash_table_new(g_str_hash, g_str_equal);
    return config;
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    g_hash_table_destroy(config->by_name);
    g_hash_table_destroy(config->zones);
    g_hash_table_destroy(config->slots);
    arena_free(config->arena);
}

void config_wipe_secrets(struct config *config)
{
    for (struct section *section = config->first; section != NULL; section = section->next)
        for (const struct field *field = section->kind->fields; field->key != NULL; field++) {
            struct str *value = (struct str *)(void *)((char *)section->keys + field->offset);
            if ((field->flags & FIELD_WIPE) == 0 || value->length == 0)
                continue;
            explicit_bzero((char *)(uintptr_t)value->at, value->length);
            *value = STR("");
        }
}

void config_add_file(struct config *config, struct str path)
{
    struct word *file = ARENA_NEW(config->arena, struct word);
    file->text = arena_copy(config->arena, path);
    *config->files_end = file;
    config->files_end = &file->next;
}

bool config_loads_all(const struct config_reader *reader)
{
    return reader->config->load_all;
}

const struct config *config_of(const struct config_reader *reader)
{
    return reader->config;
}

void **config_slot(struct config_reader *reader, const char *what, struct str path)
{
    struct config *config = reader->config;
    struct str key = ARENA_JOIN(config->arena, str_of(what), STR(" "), path);
    void **slot = g_hash_table_lookup(config->slots, key.at);
    if (slot == NULL) {
        slot = ARENA_NEW(config->arena, void *);
        g_hash_table_insert(config->slots, (gpointer)(uintptr_t)key.at, slot);
    }
    return slot;
}

void config_set_flag(struct config_reader *reader, const char *what)
{
    *config_slot(reader, "flag", str_of(what)) = reader->config;
}

bool config_has_flag(const struct config *config, const char *what)
{
    char key[64];
    snprintf(key, sizeof key, "flag %s", what);
    return g_hash_table_lookup(config->slots, key) != NULL;
}

/* --- by name --- */

const struct section *config_find(const struct config *config, const char *kind, struct str name)
{
    return config_find_in(config, kind, 0, name);
}

const struct section *config_find_in(const struct config *config, const char *kind, unsigned scope, struct str name)
{
    char key[160];
    int length = snprintf(key, sizeof key, "%s %u %.*s", kind, scope, STR_ARGS(str_upto(name, 101)));
    if (length < 0 || (size_t)length >= sizeof key || str_find_char(name, '\0') < name.length)
        return NULL;
    return g_hash_table_lookup(config->by_name, key);
}

const struct section *config_find_destination(const struct config *config, unsigned scope, struct str name)
{
    const struct section *section = config_find_in(config, "", scope, name);
    return section != NULL || scope == 0 ? section : config_find_in(config, "", 0, name);
}

/* --- complaints --- */

void complain(struct complaints *complaints, enum complaint_severity severity, struct place place, const char *format,
              ...)
{
    struct complaint *complaint = ARENA_NEW(complaints->arena, struct complaint);
    va_list args;
    va_start(args, format);
    complaint->sentence = arena_vformat(complaints->arena, format, args);
    va_end(args);
    complaint->severity = severity;
    complaint->place =
        (struct place){ arena_copy(complaints->arena, place.file), place.line,
                        arena_copy(complaints->arena, place.section), arena_copy(complaints->arena, place.key) };
    if (complaints->last == NULL)
        complaints->first = complaint;
    else
        complaints->last->next = complaint;
    complaints->last = complaint;
    size_t *const counts[] = { &complaints->errors, &complaints->warnings, &complaints->hints, &complaints->notes };
    ++*counts[severity];
}

const struct complaint *complaints_first(const struct complaints *complaints)
{
    for (const struct complaint *at = complaints->first; at != NULL; at = at->next)
        if (at->severity == COMPLAINT_ERROR)
            return at;
    return complaints->first;
}

static int compare(const void *a, const void *b)
{
    const struct place *one = &(*(struct complaint *const *)a)->place, *other = &(*(struct complaint *const *)b)->place;
    int order = str_compare(one->file, other->file);
    return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

void complaints_sort(struct complaints *complaints)
{
    GPtrArray *all = g_ptr_array_new();
    struct complaint **end = &complaints->first;
    for (struct complaint *at = complaints->first; at != NULL; at = at->next)
        g_ptr_array_add(all, at);
    g_ptr_array_sort(all, compare); /* stable */
    for (guint i = 0; i < all->len; i++) {
        *end = complaints->last = all->pdata[i];
        end = &complaints->last->next;
    }
    *end = NULL;
    g_ptr_array_free(all, TRUE);
}

struct str complaint_line(struct arena *arena, const struct complaint *complaint)
{
    static const char *const fronts[] = { ": ", ": warning: ", ": hint: ", ": note: " };
    struct buffer line = buffer_in(arena);
    buffer_add(&line, complaint->place.file);
    if (complaint->place.line > 0)
        buffer_format(&line, ":%u", complaint->place.line);
    buffer_add(&line, str_of(fronts[complaint->severity]));
    if (complaint->place.section.length > 0)
        buffer_format(&line, "[%.*s] ", STR_ARGS(complaint->place.section));
    if (complaint->place.key.length > 0)
        buffer_format(&line, "%.*s: ", STR_ARGS(complaint->place.key));
    buffer_add(&line, complaint->sentence);
    return buffer_text(&line);
}

struct arena *config_reader_arena(struct config_reader *reader)
{
    return reader->config->arena;
}

static struct place entry_place(const struct section *section, const struct entry *entry)
{
    return (struct place){ section->file, entry == NULL ? section->line : entry->line, section->title,
                           entry == NULL ? STR("") : entry->key };
}

struct place config_place(const struct section *section, const char *key)
{
    struct place place = { section->file, section->line, section->title, str_of(key) };
    for (const struct entry *entry = section->entries; entry != NULL && entry->key.length > 0; entry++)
        if (str_is(entry->key, key))
            place.line = entry->line;
    return place;
}

/* The entry whose key the sentence begins with, which is taken off; NULL when it begins with none. */
static const struct entry *entry_spoken_of(const struct section *section, struct str *sentence)
{
    size_t colon = str_find(*sentence, STR(": "));
    const struct entry *entry = section->entries;
    while (entry != NULL && entry->key.length > 0 && !str_equal(entry->key, str_upto(*sentence, colon)))
        entry++;
    if (entry == NULL || entry->key.length == 0)
        return NULL;
    *sentence = str_from(*sentence, colon + 2);
    return entry;
}

void config_complain(struct config_reader *reader, const struct section *section, const struct entry *entry,
                     enum complaint_severity severity, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str sentence = arena_vformat(reader->config->arena, format, args);
    va_end(args);
    if (entry == NULL)
        entry = entry_spoken_of(section, &sentence);
    complain(&reader->config->complaints, severity, entry_place(section, entry), "%.*s", STR_ARGS(sentence));
}

/* "what was found, what was expected" */
bool reader_reject(struct config_reader *reader, const struct section *section, const struct entry *entry,
                   const char *what)
{
    config_complain(reader, section, entry, COMPLAINT_ERROR, "'%.*s' is not %s", STR_ARGS(str_prefix(entry->value, 60)),
                    what);
    return false;
}

bool config_complain_of_number(struct config_reader *reader, const struct section *section, const struct entry *entry,
                               const char *key, struct str number, const char *expected)
{
    struct str meant = value_number_suggest(reader->config->arena, number);
    const char *prefix = entry == NULL ? key : "", *colon = entry == NULL ? ": " : "";
    if (meant.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s%s%.*s", prefix, colon, STR_ARGS(meant));
    else
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s%s'%.*s' is not a number; expected %s", prefix,
                        colon, STR_ARGS(str_prefix(number, 60)), expected);
    return false;
}

struct entry reader_copy_entry(struct arena *arena, const struct ini_entry *from)
{
    return (struct entry){ arena_copy(arena, from->key), arena_copy(arena, from->value), from->line };
}
