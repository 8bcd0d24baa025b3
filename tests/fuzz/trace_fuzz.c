/* A request in a file: what is read of it can be written and is read alike again. */
#include <stdint.h>
#include <stdlib.h>

#include "service/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct str file = arena_copy(arena, (struct str){ (const char *)bytes, size });
    struct trace trace, again;
    struct error why;
    if (trace_file_parse(arena, file, &trace, &why) == 0) {
        if (trace_file_parse(arena, trace_file_format(arena, &trace), &again, &why) != 0 || !str_equal(trace.url, again.url) ||
            !str_equal(trace.method, again.method) || !str_equal(trace.body, again.body))
            abort();
    }
    arena_free(arena);
    return 0;
}
