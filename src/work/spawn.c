#include "work/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    LINE_MAX_BYTES = 1000,
    LINES_MAX = 200,
    GRACE_MS = 3000,
    TICK_MS = 50,
    START_FAILED = 127,
    DESCRIPTORS_MAX = 65536
};

struct running {
    const struct spawn *spawn;
    pid_t pid;
    int input, output; /* -1 when closed */
    size_t fed;
    char line[LINE_MAX_BYTES];
    size_t length, lines;
};

/* Libraries open files too, and not all of them mark them to be closed. */
static void close_others(void)
{
    struct rlimit limit = { .rlim_cur = DESCRIPTORS_MAX };
#ifdef SYS_close_range
    if (syscall(SYS_close_range, STDERR_FILENO + 1U, ~0U, 0U) == 0)
        return;
#endif
    getrlimit(RLIMIT_NOFILE, &limit);
    for (int file = STDERR_FILENO + 1; file < DESCRIPTORS_MAX && (rlim_t)file < limit.rlim_cur; file++)
        close(file);
}

/* Between fork and exec, in a process of many threads: nothing here takes a lock or memory. */
static _Noreturn void exec_child(const struct spawn *spawn, int input, int output, pid_t parent)
{
    struct sigaction usual = { .sa_handler = SIG_DFL };
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int signal = 1; signal < 32; signal++)
        sigaction(signal, &usual, NULL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (getppid() == parent && dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(output, STDERR_FILENO) >= 0) {
        close_others();
        execve(spawn->arguments[0], spawn->arguments, spawn->environment);
    }
    static const char sentence[] = "cannot be started\n";
    ssize_t ignored = write(STDERR_FILENO, sentence, sizeof sentence - 1);
    (void)ignored;
    _exit(START_FAILED);
}

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

static int start(struct running *running, struct error *error)
{
    int input[2] = { -1, -1 }, output[2] = { -1, -1 };
    pid_t self = getpid();
    if (access(running->spawn->arguments[0], X_OK) != 0)
        return error_set(error, "%s: %s", running->spawn->arguments[0], strerror(errno));
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0 || (running->pid = fork()) < 0) {
        int failed = error_set(error, "%s: %s", running->spawn->arguments[0], strerror(errno));
        for (int i = 0; i < 2; i++) {
            close_end(&input[i]);
            close_end(&output[i]);
        }
        return failed;
    }
    if (running->pid == 0)
        exec_child(running->spawn, input[0], output[1], self);
    setpgid(running->pid, running->pid); /* whoever of the two is first */
    close(input[0]);
    close(output[1]);
    running->input = input[1];
    running->output = output[0];
    fcntl(running->input, F_SETFL, O_NONBLOCK);
    fcntl(running->output, F_SETFL, O_NONBLOCK);
    return 0;
}

/* --- talking to it --- */

static void feed_input(struct running *running)
{
    struct str left = str_from(running->spawn->input, running->fed);
    ssize_t written = left.length == 0 ? 0 : write(running->input, left.at, left.length);
    if (written > 0)
        running->fed += (size_t)written;
    bool refused = written < 0 && errno != EAGAIN && errno != EINTR; /* it need not read */
    if (refused || running->fed == running->spawn->input.length)
        close_end(&running->input);
}

static void emit_line(struct running *running)
{
    if (running->length > 0 && running->lines++ < LINES_MAX)
        running->spawn->on_line(running->spawn->context, (struct str){ running->line, running->length });
    running->length = 0;
}

static void read_output(struct running *running)
{
    char bytes[4096];
    ssize_t got = read(running->output, bytes, sizeof bytes);
    for (ssize_t i = 0; i < got; i++) {
        if (bytes[i] != '\n')
            running->line[running->length++] = bytes[i];
        if (bytes[i] == '\n' || running->length == sizeof running->line)
            emit_line(running);
    }
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        close_end(&running->output);
}

static void pump(struct running *running, int timeout_ms)
{
    struct pollfd ends[] = { { running->output, POLLIN, 0 }, { running->input, POLLOUT, 0 } };
    if (poll(ends, 2, timeout_ms) <= 0)
        return;
    if (ends[0].revents != 0)
        read_output(running);
    if (ends[1].revents != 0 && running->input >= 0)
        feed_input(running);
}

/* --- to its end --- */

static int classify_status(const struct running *running, int status, bool late, struct error *error)
{
    const char *name = running->spawn->arguments[0];
    if (late)
        return error_set(error, "%s: ended after %ld s, its time limit", name, running->spawn->time_limit_s);
    if (WIFSIGNALED(status))
        return error_set(error, "%s: ended by signal %d", name, WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return error_set(error, "%s: ended with status %d", name, WEXITSTATUS(status));
    return 0;
}

int spawn_run(const struct spawn *spawn, struct error *error)
{
    struct running running = { .spawn = spawn, .input = -1, .output = -1 };
    int64_t until = clock_ms() + (int64_t)spawn->time_limit_s * 1000, kill_at = INT64_MAX;
    int status = 0;
    bool late = false;
    if (start(&running, error) != 0)
        return -1;
    for (;;) {
        pump(&running, TICK_MS);
        pid_t ended = waitpid(running.pid, &status, WNOHANG);
        if (ended == running.pid || (ended < 0 && errno == ECHILD))
            break;
        int64_t now = clock_ms();
        if (!late && now >= until) {
            late = true;
            kill_at = now + GRACE_MS;
            kill(-running.pid, SIGTERM);
        } else if (now >= kill_at) {
            kill(-running.pid, SIGKILL);
        }
    }
    kill(-running.pid, SIGKILL); /* what it has left behind */
    for (int rounds = 0; running.output >= 0 && rounds < 64; rounds++)
        pump(&running, 0);
    emit_line(&running);
    close_end(&running.input);
    close_end(&running.output);
    return classify_status(&running, status, late, error);
}
