/* A configuration as a whole: its life, and what is found in it by name. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "config/internal.h"

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
    config->complaints = complaints_in(arena);
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
