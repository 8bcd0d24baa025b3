/* Sends many signed requests to a web server on loopback, as a platform would: each up to three times until it is
 * answered 200, over kept connections that are made anew when they break.
 *   sender FILE PORT TARGET CONNECTIONS ACKNOWLEDGED SECONDS
 * FILE has lines "SIGNATURE BODY"; the numbers of those that got a 200 go to ACKNOWLEDGED as they come; ends after the
 * last line, or after SECONDS. Prints "sent N acknowledged N refused N broken N". */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS = 3, THREADS_MAX = 64, ANSWER_MAX = 16384 };

static char **lines;
static size_t count;
static const char *host = "127.0.0.1", *target;
static int port;
static atomic_size_t next;
static atomic_long acknowledged, refused, broken;
static FILE *log_file;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static time_t until;

static int connect_once(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
    struct timeval patience = { 8, 0 };
    int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, host, &address.sin_addr);
    setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(one, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(one, (struct sockaddr *)&address, sizeof address) == 0)
        return one;
    close(one);
    return -1;
}

/* The status, or -1 when the connection broke. */
static int read_answer(int connection)
{
    char answer[ANSWER_MAX + 1];
    size_t used = 0;
    while (used < ANSWER_MAX) {
        ssize_t got = recv(connection, answer + used, ANSWER_MAX - used, 0);
        if (got <= 0)
            return -1;
        used += (size_t)got;
        answer[used] = '\0';
        char *end = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length:");
        if (end == NULL)
            continue;
        size_t body = length != NULL && length < end ? (size_t)strtoul(length + 15, NULL, 10) : 0;
        if (used >= (size_t)(end - answer) + 4 + body)
            return atoi(answer + 9);
    }
    return -1;
}

static int send_one(int *connection, const char *line)
{
    char request[8192];
    const char *body = strchr(line, ' ') + 1;
    int length =
        snprintf(request, sizeof request,
                 "POST %s HTTP/1.1\r\nHost: pbx.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                 "X-SignalWire-Signature: %.*s\r\nContent-Length: %zu\r\n\r\n%s",
                 target, (int)(body - 1 - line), line, strlen(body), body);
    if (*connection < 0)
        *connection = connect_once();
    if (*connection < 0)
        return -1;
    if (send(*connection, request, (size_t)length, MSG_NOSIGNAL) != length)
        return -1;
    return read_answer(*connection);
}

static void *work(void *unused)
{
    int connection = -1;
    size_t at;
    (void)unused;
    while ((at = atomic_fetch_add(&next, 1)) < count && time(NULL) < until) {
        int status = 0;
        for (int attempt = 0; attempt < ATTEMPTS && status != 200; attempt++) {
            status = send_one(&connection, lines[at]);
            if (status < 0 && connection >= 0) {
                close(connection);
                connection = -1;
            }
            if (status != 200)
                usleep(50000);
        }
        atomic_fetch_add(status == 200 ? &acknowledged : status < 0 ? &broken : &refused, 1);
        if (status == 200) {
            pthread_mutex_lock(&log_lock);
            fprintf(log_file, "%zu\n", at);
            pthread_mutex_unlock(&log_lock);
        }
    }
    if (connection >= 0)
        close(connection);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS_MAX];
    char *line = NULL;
    size_t size = 0, room = 0;
    ssize_t length;
    if (argc != 7 || atoi(argv[4]) > THREADS_MAX)
        return 64;
    FILE *file = fopen(argv[1], "r");
    log_file = fopen(argv[5], "w");
    if (log_file != NULL)
        setvbuf(log_file, NULL, _IOLBF, 0); /* tests look at it meanwhile */
    char *colon = strchr(argv[2], ':');
    if (colon != NULL) {
        *colon = '\0';
        host = argv[2];
    }
    port = atoi(colon != NULL ? colon + 1 : argv[2]);
    target = argv[3];
    until = time(NULL) + atoi(argv[6]);
    while (file != NULL && (length = getline(&line, &size, file)) > 0) {
        if (count == room)
            lines = realloc(lines, (room = room == 0 ? 1024 : 2 * room) * sizeof *lines);
        if (lines == NULL)
            return 71;
        line[length - 1] = '\0';
        lines[count++] = strdup(line);
    }
    free(line);
    for (int i = 0; i < atoi(argv[4]); i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            return 71;
    for (int i = 0; i < atoi(argv[4]); i++)
        pthread_join(threads[i], NULL);
    fclose(log_file);
    if (file != NULL)
        fclose(file);
    printf("sent %zu acknowledged %ld refused %ld broken %ld\n",
           atomic_load(&next) < count ? atomic_load(&next) : count, atomic_load(&acknowledged), atomic_load(&refused),
           atomic_load(&broken));
    for (size_t i = 0; i < count; i++)
        free(lines[i]);
    free(lines);
    return 0;
}
