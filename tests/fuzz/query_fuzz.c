/* Addresses and their queries: taken apart, shown in a log, and their escapes decoded. */
#include <stdint.h>
#include <stdlib.h>

#include "config/value.h"
#include "web/form.h"
#include "web/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct form_limits limits = { 1000, 65536 };
    struct arena *arena = arena_new();
    struct str raw = arena_copy(arena, (struct str){ (const char *)bytes, size });
    struct str address = ARENA_JOIN(arena, STR("https://"), raw);
    struct form form;
    struct error why;
    struct url url;
    form_parse(arena, raw, &limits, &form, &why);
    form_value(&form, "CallSid");
    if (url_split(address, &url)) {
        size_t whole = url.scheme.length + 3 + url.userinfo.length + url.host.length + url.has_port + url.port.length +
                       url.path.length + url.query.length;
        if (whole > address.length)
            abort();
        struct str shown = url_for_log(arena, address), hidden = ARENA_JOIN(arena, url.scheme, STR("://***@"));
        if (url.userinfo.length > 0 && !str_starts(shown, hidden))
            abort();
    }
    value_url_with_names(arena, address);
    if (url_decode(arena, raw, false).length > raw.length)
        abort();
    arena_free(arena);
    return 0;
}
