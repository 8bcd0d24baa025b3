/* Parses an INI file, and compares the result with iniparser's, so that nothing is cut or overridden silently. Only
 * this file includes iniparser. */
#include "config/internal.h"

#include <errno.h>
#include <iniparser/iniparser.h>
#include <stdint.h>
#include <string.h>

#include "base/file.h"

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

static struct place place_at(const struct reader *reader, unsigned line, struct str key)
{
    return (struct place){ reader->ini->file, line, reader->section == NULL ? STR("") : reader->section->name, key };
}

/* Why the file cannot be used by its bytes; NULL when it can. */
static const char *flaw_of(struct str bytes)
{
    bool has_nul = str_find_char(bytes, '\0') < bytes.length;
    if (!has_nul && !str_starts(bytes, STR("\xEF\xBB\xBF")))
        return NULL; /* which line is not UTF-8 is said below */
    const char *flaw = file_encoding_flaw(bytes);
    return flaw != NULL ? flaw : "contains a NUL byte, so it is not a text file; is it the right one?";
}

static int read_bytes(const char *path, struct arena *arena, struct complaints *complaints, struct str *bytes)
{
    struct place place = { str_of(path), 0, STR(""), STR("") };
    struct error ignored;
    bool read = file_read(arena, str_of(path), INI_FILE_MAX_BYTES, bytes, &ignored) == 0;
    const char *flaw = read              ? flaw_of(*bytes)
                       : errno == EISDIR ? "is a folder; name a file in it"
                       : errno == EINVAL ? "is not a regular file; name one"
                       : errno == EFBIG  ? "is larger than 64 MiB; spread it over several files with include or lines"
                                         : NULL;
    if (flaw != NULL)
        complain(complaints, COMPLAINT_ERROR, place, "%s", flaw);
    else if (!read)
        complain(complaints, COMPLAINT_ERROR, place, "cannot be read: %s%s", strerror(errno),
                 errno == ENOENT   ? "; name another with --config FILE or $HOOKSWITCH_CONFIG"
                 : errno == EACCES ? "; run this as root, or as the user of the programs"
                                   : "");
    return read && flaw == NULL ? 0 : -1;
}

static struct str fold_spaces(struct arena *arena, struct str name)
{
    struct str lower = arena_lower(arena, name);
    char *at = arena_alloc(arena, name.length + 1);
    size_t used = 0;
    for (size_t i = 0; i < lower.length; i++) {
        char c = lower.at[i] == '\t' ? ' ' : lower.at[i];
        if (c != ' ' || (used > 0 && at[used - 1] != ' '))
            at[used++] = c;
    }
    return (struct str){ at, used };
}

static struct ini_section *open_section(struct reader *reader, struct str raw, unsigned number)
{
    struct ini_section *section = ARENA_NEW(reader->arena, struct ini_section);
    section->name = fold_spaces(reader->arena, str_trim(raw));
    section->line = number;
    reader->section = section;
    reader->entry_end = &section->first;
    *reader->section_end = section;
    reader->section_end = &section->next;
    return section;
}

/* Complains of a header. Its lines still belong to the section. */
static void complain_of_header(struct reader *reader, unsigned number, const char *sentence)
{
    complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, STR("")), "%s", sentence);
    reader->section->invalid = true;
}

static void read_section(struct reader *reader, struct str line, unsigned number)
{
    size_t end = str_find_char(line, ']'), comment = str_find_char(line, ';');
    struct ini_section *section =
        open_section(reader, str_from(str_upto(line, end < comment ? end : comment), 1), number);
    const struct ini_section *earlier = g_hash_table_lookup(reader->sections, section->name.at);
    section->repeats = earlier != NULL || section->name.length == 0;
    if (end == line.length)
        complain_of_header(reader, number, "the header is never closed; expected ']' at its end");
    else if (end + 1 < line.length)
        complain_of_header(reader, number, "the header is not alone on its line; put the rest on the next one");
    else if (section->name.length == 0)
        complain_of_header(reader, number, "a section without a name; expected for example [line front-desk]");
    else if (str_find_char(section->name, ':') < section->name.length)
        complain_of_header(reader, number, "a section's name cannot hold a ':'; write '-' instead");
    else if (earlier != NULL)
        complain_of_header(reader, number,
                           arena_format(reader->arena,
                                        "this section is already in line %u; put its keys there, or give it "
                                        "another name",
                                        earlier->line)
                               .at);
    if (earlier == NULL)
        g_hash_table_insert(reader->sections, (gpointer)(uintptr_t)section->name.at, section);
}

/* Reads the value right of '='. False with the reason when iniparser would cut it. */
static bool read_value(struct str raw, struct str *value, const char **flaw)
{
    char quote = raw.length > 0 ? raw.at[0] : '\0';
    *flaw = NULL;
    if (quote == '"' || quote == '\'') {
        struct str inner = str_from(raw, 1);
        size_t end = str_find_char(inner, quote);
        struct str after = str_trim(str_from(inner, end + 1));
        *value = str_upto(inner, end);
        if (end == inner.length)
            *flaw = "the quotation mark is never closed; put one at the end of the value";
        else if (after.length > 0 && after.at[0] != ';' && after.at[0] != '#')
            *flaw = "text follows the closing quotation mark; to have quotation marks of one kind "
                    "inside, put the other kind around the whole value";
        return *flaw == NULL;
    }
    size_t cut = 0;
    while (cut < raw.length && raw.at[cut] != ';' && raw.at[cut] != '#')
        cut++;
    if (cut < raw.length && raw.at[cut] == '#')
        *flaw = "the value would be cut at '#'; put the whole value in quotation marks (a comment starts with ';')";
    else if (cut > 0 && cut < raw.length && raw.at[cut - 1] != ' ' && raw.at[cut - 1] != '\t')
        *flaw =
            "the value would be cut at ';'; separate a list by commas, put a text in quotation marks as a whole, and "
            "leave a space before a comment";
    *value = str_trim(str_upto(raw, cut));
    return *flaw == NULL;
}

static struct ini_entry *add_entry(struct reader *reader, struct str key, struct str value, unsigned number)
{
    struct ini_entry *entry = ARENA_NEW(reader->arena, struct ini_entry);
    *entry = (struct ini_entry){ .key = key, .value = value, .line = number };
    *reader->entry_end = entry;
    reader->entry_end = &entry->next;
    return entry;
}

/* Complains of a line. Its key counts as given, so that nothing is said to be missing. */
static void complain_of_line(struct reader *reader, struct str line, unsigned number, struct str key,
                             const char *sentence)
{
    struct str word = str_trim(str_upto(line, str_find_char(line, '=')));
    complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, number, key), "%s", sentence);
    if (reader->section == NULL)
        return;
    reader->section->invalid = true;
    word = str_upto(word, str_find_char(word, ' '));
    if (str_is_utf8(word) && !reader->section->repeats)
        add_entry(reader, arena_lower(reader->arena, word), STR(""), number)->invalid = true;
}

/* Finds a Unicode space or invisible character in the key; 0 when there is none. `clean` is the key without it. */
static gunichar find_invisible(struct arena *arena, struct str key, struct str *clean)
{
    struct buffer seen = buffer_in(arena);
    gunichar found = 0;
    for (struct str rest = key; rest.length > 0;) {
        size_t length = str_utf8_length(rest);
        gunichar c = g_utf8_get_char(rest.at);
        if (c >= 0x80 && (g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_FORMAT))
            found = c;
        else
            buffer_add(&seen, str_upto(rest, length));
        rest = str_from(rest, length);
    }
    *clean = str_trim(buffer_text(&seen));
    return found;
}

static void read_entry(struct reader *reader, struct str line, size_t equals, unsigned number)
{
    struct arena *arena = reader->arena;
    struct str key = arena_lower(arena, str_trim(str_upto(line, equals)));
    struct str value;
    const char *flaw;
    struct place place = place_at(reader, number, key);
    if (reader->section == NULL) {
        complain(reader->complaints, COMPLAINT_ERROR, place,
                 "this key comes before the first section; expected [hookswitch] above it");
        reader->section = open_section(reader, STR(""), number);
        reader->section->repeats = true;
    }
    if (reader->section->repeats)
        return; /* what is wrong has been said */
    struct str clean;
    gunichar invisible = find_invisible(arena, key, &clean);
    if (invisible != 0) {
        complain_of_line(reader, clean, number, clean,
                         arena_format(arena,
                                      "an invisible character (U+%04X) is in front of '='; delete it and type a space",
                                      (unsigned)invisible)
                             .at);
        return;
    }
    if (!read_value(str_trim(str_from(line, equals + 1)), &value, &flaw)) {
        complain_of_line(reader, line, number, key, flaw);
        return;
    }
    struct str whole = arena_format(arena, "%.*s:%.*s", STR_ARGS(reader->section->name), STR_ARGS(key));
    const struct ini_entry *earlier = g_hash_table_lookup(reader->entries, whole.at);
    if (earlier != NULL) {
        complain(reader->complaints, COMPLAINT_ERROR, place, "this key is already in line %u; keep one of the two",
                 earlier->line);
        return;
    }
    g_hash_table_insert(reader->entries, (gpointer)(uintptr_t)whole.at,
                        add_entry(reader, key, arena_copy(arena, value), number));
}

static void read_line(struct reader *reader, struct str line, unsigned number)
{
    line = str_trim(line);
    if (line.length == 0 || line.at[0] == ';' || line.at[0] == '#')
        return;
    size_t equals = str_find_char(line, '=');
    if (!str_is_utf8(line))
        complain_of_line(reader, line, number, STR(""),
                         "this line is not UTF-8; save the file as UTF-8 (iconv -f LATIN1 -t UTF-8)");
    else if (line.at[0] == '[')
        read_section(reader, line, number);
    else if (equals == 0 || equals == line.length)
        complain_of_line(
            reader, line, number, STR(""),
            arena_format(
                reader->arena,
                "neither a section, nor key = value, nor a comment: '%.*s'; write key = value, or ';' before a comment",
                STR_ARGS(str_prefix(line, 40)))
                .at);
    else
        read_entry(reader, line, equals, number);
}

/* Goes over the raw lines as iniparser does: a '\' at a line's end joins the next one to it. */
static void read_lines(struct reader *reader, struct str bytes)
{
    struct arena *arena = reader->arena;
    struct str joined = { NULL, 0 };
    unsigned first = 0, number = 0;
    bool skipping = false;
    while (bytes.length > 0) {
        size_t end = str_find_char(bytes, '\n');
        struct str line = str_upto(bytes, end);
        bytes = str_from(bytes, end + 1);
        number++;
        if (joined.length == 0)
            first = number;
        while (line.length > 0 && (line.at[line.length - 1] == ' ' || line.at[line.length - 1] == '\t' ||
                                   line.at[line.length - 1] == '\r'))
            line.length--;
        bool goes_on = line.length > 0 && line.at[line.length - 1] == '\\';
        if (skipping) { /* what is joined to a line that is too long already */
            skipping = goes_on;
            continue;
        }
        struct str piece = str_upto(line, line.length - goes_on);
        struct str whole =
            joined.length == 0 ? piece : arena_format(arena, "%.*s%.*s", STR_ARGS(joined), STR_ARGS(piece));
        if (whole.length > LINE_MAX_BYTES) {
            complain_of_line(reader, whole, first, STR(""),
                             arena_format(arena,
                                          "a line of more than %d bytes, continuations included; continue a prompt in "
                                          "key.2, key.3, a list of telephones in another [dial], by no-answer",
                                          LINE_MAX_BYTES)
                                 .at);
            skipping = goes_on;
            joined = (struct str){ NULL, 0 };
        } else if (goes_on && bytes.length > 0) {
            joined = whole;
        } else {
            joined = (struct str){ NULL, 0 };
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
static int compare_with_iniparser(struct reader *reader, const char *path)
{
    struct arena *arena = reader->arena;
    iniparser_set_error_callback(say_nothing);
    dictionary *dictionary = iniparser_load(path);
    size_t seen = 0;
    if (dictionary == NULL) {
        complain(reader->complaints, COMPLAINT_ERROR, place_at(reader, 0, STR("")),
                 "iniparser cannot read this file; are all its lines sections, key = value, or comments?");
        return -1;
    }
    for (ssize_t i = 0; i < dictionary->size; i++) {
        const char *name = dictionary->key[i], *value = dictionary->val[i];
        if (name == NULL || value == NULL)
            continue; /* a free slot, or a section */
        struct str whole = str_of(name);
        size_t colon = str_find_char(whole, ':');
        struct str section = fold_spaces(arena, str_upto(whole, colon));
        struct str folded = arena_format(arena, "%.*s%.*s", STR_ARGS(section), STR_ARGS(str_from(whole, colon)));
        struct ini_entry *entry = g_hash_table_lookup(reader->entries, folded.at);
        if (entry == NULL)
            continue;
        seen++;
        if (!str_is(entry->value, value))
            complain(reader->complaints, COMPLAINT_ERROR,
                     (struct place){ reader->ini->file, entry->line, str_upto(folded, section.length), entry->key },
                     "the value would be read differently; put it in quotation marks");
    }
    iniparser_freedict(dictionary);
    if (seen != g_hash_table_size(reader->entries))
        complain(reader->complaints, COMPLAINT_ERROR, (struct place){ reader->ini->file, 0, STR(""), STR("") },
                 "the file changed while it was read, or contains a key that iniparser does not see; try again");
    return 0;
}

int ini_read(const char *path, struct arena *arena, struct complaints *complaints, struct ini *ini)
{
    struct str bytes;
    *ini = (struct ini){ arena_copy(arena, str_of(path)), NULL };
    if (read_bytes(path, arena, complaints, &bytes) != 0)
        return -1;
    struct reader reader = { .arena = arena, .complaints = complaints, .ini = ini, .section_end = &ini->first };
    reader.sections = g_hash_table_new(g_str_hash, g_str_equal);
    reader.entries = g_hash_table_new(g_str_hash, g_str_equal);
    size_t errors = complaints->errors;
    read_lines(&reader, bytes);
    /* A file with a broken line is not given to iniparser, which would take nothing of it or something else. */
    int failed = complaints->errors == errors ? compare_with_iniparser(&reader, path) : 0;
    g_hash_table_destroy(reader.sections);
    g_hash_table_destroy(reader.entries);
    return failed;
}
