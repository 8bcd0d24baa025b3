#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

static const struct {
    const char *word;
    int priority;
} levels[] = {
    [LOG_LEVEL_ERROR] = { "error", LOG_ERR },
    [LOG_LEVEL_WARNING] = { "warning", LOG_WARNING },
    [LOG_LEVEL_NOTICE] = { "notice", LOG_NOTICE },
    [LOG_LEVEL_INFO] = { "info", LOG_INFO },
};

static bool stderr_is_lost(void)
{
    struct stat err, null;
    if (fstat(STDERR_FILENO, &err) != 0)
        return true;
    return stat("/dev/null", &null) == 0 && S_ISCHR(err.st_mode) && err.st_rdev == null.st_rdev;
}

struct log log_open(const char *program, enum log_target target)
{
    if (target == LOG_TARGET_AUTO)
        target = stderr_is_lost() ? LOG_TARGET_SYSLOG : LOG_TARGET_STDERR;
    if (target == LOG_TARGET_SYSLOG)
        openlog(program, LOG_PID, LOG_DAEMON);
    return (struct log){ target, program };
}

static void escape(struct str from, char *to, size_t size)
{
    size_t used = 0;
    while (from.length > 0 && used + 8 < size) {
        size_t step = str_utf8_length(from);
        unsigned char first = (unsigned char)from.at[0];
        bool c1_control = step == 2 && first == 0xC2 && (unsigned char)from.at[1] < 0xA0;
        if (step == 0 || first < 0x20 || first == 0x7F || c1_control) {
            used += (size_t)snprintf(to + used, size - used, "\\x%02x", first);
            step = 1;
        } else {
            memcpy(to + used, from.at, step);
            used += step;
        }
        from = str_from(from, step);
    }
    to[used] = '\0';
}

static void write_line(const struct log *log, enum log_level level, const char *raw)
{
    char line[4096];
    escape(str_of(raw), line, sizeof line);
    if (log->target == LOG_TARGET_SYSLOG) {
        syslog(levels[level].priority, "%s: %s", levels[level].word, line);
        return;
    }
    char stamp[32], whole[4352];
    struct tm utc;
    time_t now = time(NULL);
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    int length = snprintf(whole, sizeof whole, "%s %s[%d] %s: %s\n", stamp, log->program, (int)getpid(),
                          levels[level].word, line);
    /* One write, so that lines of several threads and processes do not mix. */
    ssize_t ignored = write(STDERR_FILENO, whole, (size_t)length);
    (void)ignored;
}

void log_line(const struct log *log, enum log_level level, const char *format, ...)
{
    char raw[2048];
    va_list args;
    if (log->target == LOG_TARGET_NONE)
        return;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    write_line(log, level, raw);
}

void log_limited(const struct log *log, struct log_limit *limit, int every_s, enum log_level level, const char *format,
                 ...)
{
    char raw[2048];
    va_list args;
    int64_t now = clock_ms(), next = limit->next_ms;
    int said = limit->said;
    long left_out = 0;
    if (log->target == LOG_TARGET_NONE)
        return;
    if (now >= next && atomic_compare_exchange_strong(&limit->next_ms, &next, now + every_s * 1000LL)) {
        left_out = atomic_exchange(&limit->left_out, 0);
        limit->said = said = 0;
    } else if (said + 1 < limit->burst) { /* two threads that get here together say one line more than allowed */
        said = ++limit->said;
    } else {
        limit->left_out++;
        return;
    }
    va_start(args, format);
    int length = vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    size_t used = length < 0 ? 0 : strlen(raw);
    if (left_out > 0)
        snprintf(raw + used, sizeof raw - used, " (%ld more like it were not logged)", left_out);
    else if (said > 0 && said + 1 == limit->burst)
        snprintf(raw + used, sizeof raw - used, " (more like it are not logged for a while)");
    write_line(log, level, raw);
}
