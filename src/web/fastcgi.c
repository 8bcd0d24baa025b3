#include "web/fastcgi.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

/* A peer that takes no answer for so long has broken off. */
enum { PIECE_BYTES = 32 * 1024, SEND_TIMEOUT_MS = 5000, REPLY_KEPT_BYTES = 64 * 1024 };

/* One request in a thread's hand. */
struct exchange {
    struct connection *connection;
    struct wire_bytes *reply; /* the thread's */
    size_t given;             /* of the body */
    bool finished, sound;
};

static bool send_all(int descriptor, struct str left)
{
    int64_t until = 0;
    while (left.length > 0) {
        ssize_t count = send(descriptor, left.at, left.length, MSG_DONTWAIT | MSG_NOSIGNAL);
        struct pollfd ready = { .fd = descriptor, .events = POLLOUT };
        if (count >= 0)
            left = str_from(left, (size_t)count);
        else if ((errno != EAGAIN && errno != EINTR) || (until > 0 && clock_ms() >= until))
            return false;
        else if (until == 0)
            until = clock_ms() + SEND_TIMEOUT_MS;
        else
            poll(&ready, 1, (int)(until - clock_ms()));
    }
    return true;
}

static bool send_reply(int descriptor, struct wire_bytes *reply)
{
    bool sent = send_all(descriptor, (struct str){ reply->at, reply->length });
    reply->length = 0;
    if (reply->size > REPLY_KEPT_BYTES)
        wire_bytes_free(reply);
    return sent;
}

static const char *get_variable(struct gateway *gateway, const char *name)
{
    const struct exchange *exchange = gateway->connection;
    return wire_variable(&exchange->connection->wire, name);
}

static size_t read_body(struct gateway *gateway, char *at, size_t size)
{
    struct exchange *exchange = gateway->connection;
    const struct wire_bytes *body = &exchange->connection->wire.body;
    size_t left = body->length - exchange->given, count = size < left ? size : left;
    if (count > 0)
        memcpy(at, body->at + exchange->given, count);
    exchange->given += count;
    return count;
}

static bool write_answer(struct gateway *gateway, const char *at, size_t size)
{
    struct exchange *exchange = gateway->connection;
    wire_add_stdout(&exchange->connection->wire, (struct str){ at, size }, exchange->reply);
    return true;
}

static bool finish(struct gateway *gateway)
{
    struct exchange *exchange = gateway->connection;
    const struct connection *connection = exchange->connection;
    if (!exchange->finished) {
        wire_add_end(&connection->wire, exchange->reply);
        exchange->sound = send_reply(connection->descriptor, exchange->reply);
    }
    exchange->finished = true;
    return exchange->sound;
}

/* Whether the connection can take another request. */
static bool serve_one(struct fastcgi *fastcgi, void *context, struct connection *connection, struct wire_bytes *reply)
{
    struct exchange exchange = { connection, reply, 0, false, false };
    struct gateway gateway = {
        &exchange, get_variable, read_body, write_answer, finish, NULL, connection->wire.body.length
    };
    fastcgi->answer(context, &gateway);
    finish(&gateway);
    reply->length = 0;
    wire_reset(&connection->wire);
    return exchange.sound && connection->wire.keep;
}

/* One piece of what has come: so that a peer that sends without end holds no thread. False: close the connection. */
static bool converse(struct fastcgi *fastcgi, void *context, struct connection *connection, struct wire_bytes *reply)
{
    char piece[PIECE_BYTES];
    ssize_t count = recv(connection->descriptor, piece, sizeof piece, MSG_DONTWAIT);
    if (count <= 0)
        return count < 0 && (errno == EAGAIN || errno == EINTR);
    struct str bytes = { piece, (size_t)count };
    enum wire_event event = WIRE_MORE;
    bool served = false;
    do {
        event = wire_feed(&connection->wire, &bytes, atomic_load(&fastcgi->body_max), reply);
        if (event == WIRE_REQUEST && !serve_one(fastcgi, context, connection, reply))
            return false;
        served = served || event == WIRE_REQUEST;
    } while (event == WIRE_REQUEST);
    if (served)
        connection->since_ms = 0; /* what is half-way now has just begun */
    if (!send_reply(connection->descriptor, reply) || event == WIRE_CLOSE)
        return false;
    return wire_is_partial(&connection->wire) || !connections_are_stopped(fastcgi->connections);
}

void fastcgi_serve(struct fastcgi *fastcgi, void *context, bool last)
{
    struct wire_bytes reply = { NULL, 0, 0 };
    struct connection *connection;
    while ((connection = connections_next(fastcgi->connections, last)) != NULL)
        if (converse(fastcgi, context, connection, &reply))
            connections_put_back(fastcgi->connections, connection);
        else
            connections_close(fastcgi->connections, connection);
    wire_bytes_free(&reply);
}

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
