/* hookswitch test: the calls of a folder, each played and held against what it expects. */
#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/script_file.h"

struct run {
    struct simulate_options wish; /* for files that do not say it themselves */
    struct arena *arena;
    const char **paths;
    size_t count, room;
};

static void add_path(struct run *run, const char *path)
{
    if (run->count == run->room) {
        const char **more = ARENA_ARRAY(run->arena, const char *, 2 * run->room + 16);
        for (size_t i = 0; i < run->count; i++)
            more[i] = run->paths[i];
        run->paths = more;
        run->room = 2 * run->room + 16;
    }
    run->paths[run->count++] = path;
}

static int is_call(const struct dirent *entry)
{
    struct str name = str_of(entry->d_name);
    return name.length > 5 && name.at[0] != '.' && str_is(str_from(name, name.length - 5), ".call");
}

static int add_folder(struct run *run, const char *path, struct error *error)
{
    struct dirent **names;
    int count = scandir(path, &names, is_call, alphasort);
    if (count < 0)
        return error_set(error, "%s cannot be read", path);
    for (int i = 0; i < count; i++) {
        add_path(run, arena_format(run->arena, "%s/%s", path, names[i]->d_name).at);
        free(names[i]);
    }
    free(names);
    return count > 0 ? 0 : error_set(error, "%s holds no file whose name ends in .call", path);
}

static int find_calls(struct run *run, char **arguments, int count, struct error *error)
{
    for (int i = 0; i < count; i++) {
        struct stat status;
        bool folder = stat(arguments[i], &status) == 0 && S_ISDIR(status.st_mode);
        if (folder && add_folder(run, arguments[i], error) != 0)
            return -1;
        if (!folder)
            add_path(run, arguments[i]);
    }
    return 0;
}

static void note(void *context, struct str line)
{
    struct buffer *transcript = context;
    buffer_format(transcript, "#   %.*s\n", STR_ARGS(line));
}

/* 0 as expected; -1 with the reason. What was heard is in `transcript`. A call that sets the clock is skipped where a
 * server is asked, which has its own. */
static int play(const struct run *run, const char *path, struct arena *arena, struct buffer *transcript, bool *skipped,
                struct error *error)
{
    static struct script script;
    struct script_file file;
    struct simulation simulation;
    if (script_file_read(arena, path, &file, error) != 0)
        return -1;
    struct simulate_options wish = run->wish;
    wish.line = file.wish.line;
    wish.from = file.wish.from == NULL ? wish.from : file.wish.from;
    wish.at = file.wish.at == NULL ? wish.at : file.wish.at;
    for (size_t i = 0; i < file.wish.with_count; i++)
        simulate_option(&wish, 'w', file.wish.with[i]);
    *skipped = wish.at != NULL && wish.url != NULL;
    if (*skipped)
        return 0;
    int failed = simulate_begin(&simulation, &wish, error) != 0 ||
                 script_file_begin(&script, &simulation, note, transcript, error) != 0 ||
                 script_file_play(&file, &script, error) != 0;
    simulate_end(&simulation);
    return failed ? -1 : 0;
}

static int play_all(const struct run *run)
{
    size_t wrong = 0;
    printf("1..%zu\n", run->count);
    for (size_t i = 0; i < run->count; i++) {
        struct arena *arena = arena_new();
        struct buffer transcript = buffer_in(arena);
        struct error why;
        bool skipped = false, failed = play(run, run->paths[i], arena, &transcript, &skipped, &why) != 0;
        printf("%sok %zu - %s%s\n", failed ? "not " : "", i + 1, run->paths[i],
               skipped ? " # SKIP it sets the clock, and a server has its own" : "");
        if (failed)
            printf("%.*s# %s\n", STR_ARGS(buffer_text(&transcript)), why.sentence);
        file_flush_output();
        wrong += failed;
        arena_free(arena);
    }
    return wrong > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = { SIMULATE_OPTIONS, { NULL, 0, NULL, 0 } };
    struct run run = { .count = 0 };
    struct error why;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!simulate_option(&run.wish, option, optarg))
            return command_usage(&test_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
    if (optind == argc)
        return command_usage(&test_command, "which calls? expected files, or folders of files that end in .call");
    run.arena = arena_new();
    int status = COMMAND_UNUSABLE;
    if (find_calls(&run, argv + optind, argc - optind, &why) == 0)
        status = play_all(&run);
    else
        fprintf(stderr, "hookswitch test: %s\n", why.sentence);
    arena_free(run.arena);
    return status;
}

const struct command test_command = {
    "test",
    "[--config FILE] [--from NUMBER] [--at TIME] [--url URL] DIR|FILE...",
    "plays the calls of a folder (*.call) and says in TAP whether each went as expected",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n"
    "  --from NUMBER   who calls, where a file does not say it\n"
    "  --at TIME       as if it were then, where a file does not say it\n" SIMULATE_SERVER_HELP "\n"
    "A file begins with what it says of the call, then come the steps of 'hookswitch\n"
    "call', a line each; # begins a comment:\n\n"
    "  line front-desk\n"
    "  at 2026-11-24T10:00\n"
    "  press 1\n"
    "  expect dial +15551110001\n"
    "  dial no-answer\n"
    "  expect voicemail\n\n"
    "Of a call that did not go as expected the transcript is shown.\n"
    "Exit status: 0 all as expected, 1 not so, 2 a folder cannot be read, 64 usage.\n",
    run,
};
