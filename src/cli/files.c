#include "cli/command.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "service/actions.h"
#include "service/secret_file.h"
#include "work/work.h"

struct look {
    struct service *service;
    struct complaints *complaints;
    struct arena *arena;
    const struct section *section; /* the one that is looked at */
    const struct section *mailing; /* the first that has mail to send */
    GHashTable *warned;            /* the paths that have a warning */
};

static bool has_key(const struct section *section, const char *key)
{
    const struct entry *entry = section->entries;
    while (entry != NULL && entry->key.length > 0 && !str_is(entry->key, key))
        entry++;
    return entry != NULL && entry->key.length > 0;
}

static bool complained_of(const struct look *look, const char *key)
{
    const struct complaint *at = look->complaints->first;
    while (at != NULL && !(str_is(at->place.key, key) && str_equal(at->place.section, look->section->title) &&
                           str_equal(at->place.file, look->section->file)))
        at = at->next;
    return at != NULL;
}

/* Each path once, however many sections name it. */
static void warn(struct look *look, const char *key, struct str path, struct str sentence)
{
    if (!complained_of(look, key) &&
        g_hash_table_add(look->warned, (gpointer)(uintptr_t)arena_copy(look->arena, path).at))
        complain(look->complaints, COMPLAINT_WARNING, config_place(look->section, key), "%.*s", STR_ARGS(sentence));
}

/* --- secrets --- */

static void look_at_secret_file(struct look *look, const char *key, struct str file)
{
    struct str secret;
    struct error why;
    if (secret_file_read(look->arena, STR(""), file, &secret, &why) != 0) {
        warn(look, key, file, str_of(why.sentence));
        return;
    }
    struct str readers = file_exposure(look->arena, arena_copy(look->arena, file).at, false);
    if (readers.length > 0)
        warn(look, key, file, readers);
}

/* A secret in the configuration makes a secret of the file that it stands in. */
static void look_at_secret_value(struct look *look, const char *key)
{
    struct str readers = file_exposure(look->arena, look->section->file.at, false);
    if (readers.length > 0)
        warn(look, key, look->section->file, ARENA_JOIN(look->arena, STR("this file holds a secret: "), readers));
}

static void look_at_secrets(struct look *look)
{
    for (const struct field *field = look->section->kind->fields; field->key != NULL; field++) {
        const struct str *value = (const struct str *)(const void *)((const char *)look->section->keys + field->offset);
        if ((field->flags & FIELD_SECRET) == 0 || !has_key(look->section, field->key))
            continue;
        if (field->type != FIELD_FILE)
            look_at_secret_value(look, field->key);
        else if (value->length > 0)
            look_at_secret_file(look, field->key, *value);
    }
}

/* libpq passes over a file with passwords that anybody but its owner may read. */
static void look_at_pass_file(struct look *look, struct str address)
{
    struct stat status;
    struct str name = STR("passfile=");
    size_t at = str_find(address, name);
    struct str rest = str_from(address, at + name.length);
    if (at == address.length)
        return;
    const char *path = arena_copy(look->arena, str_upto(rest, str_find_char(rest, '&'))).at;
    if (stat(path, &status) != 0)
        warn(look, "store", str_of(path),
             arena_format(look->arena, "passfile %s: %s%s", path, strerror(errno),
                          errno == ENOENT ? "; expected a line host:port:database:user:password in it, and chmod 600"
                                          : ""));
    struct str exposure = file_exposure(look->arena, path, true);
    if (exposure.length > 0)
        warn(look, "store", str_of(path),
             arena_format(look->arena, "passfile %s: libpq ignores it: %.*s", path, STR_ARGS(exposure)));
}

/* --- programs and folders --- */

static void look_at_program(struct look *look, const char *key, const char *path, const char *remedy)
{
    struct stat status;
    struct str sentence = STR("");
    if (stat(path, &status) != 0 && errno == ENOENT)
        sentence = arena_format(look->arena, "%s does not exist: %s", path, remedy);
    else if (stat(path, &status) != 0)
        sentence = arena_format(look->arena, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        sentence = arena_format(look->arena, "%s is not a program: name a file", path);
    else if (access(path, X_OK) != 0)
        sentence = arena_format(look->arena, "%s cannot be run: chmod 755 %s", path, path);
    if (sentence.length > 0)
        warn(look, key, str_of(path), sentence);
}

static struct str folder_of(struct str path)
{
    size_t end = path.length;
    while (end > 0 && path.at[end - 1] != '/')
        end--;
    return str_upto(path, end > 1 ? end - 1 : end); /* empty for a bare name: the folder where one is */
}

static void look_at_folder(struct look *look, const char *key, struct str folder)
{
    struct stat status;
    const char *path = arena_copy(look->arena, folder).at;
    bool there = folder.length == 0 || stat(path, &status) == 0;
    if (!there && errno == ENOENT)
        warn(look, key, folder,
             arena_format(look->arena, "%s does not exist: mkdir -p %s && chown www-data: %s", path, path, path));
    else if (there && folder.length > 0 && !S_ISDIR(status.st_mode))
        warn(look, key, folder, arena_format(look->arena, "%s is not a folder", path));
}

/* --- sections --- */

static bool rest_is_named(const struct settings *settings)
{
    return settings->space.length > 0 && settings->project.length > 0 &&
           (settings->token.length > 0 || settings->token_file.length > 0);
}

static void look_at_actions(struct look *look, const struct actions *actions)
{
    char **words = NULL;
    if (look->mailing == NULL && actions->mail != NULL)
        look->mailing = look->section;
    if (actions->text != NULL && !rest_is_named(look->service->settings))
        warn(look, "text", look->section->title,
             STR("a text is sent by the platform's REST interface; expected space, project and token_file in "
                 "[hookswitch]"));
    if (actions->run.length > 0 && g_shell_parse_argv(arena_copy(look->arena, actions->run).at, NULL, &words, NULL)) {
        if (words[0][0] == '/')
            look_at_program(look, "run", words[0], "install it, or name the place where it is");
        g_strfreev(words);
    }
    if (actions->fetch.length > 0)
        look_at_folder(look, "fetch", folder_of(actions->fetch)); /* the folder itself is made by the first fetch */
}

static void look_at_settings(struct look *look, const struct settings *settings)
{
    const char *path = arena_copy(look->arena, settings->store).at;
    struct stat status;
    bool sqlite = strncmp(path, "sqlite:/", 8) == 0;
    if (sqlite && stat(path + 7, &status) == 0 && S_ISDIR(status.st_mode))
        warn(look, "store", str_of(path + 7),
             arena_format(look->arena, "%s is a folder; expected a file in it, such as %s/events.db", path, path));
    else if (sqlite)
        look_at_folder(look, "store", folder_of(str_of(path + 7)));
    look_at_pass_file(look, settings->store);
    struct str login = str_from(settings->store, str_find(settings->store, STR("://")) + 3);
    size_t end = str_find_char(login, '@');
    if (end < login.length && str_find_char(login, ':') < end)
        look_at_secret_value(look, "store");
}

static void look_at_certificates(struct look *look, const char *key, struct str file)
{
    if (file.length > 0 && access(arena_copy(look->arena, file).at, R_OK) != 0)
        warn(look, key, file, arena_format(look->arena, "%.*s: %s", STR_ARGS(file), strerror(errno)));
}

/* The mail program is complained of where it is named; else where the first mail is ordered. */
static void look_at_mailing(struct look *look, const struct section *section, const struct work *work)
{
    bool named = section != NULL && has_key(section, "sendmail");
    look->section = section;
    if (section != NULL) {
        look_at_certificates(look, "ca_file", work->ca_file);
        look_at_certificates(look, "smtp_ca_file", work->smtp_ca_file);
    }
    if (look->mailing == NULL || work->smtp.length > 0)
        return;
    look->section = named ? section : look->mailing;
    look_at_program(look, named ? "sendmail" : "mail", arena_copy(look->arena, work->sendmail).at,
                    "mails cannot be sent: install it, or set smtp = smtp://HOST:587 in [work]");
}

void files_check(struct service *service)
{
    const struct config *config = service->config;
    const struct section *work = config_find(config, work_kind.name, STR(""));
    struct look look = { .service = service,
                         .complaints = &service->config->complaints,
                         .arena = arena_new(),
                         .warned = g_hash_table_new(g_str_hash, g_str_equal) };
    look.section = service->settings == NULL ? NULL : config->first;
    for (; look.section != NULL; look.section = look.section->next) {
        const struct actions *actions = actions_of(look.section);
        look_at_secrets(&look);
        if (actions != NULL)
            look_at_actions(&look, actions);
        if (look.section->kind == &settings_kind && look.section->keys == service->settings)
            look_at_settings(&look, look.section->keys);
    }
    look_at_mailing(&look, work, work_of(config));
    complaints_sort(look.complaints);
    g_hash_table_destroy(look.warned);
    arena_free(look.arena);
}
