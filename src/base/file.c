#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int file_drain(struct arena *arena, int descriptor, size_t expected, size_t max, struct str *content)
{
    size_t size = expected > 0 ? expected + 1 : 4096, used = 0;
    char *at = arena_alloc(arena, size);
    for (;;) {
        ssize_t count = read(descriptor, at + used, size - used);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        used += (size_t)count;
        if (used > max) {
            errno = EFBIG;
            return -1;
        }
        if (used == size) { /* one byte is left for the NUL */
            char *larger = arena_alloc(arena, size * 2 + 4096);
            memcpy(larger, at, used);
            explicit_bzero(at, used);
            at = larger;
            size = size * 2 + 4096;
        }
    }
    at[used] = '\0';
    *content = (struct str){ at, used };
    return 0;
}

int file_read(struct arena *arena, struct str path, size_t max, struct str *content, struct error *error)
{
    struct stat status;
    const char *name = arena_copy(arena, path).at;
    int file = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK), reason = 0;
    *content = STR("");
    bool opened = file >= 0 && fstat(file, &status) == 0;
    if (opened && !S_ISREG(status.st_mode))
        reason = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    else if (opened && (size_t)status.st_size > max)
        reason = EFBIG;
    else if (!opened || file_drain(arena, file, (size_t)status.st_size, max, content) != 0)
        reason = errno;
    if (file >= 0)
        close(file);
    if (reason == EFBIG)
        error_set(error, "%s: larger than %zu bytes, the limit", name, max);
    else if (reason != 0)
        error_set(error, "%s: %s", name, reason == EINVAL ? "not a regular file" : strerror(reason));
    errno = reason;
    return reason == 0 ? 0 : -1;
}

const char *file_encoding_flaw(struct str bytes)
{
    if (str_starts(bytes, STR("\xEF\xBB\xBF")))
        return "starts with a byte-order mark; save it as UTF-8 without one";
    bool utf16 = str_starts(bytes, STR("\xFF\xFE")) || str_starts(bytes, STR("\xFE\xFF")) ||
                 (bytes.length >= 2 && (bytes.at[0] == '\0' || bytes.at[1] == '\0'));
    return utf16 ? "looks like UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)" : NULL;
}

struct str file_exposure(struct arena *arena, const char *path, bool to_group)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return STR("");
    unsigned mode = (unsigned)status.st_mode & 0777;
    const char *what = (mode & 0002) != 0               ? "others on this host can change it"
                       : (mode & 0004) != 0             ? "others on this host can read it"
                       : (mode & 0020) != 0             ? "its group can change it"
                       : (mode & 0077) != 0 && to_group ? "its group can use it"
                                                        : NULL;
    return what == NULL ? STR("")
                        : arena_format(arena, "%s (%04o): chmod %s %s", what, mode, to_group ? "600" : "640", path);
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
    return error_set(error, "%s: could not be written completely%s%s", name, reason == 0 ? "" : ": ",
                     reason == 0 ? "" : strerror(reason));
}
