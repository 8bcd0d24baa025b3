/* Where the programs say what an operator needs to know. One line a message; control characters and malformed UTF-8 in
 * it are shown as escapes, so that what a request says can forge no line. Safe to call from any thread. */
#ifndef HOOKSWITCH_BASE_LOG_H
#define HOOKSWITCH_BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO };

enum log_target {
    LOG_TARGET_AUTO, /* stderr, or syslog where stderr is /dev/null (as spawn-fcgi leaves it) */
    LOG_TARGET_STDERR,
    LOG_TARGET_SYSLOG,
    LOG_TARGET_NONE
};

struct log {
    enum log_target target;
    const char *program; /* borrowed */
};

/* `program` must outlive the log. */
struct log log_open(const char *program, enum log_target target);
void log_line(const struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What may be said again and again: at most one line in `every_s` seconds, or as many as `burst` says, which end in how
 * many were left out since the last, or that more will be. One limit stands for one thing that is said; zeroed at
 * first, but for the burst. Safe to share between threads. */
struct log_limit {
    int burst;
    _Atomic int said; /* of the burst, after its first line */
    _Atomic int64_t next_ms;
    _Atomic long left_out;
};
enum { LOG_EVERY_S = 60 };
void log_limited(const struct log *log, struct log_limit *limit, int every_s, enum log_level level, const char *format,
                 ...) __attribute__((format(printf, 5, 6)));

#endif
