#include "web/listen.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

bool listen_inherited(void)
{
    int listening = 0;
    socklen_t size = sizeof listening;
    return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
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

static int listen_on(const struct addrinfo *at)
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
        listener = listen_on(at);
    int reason = errno;
    freeaddrinfo(found);
    if (listener < 0)
        return error_set(error, "--listen %s: %s", address, strerror(reason));
    return listener;
}

int listen_at(const char *address, struct error *error)
{
    if (strncmp(address, "unix:", 5) == 0)
        return listen_unix(address + 5, error);
    return listen_tcp(address, error);
}
