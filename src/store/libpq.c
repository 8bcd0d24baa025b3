#include "store/libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

const struct libpq *libpq;

static struct libpq functions;
static struct error open_error;

static void *find(void *library, const char *name)
{
    void *function = dlsym(library, name);
    if (function == NULL)
        error_set(&open_error, "libpq is too old: it has no %s", name);
    return function;
}

/* POSIX lets a function stand in a void pointer; C wants its bytes moved. */
#define LIBPQ_FIND(function)                                                                                           \
    at = find(library, #function);                                                                                     \
    memcpy(&functions.function, &at, sizeof at);                                                                       \
    complete = complete && at != NULL;

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL), *at;
    int complete = 1;
    if (library == NULL) {
        error_set(&open_error, "libpq cannot be loaded: %s", dlerror());
        return;
    }
    LIBPQ_FUNCTIONS(LIBPQ_FIND)
    if (complete)
        libpq = &functions;
}

int libpq_load(struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (libpq != NULL)
        return 0;
    *error = open_error;
    return -1;
}
