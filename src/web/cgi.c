#include "web/cgi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

enum { PEER_TIMEOUT_MS = 5000 };

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

static bool write_answer(struct gateway *gateway, const char *at, size_t size)
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

static bool finish(struct gateway *gateway)
{
    (void)gateway;
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0) {
        dup2(null, STDOUT_FILENO); /* the number stays taken */
        close(null);
    }
    return true;
}

/* Apache breaks off an answer whose program left the body unread: so it is read and forgotten, to a limit. */
static void abandon(struct gateway *gateway)
{
    char piece[8192];
    unsigned long left;
    if (!text_to_number(text_of(getenv("CONTENT_LENGTH")), GATEWAY_DISCARD_MAX_BYTES, &left))
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
