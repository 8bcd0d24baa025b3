#include "store/sqlite_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/sqlite_file.h"
#include "store/sqlite_sql.h"

enum { BACKUP_PAGES = 256, BACKUP_PAUSE_MS = 2 };

int sqlite_backup(sqlite3 *database, const char *path, void (*progress)(void *context, long done, long total),
                  void *context, struct error *error)
{
    sqlite3 *copy = NULL;
    struct error why;
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return error_set(error, "the path is too long");
    unlink(part);
    if (sqlite_file_prepare(part, true, &why) != 0)
        return error_set(error, "%s: %s", part, why.sentence);
    int result = sqlite3_open_v2(part, &copy, SQLITE_OPEN_READWRITE, NULL);
    sqlite3_backup *backup = result == SQLITE_OK ? sqlite3_backup_init(copy, "main", database, "main") : NULL;
    if (backup == NULL) {
        sqlite_explain(copy, part, error);
        sqlite3_close(copy);
        return -1;
    }
    /* One snapshot for all steps: otherwise each commit of another process would restart the copy. */
    sqlite3_exec(database, "BEGIN; SELECT 1 FROM event LIMIT 1", NULL, NULL, NULL);
    do {
        result = sqlite3_backup_step(backup, BACKUP_PAGES);
        progress(context, sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup),
                 sqlite3_backup_pagecount(backup));
        if (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED)
            sqlite3_sleep(BACKUP_PAUSE_MS);
    } while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED);
    sqlite3_backup_finish(backup);
    sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    int failed = result == SQLITE_DONE ? 0 : sqlite_explain(copy, part, error);
    sqlite3_close(copy);
    int file = failed ? -1 : open(part, O_RDONLY | O_CLOEXEC);
    if (!failed && (file < 0 || fsync(file) != 0 || rename(part, path) != 0))
        failed = error_set(error, "%s: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
    if (failed)
        unlink(part);
    return failed;
}
