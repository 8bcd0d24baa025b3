#include "cli/filter.h"

#include "base/buffer.h"
#include "config/value.h"
#include "host/kinds.h"
#include "host/options.h"

enum { LISTED_MAX = 12 };

/* The names that there are: the nearest to the one that was given, and the first of them. */
struct names {
    struct str_nearest nearest;
    struct str front; /* of a pattern: call.com* */
    struct buffer list;
    size_t count;
    bool known, patterns; /* only those that are patterns are listed */
};

static struct names names_near(struct arena *arena, struct str wanted)
{
    return (struct names){ .nearest = str_nearest_to(wanted), .list = buffer_in(arena) };
}

static void offer(void *context, struct str name)
{
    struct names *names = context;
    str_nearest_offer(&names->nearest, name);
    names->known = names->known || str_equal(name, names->nearest.wanted) ||
                   (names->front.length > 0 && str_starts(name, names->front));
    if (names->patterns && name.at[name.length - 1] != '*')
        return;
    if (str_find(buffer_text(&names->list), ARENA_JOIN(names->list.arena, STR(" "), name, STR(","))) <
        names->list.length)
        return;
    if (names->count++ < LISTED_MAX)
        buffer_format(&names->list, " %.*s,", STR_ARGS(name));
}

/* "; did you mean 'call'?", or "; there are call, message", or nothing. */
static const char *instead(struct names *names)
{
    struct str list = buffer_text(&names->list);
    if (names->nearest.found.length > 0 || names->count == 0)
        return command_meant(&names->nearest);
    return arena_format(names->list.arena, "; there are%.*s%s", STR_ARGS(str_upto(list, list.length - 1)),
                        names->count > LISTED_MAX ? ", ..." : "")
        .at;
}

int filter_check_kind(const struct command *command, const char *kind)
{
    struct arena *arena = arena_new();
    struct names names = names_near(arena, str_of(kind));
    for (size_t i = 0; event_kind_name(i) != NULL; i++)
        offer(&names, str_of(event_kind_name(i)));
    int status = names.known
                     ? COMMAND_OK
                     : command_usage(command, "--kind %s: there is no such kind of event%s", kind, instead(&names));
    arena_free(arena);
    return status;
}

int filter_check_line(const struct command *command, const struct service *service, struct arena *arena,
                      const char *what, struct str name)
{
    struct names names = names_near(arena, arena_lower(arena, name));
    for (const struct section *at = config_first(service_config(service)); at != NULL; at = at->next)
        if (at->kind == &line_kind)
            offer(&names, at->name);
    if (service_line(service, names.nearest.wanted) != NULL)
        return COMMAND_OK;
    return command_usage(command, "%sno line is called '%.*s'%s", what, STR_ARGS(name), instead(&names));
}

int filter_check_sid(const struct command *command, struct str sid)
{
    if (sid.length == 0 || sid.length >= FILTER_SID_LEAST)
        return COMMAND_OK;
    return command_usage(command, "--sid %.*s: expected at least %d characters of a sid", STR_ARGS(sid),
                         FILTER_SID_LEAST);
}

/* A name may be known, or be what known ones begin with: call.com*. */
static int check_name(const struct command *command, struct arena *arena, struct str name)
{
    struct names names = names_near(arena, name);
    bool pattern = name.length > 0 && name.at[name.length - 1] == '*';
    names.front = pattern ? str_upto(name, name.length - 1) : STR("");
    names.patterns = true;
    event_each_name(arena, offer, &names);
    if (name.length == 0 || names.known || event_name_known(name) || event_name_known(names.front))
        return COMMAND_OK;
    return command_usage(command, "--event %.*s: no event is called so%s", STR_ARGS(name), instead(&names));
}

/* Conferences and queues have what states the platform gives them. */
static int check_state(const struct command *command, struct arena *arena, const struct store_filter *filter)
{
    struct names names = names_near(arena, filter->state);
    for (size_t i = 0; event_state_name(i) != NULL; i++)
        offer(&names, str_of(event_state_name(i)));
    if (filter->state.length == 0 || names.known || str_is(filter->kind, "conference") || str_is(filter->kind, "queue"))
        return COMMAND_OK;
    return command_usage(command, "--state %.*s: no state is called so%s", STR_ARGS(filter->state), instead(&names));
}

static int check_number(const struct command *command, struct arena *arena, struct str number)
{
    struct str meant = value_number_suggest(arena, number), plain;
    if (value_number(arena, number, &plain))
        meant = str_equal(plain, number) ? STR("") : arena_format(arena, "did you mean '%.*s'?", STR_ARGS(plain));
    if (meant.length == 0)
        return COMMAND_OK;
    return command_usage(command, "--number %.*s: %.*s", STR_ARGS(number), STR_ARGS(meant));
}

int filter_check(const struct command *command, const struct store_filter *filter, const char *config)
{
    struct arena *arena = arena_new();
    int status = check_name(command, arena, filter->name);
    if (status == COMMAND_OK)
        status = check_state(command, arena, filter);
    if (status == COMMAND_OK)
        status = check_number(command, arena, filter->number);
    if (status == COMMAND_OK)
        status = filter_check_sid(command, filter->sid);
    if (status == COMMAND_OK && filter->line.length > 0) {
        struct service *service = service_read(options_config_path(config), all_kinds, true);
        struct str what = arena_format(arena, "--line %.*s: ", STR_ARGS(filter->line));
        status = filter_check_line(command, service, arena, what.at, filter->line);
        service_free(service);
    }
    arena_free(arena);
    return status;
}
