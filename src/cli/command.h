/* The subcommands of `hookswitch`: one file each, one row each in COMMANDS below. */
#ifndef HOOKSWITCH_CLI_COMMAND_H
#define HOOKSWITCH_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Exit statuses of all subcommands; hookswitch(1) lists them. */
enum { COMMAND_OK = 0, COMMAND_FAILED = 1, COMMAND_UNUSABLE = 2, COMMAND_USAGE = 64, COMMAND_UNWRITTEN = 74 };

enum argument_type {
    ARGUMENT_FLAG,    /* bool */
    ARGUMENT_TEXT,    /* const char *, as up to ARGUMENT_CHOICE */
    ARGUMENT_FILE,    /* a path */
    ARGUMENT_LINE,    /* the name of a line */
    ARGUMENT_HOURS,   /* the name of an [hours] section */
    ARGUMENT_KIND,    /* of events; checked */
    ARGUMENT_EVENT,   /* its name */
    ARGUMENT_STATE,   /* of a call or message */
    ARGUMENT_CHOICE,  /* one of `choices`; checked */
    ARGUMENT_NUMBER,  /* long; checked to be from `least` to `most` */
    ARGUMENT_DECIMAL, /* double; checked to be over `least` and up to `most` */
    ARGUMENT_TIME,    /* int64_t: microseconds since 1970; checked */
    ARGUMENT_LIST     /* struct argument_list: an option that repeats, or all arguments that are left */
};

struct argument_list {
    const char **at;
    size_t count;
};

/* An option or a positional argument. The table of a subcommand feeds parsing, --help, the manual's synopsis and
 * completion. */
struct argument {
    enum argument_type type;
    size_t offset;        /* of its value in the subcommand's struct, which begins with `const char *config` */
    const char *name;     /* "--last"; of a positional argument what the synopsis calls it: "LINE" */
    const char *value;    /* of an option that takes one what the synopsis calls it: "N" */
    const char *help;     /* a sentence without its stop */
    const char *fallback; /* the default, as a person would type it; NULL: zero */
    const char *choices;  /* "waiting|done|given-up" */
    long least, most;
    bool either;        /* an option that excludes the one above */
    bool optional;      /* a positional argument that may be missing, and all behind it */
    bool with_previous; /* one that must stand behind an optional one that is given */
};

/* The first two members of a row. */
#define ARGUMENT(type, structure, member) ARGUMENT_##type, offsetof(struct structure, member)

struct command {
    const char *name;
    const char *verb;                 /* the second word: hookswitch events prune; NULL: none */
    bool usual;                       /* the verb may be left out */
    const char *summary;              /* begins with a verb: "List the stored events" */
    const struct argument *arguments; /* ended by one without a name; --config goes without saying */
    size_t size;                      /* of the struct of their values */
    const char *details;              /* for --help; lines ended by line feeds */
    /* Returns an exit status, or -1, which stands for COMMAND_FAILED. What the error says is printed. */
    int (*run)(struct arena *arena, const void *options, struct error *error);
};

/* In the order of --help; those of one name stand together. */
/* clang-format off */
#define COMMANDS(ROW) \
    ROW(check) \
    ROW(call) \
    ROW(test) \
    ROW(text) \
    ROW(fax) \
    ROW(graph) \
    ROW(urls) \
    ROW(hours) \
    ROW(sign) \
    ROW(events) \
    ROW(events_prune) \
    ROW(optouts) \
    ROW(jobs_list) \
    ROW(jobs_retry) \
    ROW(jobs_drop) \
    ROW(work) \
    ROW(store_check) \
    ROW(store_backup) \
    ROW(store_export) \
    ROW(store_import) \
    ROW(reconcile) \
    ROW(trace) \
    ROW(replay) \
    ROW(doctor) \
    ROW(completion)
/* clang-format on */
#define COMMAND_DECLARE(name) extern const struct command name##_command;
COMMANDS(COMMAND_DECLARE)

/* The subcommands by position; NULL behind the last. */
const struct command *command_at(size_t position);

/* Says what is wrong with the arguments; returns COMMAND_USAGE. */
int command_usage(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
