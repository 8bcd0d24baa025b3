/* hookswitch call: plays a call in the terminal. */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/simulate.h"
#include "cli/terminal.h"

enum { LINE_MAX_BYTES = 4096 };

static void show(void *context, struct str line)
{
    struct simulation *simulation = context;
    enum colour which = str_starts(line, STR("> "))    ? COLOUR_STRONG
                        : str_starts(line, STR("< [")) ? COLOUR_QUIET
                                                       : COLOUR_PLAIN;
    const char *end = which == COLOUR_PLAIN ? "" : terminal_colour(COLOUR_PLAIN);
    printf("%s%.*s%s\n", which == COLOUR_PLAIN ? "" : terminal_colour(which),
           STR_ARGS(terminal_safe(simulation->arena, line)), end);
    file_flush_output();
}

/* --- from a terminal --- */

/* Keys: 123; words: "hello; an empty line to wait; or a step in words. */
static struct str step_of(struct arena *arena, struct str typed)
{
    size_t keys = 0;
    while (keys < typed.length && str_find_char(STR("0123456789*#"), typed.at[keys]) < 12)
        keys++;
    if (typed.length == 0)
        return STR("wait");
    if (keys == typed.length)
        return ARENA_JOIN(arena, STR("press "), typed);
    if (typed.at[0] == '"')
        return ARENA_JOIN(arena, STR("say "), str_from(typed, 1));
    return typed;
}

static int converse(struct script *script, struct error *error)
{
    char line[LINE_MAX_BYTES];
    bool terminal = isatty(STDIN_FILENO) == 1;
    while (script->call.waits != PHONE_ENDED && fgets(line, sizeof line, stdin) != NULL) {
        struct str typed = str_trim(str_of(line));
        if (str_is(typed, "!"))
            printf("  %s\n", phone_choices(&script->call));
        else if (script_step(script, step_of(script->call.arena, typed), error) != 0) {
            if (!terminal)
                return -1;
            printf("%s  %s%s\n", terminal_colour(COLOUR_BAD), error->sentence, terminal_colour(COLOUR_PLAIN));
        }
    }
    return 0;
}

/* --- from a script, or from the arguments --- */

struct call_options {
    struct simulate_options simulate;
    const char *script;
    struct argument_list steps;
};

static int play(struct simulation *simulation, const struct call_options *options, const struct script_file *file,
                struct error *error)
{
    static struct script script;
    bool by_hand = options->script == NULL && options->steps.count == 0;
    if (by_hand && isatty(STDIN_FILENO) == 1)
        printf("Type keys; or \" and words; an empty line waits, ! lists what is possible.\n");
    if (script_file_begin(&script, simulation, show, simulation, error) != 0)
        return -1;
    if (options->script != NULL && script_file_play(file, &script, error) != 0)
        return -1;
    for (size_t i = 0; i < options->steps.count; i++)
        if (script_step(&script, str_of(options->steps.at[i]), error) != 0)
            return -1;
    if (by_hand && converse(&script, error) != 0)
        return -1;
    if (script.call.waits != PHONE_ENDED && script_step(&script, STR("hang up"), error) != 0)
        return -1;
    simulate_print_actions(simulation);
    return 0;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct call_options *options = values;
    struct script_file file = { .path = NULL };
    struct simulation simulation;
    if (options->script != NULL && script_file_read(context->arena, options->script, &file, error) != 0)
        return COMMAND_UNUSABLE;
    struct simulate_options merged = script_file_merge(context->arena, &options->simulate, &file.options);
    if (merged.line == NULL)
        return command_fail(COMMAND_USAGE, error, "missing line: expected its name, or one of its numbers");
    int status = simulate_begin(&simulation, context, context->arena, &merged, error);
    if (status == 0)
        status = play(&simulation, options, &file, error);
    simulate_end(&simulation);
    return status;
}

static const struct argument arguments[] = {
    SIMULATE_ARGUMENTS,
    { ARGUMENT(FILE, call_options, script), "--script", "FILE",
      .help = "Read the steps from a file, as for 'hookswitch test'" },
    { SIMULATE_LINE_ARGUMENT, .optional = true },
    { ARGUMENT(LIST, call_options, steps), "STEP", NULL, .help = "An action of the caller; see below",
      .optional = true },
    { .name = NULL },
};

const struct command call_command = {
    .name = "call",
    .summary = "Simulate a call to a line, without a telephone",
    .size = sizeof(struct call_options),
    .run = run,
    .arguments = arguments,
    .details = "A step is press KEYS, say WORDS, wait, dial OUTCOME [NUMBER] (completed, busy, no-answer, failed, "
               "canceled; for a conference: answered), record SECONDS [WORDS], bridged (somebody takes the waiting "
               "call), hang up; or expect KIND WHAT: say \"For sales\", play URL, dial +15551110001, text, connect, "
               "enqueue, voicemail, bridged, declined, reject, elsewhere, hang up.\n"
               "Without steps and script you type: keys as they are, words after a \", an empty line to wait, ! to "
               "list what is possible.\n"
               "Nothing is dialled or sent. Without --url, the configured store stays untouched; a server stores the "
               "events, and its worker runs the actions.\n"
               "Exit status: 0 as expected; 1 not as expected, or the platform would refuse an answer; 2 the "
               "configuration cannot be used, or has no such line; 64 wrong arguments.\n",
};
