/* hookswitch hours: what is open, and forcing it open or closed. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/context.h"
#include "config/value.h"
#include "flow/hours.h"
#include "flow/kinds.h"
#include "host/kinds.h"
#include "host/options.h"
#include "store/kv.h"

struct wish {
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
        return config_find(service_config(service), hours_kind.name, whole);
    *line = service_line(service, str_upto(whole, slash));
    return *line == NULL || (*line)->scope == 0
               ? NULL
               : config_find_in(service_config(service), hours_kind.name, (*line)->scope, str_from(whole, slash + 1));
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
    return context_local_time(word, zone, until_us) && *until_us > now_us;
}

static void show(const struct context *context, const struct section *section, const struct line *line,
                 const struct zone *zone)
{
    struct kv_entry row;
    struct error why;
    int64_t now = clock_wall_us();
    int found = kv_get(context->store, context->arena, hours_row(context->arena, section, line), now, &row, &why);
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
    for (const struct section *at = config_first(service_config(service)); scope != 0 && at != NULL; at = at->next)
        if (at->kind == &line_kind && at->scope == scope)
            return at->keys;
    return NULL;
}

/* 0, -1 with the reason, or the status that the reason has. */
static int do_wish(const struct context *context, const struct service *service, const struct wish *wish,
                   struct error *error)
{
    const struct zone *usual = service_settings(service)->timezone;
    const struct line *line = NULL;
    if (usual == NULL)
        return context_complain(context->arena, service, error);
    if (wish->name == NULL) {
        for (const struct section *at = config_first(service_config(service)); at != NULL; at = at->next)
            if (at->kind == &hours_kind) {
                line = line_of_scope(service, at->scope);
                show(context, at, line, line != NULL && line->timezone != NULL ? line->timezone : usual);
            }
        return 0;
    }
    const struct section *section = find_hours(service, context->arena, wish->name, &line);
    const struct zone *zone = line != NULL && line->timezone != NULL ? line->timezone : usual;
    struct forcing forcing = { str_of(wish->verb), 0 };
    if (section == NULL) {
        error_set(error, "no [hours] section is called '%s'; 'hookswitch hours' lists them", wish->name);
        return COMMAND_UNUSABLE;
    }
    if (wish->until != NULL && !read_until(wish->until, zone, clock_wall_us(), &forcing.until_us)) {
        error_set(error, "--until %s: expected a time to come, such as 2h, 17:30, 2026-12-24T17:30", wish->until);
        return COMMAND_USAGE;
    }
    if (wish->verb != NULL && kv_update(context->store, context->arena, hours_row(context->arena, section, line),
                                        clock_wall_us(), force, &forcing, error) != 0)
        return -1;
    show(context, section, line, zone);
    return 0;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = { { "config", required_argument, NULL, 'c' },
                                           { "until", required_argument, NULL, 'u' },
                                           { NULL, 0, NULL, 0 } };
    struct wish wish = { NULL, NULL, NULL, NULL };
    struct context context;
    struct error why;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == '?')
            return command_usage(&hours_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        *(option == 'c' ? &wish.config : &wish.until) = optarg;
    }
    wish.name = optind < argc ? argv[optind] : NULL;
    wish.verb = optind + 1 < argc ? argv[optind + 1] : NULL;
    if (optind + 2 < argc)
        return command_usage(&hours_command, "%s: no argument is expected here", argv[optind + 2]);
    if (wish.verb != NULL && strcmp(wish.verb, "open") != 0 && strcmp(wish.verb, "closed") != 0 &&
        strcmp(wish.verb, "auto") != 0)
        return command_usage(&hours_command, "%s: expected open, closed or auto", wish.verb);
    if (wish.until != NULL && (wish.verb == NULL || strcmp(wish.verb, "auto") == 0))
        return command_usage(&hours_command, "--until goes with open or closed");
    struct service *service = service_read(options_config_path(wish.config), all_kinds, true);
    int failed = context_open(&context, wish.config, wish.verb == NULL ? STORE_EXISTING : STORE_DIRECT, &why);
    if (!failed)
        failed = do_wish(&context, service, &wish, &why);
    context_close(&context);
    service_free(service);
    if (failed)
        fprintf(stderr, "hookswitch hours: %s\n", why.sentence);
    return failed < 0 ? COMMAND_FAILED : failed;
}

const struct command hours_command = {
    "hours",
    "[NAME [open|closed|auto [--until TIME]]] [--config FILE]",
    "shows what is open, and forces hours open or closed",
    "  NAME           an [hours] section; LINE/NAME for one in a line's own file\n"
    "  open, closed   from the next call on, whatever the configuration says, on every\n"
    "                 host that shares the store\n"
    "  auto           as the configuration says again\n"
    "  --until TIME   and then so by itself: 2h, 17:30, 2026-12-24, 2026-12-24T17:30, by\n"
    "                 the clock of the line or the settings\n"
    "  --config FILE  the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n\n"
    "Without a name all are listed. Exit status: 0 done, 1 failed, 2 no\n"
    "such section, 64 wrong arguments.\n",
    run,
};
