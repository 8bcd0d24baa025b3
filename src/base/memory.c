#include "base/memory.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { PATTERN = 0x5A, STACK_BYTES = 32 * 1024 };

__attribute__((noinline)) static void wipe_stack(void)
{
    char below[STACK_BYTES];
    explicit_bzero(below, sizeof below);
}

void memory_wipe_freed(int on)
{
    if (!on)
        wipe_stack();
#ifdef __GLIBC__
    mallopt(M_PERTURB, on ? PATTERN : 0);
#else
    (void)on;
#endif
}

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

/* The sanitizers bring an allocator of their own, and look into the process themselves. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !__has_feature(address_sanitizer) &&            \
    !__has_feature(thread_sanitizer)

void memory_hide(void)
{
    struct rlimit cores;
    if (getenv("HOOKSWITCH_DEBUG") != NULL)
        return;
    if (getrlimit(RLIMIT_CORE, &cores) == 0) {
        cores.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &cores);
    }
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* Memory that runs out ends the process with a word, whoever asked for it. Several of the libraries do not look at what
 * malloc gives them, and would end it by a signal, or go on with half of what they need: so malloc, calloc and realloc,
 * of the program and of every library in it, never return NULL. */
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *at, size_t size);

/* The next definition of the same name: the C library's, or that of a library that was preloaded. */
static void *next(void *_Atomic *known, const char *name)
{
    void *found = atomic_load_explicit(known, memory_order_relaxed);
    if (found == NULL)
        atomic_store_explicit(known, found = dlsym(RTLD_NEXT, name), memory_order_relaxed);
    return found;
}

static void *or_end(void *at)
{
    static const char word[] = "hookswitch: out of memory\n";
    if (at != NULL)
        return at;
    ssize_t ignored = write(STDERR_FILENO, word, sizeof word - 1);
    (void)ignored;
    _exit(EX_OSERR);
}

void *malloc(size_t size)
{
    static void *_Atomic known;
    void *found = next(&known, "malloc");
    void *(*function)(size_t);
    memcpy(&function, &found, sizeof function);
    return or_end(function(size > 0 ? size : 1));
}

void *calloc(size_t count, size_t size)
{
    static void *_Atomic known;
    void *found = next(&known, "calloc");
    void *(*function)(size_t, size_t);
    memcpy(&function, &found, sizeof function);
    return or_end(function(count, size));
}

void *realloc(void *at, size_t size)
{
    static void *_Atomic known;
    void *found = next(&known, "realloc");
    void *(*function)(void *, size_t);
    memcpy(&function, &found, sizeof function);
    at = function(at, size);
    return size == 0 ? at : or_end(at);
}

#else

void memory_hide(void)
{
}

#endif
