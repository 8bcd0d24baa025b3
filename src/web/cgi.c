#include "web/cgi.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/response.h"

enum { PEER_TIMEOUT_MS = 5000, AFTERWARDS_MS = 60 * 1000 };

bool cgi_is_requested(void)
{
    return getenv("REQUEST_METHOD") != NULL;
}

static const char *get_variable(struct gateway *gateway, const char *name)
{
    (void)gateway;
    return getenv(name);
}

static size_t read_body(struct gateway *gateway, char *at, size_t size)
{
    size_t got = 0;
    (void)gateway;
    while (got < size) {
        struct pollfd ready = { .fd = STDIN_FILENO, .events = POLLIN };
        if (poll(&ready, 1, PEER_TIMEOUT_MS) == 0)
            break;
        ssize_t count = read(STDIN_FILENO, at + got, size - got);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        got += (size_t)count;
    }
    return got;
}

static bool write_all(struct gateway *gateway, const char *at, size_t size)
{
    (void)gateway;
    while (size > 0) {
        ssize_t count = write(STDOUT_FILENO, at, size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        at += count;
        size -= (size_t)count;
    }
    return true;
}

/* Whose the answer of the process is: who begins it has it to himself. */
static atomic_int answering; /* enum answerer */
enum answerer { NOBODY, REQUEST, DEADLINE };

static bool may_answer(int who)
{
    int nobody = NOBODY;
    return atomic_compare_exchange_strong(&answering, &nobody, who) || nobody == who;
}

static bool write_answer(struct gateway *gateway, const char *at, size_t size)
{
    while (!may_answer(REQUEST))
        pause(); /* the process is about to end */
    return write_all(gateway, at, size);
}

static void end_output(int descriptor)
{
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0) {
        dup2(null, descriptor); /* the number stays taken */
        close(null);
    }
}

static bool finish(struct gateway *gateway)
{
    (void)gateway;
    end_output(STDOUT_FILENO);
    return true;
}

/* Apache breaks off an answer whose program left the body unread: so it is read and forgotten, to a limit. */
static void abandon(struct gateway *gateway)
{
    char piece[8192];
    unsigned long left;
    if (!str_to_number(str_of(getenv("CONTENT_LENGTH")), GATEWAY_DISCARD_MAX_BYTES, &left))
        return;
    while (left > 0) {
        size_t wanted = left < sizeof piece ? left : sizeof piece;
        if (read_body(gateway, piece, wanted) != wanted)
            return;
        left -= wanted;
    }
}

struct gateway cgi_gateway(void)
{
    return (struct gateway){ NULL, get_variable, read_body, write_answer, finish, abandon, 0 };
}

struct deadline {
    int milliseconds, status;
    struct log log;
};

static void *wait_for_deadline(void *context)
{
    const struct deadline *deadline = context;
    clock_sleep(deadline->milliseconds);
    if (may_answer(DEADLINE)) {
        struct gateway gateway = { .write = write_all };
        struct response response = response_empty(deadline->status);
        log_line(&deadline->log, LOG_LEVEL_ERROR,
                 "%d: no answer within %d ms: the store, a disk or a name server hangs", deadline->status,
                 deadline->milliseconds);
        response_send(&response, false, &gateway);
    } else {
        clock_sleep(AFTERWARDS_MS);
        log_line(&deadline->log, LOG_LEVEL_ERROR, "the work after the answer is not finished after %d s: given up",
                 AFTERWARDS_MS / 1000);
    }
    /* A thread that waits for a disk may keep the process, and so what it has open, for longer. */
    end_output(STDOUT_FILENO);
    end_output(STDERR_FILENO);
    _exit(EX_OK);
}

void cgi_set_deadline(int milliseconds, int status, const struct log *log)
{
    struct deadline *deadline = g_new(struct deadline, 1); /* for the rest of the process */
    pthread_t thread;
    *deadline = (struct deadline){ milliseconds, status, *log };
    if (pthread_create(&thread, NULL, wait_for_deadline, deadline) == 0)
        pthread_detach(thread);
}
