/* hookswitch store: looks after the database. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "cli/context.h"
#include "work/transfer.h"

static void show_rows(void *context, long rows)
{
    terminal_progress("%s: %ld rows", (const char *)context, rows);
}

static void show_pages(void *context, long done, long total)
{
    terminal_progress("%s: %ld of %ld pages", (const char *)context, done, total);
}

static int check(struct store *store, const char *path, struct error *error)
{
    (void)path;
    if (maintenance_check(store, error) != 0)
        return -1;
    printf("sound: the database's structures, and every current row is where its events put it\n");
    return 0;
}

enum { LINKS_MAX = 40 };

/* Where a file of that name is, or would be: symbolic links are followed, one that leads to nothing yet as well. */
static int resolve(struct arena *arena, const char *path, const char **target, struct error *error)
{
    char link[4096];
    *target = path;
    for (int links = 0; links <= LINKS_MAX; links++) {
        ssize_t length = readlink(*target, link, sizeof link);
        if (length < 0)
            return 0;
        const char *slash = strrchr(*target, '/');
        struct str to = { link, (size_t)length };
        struct str folder = slash == NULL || str_starts(to, STR("/")) ? STR("") : str_between(*target, slash + 1);
        *target = ARENA_JOIN(arena, folder, to).at;
    }
    return error_set(error, "%s: %s", path, strerror(ELOOP));
}

/* A new file beside the one of that name, with its owner and rights, where it is there. */
static FILE *open_part(const char *part, const struct stat *there)
{
    int file = mkstemp((char *)(uintptr_t)part);
    mode_t mask = umask(0);
    umask(mask);
    if (file < 0)
        return NULL;
    bool theirs = there != NULL && fchown(file, there->st_uid, there->st_gid) == 0;
    mode_t mode = there == NULL ? 0666 & ~mask : there->st_mode & (theirs ? 0777 : 0700);
    FILE *to = fchmod(file, mode) == 0 && fcntl(file, F_SETFD, FD_CLOEXEC) == 0 ? fdopen(file, "w") : NULL;
    if (to == NULL) {
        close(file);
        unlink(part);
    }
    return to;
}

/* What is no regular file (a pipe, a device) is written to as it is; a file is complete, and on disk, before it has its
 * name. */
static int export_to_file(struct store *store, const char *path, struct error *error)
{
    struct arena *arena = arena_new();
    struct stat status;
    bool there = stat(path, &status) == 0, special = there && !S_ISREG(status.st_mode);
    const char *target = path, *part = NULL;
    struct error why;
    int failed = special ? 0 : resolve(arena, path, &target, error);
    if (!special)
        part = arena_format(arena, "%s.XXXXXX", target).at;
    FILE *to = failed ? NULL : special ? fopen(path, "we") : open_part(part, there ? &status : NULL);
    if (!failed && to == NULL)
        failed = error_set(error, "%s: %s", path, strerror(errno));
    if (!failed)
        failed = transfer_export(store, to, show_rows, "export", error);
    terminal_progress_end();
    if (to != NULL && file_close(to, path, true, &why) != 0 && !failed) /* the first reason is the one to tell */
        failed = error_set(error, "%s", why.sentence);
    if (!failed && !special && rename(part, target) != 0)
        failed = error_set(error, "%s: %s", path, strerror(errno));
    if (failed && to != NULL && !special)
        unlink(part);
    arena_free(arena);
    return failed;
}

static int export(struct store *store, const char *path, struct error *error)
{
    if (path != NULL && strcmp(path, "-") != 0)
        return export_to_file(store, path, error);
    int failed = transfer_export(store, stdout, isatty(STDOUT_FILENO) ? NULL : show_rows, "export", error);
    terminal_progress_end();
    return failed;
}

/* A whole database; of a server's, which makes none, an export. */
static int backup(struct store *store, const char *path, struct error *error)
{
    struct arena *arena = arena_new();
    struct stat status;
    const char *target = path;
    int result = strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
                     ? error_set(error, "%s: a backup is a file: 'hookswitch store export' writes to pipes", path)
                     : resolve(arena, path, &target, error);
    if (result == 0)
        result = maintenance_backup(store, target, show_pages, "backup", error);
    terminal_progress_end();
    bool whole = result == 0;
    if (result == 1)
        result = export_to_file(store, path, error);
    if (result == 0)
        printf("%s: %s\n", path,
               whole ? "a whole database; put in the store's place it is the store"
                     : "an export of one moment's state; 'hookswitch store import' reads it");
    arena_free(arena);
    return result;
}

/* 0, -1 with the reason, or the status that the reason has. */
static int import(struct store *store, const char *path, struct error *error)
{
    FILE *from = path == NULL || strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    long rows;
    if (from == NULL) {
        error_set(error, "%s: %s", path, strerror(errno));
        return COMMAND_UNUSABLE;
    }
    int failed = transfer_import(store, from, show_rows, "import", &rows, error);
    terminal_progress_end();
    if (from != stdin)
        fclose(from);
    if (!failed)
        printf("%ld rows read; what was there already is as it was\n", rows);
    return failed;
}

static const struct {
    const char *word;
    enum store_mode mode;
    int (*act)(struct store *store, const char *path, struct error *error);
} verbs[] = { { "check", STORE_EXISTING, check },
              { "backup", STORE_EXISTING, backup },
              { "export", STORE_EXISTING, export },
              { "import", STORE_DIRECT, import } };

static int run(int argc, char **argv)
{
    static const struct option known[] = { { "config", required_argument, NULL, 'c' }, { NULL, 0, NULL, 0 } };
    const char *config = NULL;
    struct context context;
    struct error why;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option != 'c')
            return command_usage(&store_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        config = optarg;
    }
    const char *word = optind < argc ? argv[optind] : "", *path = optind + 1 < argc ? argv[optind + 1] : NULL;
    size_t verb = 0;
    while (verb < 4 && strcmp(verbs[verb].word, word) != 0)
        verb++;
    if (verb == 4 || optind + 2 < argc)
        return command_usage(&store_command, "expected check, backup FILE, export or import");
    if (path == NULL && verbs[verb].act == backup)
        return command_usage(&store_command, "backup: the file is missing");
    umask(027);
    int failed = context_open(&context, config, verbs[verb].mode, &why);
    if (!failed)
        failed = verbs[verb].act(context.store, path, &why);
    context_close(&context);
    if (failed)
        fprintf(stderr, "hookswitch store %s: %s\n", word, why.sentence);
    return failed < 0 ? COMMAND_FAILED : failed;
}

const struct command store_command = {
    "store",
    "check | backup FILE | export [FILE] | import [FILE]",
    "checks the database, copies it while it is used, moves it to another",
    "  check          are its structures sound, is each current row where its events\n"
    "                 put it\n"
    "  backup FILE    SQLite: a whole database; PostgreSQL: an export. FILE has its name\n"
    "                 only when it is complete and on disk\n"
    "  export [FILE]  everything as JSON lines, in one moment's state; - or nothing:\n"
    "                 standard output. A pipe or a device is written to as it is\n"
    "  import [FILE]  reads an export, - or nothing: from standard input; the same file\n"
    "                 twice changes nothing. So a store moves between SQLite and PostgreSQL\n"
    "  --config FILE  the configuration that names the store\n\n"
    "Exit status: 0, 1 not sound or not done, 2 no file to import, 64 usage.\n",
    run,
};
