/* INI files become sections of typed keys: checked as a whole, then never changed. Knows of no particular section; who
 * owns a kind hands in its table. */
#ifndef HOOKSWITCH_CONFIG_CONFIG_H
#define HOOKSWITCH_CONFIG_CONFIG_H

#include <glib.h>

#include "base/arena.h"
#include "config/field.h"

/* --- errors, warnings, hints and notes, each with its place --- */

enum complaint_severity {
    COMPLAINT_ERROR,
    COMPLAINT_WARNING,
    COMPLAINT_HINT,
    COMPLAINT_NOTE /* information, such as how long a message is */
};

struct place {
    struct str file;         /* as the operator named it */
    unsigned line;           /* 0: the file as a whole */
    struct str section, key; /* empty: none */
};

struct complaint {
    struct complaint *next;
    enum complaint_severity severity;
    struct place place;
    struct str sentence;
};

struct complaints {
    struct arena *arena;
    struct complaint *first, *last;
    size_t errors, warnings, hints, notes;
};

/* Copies what the place holds. */
void complain(struct complaints *complaints, enum complaint_severity severity, struct place place, const char *format,
              ...) __attribute__((format(printf, 4, 5)));
/* The first error; without one the first of all, NULL where there is nothing. */
const struct complaint *complaints_first(const struct complaints *complaints);
/* By file and line, in place; those of one line stay in order. */
void complaints_sort(struct complaints *complaints);
/* "file:line: [section] key: sentence", with "warning: ", "hint: " or "note: " behind the place */
struct str complaint_line(struct arena *arena, const struct complaint *complaint);

/* --- sections --- */

struct config_reader;

enum section_class {
    SECTION_PLAIN, /* nothing leads to it by name */
    SECTION_NODE,  /* what a call may be led to */
    SECTION_TEXTS, /* what answers messages */
    SECTION_FAX    /* what takes faxes */
};

/* An entry outside the table of fields, offered to section_kind.entry. */
struct entry {
    struct str key, value;
    unsigned line;
};

struct section_kind {
    const char *name; /* the first word of the header */
    bool sole;        /* there is one, without a name: [hookswitch] */
    bool free_name;   /* its owner looks at the name, which may be several words */
    bool everywhere;  /* visible from every file */
    bool is_router;   /* calls, messages and faxes may be routed through it */
    enum section_class class;
    size_t size;                /* of the struct that holds the keys */
    const struct field *fields; /* ended by a NULL key */
    /* Takes a key that the table does not have (a menu's digits, the weekdays); false when it is unknown here too. */
    bool (*entry)(struct config_reader *reader, struct section *section, const struct entry *entry);
    /* Looks at the section as a whole once all its keys are read. */
    void (*finish)(struct config_reader *reader, struct section *section);
    /* Checks once all names are resolved, of sections that are reachable from one of class SECTION_PLAIN (a line), the
     * `root`, itself included: validate once, the others once for each root; validate_tree is of the root's kind. */
    void (*validate)(struct config_reader *reader, struct section *section);
    void (*validate_reachable)(struct config_reader *reader, struct section *section, const struct section *root);
    void (*validate_tree)(struct config_reader *reader, struct section *section, const struct section *root);
    const void *behaviour; /* for the owner of the kind */
    size_t actions;        /* where its struct actions is (service/actions.h); 0: it has none */
};

struct section {
    struct section *next; /* in the order of the files */
    const struct section_kind *kind;
    struct str name;  /* in lower case; empty where the kind has none */
    struct str title; /* "menu main-menu" */
    struct str file;
    unsigned line;
    unsigned scope; /* 0: seen everywhere; else by sections of the same file of a `lines` folder alone */
    void *keys;     /* struct of the kind */
    struct destination *destinations;
    struct entry *entries;   /* of the file, ended by an empty key; for the places of complaints */
    bool validated;          /* to complain once */
    bool is_target;          /* a call may come here; where others only look at it: not */
    unsigned routed_classes; /* of one that forks: a bit for each class that is led through it */
    bool reachable;          /* something leads here; this and those below serve the checks */
    enum section_dfs { SECTION_NEW, SECTION_ON_PATH, SECTION_DONE } dfs;
    const struct section *dfs_parent;
    const struct section *visited_root;
};

struct config {
    struct arena *arena;
    const struct section_kind *const *kinds;
    struct complaints complaints;
    struct section *first, **end;    /* in the order of the files */
    struct word *files, **files_end; /* and folders that were read, for noticing changes */
    bool load_all;
    /* The rest is for src/config. */
    GHashTable *by_name; /* "kind scope name" -> struct section; without its kind, the destination of that name */
    GHashTable *zones;   /* name -> struct zone */
    GHashTable *slots;   /* "what path" -> void * */
    unsigned scopes;
    bool nameless;   /* a section lacks its name, which may be what a key asks for */
    bool incomplete; /* a file could not be read: what it holds cannot be found missing */
};

/* Reading happens in two steps, so that the owner of [hookswitch] can say which further files there are. `load_all`:
 * all of them will be read, so that sections that nothing leads to are worth a warning. */
struct config *config_new(const struct section_kind *const *kinds, bool load_all);
void config_free(struct config *config);
/* Overwrites the values of the keys that are flagged FIELD_WIPE, and leaves them empty. */
void config_wipe_secrets(struct config *config);

/* Reads one file; its sections are seen everywhere (`own_scope` false) or only within it. Complaints are gathered. */
void config_read_file(struct config *config, const char *path, bool own_scope);
/* Reads every *.ini of a folder, by name, except links to a file of the same folder. */
void config_read_folder(struct config *config, struct str path, bool own_scope, struct place named_at);
/* Resolves names and runs all checks. True when there is no error. */
bool config_finish(struct config *config);

void config_add_file(struct config *config, struct str path);

/* The section of that kind called so in lower case (an empty name for [hookswitch]); NULL when there is none. Without a
 * scan: safe in any thread once config_finish is through. */
const struct section *config_find(const struct config *config, const char *kind, struct str name);
/* The same for a section of one file of the `lines` folder (0: of all other files). */
const struct section *config_find_in(const struct config *config, const char *kind, unsigned scope, struct str name);
/* The destination of that name, as seen from `scope`. */
const struct section *config_find_destination(const struct config *config, unsigned scope, struct str name);

/* Whether an unknown key of the section is a misspelling of this one, which then does not count as missing. */
bool config_is_misspelt(const struct section *section, const char *key);

/* For section_kind.entry and .finish: */
struct arena *config_reader_arena(struct config_reader *reader);
/* Where the section has that key; its header's line where it has not. */
struct place config_place(const struct section *section, const char *key);
/* Without an `entry` the place is the section's header, unless the sentence begins with one of its keys ("to: ..."):
 * then it is that key's. */
void config_complain(struct config_reader *reader, const struct section *section, const struct entry *entry,
                     enum complaint_severity severity, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same for an error of the section. */
#define config_error(reader, section, ...) config_complain((reader), (section), NULL, COMPLAINT_ERROR, __VA_ARGS__)
/* Complains of an invalid telephone number, with a suggestion where possible; returns false. Without an
 * `entry` the place is that of `key`. */
bool config_complain_of_number(struct config_reader *reader, const struct section *section, const struct entry *entry,
                               const char *key, struct str number, const char *expected);
/* The destination written in `entry`, to be resolved at the end; NULL (and a complaint) when it cannot be one. */
struct destination *config_destination(struct config_reader *reader, struct section *section, const struct entry *entry,
                                       bool without_input);
/* The same for a section that is only referenced, such as opening hours; `kind` may be NULL. */
struct destination *config_reference(struct config_reader *reader, struct section *section, const struct entry *entry,
                                     const struct section_kind *kind);
/* A path as written, absolute from the section's file on; and its file is watched for changes. */
struct str config_path(struct config_reader *reader, const struct section *section, struct str path);
/* A slot to cache what is read from a file that several sections name; NULL at first. `what` separates different uses
 * of a file. */
void **config_slot(struct config_reader *reader, const char *what, struct str path);
/* Notes that the configuration has something, such as a form, so that requests can skip looking for it. */
void config_set_flag(struct config_reader *reader, const char *what);
bool config_has_flag(const struct config *config, const char *what);
/* False in a plain CGI program, which reads only what one request needs: skip work that pays off over many requests. */
bool config_loads_all(const struct config_reader *reader);
const struct config *config_of(const struct config_reader *reader);
/* Words separated by commas; NULL (and a complaint) when there is none. */
struct word *config_words(struct config_reader *reader, const struct section *section, const struct entry *entry);

#endif
