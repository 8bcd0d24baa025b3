/* A page of the platform's lists, of calls and so on and of numbers. */
#include <stdint.h>
#include <stdlib.h>

#include "web/form.h"
#include "work/number_settings.h"
#include "work/platform_lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const kinds[] = { "call", "message", "recording", "fax" };
    struct arena *arena = arena_new();
    struct platform_page page;
    struct error why;
    if (size > 0) {
        struct str json = arena_copy(arena, (struct str){ (const char *)bytes + 1, size - 1 });
        if (platform_list_read_page(arena, kinds[bytes[0] % 4], STR("example.signalwire.com"), json, &page, &why) == 0)
            for (const struct platform_item *item = page.first; item != NULL; item = item->next) {
                struct form_limits limits = { 1000, (size_t)-1 };
                struct form form;
                if (form_parse(arena, item->parameters, &limits, &form, &why) != 0)
                    abort(); /* what is kept can be read again */
            }
        struct platform_number *first = NULL, **end = &first;
        struct str query;
        struct number_setting field = { NULL, "VoiceUrl", "voice_url",
                                        STR("https://pbx.example.com/hooks/voice.fcgi") };
        if (platform_numbers_read_page(arena, json, &end, &query, &why) == 0)
            for (const struct platform_number *at = first; at != NULL; at = at->next)
                if (at->sid.length == 0 || str_find_char(at->sid, '/') < at->sid.length ||
                    number_setting_differs(arena, at, &field) == str_equal(number_setting_current(arena, at, &field), field.wanted))
                    abort();
        platform_numbers_free(first);
    }
    arena_free(arena);
    return 0;
}
