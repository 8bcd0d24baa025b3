#include "promise.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "work/spawn.h"

static void gather(void *context, struct str line)
{
    buffer_add(context, line);
    buffer_add_char(context, '|');
}

static int run(struct arena *arena, const char *script, struct str input, struct str *output, struct error *error)
{
    char *const arguments[] = { (char *)(uintptr_t) "/bin/sh", (char *)(uintptr_t) "-c", (char *)(uintptr_t)script,
                                NULL };
    char *const environment[] = { (char *)(uintptr_t) "PATH=/usr/bin:/bin", (char *)(uintptr_t) "ONLY=this", NULL };
    struct buffer lines = buffer_in(arena);
    struct spawn spawn = { arguments, environment, input, 1, gather, &lines };
    int failed = spawn_run(&spawn, error);
    *output = buffer_text(&lines);
    return failed;
}

static void talks(void **state)
{
    struct arena *arena = arena_new();
    struct str output, large = { arena_alloc(arena, 1 << 20), 1 << 20 };
    struct error why;
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    memset((char *)(uintptr_t)large.at, 'x', large.length);
    assert_int_equal(run(arena, "cat; echo; echo $ONLY; echo err >&2; printf last", STR("in\nput"), &output, &why), 0);
    assert_text(output, "in|put|this|err|last|");
    assert_int_equal(run(arena, "wc -c", large, &output, &why), 0);
    assert_text(output, "1048576|");
    assert_int_equal(run(arena, "exec <&-; echo deaf", large, &output, &why), 0); /* it need not read */
    assert_text(output, "deaf|");
    assert_int_equal(run(arena, "head -c 300000 /dev/zero | tr '\\0' y; echo", STR(""), &output, &why), 0);
    assert_true(output.length > 190000); /* long output is cut into lines, and to a number of them */
    arena_free(arena);
}

static void fails(void **state)
{
    struct arena *arena = arena_new();
    struct str output;
    struct error why;
    (void)state;
    assert_int_equal(run(arena, "exit 7", STR(""), &output, &why), -1);
    assert_contains(str_of(why.sentence), "ended with status 7");
    assert_int_equal(run(arena, "kill -SEGV $$", STR(""), &output, &why), -1);
    assert_contains(str_of(why.sentence), "ended by signal 11");
    assert_int_equal(run(arena, "sleep 60", STR(""), &output, &why), -1);
    assert_contains(str_of(why.sentence), "ended after 1 s, its time limit");
    char *const nothing[] = { (char *)(uintptr_t) "/nonexistent/program", NULL };
    struct spawn spawn = { nothing, nothing + 1, STR(""), 1, gather, NULL };
    assert_int_equal(spawn_run(&spawn, &why), -1);
    assert_contains(str_of(why.sentence), "/nonexistent/program: No such file");
    arena_free(arena);
}

/* One of a library that was not marked to be closed. */
static void inherits(void **state)
{
    struct arena *arena = arena_new();
    struct str output;
    struct error why;
    char script[80];
    int file = fcntl(STDIN_FILENO, F_DUPFD, 200);
    (void)state;
    assert_true(file >= 200);
    snprintf(script, sizeof script, "test -e /proc/self/fd/%d && echo inherited; echo ran", file);
    assert_int_equal(run(arena, script, STR(""), &output, &why), 0);
    close(file);
    assert_text(output, "ran|");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("gives a program its input and takes its lines, however large, however little it reads", talks),
    PROMISE("gives a program no descriptor but its input, output and errors", inherits),
    PROMISE("says how a program failed: status, signal, time, not there", fails),
};

KEEP_PROMISES(promises)
