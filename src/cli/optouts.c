/* hookswitch optouts: lists and changes who opted out of messages. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "config/value.h"
#include "message/optouts.h"

struct listing {
    struct arena *arena;
    const char *line; /* in lower case; NULL: of all */
    long count;
};

static void show(void *context, struct str name, const struct kv_entry *entry)
{
    struct listing *listing = context;
    struct str rest = str_from(name, sizeof OPTOUTS_FRONT - 1);
    size_t space = str_find_char(rest, ' ');
    uint64_t since = 0;
    char stamp[32] = "";
    struct tm utc;
    if (listing->line != NULL && !str_is(str_upto(rest, space), listing->line))
        return;
    str_to_wide_number(entry->value, UINT64_C(1) << 40, &since);
    time_t seconds = (time_t)since;
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    struct str shown = terminal_safe(listing->arena, rest);
    printf("%-24.*s %-20.*s %s\n", (int)space, shown.at, STR_ARGS(str_from(shown, space + 1)), stamp);
    listing->count++;
}

struct optouts_options {
    const char *config, *line, *verb, *number;
};

/* Lists what the store holds, whatever its line. */
static int list(const struct context *context, const char *line, struct error *error)
{
    struct listing listing = { context->arena, line == NULL ? NULL : arena_lower(context->arena, str_of(line)).at, 0 };
    if (kv_list(context->store, STR(OPTOUTS_FRONT), clock_wall_us(), show, &listing, error) != 0)
        return COMMAND_FAILED;
    if (listing.count == 0 && line != NULL && filter_check_line(context, "", str_of(line), error) != 0)
        return COMMAND_USAGE;
    fprintf(stderr, "%ld opted out\n", listing.count);
    return COMMAND_OK;
}

static int change(const struct context *context, const struct optouts_options *options, struct error *error)
{
    struct str sender, given = str_of(options->number);
    bool out = strcmp(options->verb, "add") == 0;
    struct str name = arena_lower(context->arena, str_of(options->line));
    if (!value_number(context->arena, given, &sender)) {
        struct str hint = value_number_suggest(context->arena, given);
        if (hint.length > 0)
            return command_fail(COMMAND_USAGE, error, "%.*s", STR_ARGS(hint));
        return command_fail(COMMAND_USAGE, error, "'%s' is not a number: expected E.164 such as +15551230001",
                            options->number);
    }
    if (filter_check_line(context, "", str_of(options->line), error) != 0)
        return COMMAND_USAGE;
    if (optouts_set(context->store, context->arena, name, sender, out, clock_wall_us(), error) != 0)
        return COMMAND_FAILED;
    printf("%.*s gets %s messages from line %.*s\n", STR_ARGS(sender), out ? "no" : "the", STR_ARGS(name));
    return COMMAND_OK;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct optouts_options *options = values;
    int status = context_read(context, true, error);
    if (status == 0)
        status = context_open_store(context, options->verb != NULL ? STORE_DIRECT : STORE_EXISTING, error);
    if (status != 0)
        return status;
    return options->verb != NULL ? change(context, options, error) : list(context, options->line, error);
}

static const struct argument arguments[] = {
    { ARGUMENT(LINE, optouts_options, line), "LINE", NULL, .help = "Only this line", .optional = true },
    { ARGUMENT(CHOICE, optouts_options, verb), "add|remove", NULL,
      .help = "Opt a number out or in, as if it had sent STOP or START", .choices = "add|remove", .optional = true },
    { ARGUMENT(TEXT, optouts_options, number), "NUMBER", NULL, .help = "In E.164, such as +15551230001",
      .with_previous = true },
    { .name = NULL },
};

const struct command optouts_command = {
    .name = "optouts",
    .summary = "List and change who has opted out of a line's messages",
    .size = sizeof(struct optouts_options),
    .run = run,
    .arguments = arguments,
    .details = "Prints line, number and time (UTC).\n"
               "Exit status: 0 done; 1 failed; 2 the configuration cannot be used; 64 wrong arguments.\n",
};
