/* The files and folders of a configuration. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/internal.h"
#include "config/value.h"

static struct place section_place(const struct section *section)
{
    return (struct place){ section->file, section->line, section->title, STR("") };
}

static const struct section_kind *find_kind(const struct config *config, struct str word)
{
    for (const struct section_kind *const *kind = config->kinds; *kind != NULL; kind++)
        if (str_is(word, (*kind)->name))
            return *kind;
    return NULL;
}

/* References to such a section are not reported as missing too. */
static void note_invalid(struct config *config, struct str name)
{
    struct config_reader reader = { config };
    *config_slot(&reader, "invalid", arena_lower(config->arena, name)) = config;
}

static void complain_of_unknown_kind(struct config *config, const struct section *section, struct str word)
{
    struct str_nearest nearest = str_nearest_to(word);
    for (const struct section_kind *const *kind = config->kinds; *kind != NULL; kind++)
        str_nearest_offer(&nearest, str_of((*kind)->name));
    bool any = nearest.found.length > 0;
    complain(&config->complaints, COMPLAINT_ERROR, section_place(section),
             "no kind of section is called '%.*s'; %s%.*s%s", STR_ARGS(word),
             any ? "did you mean '" : "hookswitch.ini(5) lists them", STR_ARGS(nearest.found), any ? "'?" : "");
    note_invalid(config, section->name.length > 0 ? section->name : word);
}

static const char *registry_key(struct config *config, const char *kind, unsigned scope, struct str name)
{
    return arena_format(config->arena, "%s %u %.*s", kind, scope, STR_ARGS(name)).at;
}

/* Nodes share one room of names whatever their kind: a destination names them without it. */
static void register_section(struct config *config, struct section *section)
{
    const char *by_name = registry_key(config, section->kind->name, section->scope, section->name);
    const char *as_destination = registry_key(config, "", section->scope, section->name);
    bool leads = section->kind->class != SECTION_PLAIN;
    const struct section *earlier = g_hash_table_lookup(config->by_name, by_name);
    if (earlier == NULL && leads)
        earlier = g_hash_table_lookup(config->by_name, as_destination);
    if (earlier != NULL) {
        complain(&config->complaints, COMPLAINT_ERROR, section_place(section),
                 "the name is already taken by [%.*s] in %.*s:%u; give one of them another", STR_ARGS(earlier->title),
                 STR_ARGS(earlier->file), earlier->line);
        return;
    }
    g_hash_table_insert(config->by_name, (gpointer)(uintptr_t)by_name, section);
    if (leads)
        g_hash_table_insert(config->by_name, (gpointer)(uintptr_t)as_destination, section);
    if (section->kind->sole)
        return;
    if (section->scope != 0 && section->kind->everywhere) {
        const char *global = registry_key(config, section->kind->name, 0, section->name);
        earlier = g_hash_table_lookup(config->by_name, global);
        if (earlier != NULL)
            complain(&config->complaints, COMPLAINT_ERROR, section_place(section),
                     "the name is already taken in %.*s:%u; give one of them another", STR_ARGS(earlier->file),
                     earlier->line);
        else
            g_hash_table_insert(config->by_name, (gpointer)(uintptr_t)global, section);
    }
}

static struct section *open_section(struct config *config, struct str file, const struct ini_section *from,
                                    unsigned scope)
{
    struct section *section = ARENA_NEW(config->arena, struct section);
    struct str title = arena_copy(config->arena, from->name);
    size_t space = str_find_char(title, ' ');
    struct str word = str_upto(title, space), name = str_trim(str_from(title, space));
    *section = (struct section){
        .name = name, .title = title, .file = file, .line = from->line, .scope = scope, .kind = find_kind(config, word)
    };
    if (section->kind == NULL) {
        complain_of_unknown_kind(config, section, word);
        return NULL;
    }
    bool fits = section->kind->free_name ? name.length > 0 && name.length <= 100 : value_name(name);
    if (!section->kind->sole && !fits) {
        complain(&config->complaints, COMPLAINT_ERROR, section_place(section),
                 name.length == 0 ? "this section needs a name: [%s NAME]"
                                  : "a name is made of letters, digits, '-', '_' and '.': write [%s such-a-name]",
                 section->kind->name);
        config->nameless = config->nameless || name.length == 0;
        note_invalid(config, name);
        note_invalid(config, str_upto(name, str_find_char(name, ' '))); /* of [dial sales team]: sales */
        return NULL;
    }
    if (section->kind->sole && name.length > 0)
        complain(&config->complaints, COMPLAINT_ERROR, section_place(section), "this section takes no name: write [%s]",
                 section->kind->name);
    section->keys = arena_alloc(config->arena, section->kind->size);
    *config->end = section;
    config->end = &section->next;
    register_section(config, section);
    return section;
}

void config_read_file(struct config *config, const char *path, bool own_scope)
{
    struct arena *scratch = arena_new(); /* the file as it stands is needed no longer than this */
    struct ini ini;
    unsigned scope = own_scope ? ++config->scopes : 0;
    config_add_file(config, str_of(path));
    int failed = ini_read(path, scratch, &config->complaints, &ini);
    struct str file = arena_copy(config->arena, str_of(path));
    config->incomplete = config->incomplete || failed;
    for (const struct ini_section *from = failed ? NULL : ini.first; from != NULL; from = from->next) {
        struct section *section = from->repeats ? NULL : open_section(config, file, from, scope);
        if (section != NULL)
            reader_fill(config, section, from);
    }
    arena_free(scratch);
}

static int is_ini_file(const struct dirent *entry)
{
    struct str name = str_of(entry->d_name);
    return name.length > 4 && name.at[0] != '.' && str_is(str_from(name, name.length - 4), ".ini");
}

void config_read_folder(struct config *config, struct str path, bool own_scope, struct place named_at)
{
    struct dirent **names;
    struct str folder = arena_copy(config->arena, path);
    config_add_file(config, folder);
    int count = scandir(folder.at, &names, is_ini_file, alphasort);
    if (count < 0) {
        config->incomplete = true;
        if (errno == ENOENT)
            complain(&config->complaints, COMPLAINT_ERROR, named_at, "%s does not exist: mkdir %s", folder.at,
                     folder.at);
        else
            complain(&config->complaints, COMPLAINT_ERROR, named_at, "the folder %s cannot be read: %s", folder.at,
                     strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        struct str file = arena_format(config->arena, "%s/%s", folder.at, names[i]->d_name);
        char target[512];
        struct stat status;
        /* A second name for a file beside it (a number for a line) must not read it twice. */
        bool link = lstat(file.at, &status) == 0 && S_ISLNK(status.st_mode);
        ssize_t length = link ? readlink(file.at, target, sizeof target) : 0;
        bool beside = length > 0 && memchr(target, '/', (size_t)length) == NULL;
        if (!beside)
            config_read_file(config, file.at, own_scope);
        free(names[i]);
    }
    free(names);
}
