/* The programs' log. One line per message; control characters and malformed UTF-8 are escaped, so that a request cannot
 * forge a line. Safe to call from any thread. */
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

/* Limits a message that may repeat to one line, or `burst` lines, in `every_s` seconds; a line says how many were left
 * out. One limit per message; zero it at first, except for `burst`. Safe to share between threads. */
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
