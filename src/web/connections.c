#include "web/connections.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* A web server on the same host sends a request whole; one that stalls longer than this has broken off. The platform
 * itself gives up after 5 s. */
enum { PEER_TIMEOUT_S = 5 };

struct connections {
    int epoll, listener, stopper;
};

static int watch(struct connections *connections, int operation, int descriptor, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.fd = descriptor };
    return epoll_ctl(connections->epoll, operation, descriptor, &event);
}

struct connections *connections_new(int listener, struct error *error)
{
    struct connections *connections = calloc(1, sizeof *connections);
    int flags = fcntl(listener, F_GETFL);
    if (connections == NULL || flags < 0 || fcntl(listener, F_SETFL, flags | O_NONBLOCK) != 0) {
        error_set(error, "the listening socket cannot be used: %s", strerror(errno));
        free(connections);
        return NULL;
    }
    connections->listener = listener;
    connections->epoll = epoll_create1(EPOLL_CLOEXEC);
    connections->stopper = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    /* One thread is woken for a new connection; it arms the listener again before it serves. */
    if (connections->epoll < 0 || connections->stopper < 0 ||
        watch(connections, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLONESHOT) != 0 ||
        watch(connections, EPOLL_CTL_ADD, connections->stopper, EPOLLIN) != 0) {
        error_set(error, "cannot watch the listening socket: %s", strerror(errno));
        connections_free(connections);
        return NULL;
    }
    return connections;
}

void connections_free(struct connections *connections)
{
    if (connections == NULL)
        return;
    if (connections->epoll >= 0)
        close(connections->epoll);
    if (connections->stopper >= 0)
        close(connections->stopper);
    free(connections);
}

static int accept_one(struct connections *connections)
{
    int connection = accept(connections->listener, NULL, NULL);
    int reason = errno;
    if (connection < 0 && (reason == EMFILE || reason == ENFILE || reason == ENOBUFS || reason == ENOMEM)) {
        struct timespec pause = { 0, 50 * 1000 * 1000 }; /* the queue stays full: do not spin on it */
        nanosleep(&pause, NULL);
    }
    watch(connections, EPOLL_CTL_MOD, connections->listener, EPOLLIN | EPOLLONESHOT);
    if (connection < 0)
        return -1;
    struct timeval limit = { .tv_sec = PEER_TIMEOUT_S };
    fcntl(connection, F_SETFD, FD_CLOEXEC);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return connection;
}

static bool has_something(int connection)
{
    char byte;
    return recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* Of a batch of events: the connection to serve now, or -1. Others of the batch are watched again. */
static int pick(struct connections *connections, const struct epoll_event *events, int count, bool *stopped)
{
    int picked = -1;
    for (int i = 0; i < count; i++) {
        int descriptor = events[i].data.fd;
        if (descriptor == connections->stopper)
            *stopped = true;
        else if (descriptor != connections->listener && picked < 0)
            picked = descriptor;
        else if (descriptor != connections->listener)
            connections_keep(connections, descriptor);
    }
    for (int i = 0; i < count; i++)
        if (events[i].data.fd == connections->listener && !*stopped) {
            int fresh = accept_one(connections);
            if (fresh >= 0 && picked < 0 && has_something(fresh))
                picked = fresh;
            else if (fresh >= 0)
                connections_keep(connections, fresh); /* a silent peer holds no thread */
        }
    return picked;
}

int connections_next(struct connections *connections)
{
    for (;;) {
        struct epoll_event events[3]; /* the stopper never hides a request that is already here */
        bool stopped = false;
        int count = epoll_wait(connections->epoll, events, 3, -1);
        if (count < 0 && errno != EINTR)
            return -1;
        int picked = pick(connections, events, count, &stopped);
        if (picked >= 0 || stopped)
            return picked;
    }
}

void connections_keep(struct connections *connections, int connection)
{
    uint32_t events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
    if (watch(connections, EPOLL_CTL_MOD, connection, events) != 0 &&
        watch(connections, EPOLL_CTL_ADD, connection, events) != 0)
        close(connection);
}

void connections_stop(struct connections *connections)
{
    uint64_t one = 1;
    ssize_t ignored = write(connections->stopper, &one, sizeof one);
    (void)ignored;
}
