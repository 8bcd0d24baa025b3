#include "web/connections.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

/* A web server sends a request within moments, and the platform gives up after 5 s. */
enum { REQUEST_MS = 10 * 1000, SLOW_MS = 2000, IDLE_MS = 60 * 1000, PAUSE_MS = 5 };
/* Descriptors for what else a program opens: the store, the configuration while it is read again, the log. */
enum { OTHERS = 24, CONNECTIONS_MIN = 8, CONNECTIONS_MAX = 65536 };

enum phase { SERVING, STOPPED, ABORTED };

struct connections {
    int epoll, listener, stopper;
    const struct log *log;
    struct log_limit full_logged;             /* that there is no room */
    atomic_int phase;                         /* enum phase */
    pthread_mutex_t lock;                     /* of all below, and of what connections keep for this file */
    struct connection *oldest, *newest;       /* that wait */
    size_t count, count_max, in_use, partial; /* all; how many may be; in threads; waiting for the rest of a request */
    bool full;                                /* the listener is not watched until one is closed */
};

static rlim_t files_limit(void)
{
    struct rlimit files;
    return getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY ? files.rlim_cur : CONNECTIONS_MAX;
}

static size_t room_for_connections(void)
{
    rlim_t files = files_limit(), others = OTHERS + files / 16;
    if (files > CONNECTIONS_MAX)
        return CONNECTIONS_MAX;
    return files < others + CONNECTIONS_MIN ? CONNECTIONS_MIN : (size_t)(files - others);
}

/* --- watching --- */

static int watch(struct connections *connections, int operation, int descriptor, uint32_t events, void *what)
{
    struct epoll_event event = { .events = events, .data.ptr = what };
    return epoll_ctl(connections->epoll, operation, descriptor, &event);
}

static void watch_listener(struct connections *connections)
{
    watch(connections, EPOLL_CTL_MOD, connections->listener, EPOLLIN | EPOLLONESHOT, connections);
}

static int watch_connection(struct connections *connections, struct connection *connection)
{
    int operation = connection->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (!connection->watched)
        connection->watched = true; /* written once: whoever it is given to next only reads it */
    return watch(connections, operation, connection->descriptor, EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, connection);
}

struct connections *connections_new(int listener, const struct log *log, struct error *error)
{
    struct connections *connections = g_new0(struct connections, 1);
    int flags = fcntl(listener, F_GETFL);
    if (flags < 0 || fcntl(listener, F_SETFL, flags | O_NONBLOCK) != 0) {
        error_set(error, "the listening socket cannot be used: %s", strerror(errno));
        g_free(connections);
        return NULL;
    }
    connections->listener = listener;
    connections->log = log;
    connections->count_max = room_for_connections();
    pthread_mutex_init(&connections->lock, NULL);
    connections->epoll = epoll_create1(EPOLL_CLOEXEC);
    connections->stopper = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    /* One thread is woken for a new connection; it watches the listener again before it serves. */
    if (connections->epoll < 0 || connections->stopper < 0 ||
        watch(connections, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLONESHOT, connections) != 0 ||
        watch(connections, EPOLL_CTL_ADD, connections->stopper, EPOLLIN, &connections->stopper) != 0) {
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
    while (connections->oldest != NULL) {
        struct connection *connection = connections->oldest;
        connections->oldest = connection->after;
        close(connection->descriptor);
        wire_reset(&connection->wire);
        g_free(connection);
    }
    if (connections->epoll >= 0)
        close(connections->epoll);
    if (connections->stopper >= 0)
        close(connections->stopper);
    pthread_mutex_destroy(&connections->lock);
    g_free(connections);
}

/* --- those that wait; under the lock --- */

static void link_waiting(struct connections *connections, struct connection *connection)
{
    connection->before = connections->newest;
    connection->after = NULL;
    *(connections->newest == NULL ? &connections->oldest : &connections->newest->after) = connection;
    connections->newest = connection;
    connections->partial += wire_is_partial(&connection->wire);
}

static void unlink_waiting(struct connections *connections, struct connection *connection)
{
    *(connection->before == NULL ? &connections->oldest : &connection->before->after) = connection->after;
    *(connection->after == NULL ? &connections->newest : &connection->after->before) = connection->before;
    connections->partial -= wire_is_partial(&connection->wire);
}

/* Ends it without freeing it, as another thread may be about to take it: that one reads its end, and closes it. */
static void end_waiting(struct connection *connection)
{
    connection->closing = true;
    shutdown(connection->descriptor, SHUT_RDWR);
}

static bool is_silent(const struct connection *connection)
{
    char byte;
    return recv(connection->descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* The oldest idle one goes, on which no request has just arrived, or else one that has been half-way for a while. */
static void make_room(struct connections *connections)
{
    struct connection *slow = NULL;
    int64_t before = clock_ms() - SLOW_MS;
    for (struct connection *at = connections->oldest; at != NULL; at = at->after) {
        if (at->closing)
            return; /* one goes already */
        if (!wire_is_partial(&at->wire) && is_silent(at)) {
            end_waiting(at);
            return;
        }
        if (slow == NULL && wire_is_partial(&at->wire) && at->since_ms < before)
            slow = at;
    }
    if (slow != NULL)
        end_waiting(slow);
}

/* --- taking and giving back --- */

static void log_full(struct connections *connections, const char *what)
{
    pthread_mutex_lock(&connections->lock);
    size_t count = connections->count;
    pthread_mutex_unlock(&connections->lock);
    log_limited(connections->log, &connections->full_logged, LOG_EVERY_S, LOG_LEVEL_WARNING,
                "%s: %zu connections are open, the limit of open files is %llu. Raise it: LimitNOFILE= in a systemd "
                "unit, or ulimit -n before the start",
                what, count, (unsigned long long)files_limit());
}

/* Whether one more connection may be accepted, which is then counted as in progress. */
static bool reserve(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    bool room = connections->count < connections->count_max;
    if (room) {
        connections->count++;
        connections->in_use++;
    } else {
        connections->full = true;
        make_room(connections);
    }
    pthread_mutex_unlock(&connections->lock);
    if (!room)
        log_full(connections, "a connection waits to be accepted");
    return room;
}

static void release(struct connections *connections, bool needs_room)
{
    pthread_mutex_lock(&connections->lock);
    connections->count--;
    connections->in_use--;
    bool was_full = connections->full;
    connections->full = false;
    if (needs_room)
        make_room(connections);
    pthread_mutex_unlock(&connections->lock);
    if (was_full)
        watch_listener(connections);
}

/* NULL when none could be accepted; `more`: others may wait. */
static struct connection *accept_one(struct connections *connections, bool *more)
{
    *more = false;
    if (!reserve(connections))
        return NULL; /* release() goes on with it */
    int descriptor = accept(connections->listener, NULL, NULL), reason = errno;
    *more = descriptor >= 0 || reason != EAGAIN;
    if (descriptor >= 0) {
        struct connection *connection = g_new0(struct connection, 1);
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        connection->descriptor = descriptor;
        return connection;
    }
    bool lacking = reason == EMFILE || reason == ENFILE || reason == ENOBUFS || reason == ENOMEM;
    release(connections, lacking);
    if (lacking) {
        log_full(connections, strerror(reason));
        clock_sleep(50); /* those that wait go on waiting: do not spin on them */
    }
    return NULL;
}

/* The first that waits. Once stopped, all that wait, and no later one: or the end would never come under load. */
static struct connection *accept_some(struct connections *connections)
{
    bool more;
    struct connection *first = accept_one(connections, &more), *next;
    while (more && atomic_load(&connections->phase) == STOPPED)
        if ((next = accept_one(connections, &more)) != NULL)
            connections_put_back(connections, next);
    if (more || atomic_load(&connections->phase) == SERVING)
        watch_listener(connections);
    return first;
}

static void take(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    unlink_waiting(connections, connection);
    connections->in_use++;
    pthread_mutex_unlock(&connections->lock);
}

/* Under the lock, as connections_put_back does. */
static void watch_again(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    watch_connection(connections, connection);
    pthread_mutex_unlock(&connections->lock);
}

/* Returns the connection to serve now, or NULL. The others of the batch are watched again. */
static struct connection *pick(struct connections *connections, const struct epoll_event *events, int count)
{
    struct connection *picked = NULL;
    bool fresh = false;
    for (int i = 0; i < count; i++) {
        void *what = events[i].data.ptr;
        if (what == connections)
            fresh = true;
        else if (what != &connections->stopper && picked == NULL)
            take(connections, picked = what);
        else if (what != &connections->stopper)
            watch_again(connections, what);
    }
    struct connection *accepted = fresh ? accept_some(connections) : NULL;
    if (accepted == NULL || picked == NULL)
        return accepted == NULL ? picked : accepted;
    connections_put_back(connections, accepted);
    return picked;
}

static bool all_is_done(struct connections *connections, bool partial_too)
{
    pthread_mutex_lock(&connections->lock);
    bool done = connections->in_use == 0 && (!partial_too || connections->partial == 0);
    pthread_mutex_unlock(&connections->lock);
    return done;
}

struct connection *connections_next(struct connections *connections, bool last)
{
    for (;;) {
        struct epoll_event events[3]; /* the stopper never hides a request that is already here */
        int phase = atomic_load(&connections->phase);
        if (phase == ABORTED && (!last || all_is_done(connections, false)))
            return NULL;
        int count = epoll_wait(connections->epoll, events, 3, -1);
        if (count < 0 && errno != EINTR)
            return NULL;
        struct connection *picked = pick(connections, events, count);
        if (picked != NULL)
            return picked;
        if (phase == STOPPED && all_is_done(connections, true))
            return NULL;
        if (phase != SERVING)
            clock_sleep(PAUSE_MS); /* the others may yet come back with something */
    }
}

void connections_put_back(struct connections *connections, struct connection *connection)
{
    bool partial = wire_is_partial(&connection->wire);
    pthread_mutex_lock(&connections->lock);
    if (!partial || connection->since_ms == 0)
        connection->since_ms = clock_ms();
    link_waiting(connections, connection);
    connections->in_use--;
    /* Watched under the lock: once it is, another thread may take it, and free it. */
    bool watched = watch_connection(connections, connection) == 0;
    if (!watched) {
        unlink_waiting(connections, connection);
        connections->in_use++;
    }
    pthread_mutex_unlock(&connections->lock);
    if (!watched)
        connections_close(connections, connection);
}

void connections_close(struct connections *connections, struct connection *connection)
{
    close(connection->descriptor);
    wire_reset(&connection->wire);
    g_free(connection);
    release(connections, false);
}

void connections_maintain(struct connections *connections)
{
    int64_t now = clock_ms();
    pthread_mutex_lock(&connections->lock);
    bool crowded = connections->count > connections->count_max / 2;
    for (struct connection *at = connections->oldest; at != NULL; at = at->after)
        if (!at->closing &&
            (wire_is_partial(&at->wire) ? now - at->since_ms > REQUEST_MS : crowded && now - at->since_ms > IDLE_MS))
            end_waiting(at);
    if (connections->full)
        make_room(connections);
    pthread_mutex_unlock(&connections->lock);
}

/* --- the end --- */

void connections_stop(struct connections *connections)
{
    uint64_t one = 1;
    atomic_store(&connections->phase, STOPPED);
    ssize_t ignored = write(connections->stopper, &one, sizeof one);
    (void)ignored;
}

bool connections_are_stopped(const struct connections *connections)
{
    return atomic_load(&connections->phase) != SERVING;
}

void connections_abort(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    atomic_store(&connections->phase, ABORTED);
    for (struct connection *at = connections->oldest; at != NULL; at = at->after)
        end_waiting(at);
    pthread_mutex_unlock(&connections->lock);
    watch_listener(connections); /* what comes now is told so, instead of waiting */
}
