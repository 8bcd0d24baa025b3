#include "config/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <iniparser/iniparser.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1022 }; /* iniparser 4.1 reads 1,024, less the line feed and the NUL */

struct reader {
    struct arena *arena;
    struct complaints *complaints;
    struct ini *ini;
    struct ini_section *section;
    struct ini_section **section_end;
    struct ini_entry **entry_end;
    GHashTable *sections; /* name -> struct ini_section */
    GHashTable *entries;  /* "section:key" -> struct ini_entry, the same key that iniparser's dictionary has */
};

static struct place place_at(const struct reader *reader, unsigned line, struct text key)
{
    return (struct place){ reader->ini->file, line, reader->section == NULL ? TEXT("") : reader->section->name, key };
}

static int read_whole(const char *path, struct arena *arena, struct complaints *complaints, struct text *bytes)
{
    struct place place = { text_of(path), 0, TEXT(""), TEXT("") };
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0 || fstat(file, &status) != 0) {
        complain(complaints, COMPLAINT_ERROR, place, "cannot be read: %s", strerror(errno));
        if (file >= 0)
            close(file);
        return -1;
    }
    const char *trouble = S_ISDIR(status.st_mode)               ? "is a folder, a file is expected"
                          : !S_ISREG(status.st_mode)            ? "is no regular file"
                          : status.st_size > INI_FILE_MAX_BYTES ? "is larger than 64 MiB"
                                                                : NULL;
    size_t size = trouble == NULL ? (size_t)status.st_size : 0, got = 0;
    char *at = arena_alloc(arena, size + 1);
    while (trouble == NULL && got < size) {
        ssize_t count = read(file, at + got, size - got);
        if (count < 0)
            trouble = strerror(errno);
        if (count <= 0)
            break;
        got += (size_t)count;
    }
    close(file);
    if (trouble == NULL && got >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        trouble = "starts with a byte-order mark; save it as UTF-8 without one";
    if (trouble == NULL && memchr(at, '\0', got) != NULL)
        trouble = "holds a NUL byte: this is no text file";
    if (trouble != NULL) {
        complain(complaints, COMPLAINT_ERROR, place, "%s", trouble);
        return -1;
    }
    *bytes = (struct text){ at, got };
    return 0;
}

static struct text fold_spaces(struct arena *arena, struct text name)
{
    struct text lower = arena_lower(arena, name);
    char *at = arena_alloc(arena, name.length + 1);
    size_t used = 0;
    for (size_t i = 0; i < lower.length; i++) {
        char c = lower.at[i] == '\t' ? ' ' : lower.at[i];
        if (c != ' ' || (used > 0 && at[used - 1] != ' '))
            at[used++] = c;
    }
    return (struct text){ at, used };
}

static void read_section(struct reader *reader, struct text line, unsigned number)
{
    struct arena *arena = reader->arena;
    struct text raw = text_trim(text_from(text_upto(line, text_find_char(line, ']')), 1));
    struct ini_section *section = ARENA_NEW(arena, struct ini_section);
    section->name = fold_spaces(arena, raw);
    section->line = number;
    const struct ini_section *earlier = g_hash_table_lookup(reader->sections, section->name.at);
    reader->section = section;
    reader->entry_end = &section->first;
    *reader->section_end = section;
    reader->section_end = &section->next;
    if (section->name.length == 0)
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, TEXT("")), "a section without a name");
    else if (text_find_char(raw, ':') < raw.length)
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, TEXT("")),
                 "a section's name cannot hold a ':'");
    else if (earlier != NULL)
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, TEXT("")),
                 "this section stands already in line %u", earlier->line);
    else
        g_hash_table_insert(reader->sections, (gpointer)(uintptr_t)section->name.at, section);
}

/* What the operator meant by the text right of '=': the value, or false with the reason why it would be cut. */
static bool read_value(struct text raw, struct text *value, const char **trouble)
{
    char quote = raw.length > 0 ? raw.at[0] : '\0';
    *trouble = NULL;
    if (quote == '"' || quote == '\'') {
        struct text inner = text_from(raw, 1);
        size_t end = text_find_char(inner, quote);
        struct text after = text_trim(text_from(inner, end + 1));
        *value = text_upto(inner, end);
        if (end == inner.length)
            *trouble = "the quotation mark is never closed";
        else if (after.length > 0 && after.at[0] != ';' && after.at[0] != '#')
            *trouble = "something stands behind the closing quotation mark; to have quotation marks of one kind "
                       "inside, put the other kind around the whole value";
        return *trouble == NULL;
    }
    size_t cut = 0;
    while (cut < raw.length && raw.at[cut] != ';' && raw.at[cut] != '#')
        cut++;
    if (cut < raw.length && raw.at[cut] == '#')
        *trouble = "the value would be cut at '#'; put the whole value in quotation marks (a comment starts with ';')";
    else if (cut > 0 && cut < raw.length && raw.at[cut - 1] != ' ' && raw.at[cut - 1] != '\t')
        *trouble = "the value would be cut at ';'; put the whole value in quotation marks (ahead of a comment, leave a "
                   "space)";
    *value = text_trim(text_upto(raw, cut));
    return *trouble == NULL;
}

static void read_entry(struct reader *reader, struct text line, size_t equals, unsigned number)
{
    struct arena *arena = reader->arena;
    struct text key = arena_lower(arena, text_trim(text_upto(line, equals)));
    struct text value;
    const char *trouble;
    struct place place = place_at(reader, number, key);
    if (reader->section == NULL) {
        complain(reader->complaints, COMPLAINT_ERROR, place, "this key stands ahead of the first section");
        return;
    }
    if (!read_value(text_trim(text_from(line, equals + 1)), &value, &trouble)) {
        complain(reader->complaints, COMPLAINT_ERROR, place, "%s", trouble);
        return;
    }
    struct text whole = arena_format(arena, "%.*s:%.*s", TEXT_ARGS(reader->section->name), TEXT_ARGS(key));
    const struct ini_entry *earlier = g_hash_table_lookup(reader->entries, whole.at);
    if (earlier != NULL) {
        complain(reader->complaints, COMPLAINT_ERROR, place, "this key stands already in line %u", earlier->line);
        return;
    }
    struct ini_entry *entry = ARENA_NEW(arena, struct ini_entry);
    *entry = (struct ini_entry){ NULL, key, arena_copy(arena, value), number };
    *reader->entry_end = entry;
    reader->entry_end = &entry->next;
    g_hash_table_insert(reader->entries, (gpointer)(uintptr_t)whole.at, entry);
}

static void read_line(struct reader *reader, struct text line, unsigned number)
{
    line = text_trim(line);
    if (line.length == 0 || line.at[0] == ';' || line.at[0] == '#')
        return;
    size_t equals = text_find_char(line, '=');
    if (!text_is_utf8(line))
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, TEXT("")), "this line is not UTF-8");
    else if (line.at[0] == '[' && text_find_char(line, ']') == line.length - 1)
        read_section(reader, line, number);
    else if (line.at[0] == '[')
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, TEXT("")),
                 "a section header stands alone on its line: [name]");
    else if (equals == 0 || equals == line.length)
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, TEXT("")),
                 "neither a section, nor key = value, nor a comment: '%.*s'", TEXT_ARGS(text_front(line, 40)));
    else
        read_entry(reader, line, equals, number);
}

/* Goes over the raw lines as iniparser does: a '\' at a line's end joins the next one to it. */
static void read_lines(struct reader *reader, struct text bytes)
{
    struct arena *arena = reader->arena;
    struct text joined = { NULL, 0 };
    unsigned first = 0, number = 0;
    while (bytes.length > 0) {
        size_t end = text_find_char(bytes, '\n');
        struct text line = text_upto(bytes, end);
        bytes = text_from(bytes, end + 1);
        number++;
        if (joined.length == 0)
            first = number;
        while (line.length > 0 && (line.at[line.length - 1] == ' ' || line.at[line.length - 1] == '\t' ||
                                   line.at[line.length - 1] == '\r'))
            line.length--;
        bool goes_on = line.length > 0 && line.at[line.length - 1] == '\\';
        struct text piece = text_upto(line, line.length - goes_on);
        struct text whole =
            joined.length == 0 ? piece : arena_format(arena, "%.*s%.*s", TEXT_ARGS(joined), TEXT_ARGS(piece));
        if (whole.length > LINE_MAX_BYTES) {
            complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, first, TEXT("")),
                     "a line of more than %d bytes, continuations included; go on in key.2, key.3", LINE_MAX_BYTES);
            joined = (struct text){ NULL, 0 };
        } else if (goes_on && bytes.length > 0) {
            joined = whole;
        } else {
            joined = (struct text){ NULL, 0 };
            read_line(reader, whole, first);
        }
    }
}

static int say_nothing(const char *format, ...)
{
    (void)format;
    return 0;
}

/* iniparser's own reading must give, key for key, what the lines say. */
static int hold_against_iniparser(struct reader *reader, const char *path)
{
    struct arena *arena = reader->arena;
    iniparser_set_error_callback(say_nothing);
    dictionary *dictionary = iniparser_load(path);
    size_t seen = 0;
    if (dictionary == NULL) {
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, 0, TEXT("")), "iniparser cannot read this file");
        return -1;
    }
    for (ssize_t i = 0; i < dictionary->size; i++) {
        const char *name = dictionary->key[i], *value = dictionary->val[i];
        if (name == NULL || value == NULL)
            continue; /* a free slot, or a section */
        struct text whole = text_of(name);
        size_t colon = text_find_char(whole, ':');
        struct text section = fold_spaces(arena, text_upto(whole, colon));
        struct text folded = arena_format(arena, "%.*s%.*s", TEXT_ARGS(section), TEXT_ARGS(text_from(whole, colon)));
        struct ini_entry *entry = g_hash_table_lookup(reader->entries, folded.at);
        if (entry == NULL)
            continue;
        seen++;
        if (!text_is(entry->value, value))
            complain(reader->complaints, COMPLAINT_ERROR,
                     (struct place){ reader->ini->file, entry->line, text_upto(folded, section.length), entry->key },
                     "the value is not read as it is written; put it in quotation marks");
    }
    iniparser_freedict(dictionary);
    if (seen != g_hash_table_size(reader->entries))
        complain(reader->complaints, COMPLAINT_ERROR, (struct place){ reader->ini->file, 0, TEXT(""), TEXT("") },
                 "the file changed while it was read, or holds a key that iniparser does not see");
    return 0;
}

int ini_read(const char *path, struct arena *arena, struct complaints *complaints, struct ini *ini)
{
    struct text bytes;
    *ini = (struct ini){ arena_copy(arena, text_of(path)), NULL };
    if (read_whole(path, arena, complaints, &bytes) != 0)
        return -1;
    struct reader reader = { .arena = arena, .complaints = complaints, .ini = ini, .section_end = &ini->first };
    reader.sections = g_hash_table_new(g_str_hash, g_str_equal);
    reader.entries = g_hash_table_new(g_str_hash, g_str_equal);
    size_t errors = complaints->errors;
    read_lines(&reader, bytes);
    /* A file with a broken line is not given to iniparser, which would take nothing of it or something else. */
    int failed = complaints->errors == errors ? hold_against_iniparser(&reader, path) : 0;
    g_hash_table_destroy(reader.sections);
    g_hash_table_destroy(reader.entries);
    return failed;
}
