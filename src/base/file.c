#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int opened, char *at, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t count = read(opened, at + used, size - used);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return -1; /* shorter than it said: somebody is writing it */
        used += (size_t)count;
    }
    return 0;
}

int file_read(struct arena *arena, struct str path, size_t max, struct str *content, struct error *error)
{
    struct stat status;
    const char *name = arena_copy(arena, path).at;
    int opened = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0)
        return error_set(error, "%s: %s", name, strerror(errno));
    int failed = 0;
    if (fstat(opened, &status) != 0)
        failed = error_set(error, "%s: %s", name, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        failed = error_set(error, "%s: this is no regular file", name);
    else if ((size_t)status.st_size > max)
        failed = error_set(error, "%s: %lld bytes; at most %zu are read", name, (long long)status.st_size, max);
    char *at = failed ? NULL : arena_alloc(arena, (size_t)status.st_size + 1);
    if (!failed && read_all(opened, at, (size_t)status.st_size) != 0)
        failed = error_set(error, "%s: it cannot be read to its end", name);
    close(opened);
    *content = failed ? STR("") : (struct str){ at, (size_t)status.st_size };
    return failed;
}

static int output_failure; /* errno of the first that file_flush_output met */

void file_flush_output(void)
{
    if (fflush(stdout) != 0 && output_failure == 0)
        output_failure = errno;
}

int file_close(FILE *file, const char *name, bool synced, struct error *error)
{
    bool lost = ferror(file) != 0; /* earlier, for a reason that is forgotten unless file_flush_output saw it */
    int reason = lost && file == stdout ? output_failure : 0;
    if (fflush(file) != 0 || (synced && fsync(fileno(file)) != 0 && errno != EINVAL)) /* a pipe has no disk */
        reason = errno;
    if (fclose(file) != 0 && reason == 0)
        reason = errno;
    if (!lost && reason == 0)
        return 0;
    return error_set(error, "%s: not all of it could be written%s%s", name, reason == 0 ? "" : ": ",
                     reason == 0 ? "" : strerror(reason));
}
