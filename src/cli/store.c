/* hookswitch store: checks, copies and moves the database. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "store/maintenance.h"
#include "store/transfer.h"

struct store_options {
    const char *config, *path;
};

static int open_store(struct context *context, enum store_mode mode, struct error *error)
{
    umask(027);
    return context_open_store(context, mode, error);
}

static void show_rows(void *context, long rows)
{
    terminal_progress("%s: %ld rows", (const char *)context, rows);
}

static void show_pages(void *context, long done, long total)
{
    terminal_progress("%s: %ld of %ld pages", (const char *)context, done, total);
}

static int run_check(struct context *context, const void *values, struct error *error)
{
    int status = open_store(context, STORE_EXISTING, error);
    (void)values;
    if (status == 0)
        status = maintenance_check(context->store, error);
    if (status != 0)
        return status;
    printf("sound: the structures are intact, and every current row matches its events\n");
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

/* Writes to a pipe or a device as it is; a regular file gets its name when it is complete and on disk. */
static int export_to_file(const struct context *context, const char *path, struct error *error)
{
    struct stat status;
    bool there = stat(path, &status) == 0, special = there && !S_ISREG(status.st_mode);
    const char *target = path, *part = NULL;
    struct error why;
    int failed = special ? 0 : resolve(context->arena, path, &target, error);
    if (!special)
        part = arena_format(context->arena, "%s.XXXXXX", target).at;
    FILE *to = failed ? NULL : special ? fopen(path, "we") : open_part(part, there ? &status : NULL);
    if (!failed && to == NULL)
        failed = error_set(error, "%s: %s", path, strerror(errno));
    if (!failed)
        failed = transfer_export(context->store, to, show_rows, "export", error);
    terminal_progress_end();
    if (to != NULL && file_close(to, path, true, &why) != 0 && !failed) /* the first reason is the one to tell */
        failed = error_set(error, "%s", why.sentence);
    if (!failed && !special && rename(part, target) != 0)
        failed = error_set(error, "%s: %s", path, strerror(errno));
    if (failed && to != NULL && !special)
        unlink(part);
    return failed;
}

static int run_export(struct context *context, const void *values, struct error *error)
{
    const char *path = ((const struct store_options *)values)->path;
    int failed = open_store(context, STORE_EXISTING, error);
    if (failed)
        return failed;
    if (path != NULL && strcmp(path, "-") != 0)
        return export_to_file(context, path, error);
    failed = transfer_export(context->store, stdout, isatty(STDOUT_FILENO) ? NULL : show_rows, "export", error);
    terminal_progress_end();
    return failed;
}

/* A whole database; of a server's, which makes none, an export. */
static int run_backup(struct context *context, const void *values, struct error *error)
{
    const char *path = ((const struct store_options *)values)->path, *target = path;
    struct stat status;
    int result = open_store(context, STORE_EXISTING, error);
    if (result != 0)
        return result;
    if (strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode)))
        return error_set(error, "%s: a backup is a file: 'hookswitch store export' writes to pipes", path);
    if (resolve(context->arena, path, &target, error) != 0)
        return -1;
    result = maintenance_backup(context->store, target, show_pages, "backup", error);
    terminal_progress_end();
    bool whole = result == 0;
    if (result < 0 || (result == 1 && export_to_file(context, path, error) != 0))
        return -1;
    printf("%s: %s\n", path,
           whole ? "a whole database; it can replace the store" : "an export; 'hookswitch store import' reads it");
    return COMMAND_OK;
}

static int run_import(struct context *context, const void *values, struct error *error)
{
    const char *path = ((const struct store_options *)values)->path;
    long rows;
    int failed = open_store(context, STORE_DIRECT, error);
    if (failed)
        return failed;
    FILE *from = path == NULL || strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (from == NULL)
        return command_fail(COMMAND_UNUSABLE, error, "%s: %s", path, strerror(errno));
    failed = transfer_import(context->store, from, show_rows, "import", &rows, error);
    terminal_progress_end();
    if (from != stdin)
        fclose(from);
    if (!failed)
        printf("%ld rows read; existing rows are unchanged\n", rows);
    return failed;
}

static const struct argument store_check_arguments[] = { { .name = NULL } };

const struct command store_check_command = {
    .name = "store",
    .verb = "check",
    .summary = "Check the database's structures, and each current row against its events",
    .size = sizeof(struct store_options),
    .run = run_check,
    .arguments = store_check_arguments,
    .details = "Exit status: 0 no damage found; 1 damage, or the check failed; 2 the configuration cannot be used; "
               "64 wrong arguments.\n",
};

static const struct argument store_backup_arguments[] = {
    { ARGUMENT(FILE, store_options, path), "FILE", NULL,
      .help = "The copy: an SQLite database, or an export of PostgreSQL; it appears when it is complete and on disk" },
    { .name = NULL },
};

const struct command store_backup_command = {
    .name = "store",
    .verb = "backup",
    .summary = "Copy the store while it is in use",
    .size = sizeof(struct store_options),
    .run = run_backup,
    .arguments = store_backup_arguments,
    .details = "Exit status: 0 copied; 1 failed; 2 the configuration cannot be used; 64 wrong arguments.\n",
};

static const struct argument store_export_arguments[] = {
    { ARGUMENT(FILE, store_options, path), "FILE", NULL,
      .help = "A file, a pipe or a device; standard output if omitted or -", .optional = true },
    { .name = NULL },
};

const struct command store_export_command = {
    .name = "store",
    .verb = "export",
    .summary = "Write everything as JSON lines, in the state of one moment",
    .size = sizeof(struct store_options),
    .run = run_export,
    .arguments = store_export_arguments,
    .details = "Exit status: 0 written; 1 failed; 2 the configuration cannot be used; 64 wrong arguments.\n",
};

static const struct argument store_import_arguments[] = {
    { ARGUMENT(FILE, store_options, path), "FILE", NULL, .help = "An export; standard input if omitted or -",
      .optional = true },
    { .name = NULL },
};

const struct command store_import_command = {
    .name = "store",
    .verb = "import",
    .summary = "Read an export, also to move between SQLite and PostgreSQL",
    .size = sizeof(struct store_options),
    .run = run_import,
    .arguments = store_import_arguments,
    .details = "Existing rows stay: a second import of the same file changes nothing.\n"
               "Exit status: 0 read; 1 failed; 2 the configuration cannot be used, or the file cannot be opened; 64 "
               "wrong arguments.\n",
};
