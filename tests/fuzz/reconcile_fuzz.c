/* A page of the platform's lists. */
#include <stdint.h>
#include <stdlib.h>

#include "web/form.h"
#include "work/reconcile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const kinds[] = { "call", "message", "recording", "fax" };
    struct arena *arena = arena_new();
    struct reconcile_page page;
    struct error why;
    if (size > 0) {
        struct text json = arena_copy(arena, (struct text){ (const char *)bytes + 1, size - 1 });
        if (reconcile_read_page(arena, kinds[bytes[0] % 4], TEXT("example.signalwire.com"), json, &page, &why) == 0)
            for (const struct reconcile_item *item = page.first; item != NULL; item = item->next) {
                struct form_limits limits = { 1000, (size_t)-1 };
                struct form form;
                if (form_parse(arena, item->parameters, &limits, &form, &why) != 0)
                    abort(); /* what is kept can be read again */
            }
    }
    arena_free(arena);
    return 0;
}
