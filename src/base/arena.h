/* Memory that is freed all at once: one arena for a request, one for a configuration. Not for sharing between threads
 * while it grows. When the system has no memory left, the process says so and ends with status 71 (EX_OSERR); the web
 * server restarts it. */
#ifndef HOOKSWITCH_BASE_ARENA_H
#define HOOKSWITCH_BASE_ARENA_H

#include <stdarg.h>

#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
/* Frees everything but one block for the next use. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), sizeof(type), (count)))
void *arena_array(struct arena *arena, size_t size, size_t count);

/* Copies end in a NUL that the length does not count. */
struct str arena_copy(struct arena *arena, struct str text);
/* Concatenates them. */
struct str arena_join(struct arena *arena, const struct str *texts, size_t count);
#define ARENA_JOIN(arena, ...)                                                                                         \
    arena_join((arena), (const struct str[]){ __VA_ARGS__ },                                                           \
               sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
struct str arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str arena_vformat(struct arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* With ASCII letters in lower case. */
struct str arena_lower(struct arena *arena, struct str text);

/* Text that grows. */
struct buffer {
    struct arena *arena;
    char *at;
    size_t length, capacity;
};

struct buffer buffer_in(struct arena *arena);
void buffer_add(struct buffer *buffer, struct str text);
void buffer_add_char(struct buffer *buffer, char c);
/* Appends an item of a list, with ", " ahead of all but the first. */
void buffer_add_item(struct buffer *buffer, struct str item);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The content so far, with a NUL behind it that `length` does not count. Valid until the next addition. */
struct str buffer_text(struct buffer *buffer);

/* For a database, a mail or JSON: every byte that is malformed UTF-8 (RFC 3629), and every NUL, becomes U+FFFD. The
 * text itself when it has none, else a copy in the arena. */
struct str utf8_repair(struct arena *arena, struct str text);
/* For XML 1.0 (its production 2) and for terminals: replaces control characters too, except tab and line ends. */
struct str utf8_clean(struct arena *arena, struct str text);

#endif
