#include "cli/terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "work/event_json.h"

enum { WIDTH_USUAL = 80, WIDTH_MAX = 10000 };

int terminal_width(void)
{
    struct winsize size = { .ws_col = 0 };
    unsigned long columns;
    if (isatty(STDOUT_FILENO) != 1)
        return 0;
    if (str_to_number(str_of(getenv("COLUMNS")), WIDTH_MAX, &columns) && columns > 0)
        return (int)columns;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : WIDTH_USUAL;
}

struct str terminal_time(struct arena *arena, const struct zone *zone, int64_t us)
{
    const char *own = getenv("TZ");
    time_t seconds = (time_t)(us / 1000000);
    struct tm at = { .tm_year = 0 };
    bool by_own = own != NULL && *own != '\0';
    if (isatty(STDOUT_FILENO) != 1 || (zone == NULL && !by_own) || (by_own && localtime_r(&seconds, &at) == NULL))
        return json_stamp(arena, us);
    if (by_own)
        return arena_format(arena, "%04d-%02d-%02d %02d:%02d:%02d", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday,
                            at.tm_hour, at.tm_min, at.tm_sec);
    struct zone_time local = zone_at(zone, us / 1000000);
    return arena_format(arena, "%04d-%02d-%02d %02d:%02d:%02d", local.year, local.month, local.day, local.minute / 60,
                        local.minute % 60, local.second);
}

const char *terminal_colour(enum colour colour)
{
    static const char *const codes[] = {
        [COLOUR_PLAIN] = "\033[0m", [COLOUR_STRONG] = "\033[1m",    [COLOUR_QUIET] = "\033[36m",
        [COLOUR_GOOD] = "\033[32m", [COLOUR_DOUBTFUL] = "\033[33m", [COLOUR_BAD] = "\033[1;31m"
    };
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool wanted = (none == NULL || *none == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0;
    return wanted && isatty(STDOUT_FILENO) == 1 ? codes[colour] : "";
}

struct str terminal_safe(struct arena *arena, struct str text)
{
    struct str clean = arena_copy(arena, utf8_clean(arena, text));
    char *bytes = (char *)(uintptr_t)clean.at;
    for (size_t i = 0; i < clean.length; i++)
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7F)
            bytes[i] = '?';
    for (size_t i = 0; i + 1 < clean.length; i++) /* C1 controls, U+0080 to U+009F */
        if ((unsigned char)bytes[i] == 0xC2 && (unsigned char)bytes[i + 1] < 0xA0)
            bytes[i] = bytes[i + 1] = '?';
    return clean;
}

void terminal_print(struct arena *arena, struct str text)
{
    while (text.length > 0) {
        size_t end = str_find_char(text, '\n');
        printf("%.*s\n", STR_ARGS(terminal_safe(arena, str_upto(text, end))));
        text = str_from(text, end + 1);
    }
}

void terminal_progress(const char *format, ...)
{
    va_list args;
    if (!isatty(STDERR_FILENO))
        return;
    va_start(args, format);
    fputc('\r', stderr);
    vfprintf(stderr, format, args);
    fputs("\033[K", stderr);
    fflush(stderr);
    va_end(args);
}

void terminal_progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
