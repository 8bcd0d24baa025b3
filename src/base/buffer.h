/* Text that grows, inside an arena. */
#ifndef HOOKSWITCH_BASE_BUFFER_H
#define HOOKSWITCH_BASE_BUFFER_H

#include "base/arena.h"

struct buffer {
    struct arena *arena;
    char *at;
    size_t length, capacity;
};

struct buffer buffer_in(struct arena *arena);
void buffer_add(struct buffer *buffer, struct str text);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The content so far, with a NUL behind it that `length` does not count. Valid until the next addition. */
struct str buffer_text(struct buffer *buffer);

#endif
