#include "base/buffer.h"

#include <string.h>

struct buffer buffer_in(struct arena *arena)
{
    return (struct buffer){ .arena = arena };
}

static void reserve(struct buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->length >= more)
        return;
    size_t capacity = buffer->capacity * 2 + more + 64;
    char *at = arena_alloc(buffer->arena, capacity);
    if (buffer->length > 0)
        memcpy(at, buffer->at, buffer->length);
    buffer->at = at;
    buffer->capacity = capacity;
}

void buffer_add(struct buffer *buffer, struct str text)
{
    if (text.length == 0)
        return;
    reserve(buffer, text.length + 1);
    memcpy(buffer->at + buffer->length, text.at, text.length);
    buffer->length += text.length;
}

void buffer_add_char(struct buffer *buffer, char c)
{
    buffer_add(buffer, (struct str){ &c, 1 });
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_add(buffer, arena_vformat(buffer->arena, format, args));
    va_end(args);
}

struct str buffer_text(struct buffer *buffer)
{
    reserve(buffer, 1);
    buffer->at[buffer->length] = '\0';
    return (struct str){ buffer->at, buffer->length };
}
