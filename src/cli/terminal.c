#include "cli/terminal.h"

#include <stdlib.h>
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
