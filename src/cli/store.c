/* hookswitch store: looks after the database. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/opened.h"
#include "work/transfer.h"

static void show_rows(void *context, long rows)
{
    opened_progress("%s: %ld rows", (const char *)context, rows);
}

static void show_pages(void *context, long done, long total)
{
    opened_progress("%s: %ld of %ld pages", (const char *)context, done, total);
}

static int check(struct store *store, const char *path, struct error *error)
{
    (void)path;
    if (tend_check(store, error) != 0)
        return -1;
    printf("sound: the database's structures, and every current row is where its events put it\n");
    return 0;
}

/* A file that is complete, and on disk, before it has its name. */
static int export_to_file(struct store *store, const char *path, struct error *error)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return error_set(error, "the path is too long");
    unlink(part);
    int file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    FILE *to = file < 0 ? NULL : fdopen(file, "w");
    if (to == NULL)
        return error_set(error, "%s: %s", part, strerror(errno));
    int failed = transfer_export(store, to, show_rows, "export", error);
    opened_progress_end();
    if (!failed && (fsync(file) != 0 || rename(part, path) != 0))
        failed = error_set(error, "%s: %s", path, strerror(errno));
    fclose(to);
    if (failed)
        unlink(part);
    return failed;
}

static int backup(struct store *store, const char *path, struct error *error)
{
    if (path == NULL)
        return error_set(error, "backup: to which file?");
    int result = tend_backup(store, path, show_pages, "backup", error);
    opened_progress_end();
    if (result == 1) {
        result = export_to_file(store, path, error);
        if (result == 0)
            printf("%s: an export of one moment's state; 'hookswitch store import' reads it\n", path);
    } else if (result == 0) {
        printf("%s: a whole database; put in the store's place it is the store\n", path);
    }
    return result;
}

static int export(struct store *store, const char *path, struct error *error)
{
    if (path != NULL && strcmp(path, "-") != 0)
        return export_to_file(store, path, error);
    int failed = transfer_export(store, stdout, isatty(STDOUT_FILENO) ? NULL : show_rows, "export", error);
    opened_progress_end();
    return failed;
}

static int import(struct store *store, const char *path, struct error *error)
{
    FILE *from = path == NULL || strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    long rows;
    if (from == NULL)
        return error_set(error, "%s: %s", path, strerror(errno));
    int failed = transfer_import(store, from, show_rows, "import", &rows, error);
    opened_progress_end();
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
} verbs[] = { { "check", STORE_PRESENT, check },
              { "backup", STORE_PRESENT, backup },
              { "export", STORE_PRESENT, export },
              { "import", STORE_DIRECT, import } };

static int run(int argc, char **argv)
{
    static const struct option known[] = { { "config", required_argument, NULL, 'c' }, { NULL, 0, NULL, 0 } };
    const char *config = NULL;
    struct opened opened;
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
    umask(027);
    int failed =
        opened_begin(&opened, config, verbs[verb].mode, &why) != 0 || verbs[verb].act(opened.store, path, &why) != 0;
    opened_end(&opened);
    if (failed)
        fprintf(stderr, "hookswitch store %s: %s\n", word, why.sentence);
    return failed ? COMMAND_FAILED : COMMAND_OK;
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
    "                 standard output\n"
    "  import [FILE]  reads an export: the same file twice changes nothing. So a store\n"
    "                 moves between SQLite and PostgreSQL\n"
    "  --config FILE  the configuration that names the store\n\n"
    "Exit status: 0, 1 not sound or not done, 64 usage.\n",
    run,
};
