/* hookswitch test: plays the calls of a folder, and compares each with what it expects. */
#include <dirent.h>
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/simulate.h"

struct run {
    struct context *context;
    const struct simulate_options *options; /* for files that do not give their own */
    GPtrArray *paths;
};

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
        return error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        g_ptr_array_add(run->paths,
                        (gpointer)(uintptr_t)arena_format(run->context->arena, "%s/%s", path, names[i]->d_name).at);
        free(names[i]);
    }
    free(names);
    return count > 0 ? 0 : error_set(error, "%s: no file ends in .call", path);
}

static int find_calls(struct run *run, const struct argument_list *paths, struct error *error)
{
    for (size_t i = 0; i < paths->count; i++) {
        struct stat status;
        if (stat(paths->at[i], &status) != 0)
            return error_set(error, "%s: cannot be read: %s", paths->at[i], strerror(errno));
        bool folder = S_ISDIR(status.st_mode);
        if (folder && add_folder(run, paths->at[i], error) != 0)
            return -1;
        if (!folder)
            g_ptr_array_add(run->paths, (gpointer)(uintptr_t)paths->at[i]);
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
    struct simulate_options options = script_file_merge(arena, &file.options, run->options);
    options.url = run->options->url;
    options.ca_file = run->options->ca_file;
    *skipped = options.at != NULL && options.url != NULL;
    if (*skipped)
        return 0;
    int failed = simulate_begin(&simulation, run->context, arena, &options, error) != 0 ||
                 script_file_begin(&script, &simulation, note, transcript, error) != 0 ||
                 script_file_play(&file, &script, error) != 0;
    simulate_end(&simulation);
    return failed ? -1 : 0;
}

static int play_all(const struct run *run)
{
    size_t failures = 0;
    printf("1..%u\n", run->paths->len);
    for (size_t i = 0; i < run->paths->len; i++) {
        struct arena *arena = arena_new();
        struct buffer transcript = buffer_in(arena);
        struct error why;
        const char *path = run->paths->pdata[i];
        bool skipped = false, failed = play(run, path, arena, &transcript, &skipped, &why) != 0;
        printf("%sok %zu - %s%s\n", failed ? "not " : "", i + 1, path,
               skipped ? " # SKIP it sets the clock, and a server has its own" : "");
        if (failed)
            printf("%.*s# %s\n", STR_ARGS(buffer_text(&transcript)), why.sentence);
        file_flush_output();
        failures += failed;
        arena_free(arena);
    }
    return failures > 0 ? COMMAND_FAILED : COMMAND_OK;
}

struct test_options {
    struct simulate_options simulate;
    struct argument_list paths;
};

static int run(struct context *context, const void *values, struct error *error)
{
    const struct test_options *options = values;
    struct run run = { context, &options->simulate, g_ptr_array_new() };
    int status = COMMAND_UNUSABLE;
    if (context_read_sound(context, error) == 0 && find_calls(&run, &options->paths, error) == 0)
        status = play_all(&run);
    g_ptr_array_free(run.paths, TRUE);
    return status;
}

static const struct argument arguments[] = {
    SIMULATE_ARGUMENTS,
    { ARGUMENT(LIST, test_options, paths), "DIR|FILE", NULL, .help = "A call, or a folder of files that end in .call" },
    { .name = NULL },
};

const struct command test_command = {
    .name = "test",
    .summary = "Run simulated calls from files, and print the results in TAP",
    .size = sizeof(struct test_options),
    .run = run,
    .arguments = arguments,
    .details = "A file begins with the line, and perhaps the clock and the caller. The steps of 'hookswitch call' "
               "follow, one a line. # begins a comment:\n"
               "\n"
               "  line front-desk\n"
               "  at 2026-11-24T10:00\n"
               "  press 1\n"
               "  expect dial +15551110001\n"
               "  dial no-answer\n"
               "  expect voicemail\n"
               "\n"
               "Values in a file override --from and --at. A failed call is shown as a transcript.\n"
               "Exit status: 0 all calls as expected; 1 not all; 2 the configuration cannot be used, or a folder or "
               "file cannot be read; 64 wrong arguments.\n",
};
