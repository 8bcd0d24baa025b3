#include "base/arena.h"

#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 16 * 1024 };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *first; /* the newest */
};

/* Does not return without memory (base/memory.h). */
static struct block *block_new(size_t size)
{
    struct block *block = g_malloc(size > SIZE_MAX - sizeof *block ? SIZE_MAX : sizeof *block + size);
    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = g_new(struct arena, 1);
    arena->first = block_new(BLOCK);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    arena_reset(arena);
    g_free(arena->first);
    g_free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *block = arena->first;
    while (block->next != NULL) {
        struct block *next = block->next;
        g_free(block);
        block = next;
    }
    block->used = 0; /* the oldest has the usual size */
    arena->first = block;
}

/* As arena_alloc, but not zeroed. */
static void *allocate(struct arena *arena, size_t size)
{
    size_t step = _Alignof(max_align_t);
    size_t rounded = size > SIZE_MAX - step ? SIZE_MAX : (size + step - 1) / step * step;
    if (arena->first->size - arena->first->used < rounded) {
        struct block *block = block_new(rounded > BLOCK ? rounded : BLOCK);
        block->next = arena->first;
        arena->first = block;
    }
    void *at = arena->first->bytes + arena->first->used;
    arena->first->used += rounded;
    return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(allocate(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t size, size_t count)
{
    return arena_alloc(arena, count > 0 && size > SIZE_MAX / count ? SIZE_MAX : size * count);
}

struct str arena_copy(struct arena *arena, struct str text)
{
    char *at = allocate(arena, text.length + 1);
    if (text.length > 0)
        memcpy(at, text.at, text.length);
    at[text.length] = '\0';
    return (struct str){ at, text.length };
}

struct str arena_join(struct arena *arena, const struct str *texts, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += texts[i].length;
    char *at = allocate(arena, length + 1), *end = at;
    for (size_t i = 0; i < count; i++) {
        if (texts[i].length > 0)
            memcpy(end, texts[i].at, texts[i].length);
        end += texts[i].length;
    }
    *end = '\0';
    return (struct str){ at, length };
}

struct str arena_lower(struct arena *arena, struct str text)
{
    char *at = arena_alloc(arena, text.length + 1);
    for (size_t i = 0; i < text.length; i++)
        at[i] = g_ascii_tolower(text.at[i]);
    return (struct str){ at, text.length };
}

struct str arena_vformat(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    /* Most texts fit into what is left of the block: written in place, then allocated. */
    size_t room = arena->first->size - arena->first->used;
    int length = vsnprintf(arena->first->bytes + arena->first->used, room, format, args);
    size_t size = length < 0 ? 0 : (size_t)length;
    char *at;
    if (size < room) {
        at = allocate(arena, size + 1);
    } else {
        at = arena_alloc(arena, size + 1);
        vsnprintf(at, size + 1, format, again);
    }
    at[size] = '\0';
    va_end(again);
    return (struct str){ at, size };
}

struct str arena_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = arena_vformat(arena, format, args);
    va_end(args);
    return text;
}

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

void buffer_add_item(struct buffer *buffer, struct str item)
{
    buffer_add(buffer, buffer->length > 0 ? STR(", ") : STR(""));
    buffer_add(buffer, item);
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

static bool is_allowed(struct str text, size_t step, bool controls)
{
    const unsigned char *at = (const unsigned char *)text.at;
    if (step == 0 || at[0] == '\0')
        return false;
    if (controls)
        return true;
    if (step == 1)
        return at[0] >= 0x20 || at[0] == '\t' || at[0] == '\n' || at[0] == '\r';
    return step != 3 || at[0] != 0xEF || at[1] != 0xBF || at[2] < 0xBE; /* U+FFFE, U+FFFF */
}

static struct str repair(struct arena *arena, struct str text, bool controls)
{
    struct str rest = text;
    for (size_t step; rest.length > 0 && is_allowed(rest, step = str_utf8_length(rest), controls);)
        rest = str_from(rest, step);
    if (rest.length == 0)
        return text;
    struct buffer repaired = buffer_in(arena);
    buffer_add(&repaired, str_upto(text, text.length - rest.length));
    while (rest.length > 0) {
        size_t step = str_utf8_length(rest);
        buffer_add(&repaired, is_allowed(rest, step, controls) ? str_upto(rest, step) : STR("\xEF\xBF\xBD"));
        rest = str_from(rest, step == 0 ? 1 : step);
    }
    return buffer_text(&repaired);
}

struct str utf8_repair(struct arena *arena, struct str text)
{
    return repair(arena, text, true);
}

struct str utf8_clean(struct arena *arena, struct str text)
{
    return repair(arena, text, false);
}
