#include "base/hex.h"

void hex_write(const unsigned char *bytes, size_t count, char *to)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
    to[2 * count] = '\0';
}

struct str hex_encode(struct arena *arena, const unsigned char *bytes, size_t count)
{
    char *digits = arena_alloc(arena, 2 * count + 1);
    hex_write(bytes, count, digits);
    return (struct str){ digits, 2 * count };
}
