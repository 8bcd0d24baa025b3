/* The address below the program: however it is written, its segments never climb and never hold what was not decoded.
 */
#include <stdint.h>
#include <stdlib.h>

#include "service/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct str raw = { (const char *)bytes, size }, segments[CONTEXT_SEGMENTS];
    struct request request = {
        .arena = arena, .path = ARENA_JOIN(arena, STR("/"), raw), .base = STR("https://h"), .program = STR("voice.fcgi")
    };
    struct request_context context = { .arena = arena, .request = &request };
    int count = context_segments(&context, segments);
    if (count > CONTEXT_SEGMENTS)
        abort();
    for (int i = 0; i < count; i++)
        if (segments[i].length == 0 || str_is(segments[i], "..") || str_is(segments[i], "."))
            abort();
    if (count == CONTEXT_SEGMENTS) {
        /* What is written into an action's address comes back as it was. */
        struct str again[CONTEXT_SEGMENTS];
        struct str url = context_url(&context, "voice", segments[0], segments[1], segments[2], STR("try=1"));
        struct str path = str_from(url, sizeof "https://h/voice.fcgi" - 1);
        request.path = str_upto(path, str_find_char(path, '?'));
        if (context_segments(&context, again) != count)
            abort();
        for (int i = 0; i < count; i++)
            if (!str_equal(segments[i], again[i]))
                abort();
    }
    arena_free(arena);
    return 0;
}
