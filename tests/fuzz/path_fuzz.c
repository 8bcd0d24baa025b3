/* The address below the program: however it is written, its segments never climb and never hold what was not decoded. */
#include <stdint.h>
#include <stdlib.h>

#include "service/visit.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct text raw = { (const char *)bytes, size }, segments[VISIT_SEGMENTS];
    struct request request = { .arena = arena, .path = ARENA_JOIN(arena, TEXT("/"), raw), .base = TEXT("https://h"),
                               .program = TEXT("voice.fcgi") };
    struct visit visit = { .arena = arena, .request = &request };
    int count = visit_segments(&visit, segments);
    if (count > VISIT_SEGMENTS)
        abort();
    for (int i = 0; i < count; i++)
        if (segments[i].length == 0 || text_is(segments[i], "..") || text_is(segments[i], "."))
            abort();
    if (count == VISIT_SEGMENTS) {
        /* What is written into an action's address comes back as it was. */
        struct text again[VISIT_SEGMENTS];
        struct text url = visit_url(&visit, "voice", segments[0], segments[1], segments[2], TEXT("try=1"));
        struct text path = text_from(url, sizeof "https://h/voice.fcgi" - 1);
        request.path = text_upto(path, text_find_char(path, '?'));
        if (visit_segments(&visit, again) != count)
            abort();
        for (int i = 0; i < count; i++)
            if (!text_equal(segments[i], again[i]))
                abort();
    }
    arena_free(arena);
    return 0;
}
