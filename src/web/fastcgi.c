#include "web/fastcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { BACKLOG = 1024, DISCARD_S = 5 };

bool fastcgi_inherited(void)
{
    int listening = 0;
    socklen_t size = sizeof listening;
    return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

int fastcgi_start(struct error *error)
{
    if (FCGX_Init() != 0)
        return error_set(error, "libfcgi cannot be started");
    return 0;
}

static int listen_unix(const char *path, struct error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat status;
    if (strlen(path) >= sizeof address.sun_path)
        return error_set(error, "--listen: the path of the socket is longer than %zu bytes",
                         sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, strlen(path));
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return error_set(error, "--listen unix:%s: %s", path, strerror(errno));
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        if (connect(listener, (struct sockaddr *)&address, sizeof address) == 0) {
            close(listener);
            return error_set(error, "--listen unix:%s: another program listens there", path);
        }
        unlink(path);
    }
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || chmod(path, 0660) != 0 ||
        listen(listener, BACKLOG) != 0) {
        int reason = errno;
        close(listener);
        return error_set(error, "--listen unix:%s: %s", path, strerror(reason));
    }
    return listener;
}

static int listen_at(const struct addrinfo *at)
{
    int on = 1, listener = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (listener < 0)
        return -1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, at->ai_addr, at->ai_addrlen) == 0 && listen(listener, BACKLOG) == 0)
        return listener;
    int reason = errno;
    close(listener);
    errno = reason;
    return -1;
}

static int listen_tcp(const char *address, struct error *error)
{
    const char *colon = strrchr(address, ':');
    char host[256];
    if (colon == NULL || colon[1] == '\0' || (size_t)(colon - address) >= sizeof host)
        return error_set(error, "--listen %s: expected unix:PATH or HOST:PORT", address);
    size_t length = (size_t)(colon - address);
    memcpy(host, address, length);
    host[length] = '\0';
    char *bare = host;
    if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        bare = host + 1;
    }
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *found;
    int failed = getaddrinfo(*bare == '\0' ? NULL : bare, colon + 1, &hints, &found);
    if (failed != 0)
        return error_set(error, "--listen %s: %s", address, gai_strerror(failed));
    int listener = -1;
    for (const struct addrinfo *at = found; at != NULL && listener < 0; at = at->ai_next)
        listener = listen_at(at);
    int reason = errno;
    freeaddrinfo(found);
    if (listener < 0)
        return error_set(error, "--listen %s: %s", address, strerror(reason));
    return listener;
}

int fastcgi_listen(const char *address, struct error *error)
{
    if (strncmp(address, "unix:", 5) == 0)
        return listen_unix(address + 5, error);
    return listen_tcp(address, error);
}

static const char *get_variable(struct gateway *gateway, const char *name)
{
    FCGX_Request *request = gateway->connection;
    return FCGX_GetParam(name, request->envp);
}

static size_t read_body(struct gateway *gateway, char *at, size_t size)
{
    FCGX_Request *request = gateway->connection;
    size_t got = 0;
    while (got < size) {
        int count = FCGX_GetStr(at + got, (int)(size - got), request->in);
        if (count <= 0)
            break;
        got += (size_t)count;
    }
    return got;
}

static bool write_answer(struct gateway *gateway, const char *at, size_t size)
{
    FCGX_Request *request = gateway->connection;
    return FCGX_PutStr(at, (int)size, request->out) == (int)size;
}

static void finish(struct gateway *gateway)
{
    FCGX_Finish_r(gateway->connection);
}

/* What was not read is read and forgotten, to a limit, and the connection stays. Closing it instead would do harm: for
 * a moment a web server takes it for a kept one, gives it the next request, and answers that with 502. */
static void abandon(struct gateway *gateway)
{
    FCGX_Request *request = gateway->connection;
    char piece[8192];
    size_t left = GATEWAY_DISCARD_MAX_BYTES, got = sizeof piece;
    time_t until = time(NULL) + DISCARD_S;
    while (left > 0 && got == sizeof piece && time(NULL) <= until) {
        got = read_body(gateway, piece, sizeof piece);
        left -= left < got ? left : got;
    }
    if (got == sizeof piece || FCGX_GetError(request->in) != 0)
        request->keepConnection = 0;
}

/* libfcgi offers no way to hand it a connection that is already accepted, and its own accepting would let a silent or
 * kept connection hold a thread without limit (OS_Accept and FCGX_Accept_r, libfcgi 2.4). It reads from `ipcFd` when
 * that is set, which has been so in every version since 2.1; so the connection goes in and comes out there. With no
 * listening socket of its own, FCGX_Accept_r fails instead of waiting when the connection breaks. */
static bool take(FCGX_Request *request, int connection)
{
    request->ipcFd = connection;
    request->keepConnection = 1; /* or the first thing it does is to close it */
    return FCGX_Accept_r(request) == 0;
}

void fastcgi_serve(struct connections *connections, void (*answer)(void *context, struct gateway *gateway),
                   void *context)
{
    FCGX_Request request;
    struct gateway gateway = { &request, get_variable, read_body, write_answer, finish, abandon };
    int connection;
    if (FCGX_InitRequest(&request, -1, 0) != 0)
        return;
    while ((connection = connections_next(connections)) >= 0) {
        if (take(&request, connection)) {
            answer(context, &gateway);
            FCGX_Finish_r(&request); /* nothing left to do after gateway->finish */
        }
        if (request.ipcFd >= 0)
            connections_keep(connections, request.ipcFd);
        request.ipcFd = -1;
    }
    FCGX_Free(&request, 0);
}
