/* hookswitch optouts: who wants no messages of which line. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/filter.h"
#include "config/value.h"
#include "host/kinds.h"
#include "host/options.h"
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

static bool line_is_known(struct arena *arena, const char *config, const char *line)
{
    struct service *service = service_read(options_config_path(config), all_kinds, true);
    int status = filter_check_line(&optouts_command, service, arena, "", str_of(line));
    service_free(service);
    return status == COMMAND_OK;
}

/* 0, -1 with the reason, or COMMAND_USAGE, which is told: what the store has is listed, whatever its line. */
static int list(const struct context *context, const char *config, const char *line, struct error *error)
{
    struct listing listing = { context->arena, line == NULL ? NULL : arena_lower(context->arena, str_of(line)).at, 0 };
    if (kv_list(context->store, STR(OPTOUTS_FRONT), clock_wall_us(), show, &listing, error) != 0)
        return -1;
    if (listing.count == 0 && line != NULL && !line_is_known(context->arena, config, line))
        return COMMAND_USAGE;
    fprintf(stderr, "%ld opted out\n", listing.count);
    return 0;
}

static int change(const struct context *context, const char *config, const char *line, const char *verb,
                  const char *number, struct error *error)
{
    struct str sender;
    bool out = strcmp(verb, "add") == 0;
    struct str name = arena_lower(context->arena, str_of(line));
    if (!value_number(context->arena, str_of(number), &sender)) {
        struct str meant = value_number_suggest(context->arena, str_of(number));
        if (meant.length > 0)
            return command_usage(&optouts_command, "%.*s", STR_ARGS(meant));
        return command_usage(&optouts_command, "'%s' is not a number; expected E.164 such as +15551230001", number);
    }
    if (!line_is_known(context->arena, config, line))
        return COMMAND_USAGE;
    if (optouts_set(context->store, context->arena, name, sender, out, clock_wall_us(), error) != 0)
        return -1;
    printf("%.*s gets %s messages from line %.*s\n", STR_ARGS(sender), out ? "no" : "the", STR_ARGS(name));
    return 0;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = { { "config", required_argument, NULL, 'c' }, { NULL, 0, NULL, 0 } };
    const char *config = NULL;
    struct context context;
    struct error why;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option != 'c')
            return command_usage(&optouts_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        config = optarg;
    }
    int words = argc - optind;
    const char *line = words > 0 ? argv[optind] : NULL, *verb = words > 1 ? argv[optind + 1] : NULL;
    if (words > 3 || (words == 2) || (words == 3 && strcmp(verb, "add") != 0 && strcmp(verb, "remove") != 0))
        return command_usage(&optouts_command, "expected a line, or a line, add or remove, and a number");
    int failed = context_open(&context, config, words == 3 ? STORE_DIRECT : STORE_EXISTING, &why);
    if (!failed)
        failed = words == 3 ? change(&context, config, line, verb, argv[optind + 2], &why)
                            : list(&context, config, line, &why);
    context_close(&context);
    if (failed < 0)
        fprintf(stderr, "hookswitch optouts: %s\n", why.sentence);
    return failed < 0 ? COMMAND_FAILED : failed;
}

const struct command optouts_command = {
    "optouts",
    "[LINE [add|remove NUMBER]] [--config FILE]",
    "lists and changes who wants no messages of a line's",
    "  LINE           only of this line\n"
    "  add NUMBER     as if the number had sent STOP\n"
    "  remove NUMBER  as if it had sent START\n"
    "  --config FILE  the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n\n"
    "Prints line, number and since when (UTC). Exit status: 0 done, 1 failed, 64 wrong\n"
    "arguments.\n",
    run,
};
