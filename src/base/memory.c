/* Memory that runs out ends the process with a word, whoever asked for it. Several of the libraries do not look at what
 * malloc gives them, and would end it by a signal, or go on with half of what they need: so malloc, calloc and realloc,
 * of the program and of every library in it, never return NULL. This file is linked in for its definitions; nobody
 * includes anything of it. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

/* The sanitizers bring their own, which say what they do when memory runs out. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !__has_feature(address_sanitizer) &&            \
    !__has_feature(thread_sanitizer)

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

#endif
