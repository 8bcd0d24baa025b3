/* The address below the program: however it is written, its segments never climb and never hold what was not decoded.
 */
#include <stdint.h>
#include <stdlib.h>

#include "service/visit.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct str raw = { (const char *)bytes, size }, segments[VISIT_SEGMENTS];
    struct request request = {
        .arena = arena, .path = ARENA_JOIN(arena, STR("/"), raw), .base = STR("https://h"), .program = STR("voice.fcgi")
    };
    struct visit visit = { .arena = arena, .request = &request };
    int count = visit_segments(&visit, segments);
    if (count > VISIT_SEGMENTS)
        abort();
    for (int i = 0; i < count; i++)
        if (segments[i].length == 0 || str_is(segments[i], "..") || str_is(segments[i], "."))
            abort();
    if (count == VISIT_SEGMENTS) {
        /* What is written into an action's address comes back as it was. */
        struct str again[VISIT_SEGMENTS];
        struct str url = visit_url(&visit, "voice", segments[0], segments[1], segments[2], STR("try=1"));
        struct str path = str_from(url, sizeof "https://h/voice.fcgi" - 1);
        request.path = str_upto(path, str_find_char(path, '?'));
        if (visit_segments(&visit, again) != count)
            abort();
        for (int i = 0; i < count; i++)
            if (!str_equal(segments[i], again[i]))
                abort();
    }
    arena_free(arena);
    return 0;
}
