/* The subcommands of `hookswitch`: one file each, one row each in COMMANDS below. */
#ifndef HOOKSWITCH_CLI_COMMAND_H
#define HOOKSWITCH_CLI_COMMAND_H

#include <stddef.h>
#include <stdio.h>

#include "service/service.h"
#include "store/store.h"

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

/* What a subcommand runs with; main opens nothing of it, and closes all. */
struct context {
    struct arena *arena;
    const char *config; /* the main file: --config, or the usual one */
    struct service *service;
    const struct settings *settings;
    struct store *store;
};

/* These return 0, or with the reason COMMAND_UNUSABLE, when the configuration is missing or cannot be used, or -1, when
 * the store fails. */

/* Reads the configuration, with `lines` also the files of lines. Fails without settings. */
int context_read(struct context *context, bool lines, struct error *error);
/* The same with all files, and fails when the configuration has an error, with the first. */
int context_read_sound(struct context *context, struct error *error);
/* Opens the store of the configuration, which is read without the files of lines where it has not been. */
int context_open_store(struct context *context, enum store_mode mode, struct error *error);
/* The first error of a configuration that cannot be used. Always COMMAND_UNUSABLE. */
int context_complain(const struct context *context, struct error *error);

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
    int (*run)(struct context *context, const void *options, struct error *error);
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
/* The first of those of that name, or NULL. */
const struct command *const *command_group(const char *name);
bool command_is_of(const struct command *const *at, const struct command *const *group);

/* Says why, and returns the status. */
int command_fail(int status, struct error *error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* --- arguments.c --- */

/* The option of every subcommand. */
extern const struct argument argument_config;

bool argument_is_option(const struct argument *argument);
/* The option of one of the subcommands of that name, or NULL. */
const struct argument *argument_find(const struct command *const *group, struct str name);
/* The possible values of types with a list: "waiting|done|given-up"; or NULL. In the arena. */
const char *argument_choices(struct arena *arena, const struct argument *argument);
/* "waiting, done or given-up", in the arena. */
const char *choices_text(struct arena *arena, const char *choices);

/* The subcommands of one name, of which the first argument behind the options chooses: argv[0] is the name. `command`
 * gets it, or NULL when none was chosen; `values` its filled struct, in the arena. 0, or -1 with what is wrong. */
int arguments_parse(struct arena *arena, const struct command *const *group, int argc, char **argv,
                    const struct command **command, void **values, struct error *error);

/* 2026-12-24T17:30, 2026-12-24 17:30 or 2026-12-24, by the zone's wall clock. False for anything else. */
bool timestamp_parse_local(const char *word, const struct zone *zone, int64_t *us);

/* --- help.c --- */

/* One line for each subcommand. */
void help_print_commands(FILE *to);
/* Usage, arguments and details of one. */
void help_print_command(const struct command *command);
void help_print_usage(FILE *to, const struct command *command);

/* --- filter.c: checks what filters of the store's rows name; an error has the nearest name, or all of them --- */

enum { FILTER_SID_LEAST = 4 }; /* so many characters of a sid stand for all of it */

/* All of these: 0, or -1 with the reason. */

int filter_check_kind(struct arena *arena, const char *kind, struct error *error);
/* `prefix` begins the reason: "--line x: ", or "". */
int filter_check_line(const struct context *context, const char *prefix, struct str name, struct error *error);
int filter_check_sid(struct str sid, struct error *error);
/* All but the kind. Asked only when the store held nothing that fits, as it may hold names that are not known here. */
int filter_check(const struct context *context, const struct store_filter *filter, struct error *error);

/* --- files.c --- */

/* Checks the files, folders and programs that the configuration refers to, and only a job or a later request needs.
 * Adds to the service's complaints, which are sorted afterwards. What has been complained of is left alone. */
void files_check(struct service *service);

#endif
