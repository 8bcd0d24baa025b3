/* A line of an export, as `hookswitch store import` reads it. */
#include <stdint.h>
#include <stdlib.h>

#include "work/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct transfer_line line;
    struct error why = { "" };
    struct str text = arena_copy(arena, (struct str){ (const char *)bytes, size });
    enum transfer_row row = transfer_read_line(arena, text, &line, &why);
    if (row == TRANSFER_BAD && why.sentence[0] == '\0')
        abort(); /* never without a reason */
    if (row == TRANSFER_EVENT && (!str_is_utf8(line.event.sid) || !str_is_utf8(line.event.from)))
        abort(); /* what goes where databases want text is text */
    if (row == TRANSFER_JOB && (line.job.state < JOB_WAITING || line.job.state > JOB_GIVEN_UP))
        abort();
    arena_free(arena);
    return 0;
}
