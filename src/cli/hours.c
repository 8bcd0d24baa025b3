/* hookswitch hours: lists hours, and forces them open or closed. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "config/value.h"
#include "flow/kinds.h"
#include "host/kinds.h"
#include "store/kv.h"

struct hours_options {
    const char *config, *name, *verb, *until;
};

/* LINE/NAME for hours of a line's own file. */
static const struct section *find_hours(const struct service *service, struct arena *arena, const char *name,
                                        const struct line **line)
{
    struct str whole = arena_lower(arena, str_of(name));
    size_t slash = str_find_char(whole, '/');
    *line = NULL;
    if (slash == whole.length)
        return config_find(service->config, hours_kind.name, whole);
    *line = service_line(service, str_upto(whole, slash));
    return *line == NULL || (*line)->scope == 0
               ? NULL
               : config_find_in(service->config, hours_kind.name, (*line)->scope, str_from(whole, slash + 1));
}

/* 2h, 17:30 (the next time that it is so late), 2026-12-24, 2026-12-24T17:30: by the clock of `zone`. */
static bool read_until(const char *word, const struct zone *zone, int64_t now_us, int64_t *until_us)
{
    long seconds, hour, minute;
    size_t colon = str_find_char(str_of(word), ':');
    struct zone_time now = zone_at(zone, now_us / 1000000);
    if (value_duration(str_of(word), &seconds)) {
        *until_us = now_us + seconds * INT64_C(1000000);
        return seconds > 0;
    }
    if (colon <= 2 && value_count(str_upto(str_of(word), colon), &hour) &&
        value_count(str_from(str_of(word), colon + 1), &minute) && hour < 24 && minute < 60) {
        *until_us = zone_epoch(zone, now.year, now.month, now.day, (int)(hour * 60 + minute)) * 1000000;
        if (*until_us <= now_us)
            *until_us = zone_epoch(zone, now.year, now.month, now.day + 1, (int)(hour * 60 + minute)) * 1000000;
        return true;
    }
    return timestamp_parse_local(word, zone, until_us) && *until_us > now_us;
}

static void show(const struct context *context, const struct section *section, const struct line *line,
                 const struct zone *zone)
{
    struct kv_entry row;
    struct error why;
    int64_t now = clock_wall_us();
    int found = kv_get(context->store, context->arena, hours_kv_name(context->arena, section, line), now, &row, &why);
    bool open = hours_is_open(section->keys, zone_at(zone, now / 1000000));
    printf("%.*s%s%.*s: ", STR_ARGS(line == NULL ? STR("") : line->name), line == NULL ? "" : "/",
           STR_ARGS(section->name));
    if (found > 0 && row.expires_us > 0) {
        struct zone_time until = zone_at(zone, row.expires_us / 1000000);
        printf("%.*s, forced until %04d-%02d-%02d %02d:%02d\n", STR_ARGS(row.value), until.year, until.month, until.day,
               until.minute / 60, until.minute % 60);
    } else if (found > 0) {
        printf("%.*s, forced until 'hookswitch hours %.*s%s%.*s auto'\n", STR_ARGS(row.value),
               STR_ARGS(line == NULL ? STR("") : line->name), line == NULL ? "" : "/", STR_ARGS(section->name));
    } else {
        printf("%s%s%s\n", open ? "open" : "closed", found < 0 ? " by the configuration; " : "",
               found < 0 ? why.sentence : "");
    }
}

struct forcing {
    struct str verb;
    int64_t until_us;
};

static enum kv_action force(void *context, bool there, struct kv_entry *entry)
{
    const struct forcing *forcing = context;
    (void)there;
    *entry = (struct kv_entry){ forcing->verb, forcing->until_us };
    return str_is(forcing->verb, "auto") ? KV_DELETE : KV_SET;
}

static const struct line *line_of_scope(const struct service *service, unsigned scope)
{
    for (const struct section *at = service->config->first; scope != 0 && at != NULL; at = at->next)
        if (at->kind == &line_kind && at->scope == scope)
            return at->keys;
    return NULL;
}

static const struct zone *zone_of(const struct context *context, const struct line *line)
{
    return line != NULL && line->timezone != NULL ? line->timezone : context->settings->timezone;
}

static int list(const struct context *context)
{
    for (const struct section *at = context->service->config->first; at != NULL; at = at->next)
        if (at->kind == &hours_kind) {
            const struct line *line = line_of_scope(context->service, at->scope);
            show(context, at, line, zone_of(context, line));
        }
    return COMMAND_OK;
}

static int show_or_force(const struct context *context, const struct hours_options *options, struct error *error)
{
    const struct line *line;
    const struct section *section = find_hours(context->service, context->arena, options->name, &line);
    struct forcing forcing = { str_of(options->verb), 0 };
    if (section == NULL)
        return command_fail(COMMAND_UNUSABLE, error, "no [hours] section is called '%s'; 'hookswitch hours' lists them",
                            options->name);
    const struct zone *zone = zone_of(context, line);
    if (options->until != NULL && !read_until(options->until, zone, clock_wall_us(), &forcing.until_us))
        return command_fail(COMMAND_USAGE, error,
                            "--until %s: expected a time to come, such as 2h, 17:30, 2026-12-24T17:30", options->until);
    if (options->verb != NULL && kv_update(context->store, context->arena, hours_kv_name(context->arena, section, line),
                                           clock_wall_us(), force, &forcing, error) != 0)
        return COMMAND_FAILED;
    show(context, section, line, zone);
    return COMMAND_OK;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct hours_options *options = values;
    if (options->until != NULL && (options->verb == NULL || strcmp(options->verb, "auto") == 0))
        return command_fail(COMMAND_USAGE, error, "--until goes with open or closed");
    int status = context_read(context, true, error);
    if (status == 0)
        status = context_open_store(context, options->verb == NULL ? STORE_EXISTING : STORE_DIRECT, error);
    if (status == 0 && context->settings->timezone == NULL)
        status = context_complain(context, error);
    if (status != 0)
        return status;
    return options->name == NULL ? list(context) : show_or_force(context, options, error);
}

static const struct argument arguments[] = {
    { ARGUMENT(TEXT, hours_options, until), "--until", "TIME",
      .help = "Force until this time, in the line's time zone: 2h, 17:30, 2026-12-24, 2026-12-24T17:30" },
    { ARGUMENT(HOURS, hours_options, name), "NAME", NULL,
      .help = "An [hours] section; LINE/NAME for one in a line's own file", .optional = true },
    { ARGUMENT(CHOICE, hours_options, verb), "open|closed|auto", NULL,
      .help = "Force from the next call on, on every host that shares the store; or follow the configuration again",
      .choices = "open|closed|auto", .optional = true },
    { .name = NULL },
};

const struct command hours_command = {
    .name = "hours",
    .summary = "Show which hours are open, and force them open or closed",
    .size = sizeof(struct hours_options),
    .run = run,
    .arguments = arguments,
    .details = "Without a name all are listed.\n"
               "Exit status: 0 done; 1 failed; 2 the configuration cannot be used, or no such section; 64 wrong "
               "arguments.\n",
};
