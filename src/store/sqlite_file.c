#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0640 };

/* The folder is held by a descriptor, and a link is not followed: root gives no file away but one that it has just
 * created in that very folder. */
static int create_in(int folder, const char *name)
{
    struct stat owner;
    int file = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (file < 0)
        return errno == EEXIST ? 0 : -1;
    /* Root may give it away; a member of the folder's group may give it to the group; else it stays its creator's. */
    int failed = fstat(folder, &owner);
    if (!failed && fchown(file, owner.st_uid, owner.st_gid) != 0 && fchown(file, (uid_t)-1, owner.st_gid) != 0)
        failed = errno == EPERM ? 0 : -1;
    if (!failed)
        failed = fchmod(file, FILE_MODE);
    close(file);
    return failed;
}

int sqlite_file_prepare(const char *path, bool create, struct error *error)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    char folder[PATH_MAX] = "./";
    if (length >= sizeof folder)
        return error_set(error, "the path is too long");
    if (length > 0)
        snprintf(folder, sizeof folder, "%.*s", (int)length, path);
    int opened = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), failed = 0;
    if (opened < 0)
        return error_set(error, "%s: %s", folder, strerror(errno));
    if (create && create_in(opened, path + length) != 0)
        failed = error_set(error, "cannot be created: %s", strerror(errno));
    if (!create && faccessat(opened, path + length, F_OK, 0) != 0 && errno == ENOENT)
        failed = error_set(error, "does not exist yet: the first request creates it");
    close(opened);
    return failed;
}
