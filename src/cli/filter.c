#include "cli/command.h"

#include "config/value.h"
#include "host/kinds.h"

enum { LISTED_MAX = 12 };

/* The known names: the nearest to the one that was given, and a list of the first. */
struct names {
    struct str_nearest nearest;
    struct str prefix; /* of a pattern: call.com* */
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
                   (names->prefix.length > 0 && str_starts(name, names->prefix));
    if (names->patterns && name.at[name.length - 1] != '*')
        return;
    if (str_find(buffer_text(&names->list), ARENA_JOIN(names->list.arena, STR(" "), name, STR(","))) <
        names->list.length)
        return;
    if (names->count++ < LISTED_MAX)
        buffer_format(&names->list, " %.*s,", STR_ARGS(name));
}

static void offer_all(struct names *names, const char *(*name_at)(size_t position))
{
    for (size_t i = 0; name_at(i) != NULL; i++)
        offer(names, str_of(name_at(i)));
}

/* "; did you mean 'call'?", or "; expected call, message", or nothing. */
static const char *instead(struct names *names)
{
    struct arena *arena = names->list.arena;
    struct str list = buffer_text(&names->list);
    if (names->nearest.found.length > 0)
        return arena_format(arena, "; did you mean '%.*s'?", STR_ARGS(names->nearest.found)).at;
    return names->count == 0 ? ""
                             : arena_format(arena, "; expected%.*s%s", STR_ARGS(str_upto(list, list.length - 1)),
                                            names->count > LISTED_MAX ? ", ..." : "")
                                   .at;
}

int filter_check_kind(struct arena *arena, const char *kind, struct error *error)
{
    struct names names = names_near(arena, str_of(kind));
    offer_all(&names, event_kind_name);
    return names.known ? 0 : error_set(error, "--kind %s: unknown kind of event%s", kind, instead(&names));
}

int filter_check_line(const struct context *context, const char *prefix, struct str name, struct error *error)
{
    const struct service *service = context->service;
    struct names names = names_near(context->arena, arena_lower(context->arena, name));
    for (const struct section *at = service->config->first; at != NULL; at = at->next)
        if (at->kind == &line_kind)
            offer(&names, at->name);
    if (service_line(service, names.nearest.wanted) != NULL)
        return 0;
    return error_set(error, "%sno line is called '%.*s'%s", prefix, STR_ARGS(name), instead(&names));
}

int filter_check_sid(struct str sid, struct error *error)
{
    if (sid.length == 0 || sid.length >= FILTER_SID_LEAST)
        return 0;
    return error_set(error, "--sid %.*s: expected at least %d characters of a sid", STR_ARGS(sid), FILTER_SID_LEAST);
}

/* A name may be known, or be what known ones begin with: call.com*. */
static int check_name(struct arena *arena, struct str name, struct error *error)
{
    struct names names = names_near(arena, name);
    bool pattern = name.length > 0 && name.at[name.length - 1] == '*';
    names.prefix = pattern ? str_upto(name, name.length - 1) : STR("");
    names.patterns = true;
    event_each_name(arena, offer, &names);
    if (name.length == 0 || names.known || event_name_known(name) || event_name_known(names.prefix))
        return 0;
    return error_set(error, "--event %.*s: unknown event%s", STR_ARGS(name), instead(&names));
}

/* States of conferences and queues are the platform's own. */
static int check_state(struct arena *arena, const struct store_filter *filter, struct error *error)
{
    struct names names = names_near(arena, filter->state);
    offer_all(&names, event_state_name);
    if (filter->state.length == 0 || names.known || str_is(filter->kind, "conference") || str_is(filter->kind, "queue"))
        return 0;
    return error_set(error, "--state %.*s: unknown state%s", STR_ARGS(filter->state), instead(&names));
}

static int check_number(struct arena *arena, struct str number, struct error *error)
{
    struct str hint = value_number_suggest(arena, number), plain;
    if (value_number(arena, number, &plain))
        hint = str_equal(plain, number) ? STR("") : arena_format(arena, "did you mean '%.*s'?", STR_ARGS(plain));
    return hint.length == 0 ? 0 : error_set(error, "--number %.*s: %.*s", STR_ARGS(number), STR_ARGS(hint));
}

int filter_check(const struct context *context, const struct store_filter *filter, struct error *error)
{
    struct arena *arena = context->arena;
    if (check_name(arena, filter->name, error) != 0 || check_state(arena, filter, error) != 0 ||
        check_number(arena, filter->number, error) != 0 || filter_check_sid(filter->sid, error) != 0)
        return -1;
    if (filter->line.length == 0)
        return 0;
    struct context whole = { .arena = arena, .service = service_read(context->config, all_kinds, true) };
    struct str prefix = arena_format(arena, "--line %.*s: ", STR_ARGS(filter->line));
    int failed = filter_check_line(&whole, prefix.at, filter->line, error);
    service_free(whole.service);
    return failed;
}
