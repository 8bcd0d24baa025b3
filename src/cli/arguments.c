#include "cli/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/zone.h"
#include "config/value.h"
#include "event/event.h"

const struct argument argument_config = {
    ARGUMENT_FILE, 0, "--config", "FILE",
    .help = "Main configuration file; else $HOOKSWITCH_CONFIG, else the installed one"
};

bool argument_is_option(const struct argument *argument)
{
    return argument->name[0] == '-';
}

const char *argument_choices(struct arena *arena, const struct argument *argument)
{
    if (argument->type != ARGUMENT_KIND)
        return argument->choices;
    struct buffer names = buffer_in(arena);
    for (size_t i = 0; event_kind_name(i) != NULL; i++)
        buffer_format(&names, "%s%s", i > 0 ? "|" : "", event_kind_name(i));
    return buffer_text(&names).at;
}

const char *choices_text(struct arena *arena, const char *choices)
{
    struct buffer text = buffer_in(arena);
    struct str rest = str_of(choices), choice;
    while (str_next(&rest, '|', &choice))
        buffer_format(&text, "%s%.*s", text.length == 0 ? "" : rest.length > 0 ? ", " : " or ", STR_ARGS(choice));
    return buffer_text(&text).at;
}

/* --- times --- */

/* 2h (ago), 90d, 2026-01-05, 2026-01-05T15:04:05 (UTC), in microseconds since 1970. False for anything else. */
static bool timestamp_parse(const char *word, int64_t *us)
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

/* --- values --- */

static bool is_choice(const char *choices, const char *word)
{
    struct str rest = str_of(choices), choice;
    while (str_next(&rest, '|', &choice))
        if (str_is(choice, word))
            return true;
    return false;
}

static int set_number(const struct argument *argument, const char *word, long *number, struct error *error)
{
    unsigned long value;
    if (!str_to_number(str_of(word), (unsigned long)argument->most, &value) || (long)value < argument->least)
        return error_set(error, "%s %s: expected %ld to %ld", argument->name, word, argument->least, argument->most);
    *number = (long)value;
    return 0;
}

static int set_decimal(const struct argument *argument, const char *word, double *number, struct error *error)
{
    char *end;
    *number = strtod(word, &end);
    if (*end == '\0' && *number > (double)argument->least && *number <= (double)argument->most)
        return 0;
    return error_set(error, "%s %s: expected a number over %ld, up to %ld", argument->name, word, argument->least,
                     argument->most);
}

static int set_value(struct arena *arena, const struct argument *argument, const char *word, void *values,
                     struct error *error)
{
    void *at = (char *)values + argument->offset;
    struct argument_list *list = at;
    switch (argument->type) {
    case ARGUMENT_FLAG:
        *(bool *)at = true;
        return 0;
    case ARGUMENT_NUMBER:
        return set_number(argument, word, at, error);
    case ARGUMENT_DECIMAL:
        return set_decimal(argument, word, at, error);
    case ARGUMENT_TIME:
        if (timestamp_parse(word, at))
            return 0;
        return error_set(error, "%s %s: expected a time such as 2h (ago), 90d, 2026-01-05 or 2026-01-05T15:04:05",
                         argument->name, word);
    case ARGUMENT_LIST:
        list->at[list->count++] = word;
        return 0;
    case ARGUMENT_KIND:
        if (filter_check_kind(arena, word, error) != 0)
            return -1;
        break;
    case ARGUMENT_CHOICE:
        if (!is_choice(argument->choices, word))
            return error_set(error, "%s%s%s: expected %s", argument_is_option(argument) ? argument->name : "",
                             argument_is_option(argument) ? " " : "", word, choices_text(arena, argument->choices));
        break;
    default:
        break;
    }
    *(const char **)at = word;
    return 0;
}

/* --- the command line --- */

struct given {
    struct argument_list options, values; /* "--last", and its value or NULL */
    struct argument_list words;           /* the others */
};

static const struct argument *find_option(const struct command *command, struct str name)
{
    if (str_is(name, argument_config.name))
        return &argument_config;
    for (const struct argument *at = command->arguments; at->name != NULL; at++)
        if (argument_is_option(at) && str_is(name, at->name))
            return at;
    return NULL;
}

const struct argument *argument_find(const struct command *const *group, struct str name)
{
    const struct argument *option = NULL;
    for (const struct command *const *at = group; option == NULL && command_is_of(at, group); at++)
        option = find_option(*at, name);
    return option;
}

static int unknown_option(const struct command *const *group, struct str name, struct error *error)
{
    struct str_nearest nearest = str_nearest_to(name);
    for (const struct command *const *at = group; command_is_of(at, group); at++)
        for (const struct argument *option = (*at)->arguments; option->name != NULL; option++)
            if (argument_is_option(option))
                str_nearest_offer(&nearest, str_of(option->name));
    str_nearest_offer(&nearest, str_of(argument_config.name));
    return error_set(error, "%.*s: unknown option%s%.*s%s", STR_ARGS(str_upto(name, 60)),
                     nearest.found.length > 0 ? "; did you mean '" : "", STR_ARGS(nearest.found),
                     nearest.found.length > 0 ? "'?" : "");
}

/* Tells options, their values and the other words apart. */
static int split(struct arena *arena, const struct command *const *group, int argc, char **argv, struct given *given,
                 struct error *error)
{
    struct argument_list *const lists[] = { &given->options, &given->values, &given->words };
    bool only_words = false;
    for (size_t i = 0; i < 3; i++)
        *lists[i] = (struct argument_list){ ARENA_ARRAY(arena, const char *, (size_t)argc), 0 };
    for (int i = 1; i < argc; i++) {
        struct str word = str_of(argv[i]), name = str_upto(word, str_find_char(word, '='));
        if (only_words || word.length < 2 || word.at[0] != '-') {
            given->words.at[given->words.count++] = argv[i];
            continue;
        }
        only_words = str_is(word, "--");
        if (only_words)
            continue;
        const struct argument *option = argument_find(group, name);
        if (option == NULL)
            return unknown_option(group, name, error);
        const char *value = name.length < word.length ? argv[i] + name.length + 1 : NULL;
        if (option->type == ARGUMENT_FLAG && value != NULL)
            return error_set(error, "%s: takes no value", option->name);
        if (option->type != ARGUMENT_FLAG && value == NULL && ++i == argc)
            return error_set(error, "%s: missing value: expected %s %s", option->name, option->name, option->value);
        given->values.at[given->options.count] = value != NULL || option->type == ARGUMENT_FLAG ? value : argv[i];
        given->options.at[given->options.count++] = option->name;
    }
    return 0;
}

/* The subcommand whose verb is the first word, which is taken out then; or the one that needs no verb. */
static int choose(struct arena *arena, const struct command *const *group, struct given *given,
                  const struct command **command, struct error *error)
{
    struct buffer verbs = buffer_in(arena);
    *command = NULL;
    for (const struct command *const *at = group; command_is_of(at, group); at++) {
        if ((*at)->verb == NULL || ((*at)->usual && given->words.count == 0))
            *command = *at;
        if ((*at)->verb == NULL)
            continue;
        if (given->words.count > 0 && strcmp(given->words.at[0], (*at)->verb) == 0) {
            *command = *at;
            given->words.at++;
            given->words.count--;
            return 0;
        }
        buffer_format(&verbs, "%s%s", verbs.length > 0 ? "|" : "", (*at)->verb);
    }
    if (*command != NULL)
        return 0;
    error_set(error, "%s%sexpected %s", given->words.count > 0 ? given->words.at[0] : "",
              given->words.count > 0 ? ": " : "", choices_text(arena, buffer_text(&verbs).at));
    return -1;
}

static bool is_given(const struct given *given, const char *option)
{
    for (size_t i = 0; i < given->options.count; i++)
        if (strcmp(given->options.at[i], option) == 0)
            return true;
    return false;
}

static int foreign_option(const struct command *const *group, const char *name, struct error *error)
{
    const struct command *const *owner = group;
    while (find_option(*owner, str_of(name)) == NULL)
        owner++;
    const char *verb = (*owner)->verb;
    return error_set(error, "%s belongs to 'hookswitch %s%s%s'", name, (*owner)->name, verb == NULL ? "" : " ",
                     verb == NULL ? "" : verb);
}

static int set_options(struct arena *arena, const struct command *const *group, const struct command *command,
                       const struct given *given, void *values, struct error *error)
{
    const struct argument *other = NULL; /* of those that exclude each other */
    for (const struct argument *at = command->arguments; at->name != NULL; at++) {
        if (at->fallback != NULL && set_value(arena, at, at->fallback, values, error) != 0)
            return -1;
        other = at->either ? other : NULL;
        if (!is_given(given, at->name))
            continue;
        if (other != NULL)
            return error_set(error, "%s does not go with %s", other->name, at->name);
        other = at;
    }
    for (size_t i = 0; i < given->options.count; i++) {
        const struct argument *option = find_option(command, str_of(given->options.at[i]));
        if (option == NULL)
            return foreign_option(group, given->options.at[i], error);
        if (set_value(arena, option, given->values.at[i], values, error) != 0)
            return -1;
    }
    return 0;
}

static int set_words(struct arena *arena, const struct command *command, const struct given *given, void *values,
                     struct error *error)
{
    size_t next = 0;
    bool previous = false;
    for (const struct argument *at = command->arguments; at->name != NULL; at++) {
        if (argument_is_option(at))
            continue;
        bool missing = next == given->words.count;
        if (missing && (at->with_previous ? previous : !at->optional))
            return error_set(error, "missing %s: %c%s", at->name, tolower(at->help[0]), at->help + 1);
        previous = !missing;
        do {
            if (next < given->words.count && set_value(arena, at, given->words.at[next++], values, error) != 0)
                return -1;
        } while (at->type == ARGUMENT_LIST && next < given->words.count);
    }
    return next == given->words.count ? 0 : error_set(error, "%s: unexpected argument", given->words.at[next]);
}

int arguments_parse(struct arena *arena, const struct command *const *group, int argc, char **argv,
                    const struct command **command, void **values, struct error *error)
{
    struct given given;
    *command = command_is_of(group + 1, group) ? NULL : *group;
    if (split(arena, group, argc, argv, &given, error) != 0 || choose(arena, group, &given, command, error) != 0)
        return -1;
    *values = arena_alloc(arena, (*command)->size);
    for (const struct argument *at = (*command)->arguments; at->name != NULL; at++)
        if (at->type == ARGUMENT_LIST)
            ((struct argument_list *)(void *)((char *)*values + at->offset))->at =
                ARENA_ARRAY(arena, const char *, (size_t)argc);
    return set_options(arena, group, *command, &given, *values, error) != 0
               ? -1
               : set_words(arena, *command, &given, *values, error);
}
