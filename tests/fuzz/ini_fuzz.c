/* Whole configurations: read, complained of, resolved, and never more than that. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/kinds.h"
#include "service/service.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char path[64];
    if (path[0] == '\0')
        snprintf(path, sizeof path, "/tmp/hookswitch-fuzz-%d.ini", (int)getpid());
    FILE *file = fopen(path, "w");
    if (file == NULL)
        abort();
    fwrite(bytes, 1, size, file);
    fclose(file);
    struct service *service = service_read(path, all_kinds, true);
    struct arena *arena = arena_new();
    complaints_sort(&service->config->complaints);
    for (const struct complaint *at = service->config->complaints.first; at != NULL; at = at->next)
        if (complaint_line(arena, at).length == 0)
            abort();
    service_line_of_number(service, STR("+15559870002"));
    arena_free(arena);
    service_free(service);
    unlink(path);
    return 0;
}
