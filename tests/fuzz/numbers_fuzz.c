/* A list of numbers: what is read is in order, and each number of it is found. */
#include <stdint.h>
#include <stdlib.h>

#include "flow/numbers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct str content = arena_copy(arena, (struct str){ (const char *)bytes, size });
    struct numbers numbers;
    struct error why;
    if (numbers_parse(arena, content, &numbers, &why) == 0) {
        for (size_t i = 1; i < numbers.count; i++)
            if (numbers.at[i - 1] > numbers.at[i])
                abort();
        if (numbers.count > 0 && numbers.at[0] >> 63 == 0) {
            struct str first = arena_format(arena, "+%llu", (unsigned long long)numbers.at[0]);
            if (!numbers_contain(&numbers, first))
                abort();
        }
    }
    numbers_contain(&numbers, str_upto(content, 60));
    arena_free(arena);
    return 0;
}
