/* Preloaded into a program, makes the system fail it (LD_PRELOAD):
 *   FAULTS_ALLOCATION=N  the Nth allocation from the start fails, and each N further one if FAULTS_AGAIN is set
 *   FAULTS_COUNT=FILE    writes how many allocations there were, at the end
 *   FAULTS_SYNC_S=S      fdatasync and fsync take S seconds
 *   FAULTS_LOOKUP_S=S    getaddrinfo takes S seconds */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);

static atomic_ulong allocations;
static unsigned long failing;
static int again;
static const char *count_file;

__attribute__((constructor)) static void read_environment(void)
{
    const char *wanted = getenv("FAULTS_ALLOCATION");
    failing = wanted == NULL ? 0 : strtoul(wanted, NULL, 10);
    again = getenv("FAULTS_AGAIN") != NULL;
    count_file = getenv("FAULTS_COUNT");
    atomic_store(&allocations, 0);
}

static int fails(void)
{
    unsigned long number = atomic_fetch_add(&allocations, 1) + 1;
    if (failing == 0 || (number != failing && !(again && number % failing == 0)))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *at, size_t size)
{
    return size > 0 && fails() ? NULL : __libc_realloc(at, size);
}

/* The programs leave by _exit as plain CGI. */
void _exit(int status)
{
    void (*real)(int) = (void (*)(int))(size_t)dlsym(RTLD_NEXT, "_Exit");
    if (count_file != NULL) {
        char line[32];
        int file = open(count_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int length = snprintf(line, sizeof line, "%lu\n", atomic_load(&allocations));
        if (file >= 0 && write(file, line, (size_t)length) < 0)
            abort();
    }
    real(status);
    abort();
}

static void hang(const char *name)
{
    const char *seconds = getenv(name);
    if (seconds != NULL)
        sleep((unsigned)strtoul(seconds, NULL, 10));
}

int fdatasync(int file)
{
    int (*real)(int) = (int (*)(int))(size_t)dlsym(RTLD_NEXT, "fdatasync");
    hang("FAULTS_SYNC_S");
    return real(file);
}

int fsync(int file)
{
    int (*real)(int) = (int (*)(int))(size_t)dlsym(RTLD_NEXT, "fsync");
    hang("FAULTS_SYNC_S");
    return real(file);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
        (int (*)(const char *, const char *, const struct addrinfo *, struct addrinfo **))(size_t)dlsym(RTLD_NEXT,
                                                                                                        "getaddrinfo");
    hang("FAULTS_LOOKUP_S");
    return real(node, service, hints, found);
}
