#include "cli/context.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/value.h"
#include "cxml/cxml.h"
#include "host/kinds.h"
#include "host/options.h"

int context_complain(struct arena *arena, const struct service *service, struct error *error)
{
    const struct complaint *wrong = complaints_first(service_complaints(service));
    return error_set(error, "%s", wrong == NULL ? "the configuration is of no use" : complaint_line(arena, wrong).at);
}

int context_check(struct arena *arena, const struct service *service, struct error *error)
{
    bool sound = service_settings(service) != NULL && service_complaints(service)->errors == 0;
    return sound ? 0 : context_complain(arena, service, error);
}

int context_read(struct context *context, const char *config, struct error *error)
{
    *context = (struct context){ .arena = arena_new(),
                                 .service = service_read(options_config_path(config), all_kinds, false) };
    context->settings = service_settings(context->service);
    return context->settings != NULL ? 0 : context_complain(context->arena, context->service, error);
}

int context_open(struct context *context, const char *config, enum store_mode mode, struct error *error)
{
    if (context_read(context, config, error) != 0)
        return -1;
    if (context->settings->store.length == 0)
        return error_set(error, "%s names no store", options_config_path(config));
    context->store = store_open(arena_copy(context->arena, context->settings->store).at, mode, NULL, error);
    return context->store == NULL ? -1 : 0;
}

void context_close(struct context *context)
{
    store_close(context->store);
    service_free(context->service);
    arena_free(context->arena);
}

bool context_store_is_missing(const struct context *context)
{
    static const char scheme[] = "sqlite:";
    const char *address = arena_copy(context->arena, context->settings->store).at;
    return strncmp(address, scheme, sizeof scheme - 1) == 0 && access(address + sizeof scheme - 1, F_OK) != 0 &&
           errno == ENOENT;
}

bool context_time(const char *word, int64_t *us)
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

bool context_local_time(const char *word, const struct zone *zone, int64_t *us)
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

struct str terminal_safe(struct arena *arena, struct str text)
{
    struct str clean = arena_copy(arena, cxml_clean(arena, text));
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
