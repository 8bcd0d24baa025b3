/* hookswitch call: play a call in the terminal. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/colour.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/script_file.h"

enum { LINE_MAX_BYTES = 4096 };

static void show(void *context, struct str line)
{
    struct simulation *simulation = context;
    enum colour which = str_starts(line, STR("> "))    ? COLOUR_STRONG
                        : str_starts(line, STR("< [")) ? COLOUR_QUIET
                                                       : COLOUR_PLAIN;
    const char *end = which == COLOUR_PLAIN ? "" : colour(COLOUR_PLAIN);
    printf("%s%.*s%s\n", which == COLOUR_PLAIN ? "" : colour(which), STR_ARGS(terminal_safe(simulation->arena, line)),
           end);
    file_flush_output();
}

/* --- from a terminal --- */

/* 123, "words, an empty line to wait, ! for what can be done; or a step in words. */
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
            printf("%s  %s%s\n", colour(COLOUR_BAD), error->sentence, colour(COLOUR_PLAIN));
        }
    }
    return 0;
}

/* --- from a script, or from the arguments --- */

static int play(struct simulation *simulation, const struct script_file *file, char **steps, int count,
                struct error *error)
{
    static struct script script;
    bool by_hand = file->path == NULL && count == 0;
    if (by_hand && isatty(STDIN_FILENO) == 1)
        printf("Keys are typed as they are, words behind a \", an empty line waits, ! tells what can be done.\n");
    if (script_file_begin(&script, simulation, show, simulation, error) != 0)
        return -1;
    if (file->path != NULL && script_file_play(file, &script, error) != 0)
        return -1;
    for (int i = 0; i < count; i++)
        if (script_step(&script, str_of(steps[i]), error) != 0)
            return -1;
    if (by_hand && converse(&script, error) != 0)
        return -1;
    if (script.call.waits != PHONE_ENDED && script_step(&script, STR("hang up"), error) != 0)
        return -1;
    simulate_print_actions(simulation);
    return 0;
}

/* What the arguments say counts for more than what the file says. */
static int prepare(struct arena *arena, const char *path, struct simulate_options *wish, struct script_file *file,
                   struct error *error)
{
    *file = (struct script_file){ .path = NULL };
    if (path != NULL && script_file_read(arena, path, file, error) != 0)
        return -1;
    wish->line = wish->line == NULL ? file->wish.line : wish->line;
    wish->from = wish->from == NULL ? file->wish.from : wish->from;
    wish->at = wish->at == NULL ? file->wish.at : wish->at;
    for (size_t i = 0; i < file->wish.with_count; i++)
        simulate_option(wish, 'w', file->wish.with[i]);
    return 0;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        SIMULATE_OPTIONS,
        { "script", required_argument, NULL, 's' },
        { NULL, 0, NULL, 0 },
    };
    struct simulate_options wish = { .config = NULL };
    const char *path = NULL;
    struct script_file file;
    struct simulation simulation = { .arena = NULL };
    struct error why;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 's')
            path = optarg;
        else if (!simulate_option(&wish, option, optarg))
            return command_usage(&call_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
    }
    if (optind < argc)
        wish.line = argv[optind++];
    struct arena *arena = arena_new();
    int failed = prepare(arena, path, &wish, &file, &why);
    if (!failed && wish.line == NULL) {
        arena_free(arena);
        return command_usage(&call_command, "which line? expected its name, or one of its numbers");
    }
    if (!failed)
        failed = simulate_begin(&simulation, &wish, &why);
    int status = failed ? COMMAND_UNUSABLE : COMMAND_FAILED;
    if (!failed)
        failed = play(&simulation, &file, argv + optind, argc - optind, &why);
    file_flush_output();
    if (failed)
        fprintf(stderr, "hookswitch call: %s\n", why.sentence);
    if (simulation.arena != NULL)
        simulate_end(&simulation);
    arena_free(arena);
    return failed ? status : COMMAND_OK;
}

const struct command call_command = {
    "call",
    "[--config FILE] [--from NUMBER] [--at TIME] [--url URL] [--script FILE] [LINE|NUMBER] [STEP...]",
    "plays a call to a line, without a telephone",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n"
    "  --from NUMBER   who calls; " SIMULATE_CALLER " where nothing is said\n"
    "  --at TIME       as if it were then, by the line's clock: 2026-12-25T10:00\n"
    "  --script FILE   steps, a line each, as for 'hookswitch test'\n" SIMULATE_SERVER_HELP "\n"
    "A STEP is press KEYS, say WORDS, wait, dial OUTCOME [NUMBER] (completed, busy,\n"
    "no-answer, failed, canceled; of a conference: answered), record SECONDS [WORDS],\n"
    "bridged (a waiting call is taken), hang up; or expect KIND WHAT: say \"For sales\",\n"
    "play URL, dial +15551110001, text, connect, enqueue, voicemail, bridged, declined,\n"
    "reject, elsewhere, hang up.\n"
    "With neither steps nor script the call is played from standard input: keys as they\n"
    "are, words behind a \", an empty line waits, ! tells what can be done.\n"
    "Nothing is dialled or sent. Without --url nothing reaches the configured store; a\n"
    "server keeps what it is told, and does what follows from it.\n"
    "Exit status: 0 as expected, 1 not so, or an answer that the platform would not take,\n"
    "2 the configuration cannot be used, or has no such line, 64 usage.\n",
    run,
};
