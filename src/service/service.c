#include "service/service.h"

#include <errno.h>
#include <glib.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "config/value.h"
#include "service/on.h"
#include "service/secret_file.h"
#include "service/translations.h"

/* --- keys --- */

static void add_key(struct service *service, struct place place, struct str key)
{
    struct error why;
    if (signature_keys_add(service->keys, str_trim(key), &why) != 0)
        complain(&service->config->complaints, COMPLAINT_ERROR, place, "%s", why.sentence);
}

static void add_key_of_file(struct service *service, struct place place, struct str path)
{
    struct arena *arena = service->config->arena;
    struct str key;
    struct error why;
    config_add_file(service->config, path);
    int failed = secret_file_read(arena, STR(""), path, &key, &why);
    if (failed == SECRET_FILE_UNREADABLE) {
        /* Not an error: what needs no key goes on without one. */
        service->lacks_key = true;
        complain(&service->config->complaints, COMPLAINT_WARNING, place, "%s; until then requests are answered 401",
                 why.sentence);
        return;
    }
    if (failed) {
        complain(&service->config->complaints, COMPLAINT_ERROR, place, "%s", why.sentence);
        return;
    }
    struct str readers = file_exposure(arena, path.at, false);
    if (readers.length > 0)
        complain(&service->config->complaints, COMPLAINT_WARNING, place, "%s", readers.at);
    add_key(service, place, key);
    OPENSSL_cleanse((char *)(uintptr_t)key.at, key.length);
}

static void read_keys(struct service *service, const struct section *section)
{
    const struct settings *settings = service->settings;
    const struct {
        const char *key, *file_key;
        struct str value, file;
    } all[] = { { "signing_key", "signing_key_file", settings->signing_key, settings->signing_key_file },
                { "previous_signing_key", "previous_signing_key_file", settings->previous_signing_key,
                  settings->previous_signing_key_file } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].file.length > 0)
            add_key_of_file(service, config_place(section, all[i].file_key), all[i].file);
        else if (all[i].value.length > 0)
            add_key(service, config_place(section, all[i].key), all[i].value);
    bool named = settings->signing_key.length > 0 || settings->signing_key_file.length > 0;
    if (!named && signature_keys_count(service->keys) == 0 && settings->unsigned_requests == UNSIGNED_REFUSE)
        complain(&service->config->complaints, COMPLAINT_WARNING, config_place(section, ""),
                 "no signing key is named, so every request is answered 401; expected signing_key_file = FILE");
}

/* --- reading --- */

static void read_settings(struct service *service, const char *path)
{
    const struct section *section = config_find(service->config, settings_kind.name, STR(""));
    if (section == NULL) {
        if (service->config->complaints.errors == 0)
            complain(&service->config->complaints, COMPLAINT_ERROR, (struct place){ .file = str_of(path) },
                     "there is no [hookswitch] section; expected one with public_url, signing_key_file and store");
        return;
    }
    service->settings = section->keys;
    read_keys(service, section);
    if (service->settings->include.length > 0)
        config_read_folder(service->config, service->settings->include, false, config_place(section, "include"));
    if (service->settings->lines.length > 0 && service->load_all)
        config_read_folder(service->config, service->settings->lines, true, config_place(section, "lines"));
}

struct service *service_read(const char *path, const struct section_kind *const *kinds, bool load_all)
{
    struct service *service = g_new0(struct service, 1);
    service->load_all = load_all;
    service->config = config_new(kinds, load_all);
    service->keys = signature_keys_new();
    service->numbers = g_hash_table_new(g_str_hash, g_str_equal);
    config_read_file(service->config, arena_copy(service->config->arena, str_of(path)).at, false);
    read_settings(service, path);
    if (load_all)
        service_link(service);
    return service;
}

void service_read_line(struct service *service, struct str name)
{
    struct arena *arena = service->config->arena;
    struct str lower = arena_lower(arena, str_upto(name, 256));
    if (service->load_all || service->settings == NULL || service->settings->lines.length == 0 || !value_name(lower))
        return;
    struct str path = arena_format(arena, "%.*s/%.*s.ini", STR_ARGS(service->settings->lines), STR_ARGS(lower));
    if (access(path.at, F_OK) == 0)
        config_read_file(service->config, path.at, true);
}

static void register_numbers(struct service *service, const struct section *section)
{
    const struct line *line = section->keys;
    for (const struct word *number = line->numbers; number != NULL; number = number->next) {
        const char *key = arena_copy(service->config->arena, number->text).at;
        const struct line *earlier = g_hash_table_lookup(service->numbers, key);
        const struct section *other = earlier == NULL ? NULL : service->config->first;
        while (other != NULL && other->keys != earlier)
            other = other->next;
        if (other != NULL)
            complain(&service->config->complaints, COMPLAINT_ERROR, config_place(section, "numbers"),
                     "%s belongs to [%.*s] too, in %.*s:%u; leave it to one", key, STR_ARGS(other->title),
                     STR_ARGS(other->file), config_place(other, "numbers").line);
        else
            g_hash_table_insert(service->numbers, (gpointer)(uintptr_t)key, section->keys);
    }
}

/* An [on] section for a line that does not exist would never run. */
static void check_lines(struct service *service, const struct section *section)
{
    for (const struct word *name = on_lines(section); name != NULL; name = name->next) {
        struct str_nearest nearest = str_nearest_to(name->text);
        if (service_line(service, name->text) != NULL)
            continue;
        for (const struct section *at = service->config->first; at != NULL; at = at->next)
            if (at->kind == &line_kind)
                str_nearest_offer(&nearest, at->name);
        bool any = nearest.found.length > 0;
        complain(&service->config->complaints, COMPLAINT_ERROR, config_place(section, "line"),
                 "no line is called '%.*s'; %s%.*s%s", STR_ARGS(name->text),
                 any ? "did you mean '" : "expected the name of a [line]", STR_ARGS(nearest.found), any ? "'?" : "");
    }
}

bool service_link(struct service *service)
{
    for (const struct section *section = service->config->first; section != NULL; section = section->next)
        if (section->kind == &line_kind)
            register_numbers(service, section);
        else if (section->kind == &on_kind && service->load_all)
            check_lines(service, section);
    service->on = on_index_new(service->config);
    bool fine = config_finish(service->config);
    if (service->load_all)
        translations_check(service->config, &service->config->complaints);
    return fine && service->settings != NULL;
}

void service_free(struct service *service)
{
    if (service == NULL)
        return;
    if (service->on != NULL)
        g_hash_table_destroy(service->on);
    g_hash_table_destroy(service->numbers);
    signature_keys_free(service->keys);
    config_free(service->config);
    g_free(service);
}

/* --- looking up --- */

struct request_limits service_limits(const struct service *service)
{
    const struct settings *settings = service->settings;
    return (struct request_limits){ (size_t)settings->max_body,
                                    { (size_t)settings->max_parameters, (size_t)settings->max_value } };
}

struct request_origin service_origin(const struct service *service)
{
    return (struct request_origin){ service->settings->public_url, service->settings->trust_forwarded };
}

const struct line *service_line(const struct service *service, struct str name)
{
    char lower[128];
    if (name.length >= sizeof lower)
        return NULL;
    for (size_t i = 0; i < name.length; i++)
        lower[i] = g_ascii_tolower(name.at[i]);
    const struct section *section = config_find(service->config, line_kind.name, (struct str){ lower, name.length });
    return section == NULL ? NULL : section->keys;
}

const struct line *service_line_of_number(const struct service *service, struct str number)
{
    char key[1100];
    if (number.length >= sizeof key || str_find_char(number, '\0') < number.length)
        return NULL;
    memcpy(key, number.at, number.length);
    key[number.length] = '\0';
    return g_hash_table_lookup(service->numbers, key);
}

struct str service_files_stamp(const struct service *service, struct arena *arena)
{
    struct buffer stamp = buffer_in(arena);
    for (const struct word *file = service->config->files; file != NULL; file = file->next) {
        struct stat status;
        if (stat(file->text.at, &status) != 0)
            buffer_format(&stamp, "%d ", errno);
        else
            buffer_format(&stamp, "%llu.%llu.%lld.%ld.%lld ", (unsigned long long)status.st_dev,
                          (unsigned long long)status.st_ino, (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                          (long long)status.st_size);
    }
    return buffer_text(&stamp);
}
