#include "cli/command.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/zone.h"
#include "config/value.h"

bool timestamp_parse(const char *word, int64_t *us)
{
    static const char *const formats[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d" };
    long seconds, days;
    struct str text = str_of(word);
    if (text.length > 1 && word[text.length - 1] == 'd' && value_count(str_upto(text, text.length - 1), &days) &&
        days < 100000) {
        *us = clock_wall_us() - days * 86400000000LL;
        return true;
    }
    if (value_duration(text, &seconds)) {
        *us = clock_wall_us() - seconds * INT64_C(1000000);
        return true;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm utc = { .tm_isdst = 0 };
        const char *end = strptime(word, formats[i], &utc);
        if (end != NULL && (*end == '\0' || strcmp(end, "Z") == 0)) {
            *us = (int64_t)timegm(&utc) * 1000000;
            return true;
        }
    }
    return false;
}

bool timestamp_parse_local(const char *word, const struct zone *zone, int64_t *us)
{
    static const char *const formats[] = { "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d" };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm local = { .tm_isdst = 0 };
        const char *end = strptime(word, formats[i], &local);
        if (end == NULL || *end != '\0')
            continue;
        int minute = local.tm_hour * 60 + local.tm_min;
        *us = zone_epoch(zone, local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, minute) * INT64_C(1000000);
        return true;
    }
    return false;
}
