/* Form bodies: whatever is decoded stays within its limits, and what is escaped again reads back the same. */
#include <stdint.h>
#include <stdlib.h>

#include "web/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct form_limits limits = { 50, 300 }, wide = { 1000, 100000 };
    struct arena *arena = arena_new();
    struct form form, again;
    struct error why;
    struct str raw = { (const char *)bytes, size };
    if (form_parse(arena, raw, &limits, &form, &why) == 0) {
        struct buffer escaped = buffer_in(arena);
        struct form sorted = form_sorted(arena, &form);
        for (size_t i = 0; i < form.count; i++) {
            if (form.at[i].name.length > limits.value_bytes || form.at[i].value.length > limits.value_bytes)
                abort();
            if (i > 0 && str_compare(sorted.at[i - 1].name, sorted.at[i].name) > 0)
                abort();
            form_add(&escaped, form.at[i].name, form.at[i].value);
        }
        if (form.count > limits.parameters || form_parse(arena, buffer_text(&escaped), &wide, &again, &why) != 0 ||
            again.count != form.count)
            abort();
        for (size_t i = 0; i < form.count; i++)
            if (!str_equal(form.at[i].name, again.at[i].name) || !str_equal(form.at[i].value, again.at[i].value))
                abort();
    }
    arena_free(arena);
    return 0;
}
