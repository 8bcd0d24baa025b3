/* Bytes as lower-case hexadecimal digits. */
#ifndef HOOKSWITCH_BASE_HEX_H
#define HOOKSWITCH_BASE_HEX_H

#include "base/arena.h"

/* Writes two digits for each byte, and a NUL. */
void hex_write(const unsigned char *bytes, size_t count, char *to);
/* The same in the arena. */
struct str hex_encode(struct arena *arena, const unsigned char *bytes, size_t count);

#endif
